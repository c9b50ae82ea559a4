"""A throw-away mariadbd on a free loopback port, in a private folder, as an unprivileged user when run by root: this
machine's, or that of another Debian release."""

import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from ports import free_port

ADMIN = "root"
PASSWORD = "rootPassword1234"


class MariaDb:
    """`with MariaDb() as db: db.sql("…")`. Stopped, and its folder removed, at the end. `options` go to the server, after
    those of its own."""

    def __init__(self, *options):
        self._options = options
        self._debian = None  # the folder whose programs are started with chroot

    def __enter__(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="logbook-mariadb-", dir=self._debian and self._debian / "tmp"))
        self.port = free_port()
        self.process = None
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def _as_user(self):
        if os.geteuid() != 0:
            return []
        user = next(name for name in ("mysql", "nobody") if _exists(name)) if not self._debian else "nobody"
        entry = pwd.getpwnam(user)
        os.chown(self.dir, entry.pw_uid, entry.pw_gid)
        return ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]

    def _start(self):
        as_user = self._as_user()
        inside = self.dir
        if self._debian:
            as_user = ["chroot", self._debian, *as_user]
            inside = pathlib.Path("/") / self.dir.relative_to(self._debian)
        data = inside / "data"
        install = "/usr/bin/mariadb-install-db"
        done = subprocess.run([*as_user, install, "--no-defaults", f"--datadir={data}",
                               "--auth-root-authentication-method=normal", "--skip-test-db",
                               "--skip-name-resolve", "--force"], capture_output=True, text=True, cwd=self.dir,
                              env={**os.environ, "HOME": str(inside), "TMPDIR": str(inside)})
        if done.returncode != 0:
            raise RuntimeError(f"mariadb-install-db: {done.stdout}{done.stderr}")
        self._words, self._inside, self._has_password = as_user, inside, False
        self.start()
        subprocess.run(self._client(password=False)
                       + ["-e", f"ALTER USER '{ADMIN}'@'localhost' IDENTIFIED BY '{PASSWORD}'"], check=True)
        self._has_password = True

    def start(self):
        """Also after kill(), on the same port with the same data."""
        inside = self._inside
        self.log = open(self.dir / "log", "ab")
        self.process = subprocess.Popen(
            [*self._words, "/usr/sbin/mariadbd", "--no-defaults", f"--datadir={inside}/data",
             f"--port={self.port}", "--bind-address=127.0.0.1", f"--socket={inside}/sock", "--skip-log-bin",
             f"--pid-file={inside}/pid", "--innodb-buffer-pool-size=8M", "--innodb-log-file-size=4M",
             "--performance-schema=OFF", f"--tmpdir={inside}", "--innodb-flush-log-at-trx-commit=0",
             *self._options],
            stdout=self.log, stderr=subprocess.STDOUT, cwd=self.dir)
        deadline = time.monotonic() + 60
        while subprocess.run(self._client(self._has_password) + ["-e", "SELECT 1"], capture_output=True).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("mariadbd: " + (self.dir / "log").read_text(errors="replace"))
            time.sleep(0.05)

    def kill(self):
        """Nothing of what it still wanted to do is done."""
        self.process.kill()
        self.process.wait()
        self.log.close()

    def _client(self, password=True):
        return ["/usr/bin/mariadb", "--no-defaults", f"--socket={self.dir}/sock", f"--user={ADMIN}", "--batch",
                *([f"--password={PASSWORD}"] if password else [])]

    def sql(self, text):
        done = subprocess.run(self._client(), input=text, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return done.stdout

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if getattr(self, "log", None):
            self.log.close()
        shutil.rmtree(self.dir, ignore_errors=True)


class NewerMariaDb(MariaDb):
    """That of the next Debian release, in a folder of its own. SkipTest says why it cannot be made (it needs root)."""

    def __enter__(self):
        script = pathlib.Path(__file__).parent / "debian_folder.sh"
        done = subprocess.run(["sh", script, "trixie", "mariadb-server-core,mariadb-client-core"], capture_output=True, text=True, timeout=1200)
        if done.returncode != 0:
            raise unittest.SkipTest(f"no newer MariaDB: {done.stderr.strip()}")
        self._debian = pathlib.Path(done.stdout.strip())
        return super().__enter__()


def _exists(user):
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True
