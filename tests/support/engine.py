"""A private container engine for live tests: a dockerd of Debian's docker.io, in a temporary folder, with images made
of this machine's own distribution (no registry is asked).

    @needs_engine
    class Some(unittest.TestCase):
        @classmethod
        def setUpClass(cls):
            cls.engine = cls.enterClassContext(Engine())

Images are built once and kept in the tests' cache; containers, networks and volumes are not. One test at a time has
the engine (a lock); where none can run, the tests are skipped by name, with the reason.
"""

import ctypes
import fcntl
import hashlib
import json
import os
import pathlib
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from ports import free_port
from program import LOGBOOKCTL, SOURCE, clean_environment, main

STACK = SOURCE / "tests/support/stack"
CACHE = pathlib.Path(os.environ.get("LOGBOOK_TEST_CACHE") or
                     pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "logbook-tests")
HOME = CACHE / "engine"
# What every role's image holds. The libraries that the built program needs are added by name.
PACKAGES = ["mariadb-server-core", "mariadb-client", "redis-server", "nginx-light", "python3", "alembic",
            "python3-pymysql", "procps", "faketime", "ca-certificates"]
BASE = "logbook-test/base"
BRIDGE, BRIDGE_ADDRESS, POOL = "logbooktest0", "10.213.0.1/24", "base=10.214.0.0/16,size=24"


def obstacle():
    """Why no engine can run here; None where one can."""
    if os.geteuid() != 0:
        return "no container engine: dockerd needs root"
    for program in ("dockerd", "containerd", "runc", "iptables", "ip", "debootstrap"):
        if not shutil.which(program, path=clean_environment()["PATH"]):
            return f"no container engine: the program {program} is missing"
    if "overlay" not in pathlib.Path("/proc/filesystems").read_text() and not shutil.which("modprobe"):
        return "no container engine: the kernel has no overlay file system"
    if not os.access("/sys/fs/cgroup", os.W_OK) and not os.path.ismount("/sys/fs/cgroup"):
        return "no container engine: no control groups are mounted"
    return None


def needs_engine(case):
    reason = obstacle()
    return unittest.skip(reason)(case) if reason else case


def _run(argv, timeout=60, check=True, **options):
    done = subprocess.run([str(word) for word in argv], capture_output=True, text=True, timeout=timeout,
                          errors="surrogateescape", **options)
    if check and done.returncode != 0:
        raise RuntimeError(f"{argv[0]} {argv[1] if len(argv) > 1 else ''}: exit {done.returncode}\n"
                           f"{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done


def _end_with_this_process():
    """The engine gets SIGTERM when the test dies, whatever it died of."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _mirror():
    """The address and components that this machine itself installs from."""
    text = "\n".join(p.read_text(errors="replace") for folder in ("/etc/apt/sources.list.d", "/etc/apt")
                     for p in sorted(pathlib.Path(folder).glob("*")) if p.suffix in (".list", ".sources"))
    distribution = dict(line.split("=", 1) for line in pathlib.Path("/etc/os-release").read_text().splitlines()
                        if "=" in line)
    name, suite = distribution["ID"].strip('"'), distribution["VERSION_CODENAME"].strip('"')
    found = re.findall(r"(?:^URIs:|^deb(?:\s+\[[^]]*\])?)\s+(\S+/" + name + r"/?)(?=\s)", text + "\n", re.M)
    if not found:
        raise RuntimeError("no mirror of this distribution stands in /etc/apt")
    return found[0], suite, "main,universe" if name == "ubuntu" else "main"


def _libraries():
    """The build's own libraries, and the packages of the shared libraries that the program needs."""
    files = re.findall(r"=> (/\S+)", _run(["ldd", LOGBOOKCTL]).stdout)
    # A sanitizer's library belongs to the build, not to the base image.
    own = [path for path in files if re.search(r"/lib(logbook|[a-z]+san)\.so", path)]
    spellings = {spelling for path in files if path not in own
                 for spelling in (path, os.path.realpath(path), path.removeprefix("/usr"), "/usr" + path)}
    told = _run(["dpkg-query", "-S", *sorted(spellings)], check=False).stdout  # it fails for the spellings that are none
    return own, sorted({line.split(":")[0] for line in told.splitlines() if ": /" in line and "diversion" not in line})


class Engine:
    """The running engine.  .socket  .address ("unix://…")  .log (path)  .api(path) → JSON"""

    def __enter__(self):
        HOME.mkdir(parents=True, exist_ok=True)
        self._lock = open(HOME / "lock", "w")
        self._take_lock()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="logbook-engine-"))
        self.process, self.more_options = None, []
        self._read_network()
        try:
            self._start()
            self._make_images()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def _take_lock(self, patience=900):
        until = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > until:
                    raise RuntimeError(f"another test holds {HOME}/lock")
                time.sleep(0.2)

    # ---- the daemon

    @property
    def socket(self):
        return self.folder / "docker.sock"

    @property
    def address(self):
        return f"unix://{self.socket}"

    def _start(self):
        self._end_leftover()
        data = HOME / "data"
        for part in ("containers", "volumes", "network"):  # of a run that was killed; the images stay
            shutil.rmtree(data / part, ignore_errors=True)
        _run(["ip", "link", "del", BRIDGE], check=False)
        _run(["ip", "link", "add", BRIDGE, "type", "bridge"])
        _run(["ip", "addr", "add", BRIDGE_ADDRESS, "dev", BRIDGE])
        _run(["ip", "link", "set", BRIDGE, "up"])
        drivers = ["overlay2", "vfs"] if not (HOME / "driver").exists() else [(HOME / "driver").read_text()]
        for driver in drivers:
            if self._start_with(driver):
                (HOME / "driver").write_text(driver)
                return
        raise RuntimeError("dockerd does not start:\n" + self.log.read_text(errors="replace")[-3000:])

    def _read_network(self):
        """What dockerd will change in the machine's network, to put it back."""
        self._had_chains = "-N DOCKER" in _run(["iptables", "-w", "-S"]).stdout
        self._forward = _run(["iptables", "-w", "-S", "FORWARD"]).stdout.split()[2]
        self._forwarding = pathlib.Path("/proc/sys/net/ipv4/ip_forward").read_text()

    def _start_with(self, driver):
        self.log = self.folder / "dockerd.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                ["dockerd", "--data-root", HOME / "data", "--exec-root", self.folder / "exec", "--pidfile",
                 self.folder / "pid", "-H", self.address, "--bridge", BRIDGE, "--default-address-pool", POOL,
                 "--storage-driver", driver, "--log-driver", "json-file", "--shutdown-timeout", "5",
                 "--config-file", self._configuration(), *self.more_options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=_end_with_this_process, env={**clean_environment(), "DOCKER_RAMDISK": ""})
        (HOME / "pid").write_text(str(self.process.pid))
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if self.process.poll() is not None:
                return False
            if self.socket.exists() and self.docker("version", check=False).returncode == 0:
                return True
            time.sleep(0.1)
        self._end_daemon()
        return False

    def _configuration(self):
        path = self.folder / "daemon.json"
        path.write_text("{}")
        return path

    def _end_leftover(self):
        """A daemon of a test that was killed with SIGKILL: ended by its number, when it is surely ours."""
        try:
            pid = int((HOME / "pid").read_text())
            words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return
        if not words[0].endswith(b"dockerd") or str(HOME / "data").encode() not in words:
            return
        os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + 30
        while pathlib.Path(f"/proc/{pid}").exists():
            if time.monotonic() > until:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.1)

    def _end_daemon(self):
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def restart(self):
        """Stops and starts the daemon: the same socket, the same containers."""
        self._end_daemon()
        if not self._start_with((HOME / "driver").read_text()):
            raise RuntimeError("dockerd does not start again")

    def serve_tls(self):
        """Starts it again with a TCP address beside the socket. Returns (address, folder of the client's certificates)."""
        folder = self.folder / "tls"
        folder.mkdir(exist_ok=True)
        new = ["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        _run([*new, "-x509", "-subj", "/CN=test authority", "-keyout", folder / "ca.key", "-out", folder / "ca.pem"])
        for name, use in (("server", "serverAuth"), ("client", "clientAuth")):
            (folder / f"{name}.ext").write_text(f"extendedKeyUsage={use}\nsubjectAltName=IP:127.0.0.1,DNS:localhost\n")
            _run([*new, "-subj", f"/CN={name}", "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.csr"])
            _run(["openssl", "x509", "-req", "-in", folder / f"{name}.csr", "-CA", folder / "ca.pem", "-CAkey",
                  folder / "ca.key", "-CAcreateserial", "-days", "2", "-extfile", folder / f"{name}.ext", "-out",
                  folder / f"{name}.pem"])
        client = folder / "client"
        client.mkdir(exist_ok=True)
        for source, name in (("ca.pem", "ca.pem"), ("client.pem", "cert.pem"), ("client.key", "key.pem")):
            shutil.copy(folder / source, client / name)
        address = f"tcp://127.0.0.1:{free_port()}"
        self.more_options = ["-H", address, "--tlsverify", "--tlscacert", folder / "ca.pem", "--tlscert",
                             folder / "server.pem", "--tlskey", folder / "server.key"]
        self.restart()
        return address, client

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def stop(self):
        try:
            if self.process is not None and self.process.poll() is None:
                self.resume()
                self.clean()
        finally:
            self._end_daemon()
            self._remove_traces()
            shutil.rmtree(self.folder, ignore_errors=True)
            self._lock.close()

    def clean(self):
        """Removes every container, network and volume."""
        ids = self.docker("ps", "-aq").stdout.split()
        if ids:
            self.docker("rm", "-f", "-v", *ids, check=False, timeout=120)
        self.docker("network", "prune", "-f", check=False)
        volumes = self.docker("volume", "ls", "-q").stdout.split()
        if volumes:
            self.docker("volume", "rm", "-f", *volumes, check=False)

    def _remove_traces(self):
        """What dockerd leaves behind in the machine's network."""
        _run(["ip", "link", "del", BRIDGE], check=False)
        ours = (BRIDGE, BRIDGE_ADDRESS.rsplit(".", 1)[0]) if self._had_chains else (BRIDGE, BRIDGE_ADDRESS.rsplit(".", 1)[0], "DOCKER")
        for table in ("filter", "nat"):
            rules = _run(["iptables", "-w", "-t", table, "-S"], check=False).stdout.splitlines()
            for rule in rules:
                if rule.startswith("-A") and any(word in rule for word in ours):
                    _run(["iptables", "-w", "-t", table, "-D", *rule.split()[1:]], check=False)
            for verb in () if self._had_chains else ("-F", "-X"):  # no other engine was here
                for rule in rules:
                    if rule.startswith("-N DOCKER"):
                        _run(["iptables", "-w", "-t", table, verb, rule.split()[1]], check=False)
        _run(["iptables", "-w", "-P", "FORWARD", self._forward], check=False)
        pathlib.Path("/proc/sys/net/ipv4/ip_forward").write_text(self._forwarding)

    # ---- talking to it

    def environment(self, **extra):
        return clean_environment(DOCKER_HOST=self.address, HOME=str(self.folder), DOCKER_BUILDKIT="0",
                                 COMPOSE_DOCKER_CLI_BUILD="0", COMPOSE_ANSI="never", **extra)

    def docker(self, *args, check=True, timeout=60, **options):
        """The docker CLI of Debian's package (else the one in PATH)."""
        program = "/usr/bin/docker" if os.access("/usr/bin/docker", os.X_OK) else "docker"
        return _run([program, *args], check=check, timeout=timeout, env=self.environment(), **options)

    def inspect(self, name):
        return json.loads(self.docker("inspect", name).stdout)[0]

    def wait_for(self, name, wanted, patience=60):
        """Waits until a container's state or health is `wanted`."""
        until = time.monotonic() + patience
        while True:
            state = self.inspect(name)["State"]
            seen = {state["Status"], (state.get("Health") or {}).get("Status")}
            if wanted in seen:
                return
            if time.monotonic() > until:
                raise AssertionError(f"{name} is {seen}, not {wanted}:\n" +
                                     self.docker("logs", "--tail", "30", name, check=False).stdout)
            time.sleep(0.1)

    # ---- images

    def _has(self, image):
        return self.docker("image", "inspect", image, check=False).returncode == 0

    def _make_images(self):
        own, packages = _libraries()
        wanted = sorted({*PACKAGES, *packages})
        key = hashlib.sha256("\n".join([*wanted, *_mirror()[1:], "4"]).encode()).hexdigest()[:16]
        self.base = f"{BASE}:{key}"
        if not self._has(self.base):
            self._make_base(wanted)
            for old in self.docker("images", "--format", "{{.Repository}}:{{.Tag}}", BASE).stdout.split():
                if old != self.base:
                    self.docker("rmi", "-f", old, check=False)
        context = pathlib.Path(tempfile.mkdtemp(prefix="images-", dir=self.folder))
        shutil.copytree(STACK / "images", context, dirs_exist_ok=True)
        (context / "program").mkdir()
        for path in (LOGBOOKCTL, *own):
            shutil.copy(path, context / "program")
        tags = {"database": ["mysql:8.0", "mariadb:10.11"], "cache": ["redis:7-alpine"],
                "backend": ["logbook-backend:latest"], "frontend": ["logbook-frontend:latest"]}
        for role, names in tags.items():
            digest = hashlib.sha256(self.base.encode())
            for path in sorted(context.glob(f"{role}*")) + (sorted((context / "program").iterdir()) if role == "backend" else []):
                digest.update(path.name.encode() + path.read_bytes())
            image = f"logbook-test/{role}:{digest.hexdigest()[:16]}"
            if not self._has(image):
                self.docker("build", "-q", "-t", image, "--build-arg", f"BASE={self.base}", "-f",
                            context / f"{role}.Dockerfile", context, timeout=300)
                for old in self.docker("images", "-q", "--filter", f"before={image}",
                                       f"logbook-test/{role}").stdout.split():
                    self.docker("rmi", "-f", old, check=False)
            for name in names:
                self.docker("tag", image, name)

    def _make_base(self, packages):
        mirror, suite, components = _mirror()
        root = HOME / "root"
        shutil.rmtree(root, ignore_errors=True)
        try:
            # The small system first; the packages then come in one transaction, without a sync after each file.
            _run(["debootstrap", "--variant=minbase", f"--components={components}", suite, root, mirror], timeout=600,
                 env={**clean_environment(), "DEBIAN_FRONTEND": "noninteractive"})
            (root / "etc/dpkg/dpkg.cfg.d/test").write_text("force-unsafe-io\n" + "".join(
                f"path-exclude=/usr/share/{name}/*\n" for name in ("doc", "man", "locale", "info")))
            (root / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
            (root / "usr/sbin/policy-rc.d").chmod(0o755)
            for name in ("etc/resolv.conf", *(str(p)[1:] for p in pathlib.Path("/etc/apt/apt.conf.d").glob("*proxy*"))):
                if pathlib.Path("/", name).exists():
                    shutil.copy(pathlib.Path("/", name), root / name)
            _run(["chroot", root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], timeout=600,
                 env={**clean_environment(), "DEBIAN_FRONTEND": "noninteractive"})
            for user in ("mysql", "redis", "appuser"):
                _run(["chroot", root, "sh", "-c", f"id {user} >/dev/null 2>&1 || useradd -r -M {user}"])
            for junk in ("var/cache/apt", "usr/share/doc", "usr/share/man", "usr/share/locale", "var/lib/apt/lists"):
                shutil.rmtree(root / junk, ignore_errors=True)
            tar = subprocess.Popen(["tar", "-C", root, "--numeric-owner", "-c", "."], stdout=subprocess.PIPE)
            self.docker("import", "-", self.base, stdin=tar.stdout, timeout=300)
            if tar.wait() != 0:
                raise RuntimeError("tar of the base image failed")
        finally:
            shutil.rmtree(root, ignore_errors=True)


def compose_program(generation):
    """The words that run Compose: 1 is Debian's docker-compose 1.29, 2 a newer release's. None where it is not to be had."""
    if generation == 1:
        found = shutil.which("docker-compose", path=clean_environment()["PATH"])
        return [found] if found and "1.29" in _run([found, "version", "--short"], check=False).stdout else None
    done = _run(["sh", SOURCE / "tests/support/compose_v2.sh"], check=False, timeout=400)
    return [done.stdout.strip()] if done.returncode == 0 else None


class Stack:
    """A compose project on the engine: `with Stack(engine, shape="base", generation=2) as stack`.

    .folder  the project's folder (docker-compose.yml, .env)       .env  {name: value}
    .names   {role: container}       .compose(*words)  .up()  .down()
    Shapes: "base" (intranet-*, service mysql), "unraid" (logbook-*, service db, MariaDB).
    """

    ROLES = {"base": {"database": ("mysql", "intranet-mysql"), "cache": ("redis", "intranet-redis"),
                      "backend": ("backend", "intranet-backend"), "frontend": ("frontend", "intranet-frontend")},
             "unraid": {"database": ("db", "logbook-db"), "cache": ("redis", "logbook-redis"),
                        "backend": ("backend", "logbook-backend"), "frontend": ("frontend", "logbook-frontend")}}

    def __init__(self, engine, shape="base", generation=2, project="the-logbook", **env):
        self.engine, self.shape, self.generation, self.project = engine, shape, generation, project
        self.program = compose_program(generation)
        if self.program is None:
            raise unittest.SkipTest(f"no Compose of generation {generation} is to be had here")
        self.services = {role: service for role, (service, _) in self.ROLES[shape].items()}
        self.names = {role: name for role, (_, name) in self.ROLES[shape].items()}
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="logbook-stack-"))
        shutil.copytree(STACK / shape, self.folder, dirs_exist_ok=True)
        backend, frontend = free_port(), free_port()
        self.env = {"COMPOSE_PROJECT_NAME": project, "DB_PASSWORD": "db-" + secrets.token_hex(12),
                    "MYSQL_ROOT_PASSWORD": "root-" + secrets.token_hex(12),
                    "REDIS_PASSWORD": "redis-" + secrets.token_hex(12), "SECRET_KEY": secrets.token_urlsafe(64),
                    "ENCRYPTION_KEY": secrets.token_hex(32), "ENCRYPTION_SALT": secrets.token_hex(16),
                    "ENVIRONMENT": "development", "BACKEND_PORT": str(backend), "FRONTEND_PORT": str(frontend), **env}
        self.write_env()

    def write_env(self):
        path = self.folder / ".env"
        path.write_text("".join(f"{name}={value}\n" for name, value in self.env.items()))
        path.chmod(0o600)

    def __enter__(self):
        try:
            self.up()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, *_):
        self.remove()

    def compose(self, *words, check=True, timeout=180):
        return _run([*self.program, *words], check=check, timeout=timeout, cwd=self.folder,
                    env=self.engine.environment())

    def up(self, *words, ready=True):
        self.compose("up", "-d", *words)
        if ready:
            for role in ("database", "cache", "backend"):
                self.engine.wait_for(self.names[role], "healthy")

    def down(self, *words):
        self.compose("down", "-t", "2", *words)

    def remove(self):
        self.compose("down", "-v", "-t", "1", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)
