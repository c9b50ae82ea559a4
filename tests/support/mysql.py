"""A real MySQL 8 or later in place of MariaDB: the newest that Debian's unstable suite holds, in a folder of its own."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import certificates
from ports import free_port
from program import LOGBOOKCTL, clean_environment
from sandbox import Sandbox

SUPPORT = pathlib.Path(__file__).parent
AS_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
SCHEMA = """
CREATE DATABASE {DB_NAME} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
CREATE USER '{DB_USER}'@'%' IDENTIFIED BY '{DB_PASSWORD}';
GRANT ALL ON {DB_NAME}.* TO '{DB_USER}'@'%';
USE {DB_NAME};
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
INSERT INTO alembic_version VALUES ('a17c4e9d2b61');
CREATE TABLE organizations (id VARCHAR(36) NOT NULL PRIMARY KEY, name VARCHAR(255) NOT NULL, settings JSON NULL);
INSERT INTO organizations VALUES ('o1', 'Engine Company 1', '{{}}');
CREATE TABLE users (id VARCHAR(36) NOT NULL PRIMARY KEY, username VARCHAR(100) NOT NULL, `rank` VARCHAR(100) NULL);
INSERT INTO users VALUES ('u1', 'chief', 'Chief'), ('u2', 'Jürgen', NULL);
"""


def debian_with_mysql():
    """The folder whose /usr/sbin/mysqld is started with chroot. Making it needs root; SkipTest says why it cannot be."""
    done = subprocess.run(["sh", SUPPORT / "debian_folder.sh", "sid", "mysql-server-core"], capture_output=True, text=True,
                          timeout=1200)
    if done.returncode != 0:
        raise unittest.SkipTest(f"no MySQL: {done.stderr.strip()}")
    return pathlib.Path(done.stdout.strip())


class MySqlServer:
    """A server alone, with root's password set: .port  .process  .sql(text)  .authority (the file of the authority that
    signed its certificate, made for 127.0.0.1).  Stopped, and its data removed, at the end."""

    def __init__(self, root_password, *options):
        self.password, self._options = root_password, options

    def __enter__(self):
        self._debian = debian_with_mysql()
        self._data = pathlib.Path(tempfile.mkdtemp(prefix="logbook-mysql-", dir=self._debian / "tmp"))
        self.process = None
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self._data, ignore_errors=True)

    def _start(self):
        os.chown(self._data, 65534, 65534)
        inside = "/" + str(self._data.relative_to(self._debian))
        init = self._data / "init.sql"
        init.write_text(f"ALTER USER 'root'@'localhost' IDENTIFIED BY '{self.password}';\n")
        init.chmod(0o644)
        self.authority = certificates.make(self._data / "tls") / "ca.pem"
        log_path = self._data / "log"
        server = ["chroot", self._debian, *AS_NOBODY, "/usr/sbin/mysqld", "--no-defaults", f"--datadir={inside}/data",
                  "--innodb-buffer-pool-size=32M", "--secure-file-priv=NULL"]
        with open(log_path, "wb") as log:
            subprocess.run([*server, "--initialize-insecure"], stdout=log, stderr=log, check=True, timeout=300)
            self.port = free_port()
            self.process = subprocess.Popen([*server, f"--port={self.port}", "--bind-address=127.0.0.1", "--mysqlx=OFF",
                                             "--skip-log-bin", f"--socket={inside}/sock", f"--pid-file={inside}/pid",
                                             f"--init-file={inside}/init.sql", f"--ssl-ca={inside}/tls/ca.pem",
                                             f"--ssl-cert={inside}/tls/cert.pem", f"--ssl-key={inside}/tls/key.pem",
                                             *self._options], stdout=log, stderr=log)
        end = time.monotonic() + 120
        while b"ready for connections" not in log_path.read_bytes():
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(log_path.read_text(errors="replace"))
            time.sleep(0.1)

    def sql(self, text):
        done = subprocess.run(["mariadb", "--no-defaults", f"--socket={self._data}/sock", "--user=root", "--batch",
                               "--default-character-set=utf8mb4"], input=text, capture_output=True, text=True, timeout=60,
                              env={**clean_environment(), "MYSQL_PWD": self.password})
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return done.stdout


class MySqlStack(Sandbox):
    """A sandbox whose database is MySQL: its MariaDB has stopped, and its backend asks MySQL."""

    def __enter__(self):
        self._server = None
        debian_with_mysql()  # made, or the tests skipped, before a sandbox is started
        super().__enter__()
        self._processes = {}
        try:
            for role in ("backend", "database"):
                os.kill(super().pid(role), signal.SIGKILL)
            self._start_database()
            self._start_backend()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *exception):
        for role, (process, _) in self._processes.items():
            if role == "database":
                continue
            process.send_signal(signal.SIGCONT)
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._server:
            self._server.__exit__()
        super().__exit__(*exception)

    def _process(self, role):
        if role not in self._processes:
            return super()._process(role)
        process, port = self._processes[role]
        return {"role": role, "pid": process.pid, "port": port}

    def _start_database(self):
        self._server = MySqlServer(self.env["MYSQL_ROOT_PASSWORD"]).__enter__()
        port = self._server.port
        self._processes["database"] = (self._server.process, port)
        self._server.sql(SCHEMA.format(**self.env))
        self.env["DB_PORT"] = str(port)
        lines = [f"DB_PORT={port}" if line.startswith("DB_PORT=") else line
                 for line in self.env_path.read_text().splitlines()]
        self.env_path.write_text("\n".join(lines) + "\n")

    def _start_backend(self):
        port = super().port("backend")
        settings = {name: value for name, value in self.env.items() if name != "MYSQL_ROOT_PASSWORD"}
        # It starts in an empty folder, so that its settings are its environment and nothing else.
        with open(self.folder / "backend.log", "ab") as log:
            process = subprocess.Popen([LOGBOOKCTL, "serve", "--health-only", "--listen", "127.0.0.1", "--port", str(port)],
                                       cwd=self.folder / "backend", env={**clean_environment(), **settings},
                                       stdout=log, stderr=log)
        self._processes["backend"] = (process, port)
