"""A throw-away redis-server on a free loopback port, in a private folder: `with RedisServer("--maxmemory", "2mb") as cache`."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from ports import free_port
from program import clean_environment

PASSWORD = "cachePassword1234"


class RedisServer:
    """.port  .dir  .cli(words…) → text.  `tls`: a folder with ca.pem, cert.pem and key.pem; then it speaks nothing else."""

    def __init__(self, *options, tls=None, password=PASSWORD):
        self._options, self._tls, self._password = options, tls, password

    def __enter__(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="logbook-redis-"))
        self.port = free_port()
        ports = ["--port", str(self.port)]
        if self._tls:
            ports = ["--port", "0", "--tls-port", str(self.port), "--tls-cert-file", f"{self._tls}/cert.pem", "--tls-key-file",
                     f"{self._tls}/key.pem", "--tls-ca-cert-file", f"{self._tls}/ca.pem", "--tls-auth-clients", "no"]
        config = self.dir / "redis.conf"  # the password must not stand in an argument
        config.write_text(f"requirepass {self._password}\n" if self._password else "")
        config.chmod(0o600)
        self._command = ["redis-server", config, *ports, "--bind", "127.0.0.1", "--dir", self.dir, "--save", "", *self._options]
        self.start()
        return self

    def start(self):
        """Also after kill(), on the same port, empty."""
        self.log = open(self.dir / "log", "ab")
        self.process = subprocess.Popen(self._command, stdout=self.log, stderr=self.log)
        end = time.monotonic() + 20
        while "PONG" not in self.cli("PING", check=False):
            if self.process.poll() is not None or time.monotonic() > end:
                text = (self.dir / "log").read_text(errors="replace")
                self.__exit__()
                raise RuntimeError(text)
            time.sleep(0.03)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.log.close()

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.dir, ignore_errors=True)

    def cli(self, *words, check=True, binary=False):
        tls = ["--tls", "--cacert", f"{self._tls}/ca.pem"] if self._tls else []
        done = subprocess.run(["redis-cli", *tls, "-h", "127.0.0.1", "-p", str(self.port), *map(os.fspath, words)],
                              env={**clean_environment(), **({"REDISCLI_AUTH": self._password} if self._password else {})},
                              capture_output=True, timeout=30)
        if check and done.returncode != 0:
            raise RuntimeError(done.stderr.decode())
        return done.stdout if binary else done.stdout.decode(errors="replace").rstrip("\n")
