"""A throw-away mariadbd on a free loopback port, in a private folder, as an unprivileged user when run by root."""

import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

from ports import free_port

ADMIN = "root"
PASSWORD = "rootPassword1234"


class MariaDb:
    """`with MariaDb() as db: db.sql("…")`. Stopped, and its folder removed, at the end. `options` go to the server, after
    those of its own."""

    def __init__(self, *options):
        self._options = options

    def __enter__(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="logbook-mariadb-"))
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
        user = next(name for name in ("mysql", "nobody") if _exists(name))
        entry = pwd.getpwnam(user)
        os.chown(self.dir, entry.pw_uid, entry.pw_gid)
        return ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]

    def _start(self):
        as_user = self._as_user()
        data = self.dir / "data"
        install = shutil.which("mariadb-install-db") or "/usr/bin/mariadb-install-db"
        done = subprocess.run([*as_user, install, "--no-defaults", f"--datadir={data}",
                               "--auth-root-authentication-method=normal", "--skip-test-db",
                               "--skip-name-resolve"], capture_output=True, text=True, cwd=self.dir,
                              env={**os.environ, "HOME": str(self.dir), "TMPDIR": str(self.dir)})
        if done.returncode != 0:
            raise RuntimeError(f"mariadb-install-db: {done.stdout}{done.stderr}")
        self.log = open(self.dir / "log", "wb")
        self.process = subprocess.Popen(
            [*as_user, shutil.which("mariadbd") or "/usr/sbin/mariadbd", "--no-defaults", f"--datadir={data}",
             f"--port={self.port}", "--bind-address=127.0.0.1", f"--socket={self.dir}/sock", "--skip-log-bin",
             f"--pid-file={self.dir}/pid", "--innodb-buffer-pool-size=8M", "--innodb-log-file-size=4M",
             "--performance-schema=OFF", f"--tmpdir={self.dir}", "--innodb-flush-log-at-trx-commit=0",
             *self._options],
            stdout=self.log, stderr=subprocess.STDOUT, cwd=self.dir)
        deadline = time.monotonic() + 60
        while subprocess.run(self._client(password=False) + ["-e", "SELECT 1"], capture_output=True).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("mariadbd: " + (self.dir / "log").read_text(errors="replace"))
            time.sleep(0.05)
        subprocess.run(self._client(password=False)
                       + ["-e", f"ALTER USER '{ADMIN}'@'localhost' IDENTIFIED BY '{PASSWORD}'"], check=True)

    def _client(self, password=True):
        client = shutil.which("mariadb") or "/usr/bin/mariadb"
        return [client, "--no-defaults", f"--socket={self.dir}/sock", f"--user={ADMIN}", "--batch",
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


def _exists(user):
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True
