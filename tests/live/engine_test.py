"""The room `docker` against a real engine: what it reads, compared with what the docker CLI says."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import unittest

import engine as engines
from ports import free_port
from program import clean_environment

PROBE = os.environ.get("ENGINE_PROBE", "")
SANITIZED = bool(os.environ.get("LOGBOOK_BUILD"))
IMAGE = "redis:7-alpine"  # holds a whole small system
CANARY = "canary-7c1e-secret"


@engines.needs_engine
class RealEngine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.engine = cls.enterClassContext(engines.Engine())
        cls.docker = cls.engine.docker

    def tearDown(self):
        self.engine.resume()
        self.engine.clean()

    def probe(self, *words, timeout_ms=20000, address=None, stdin="", env=None):
        done = subprocess.run([PROBE, address or self.engine.address, str(timeout_ms), *map(str, words)],
                              env=clean_environment(**(env or {})), input=stdin, capture_output=True, text=True,
                              timeout=timeout_ms / 1000 + 20)
        self.assertEqual(done.stderr, "")
        return json.loads(done.stdout)

    def run_container(self, name, *words, options=()):
        return self.docker("run", "-d", "--name", name, *options, IMAGE, *words).stdout.strip()

    def code(self, *words, **options):
        document = self.probe(*words, **options)
        return document["error"]["code"] if "error" in document else document

    # ---- the engine itself

    def test_version_and_information_agree_with_the_cli(self):
        about = self.probe("about")
        cli = json.loads(self.docker("version", "--format", "{{json .Server}}").stdout)
        self.assertEqual((about["version"], about["api"]), (cli["Version"], cli["ApiVersion"]))
        self.assertEqual(about["root"], str(engines.HOME / "data"))
        self.assertEqual(about["driver"], self.docker("info", "--format", "{{.Driver}}").stdout.strip())
        self.assertLess(abs(about["offset_ms"]), 2000)
        self.assertEqual(about["source"], "-H")

    def test_the_environment_and_a_context_find_it_too(self):
        for name, env in self.ways().items():
            done = subprocess.run([PROBE, "", "9000", "about"], env=clean_environment(**env), capture_output=True, text=True)
            self.assertEqual(json.loads(done.stdout).get("source"), name, done.stdout)

    def ways(self):
        home = pathlib.Path(tempfile.mkdtemp(prefix="logbook-home-"))
        self.addCleanup(shutil.rmtree, home)
        subprocess.run(["/usr/bin/docker", "context", "create", "far", "--docker", f"host={self.engine.address}"],
                       env=clean_environment(HOME=str(home)), check=True, capture_output=True)
        other = home / "other"
        shutil.copytree(home / ".docker", other / ".docker")
        (other / ".docker/config.json").write_text(json.dumps({"currentContext": "far"}))
        return {"DOCKER_HOST": {"DOCKER_HOST": self.engine.address}, "DOCKER_CONTEXT": {"DOCKER_CONTEXT": "far", "HOME": str(home)},
                "the current Docker context": {"HOME": str(other)}}

    def test_a_stopped_and_a_hanging_engine(self):
        self.engine.pause()
        begun = time.monotonic()
        self.assertEqual(self.code("list", timeout_ms=800), "timeout")
        self.assertLess(time.monotonic() - begun, 10)
        self.engine.resume()
        self.assertEqual(self.probe("ping"), {"done": True})

    def test_tls_with_client_certificates(self):
        address, certificates = self.engine.serve_tls()
        trusted = {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(certificates)}
        self.assertEqual(self.probe("about", address=address, env=trusted)["source"], "-H")
        self.run_container("far", "sleep", "600")
        text = "line of input\n" * 20_000
        got = self.probe("exec", f"--env=PW={CANARY}", "--input", "far", "sh", "-c", 'cat; printf %s "$PW" >&2; exit 3',
                         address=address, env=trusted, stdin=text)
        self.assertEqual((got["exit"], len(got["out"]), got["err"]), (3, len(text), CANARY))
        # Without our certificate, with a stranger's authority, or in the clear: no.
        self.assertIn(self.code("about", address=address, env={"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/nonexistent"}),
                      ("tls",))
        alone = certificates / "alone"
        alone.mkdir()
        shutil.copy(certificates / "ca.pem", alone)
        self.assertIn(self.code("about", address=address, env={**trusted, "DOCKER_CERT_PATH": str(alone)}), ("tls", "closed"))
        self.assertIn(self.code("about", address=address), ("invalid", "protocol", "closed"))

    # ---- containers

    def test_list_and_inspect_agree_with_the_cli(self):
        port = free_port()
        self.docker("network", "create", "front")
        self.docker("volume", "create", "kept")
        self.run_container("full", "sleep", "60", options=(
            "-p", f"127.0.0.1:{port}:6379", "--network", "front", "--network-alias", "cache", "-v", "kept:/data",
            "-v", "/tmp:/host:ro", "-e", f"SECRET={CANARY}=x", "-m", "64m", "--restart", "on-failure:3",
            "--label", "com.docker.compose.project=p", "--label", "com.docker.compose.service=s", "--label", "evil=\x1b[2J",
            "--health-cmd", "echo not well; exit 1", "--health-interval", "1s", "--health-retries", "1"))
        self.run_container("short", "sh", "-c", "exit 7")
        self.engine.wait_for("short", "exited")
        self.engine.wait_for("full", "unhealthy")
        cli = self.engine.inspect("full")
        listed = {c["name"]: c for c in self.probe("list")}
        self.assertEqual(set(listed), {"full", "short"})
        for c in (listed["full"], self.probe("inspect", "full")):
            self.assertEqual(c["id"], cli["Id"])
            self.assertEqual((c["state"], c["health"]), ("running", "unhealthy"))
            self.assertEqual(c["image"], IMAGE)
            self.assertEqual(c["image_id"], cli["Image"])
            self.assertEqual((c["project"], c["service"], c["labels"]["evil"]), ("p", "s", "\x1b[2J"))
            self.assertIn({"address": "127.0.0.1", "public": port, "private": 6379, "protocol": "tcp"}, c["ports"])
            self.assertEqual(c["networks"]["front"]["address"], cli["NetworkSettings"]["Networks"]["front"]["IPAddress"])
            self.assertEqual([(m["kind"], m["destination"], m["writable"]) for m in c["mounts"]],
                             [("volume", "/data", True), ("bind", "/host", False)])
            self.assertEqual(c["created"][:19], cli["Created"][:19])
        self.assertEqual(c["environment"]["SECRET"], CANARY + "=x")
        self.assertEqual(c["command"], ["sleep", "60"])
        self.assertEqual((c["policy"], c["retries"], c["memory_limit"]), ("on-failure", 3, 64 << 20))
        self.assertEqual(c["health_runs"][-1]["output"].strip(), "not well")
        self.assertEqual(c["health_runs"][-1]["exit"], 1)
        self.assertIn("cache", c["networks"]["front"]["aliases"])
        self.assertTrue(pathlib.Path(c["log_path"]).is_file())
        self.assertEqual(self.probe("inspect", "short")["exit_code"], 7)
        self.assertEqual([c["name"] for c in self.probe("list", "com.docker.compose.service=s")], ["full"])
        self.assertEqual(self.code("inspect", "nobody"), "not_found")

    def test_an_out_of_memory_kill_is_seen(self):
        self.run_container("greedy", "python3", "-c", "x = bytearray(1 << 28)\nimport time; time.sleep(60)",
                           options=("-m", "32m", "--memory-swap", "32m"))
        self.engine.wait_for("greedy", "exited")
        c = self.probe("inspect", "greedy")
        self.assertEqual((c["oom"], c["exit_code"]), (True, 137))

    def test_start_stop_restart_and_the_rest(self):
        self.run_container("one", "sleep", "600", options=("--restart", "always", "--init"))
        before = self.probe("inspect", "one")
        self.assertEqual(self.probe("stop", "one", 5), {"done": True})
        self.assertEqual(self.probe("inspect", "one")["state"], "exited")
        self.assertEqual(self.probe("stop", "one", 5), {"done": True})  # already so
        self.assertEqual(self.probe("start", "one"), {"done": True})
        self.assertEqual(self.probe("start", "one"), {"done": True})
        self.assertEqual(self.probe("restart", "one", 1), {"done": True})
        self.assertGreater(self.probe("inspect", "one")["started"], before["started"])
        self.assertEqual(self.probe("policy", "one", "no"), {"done": True})
        self.assertEqual(self.engine.inspect("one")["HostConfig"]["RestartPolicy"]["Name"], "no")
        self.assertEqual(self.probe("rename", "one", "two"), {"done": True})
        self.assertEqual(self.code("remove", "two"), "conflict")  # it runs
        self.assertEqual(self.probe("kill", "two", "KILL"), {"done": True})
        self.engine.wait_for("two", "exited")
        self.assertEqual(self.code("kill", "two", "KILL"), "conflict")
        self.assertEqual(self.probe("remove", "two"), {"done": True})
        self.assertEqual(self.code("start", "two"), "not_found")

    def test_removing_a_container_keeps_its_volumes(self):
        self.run_container("holder", "sleep", "600", options=("-v", "precious:/data"))
        self.assertEqual(self.probe("remove", "holder", "force"), {"done": True})
        self.assertEqual([v["name"] for v in self.probe("volumes")], ["precious"])
        self.assertEqual(self.probe("disk")["volumes"], {"precious": 0})  # nothing references it

    # ---- statistics

    def test_statistics_agree_with_the_cli_and_take_one_interval(self):
        self.run_container("busy", "sh", "-c", "while :; do :; done", options=("-m", "128m", "--cpus", "0.5"))
        self.run_container("idle", "sleep", "600")
        self.run_container("ended", "true")
        self.engine.wait_for("ended", "exited")
        time.sleep(1)
        reading = self.probe("sample", "busy", "idle", "ended", "nobody")
        samples = reading["samples"]
        self.assertGreaterEqual(reading["took_ms"], 1000)
        self.assertGreater(samples["busy"]["cpu"], 15)
        self.assertLess(samples["busy"]["cpu"], 75)
        self.assertLess(samples["idle"]["cpu"], 15)
        self.assertEqual(samples["busy"]["limit"], 128 << 20)
        self.assertEqual((samples["ended"], samples["nobody"]), ("unsupported", "not_found"))
        line = self.docker("stats", "--no-stream", "--format", "{{.MemUsage}};{{.PIDs}}", "idle").stdout.strip()
        memory, processes = line.split(";")
        number = float("".join(c for c in memory.split("/")[0] if c.isdigit() or c == "."))
        unit = {"KiB": 1 << 10, "MiB": 1 << 20, "B": 1}[next(u for u in ("KiB", "MiB", "B") if u in memory.split("/")[0])]
        self.assertAlmostEqual(samples["idle"]["memory"], number * unit, delta=max(0.25 * number * unit, 200 << 10))
        self.assertEqual(samples["idle"]["processes"], int(processes))
        if not SANITIZED:
            print(f"sample of 4 containers at once: {reading['took_ms']} ms", flush=True)

    # ---- logs

    def test_logs_agree_with_the_cli(self):
        self.run_container("talker", "sh", "-c", "echo out-1; echo err-1 >&2; echo 'Ümläut \x1b[1m → <&>\"\\'; printf 'no end'")
        self.engine.wait_for("talker", "exited")
        cli = self.docker("logs", "talker")
        got = self.probe("logs", "talker")
        self.assertEqual((got["out"], got["err"]), (cli.stdout, cli.stderr))
        stamped = self.probe("logs", "--timestamps", "talker")
        self.assertEqual(stamped["out"], self.docker("logs", "-t", "talker").stdout)
        self.assertEqual(self.probe("logs", "--tail=1", "talker")["out"], "no end")
        moment = stamped["out"].splitlines()[-1].split(" ")[0]
        self.assertEqual(self.probe("logs", f"--since={moment}", "talker")["out"], "no end")
        self.assertEqual(self.probe("logs", "--until=2020-01-01T00:00:00Z", "talker")["out"], "")
        self.assertEqual(self.code("logs", "nobody"), "not_found")

    def test_a_terminal_has_no_frames_and_long_lines_come_whole(self):
        self.run_container("term", "sh", "-c", "echo plain; seq 3", options=("-t",))
        self.engine.wait_for("term", "exited")
        self.assertEqual(self.probe("logs", "term")["out"], "plain\r\n1\r\n2\r\n3\r\n")
        self.run_container("long", "python3", "-c", "print('x' * 100_000); print('end')")
        self.engine.wait_for("long", "exited")
        got = self.probe("logs", "long")
        self.assertEqual(got["out"], "x" * 100_000 + "\nend\n")
        self.assertGreater(got["frames"], 2)  # 16 KiB each

    def test_following_until_enough_and_until_stopped(self):
        self.run_container("counter", "sh", "-c", "i=0; while :; do i=$((i+1)); echo $i; sleep 0.05; done")
        got = self.probe("logs", "--follow", "--frames=10", "counter")
        self.assertEqual(got["out"], "".join(f"{i}\n" for i in range(1, 11)))
        got = self.probe("logs", "--follow", "--tail=0", "--stop-after=700", "counter")
        self.assertTrue(got["stopped"])
        self.assertIn("\n", got["out"])
        self.docker("kill", "counter")
        self.assertFalse(self.probe("logs", "--follow", "--tail=1", "counter")["stopped"])  # ends with the container

    # ---- events, exec, archives

    def test_events_of_a_span(self):
        since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 1))
        self.run_container("eventful", "sh", "-c", "exit 3", options=("--label", "role=backend"))
        self.engine.wait_for("eventful", "exited")
        time.sleep(1.1)
        until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        events = self.probe("events", f"--since={since}", f"--until={until}", "--kind=container", "eventful")
        self.assertEqual([e["action"] for e in events], ["create", "start", "die"])
        self.assertEqual(events[-1]["attributes"]["exitCode"], "3")
        self.assertEqual(events[-1]["attributes"]["role"], "backend")
        # Reading leaves no event behind: the engine's stream stays silent.
        time.sleep(1.1)
        since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        for words in (["list"], ["inspect", "eventful"], ["logs", "eventful"], ["sample", "eventful"]):
            self.probe(*words)
        time.sleep(1.1)
        until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self.assertEqual(self.probe("events", f"--since={since}", f"--until={until}"), [])

    def test_exec_with_environment_input_and_exit_code(self):
        self.run_container("shell", "sleep", "600")
        got = self.probe("exec", "shell", "sh", "-c", "echo out; echo err >&2; exit 5")
        self.assertEqual(got, {"exit": 5, "out": "out\n", "err": "err\n"})
        got = self.probe("exec", f"--env=PW={CANARY}", "shell", "sh", "-c", 'printf %s "$PW"')
        self.assertEqual(got["out"], CANARY)
        text = CANARY + "\n" + "line of input\n" * 50_000
        got = self.probe("exec", "--input", "shell", "cat", stdin=text)
        self.assertEqual((got["exit"], got["out"]), (0, text))
        got = self.probe("exec", "--input", "shell", "sh", "-c", "wc -c; exit 4", stdin="")
        self.assertEqual((got["exit"], got["out"].strip()), (4, "0"))
        self.assertEqual(self.probe("exec", "--input", "shell", "true", stdin=text)["exit"], 0)  # reads nothing
        self.assertEqual(self.probe("exec", "--user=65534", "shell", "id", "-u")["out"], "65534\n")
        self.assertEqual(self.code("exec", "--most=1000", "shell", "seq", "10000"), "too_large")
        self.assertEqual(self.code("exec", "shell", "sleep", "30", timeout_ms=1500), "timeout")
        self.assertIn(self.probe("exec", "shell", "no-such-program").get("exit", "error"), (126, 127, "error"))
        got = self.probe("exec", "--stream", "--most=1000", "shell", "sh", "-c", "seq 2000 >&2")
        self.assertEqual((got["exit"], len(got["err"])), (0, 8893))
        self.assertEqual(self.code("exec", "--stop-after=300", "shell", "sleep", "30"), "interrupted")
        self.docker("stop", "-t", "0", "shell")
        self.assertEqual(self.code("exec", "shell", "true"), "conflict")
        self.assertEqual(self.code("exec", "nobody", "true"), "not_found")

    def test_no_secret_in_an_argv_or_an_event(self):
        since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 1))
        self.run_container("quiet", "sleep", "600")
        watch = ("import glob, sys; own = '/proc/self'\n"
                 "print(any(b'" + CANARY[:6] + "' + b'" + CANARY[6:] + "' in open(p, 'rb').read() for p in glob.glob('/proc/[0-9]*/cmdline')))")
        got = self.probe("exec", f"--env=PW={CANARY}", "--input", "quiet", "python3", "-c", watch, stdin=CANARY)
        self.assertEqual(got["out"].strip(), "False")
        time.sleep(1.1)
        until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self.assertNotIn(CANARY, json.dumps(self.probe("events", f"--since={since}", f"--until={until}")))

    def test_files_of_a_container_and_of_an_image(self):
        self.run_container("files", "sh", "-c", "mkdir -p /app/versions; cd /app/versions; echo one >1.py; ln -s /etc/shadow l; "
                           "mkfifo pipe; head -c 3000000 /dev/zero >big; sleep 600")
        until = time.monotonic() + 20
        while self.docker("exec", "files", "test", "-s", "/app/versions/big", check=False).returncode != 0:
            self.assertLess(time.monotonic(), until)
        entries = {e["path"]: e for e in self.probe("archive", "files", "/app/versions")}
        self.assertEqual(entries["versions/1.py"]["content"], "one\n")
        self.assertEqual((entries["versions/l"]["kind"], entries["versions/l"]["link"]), (2, "/etc/shadow"))
        self.assertEqual(entries["versions/pipe"]["kind"], 3)
        self.assertEqual(len(entries["versions/big"]["content"]), 3_000_000)
        self.assertEqual(self.code("archive", "files", "/app/versions", 1_000_000), "too_large")
        self.assertEqual(self.code("archive", "files", "/not/there"), "not_found")
        made = self.probe("create", IMAGE, "reader")
        self.assertEqual(self.probe("inspect", "reader")["state"], "created")
        self.assertIn("PRETTY_NAME=", self.probe("archive", made["id"], "/usr/lib/os-release")[0]["content"])
        self.assertEqual(self.code("create", "no-such-image:1"), "not_found")
        self.assertEqual(self.code("create", IMAGE, "reader"), "conflict")

    def test_a_container_made_for_one_purpose(self):
        self.docker("network", "create", "front")
        self.docker("network", "create", "back")
        made = self.probe("create", "--entrypoint=sleep", f"--env=PW={CANARY}", "--network=front", "--join=back",
                          "--volume=precious", "--user=65534", "--auto-remove", IMAGE, "", "600")["id"]
        self.assertEqual(self.probe("start", made), {"done": True})
        seen = self.engine.inspect(made)
        self.assertEqual((seen["Config"]["Entrypoint"], seen["Config"]["Cmd"], seen["Config"]["User"]), (["sleep"], ["600"], "65534"))
        self.assertEqual(sorted(seen["NetworkSettings"]["Networks"]), ["back", "front"])
        self.assertEqual([(m["Name"], m["Destination"], m["RW"]) for m in seen["Mounts"]], [("precious", "/kept", False)])
        self.assertEqual(self.probe("exec", made, "sh", "-c", 'printf %s "$PW"')["out"], CANARY)
        self.assertEqual([p["command"] for p in self.probe("processes", made)], ["sleep 600"])
        self.docker("kill", made)
        until = time.monotonic() + 20
        while self.code("inspect", made) != "not_found":
            self.assertLess(time.monotonic(), until)
        # Docker 20.10 looks for a network that is joined at the start only.
        made = self.probe("create", "--network=front", "--join=nowhere", IMAGE, "lost")
        if "id" in made:
            self.assertEqual(self.code("start", "lost"), "not_found")
        else:
            self.assertEqual((made["error"]["code"], self.code("inspect", "lost")), ("not_found", "not_found"))
        self.docker("create", "--name", "still", IMAGE, "true")
        self.assertEqual(self.code("processes", "still"), "conflict")
        self.assertEqual(self.code("processes", "nobody"), "not_found")

    # ---- other things

    def test_images_volumes_and_networks(self):
        tags = {t for image in self.probe("images") for t in image["tags"]}
        self.assertLessEqual({"mysql:8.0", "redis:7-alpine", "logbook-backend:latest"}, tags)
        self.assertEqual(self.probe("images", IMAGE)[0]["id"], self.docker("image", "inspect", "-f", "{{.Id}}", IMAGE).stdout.strip())
        self.docker("network", "create", "mid")
        self.run_container("member", "sleep", "600", options=("--network", "mid"))
        network = self.probe("networks", "mid")[0]
        self.assertEqual(network["members"], {"member": self.engine.inspect("member")["NetworkSettings"]["Networks"]["mid"]["IPAddress"]})
        self.assertIn("mid", [n["name"] for n in self.probe("networks")])
        self.docker("volume", "create", "v1")
        self.assertEqual(self.probe("volumes", "v1")[0]["mountpoint"], self.docker("volume", "inspect", "-f", "{{.Mountpoint}}", "v1").stdout.strip())
        for kind in ("images", "volumes", "networks"):
            self.assertEqual(self.code(kind, "not-there"), "not_found")


@engines.needs_engine
class ComposeProjects(unittest.TestCase):
    """Both shapes, made by both generations of Compose, and what the room sees of them."""

    @classmethod
    def setUpClass(cls):
        cls.engine = cls.enterClassContext(engines.Engine())

    def look(self, shape, generation):
        with engines.Stack(self.engine, shape=shape, generation=generation) as stack:
            done = subprocess.run([PROBE, self.engine.address, "9000", "list"], env=clean_environment(), capture_output=True, text=True)
            found = {c["service"]: c for c in json.loads(done.stdout)}
            self.assertEqual({c["project"] for c in found.values()}, {"the-logbook"})
            self.assertEqual({service: c["name"] for service, c in found.items()},
                             {service: stack.names[role] for role, service in stack.services.items()})
            # Compose 1.29 writes no depends_on label.
            self.assertEqual(found["backend"]["depends_on_known"], generation == 2)
            self.assertTrue(found["backend"]["compose"].startswith("1.29" if generation == 1 else "2."))
            with socket.create_connection(("127.0.0.1", int(stack.env["FRONTEND_PORT"])), timeout=10) as front:
                front.sendall(b"GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n")
                self.assertIn(b" 200 ", front.recv(4096).splitlines()[0])

    def test_base_by_compose_2(self):
        self.look("base", 2)

    def test_base_by_compose_1(self):
        self.look("base", 1)

    def test_unraid_by_compose_2(self):
        self.look("unraid", 2)

    def test_unraid_by_compose_1(self):
        self.look("unraid", 1)


if __name__ == "__main__":
    engines.main()
