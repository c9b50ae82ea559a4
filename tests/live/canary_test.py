"""No secret ever leaves its place: a canary in every place where a secret can stand, then every command that looks at
containers; the canaries are looked for in its output, in the argument lists of every process that it started, in the
engine's events and execs, and in every file that it wrote."""

import os
import pathlib
import re
import subprocess
import threading
import time
import unittest

import engine as engines
from program import LOGBOOKCTL, clean_environment

NAMES = ["DB_PASSWORD", "MYSQL_ROOT_PASSWORD", "REDIS_PASSWORD", "SECRET_KEY", "ENCRYPTION_KEY", "ENCRYPTION_SALT"]
# Without an argument the command takes the project's folder from -C.
COMMANDS = [
    ["ps"], ["ps", "-o", "json"], ["stats"], ["stats", "-o", "json"],
    ["doctor"], ["doctor", "-v"], ["doctor", "-o", "json"], ["health"], ["health", "-v", "--docs"], ["health", "-o", "json"],
    ["logs", "show"], ["logs", "show", "-o", "json"], ["logs", "show", "--source", "api"], ["logs", "grep", "canary"],
    ["logs", "scan"], ["logs", "requests"], ["logs", "follow", "--from-beginning", "--for", "2s"],
    ["config", "check"], ["config", "show"], ["config", "show", "-o", "json"], ["config", "drift"], ["config", "drift", "-o", "json"],
    ["secrets", "check"], ["secrets", "generate", "--write"], ["restart", "--dry-run"], ["restart", "--dry-run", "-o", "json"],
    ["mysql", "processlist", "--all", "--show-literals"], ["mysql", "processlist", "-o", "json"], ["mysql", "locks", "-o", "json"],
    ["mysql", "status", "-v"], ["mysql", "status", "-o", "json"], ["mysql", "slow"], ["mysql", "kill", "1", "--confirm=1"],
    ["redis", "stats"], ["redis", "stats", "-o", "json"], ["redis", "latency"], ["redis", "memory", "--show-keys"],
    ["restart", "backend", "--yes"], ["ps", "-H", "unix:///nonexistent"], ["explain", "db.login"],
]


class Watch(threading.Thread):
    """Collects the argument lists of every process that descends from this one, as often as it can."""

    def __init__(self):
        super().__init__(daemon=True)
        self.seen, self.go_on = set(), True

    def run(self):
        me = os.getpid()
        while self.go_on:
            parents, words = {}, {}
            for folder in pathlib.Path("/proc").iterdir():
                if not folder.name.isdigit():
                    continue
                try:
                    parents[int(folder.name)] = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
                    words[int(folder.name)] = (folder / "cmdline").read_bytes()
                except (OSError, ValueError, IndexError):
                    continue
            for pid, line in words.items():
                at = pid
                while at in parents and at != me:
                    at = parents[at]
                if at == me and pid != me:
                    self.seen.add(line)

    def stop(self):
        self.go_on = False
        self.join()


@engines.needs_engine
class Canaries(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.engine = cls.enterClassContext(engines.Engine())
        canaries = {name: f"canary{i}x{os.urandom(16).hex()}" for i, name in enumerate(NAMES)}
        cls.stack = cls.enterClassContext(engines.Stack(cls.engine, "base", 2, **canaries))
        # The application's own log, a healthcheck's output and a label may repeat what it was given.
        cls.canaries = canaries
        said = " ".join(canaries.values())
        (cls.stack.folder / "docker-compose.override.yml").write_text(
            "services:\n  frontend:\n    command: [sh, -c, \"echo 'ERROR " + said + "'; echo \\\"" + said.replace("canary", "%63anary") +
            "\\\"; exec nginx -g 'daemon off;'\"]\n    environment: {DB_PASSWORD: '" + canaries["DB_PASSWORD"] + "'}\n"
            "    healthcheck: {test: [CMD-SHELL, \"echo " + said + "; exit 1\"], interval: 1s, retries: 1}\n")
        cls.stack.compose("up", "-d", "--no-deps", "frontend")
        cls.engine.wait_for(cls.stack.names["frontend"], "unhealthy")

    def assert_clean(self, what, text):
        for name, value in self.canaries.items():
            if isinstance(text, bytes):
                self.assertNotIn(value.encode(), text, f"{name} stands in {what}")
            else:
                self.assertNotIn(value, text, f"{name} stands in {what}")

    def test_no_canary_leaves_its_place(self):
        begun = time.time()
        env_before = (self.stack.folder / ".env").read_bytes()
        for words in COMMANDS:
            with self.subTest(" ".join(words)):
                watch = Watch()
                watch.start()
                try:
                    done = subprocess.run([LOGBOOKCTL, *words, "-C", str(self.stack.folder)], capture_output=True, cwd="/",
                                          timeout=180, env=clean_environment(DOCKER_HOST=self.engine.address))
                finally:
                    watch.stop()
                self.assertIn(done.returncode, (0, 1, 3, 4), done.stderr)
                self.assertTrue(done.stdout + done.stderr)
                if words[:2] in (["logs", "show"], ["logs", "grep"]):
                    self.assertIn(b"***", done.stdout)  # they were there to be shown
                self.assert_clean("its output", done.stdout)
                self.assert_clean("its messages", done.stderr)
                for line in watch.seen:
                    self.assert_clean(f"the arguments of a process: {line[:60]!r}", line)
        self.assertEqual((self.stack.folder / ".env").read_bytes(), env_before)

        # The engine's own healthchecks hold the application's secrets in their words (LOGBOOK: redis-cli -a); what we
        # made does not begin as they do.
        events = self.engine.docker("events", "--since", str(int(begun)), "--until", str(int(time.time()) + 1), "--format",
                                    "{{.Action}}").stdout
        execs = [line for line in events.splitlines() if line.startswith("exec_")]
        ours = [line for line in execs if "redis-cli --no-auth-warning -a" not in line and "healthcheck" not in line
                and "echo canary" not in line and "urllib" not in line and "docker-proxy" not in line
                and not re.fullmatch(r"exec_die.*", line)]
        for line in ours:
            self.assert_clean(f"an event of the engine: {line[:80]}", line)

        # Files that it wrote: beside .env (a backup of it, logs that it kept), and in its own state folders.
        for path in self.stack.folder.rglob("*"):
            if path.is_file() and path.stat().st_mtime >= begun and not path.name.startswith(".env"):
                self.assert_clean(str(path), path.read_bytes())

    def test_the_ladder_inside_a_container_shows_nothing(self):
        """By TLS over TCP there is no way to the container's address: the client inside is the way that is used."""
        address, certificates = self.engine.serve_tls()
        self.engine.wait_for(self.stack.names["database"], "healthy")
        watch, env = Watch(), clean_environment(DOCKER_HOST=address, DOCKER_TLS_VERIFY="1", DOCKER_CERT_PATH=str(certificates))
        begun = int(time.time())
        watch.start()
        try:
            for words in (["mysql", "processlist", "--all"], ["redis", "stats", "-o", "json"]):
                asked = subprocess.run([LOGBOOKCTL, *words, "-C", str(self.stack.folder), "--timeout", "30s"], capture_output=True,
                                       cwd="/", timeout=90, env=env)
                self.assertEqual(asked.returncode, 0, asked.stderr)
                self.assertIn(b"a client inside", asked.stdout)
                self.assert_clean("its output", asked.stdout + asked.stderr)
            done = subprocess.run([LOGBOOKCTL, "doctor", "-v", "-o", "json", "-C", str(self.stack.folder), "--timeout", "30s"],
                                  capture_output=True, text=True, cwd="/", timeout=90, env=env)
        finally:
            watch.stop()
        self.assertIn("a client inside intranet-mysql", done.stdout, done.stderr)
        self.assertIn("a client inside intranet-redis", done.stdout)
        self.assert_clean("its output", done.stdout + done.stderr)
        for line in watch.seen:
            self.assert_clean(f"the arguments of a process: {line[:60]!r}", line)
        events = self.engine.docker("events", "--since", str(begun), "--until", str(int(time.time()) + 1), "--format",
                                    "{{.Action}}").stdout
        clients = [line for line in events.splitlines() if "command -v" in line or "mariadb" in line]
        self.assertTrue(clients, events)
        for line in clients:
            self.assert_clean("an event of the engine", line)


if __name__ == "__main__":
    engines.main()
