"""A throw-away stack of real servers, for live tests: `with Sandbox() as box: ...`."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

from program import LOGBOOKCTL, clean_environment


class Sandbox:
    """Starts `sandbox up --detach` in a temporary folder, and takes it down at the end of the block.

    .folder  the project folder to give to `-C`      .env      {name: value} of its .env
    .env_path                                        .state    state.json, read anew at each use
    """

    def __init__(self, *options):
        self._options = options

    def __enter__(self):
        self._scratch = tempfile.mkdtemp(prefix="logbook-box-")
        os.chmod(self._scratch, 0o711)  # the servers may run as another user, and must reach their folder
        self.folder = pathlib.Path(self._scratch) / "box"
        done = self._run("up", "--detach", *self._options)
        if done.returncode != 0:
            shutil.rmtree(self._scratch, ignore_errors=True)
            raise RuntimeError(f"sandbox up: exit {done.returncode}\n{done.stdout}{done.stderr}")
        self.up_output = done
        self.env_path = self.folder / ".env"
        self.env = dict(line.split("=", 1) for line in self.env_path.read_text().splitlines()
                        if line and not line.startswith("#"))
        return self

    def __exit__(self, *exception):
        done = self.down()
        shutil.rmtree(self._scratch, ignore_errors=True)
        if exception == (None, None, None) and done.returncode != 0:
            raise RuntimeError(f"sandbox down: exit {done.returncode}\n{done.stdout}{done.stderr}")

    def _run(self, verb, *options):
        return subprocess.run([LOGBOOKCTL, "sandbox", verb, "--dir", str(self.folder), *options],
                              env=clean_environment(), capture_output=True, text=True, timeout=120)

    def down(self):
        return self._run("down")

    def status(self):
        """The document of `sandbox status -o json`."""
        return json.loads(self._run("status", "-o", "json").stdout)

    @property
    def state(self):
        return json.loads((self.folder / "state.json").read_text())

    def _process(self, role):
        state = self.state
        return next(p for p in [state["supervisor"], *state["servers"]] if p["role"] == role)

    def pid(self, role):
        """Of supervisor, database, cache or backend."""
        return self._process(role)["pid"]

    def port(self, role):
        return self._process(role)["port"]

    def signal(self, role, number):
        os.kill(self.pid(role), number)

    def log(self, role):
        return (self.folder / f"{role}.log").read_text(errors="replace")

    def sql(self, statement, user="root"):
        """Runs a statement through the real client; returns rows of texts. The password stands in an option file."""
        name = {"root": "MYSQL_ROOT_PASSWORD", "logbook_user": "DB_PASSWORD"}[user]
        with tempfile.NamedTemporaryFile("w", suffix=".cnf") as options:
            options.write(f"[client]\nhost=127.0.0.1\nport={self.port('database')}\nprotocol=tcp\n"
                          f"user={user}\npassword={self.env[name]}\n")
            options.flush()
            done = subprocess.run(["mariadb", f"--defaults-file={options.name}", "--batch", "--skip-column-names",
                                   "--default-character-set=utf8mb4", self.env["DB_NAME"]],
                                  input=statement, capture_output=True, text=True, timeout=30)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def redis(self, *words):
        """Runs a command through redis-cli; the password stands in its environment."""
        done = subprocess.run(["redis-cli", "-h", "127.0.0.1", "-p", str(self.port("cache")), *words],
                              env={**clean_environment(), "REDISCLI_AUTH": self.env["REDIS_PASSWORD"]},
                              capture_output=True, text=True, timeout=30)
        return done.stdout.strip()
