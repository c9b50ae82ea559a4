"""Twelve faults, one at a time, in a real stack: doctor names each as the first finding, with its symptoms folded
beneath it, within its time, and leaves every file and row as they were."""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import unittest

from program import clean_environment, run, run_json
from sandbox import Sandbox

TIMEOUT = 4.0  # seconds, given to doctor
HEALTH_AGE = 1.2  # the backend may answer with what it knew a second ago
SLOW = 3.0 if "sanitize" in os.environ.get("LOGBOOK_BUILD", "") else 1.0


class StackCase(unittest.TestCase):
    """A diagnosis of self.stack, and what must not have changed after it."""

    def write_env(self, text):
        self.stack.env_path.write_text(text)
        self.stack.env_path.chmod(0o600)

    def set_env(self, **values):
        lines = self.original_env.splitlines()
        for name, value in values.items():
            lines = [line for line in lines if not line.startswith(name + "=")] + [f"{name}={value}"]
        self.write_env("\n".join(lines) + "\n")

    def files(self, folder=None):
        """Checksums of what an operator would miss. The servers' own files move by themselves while they run, so
        their folders are looked at only when they are named."""
        root = folder or self.stack.folder
        found = root.rglob("*") if folder else root.iterdir()
        return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
                for path in sorted(found) if path.is_file() and path.suffix != ".log"}

    def rows(self):
        """Checksums of every table, read as the database's root."""
        tables = self.stack.sql("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()")
        return {table: self.stack.sql(f"CHECKSUM TABLE `{table}`") for (table,) in tables}

    # -- diagnosis

    def diagnose(self, *extra):
        start = time.monotonic()
        done, document = run_json("doctor", "-C", self.stack.folder, "--timeout", f"{int(TIMEOUT * 1000)}ms", *extra)
        took = time.monotonic() - start
        self.assertLess(took, TIMEOUT + 0.5 * SLOW, f"doctor took {took:.2f} s")
        return done, document

    def assert_root(self, check, explains=(), says=""):
        time.sleep(HEALTH_AGE)
        files = self.files()
        done, document = self.diagnose()
        self.assertEqual(self.files(), files, "doctor changed a file")
        text = run("doctor", "-C", self.stack.folder, "--timeout", f"{int(TIMEOUT * 1000)}ms").stdout
        message = f"roots {document['roots']}\n{text}\n{done.stderr}"
        self.assertTrue(document["roots"], message)
        self.assertEqual(document["roots"][0], check, message)
        self.assertEqual(done.returncode, 1, message)
        finding = next(f for f in document["findings"] if f["check"] == check)
        self.assertIn(says, finding["cause"] + " ".join(finding["seen"]), message)
        self.assertTrue(finding["fix"], f"{check} gives no fix")
        for symptom in explains:
            self.assertIn(symptom, finding["explains"], message)
        # The first finding that a person reads is the same one.
        first = next(line for line in text.splitlines() if line.startswith("✖"))
        self.assertIn(finding["cause"].split()[0], first)
        self.assert_no_secret(text + done.stdout + done.stderr)
        return document

    def assert_no_secret(self, text):
        for line in self.original_env.splitlines():
            name, _, value = line.partition("=")
            if len(value) >= 16 and any(word in name for word in ("KEY", "PASSWORD", "SALT")):
                self.assertNotIn(value, text, f"the value of {name} was shown")


class RunningStack(StackCase):
    """Faults that one stack survives: each is undone before the next."""

    stack_class = Sandbox

    @classmethod
    def setUpClass(cls):
        cls.stack = cls.stack_class()
        cls.stack.__enter__()
        cls.addClassCleanup(cls.stack.__exit__, None, None, None)
        cls.original_env = cls.stack.env_path.read_text()

    def setUp(self):
        self.addCleanup(self.heal)

    def heal(self):
        self.write_env(self.original_env)
        for role in ("database", "cache", "backend"):
            self.stack.signal(role, signal.SIGCONT)

    def test_00_the_healthy_stack_has_no_failure_and_no_warning(self):
        before = (self.files(), self.rows())
        for _ in range(10):
            done, document = self.diagnose()
            self.assertEqual((done.returncode, document["verdict"], document["roots"], document["counts"]["warned"]),
                             (0, "healthy", [], 0), document)
        self.assertEqual((self.files(), self.rows()), before)
        text = run("doctor", "-C", self.stack.folder)
        self.assertEqual(text.returncode, 0)
        self.assertIn("✔ healthy", text.stdout.splitlines()[-1])
        self.assertEqual(run("health", "-C", self.stack.folder).returncode, 0)

    def test_01_wrong_database_password(self):
        before = self.rows()
        self.set_env(DB_PASSWORD="0123456789abcdef0123456789abcdef")
        self.assert_root("db.login", says="refuses the password")
        self.assertEqual(self.rows(), before)

    def test_02_database_host_does_not_resolve(self):
        self.set_env(DB_HOST="no-such-host.invalid")
        self.assert_root("db.host", says="no-such-host.invalid")

    def test_03_unknown_database(self):
        self.set_env(DB_NAME="the_logbok")
        self.assert_root("db.database", says="this user can see: the_logbook")

    def test_04_alembic_version_emptied(self):
        self.stack.sql("DELETE FROM alembic_version")
        self.addCleanup(self.stack.sql, "INSERT INTO alembic_version VALUES ('a17c4e9d2b61')")
        before = self.rows()
        document = self.assert_root("db.wipe_trap", says="STOP")
        self.assertTrue(next(f for f in document["findings"] if f["check"] == "db.wipe_trap")["data_at_stake"])
        self.assertEqual(self.rows(), before)

    def test_05_wrong_redis_password(self):
        before = self.stack.redis("DBSIZE")
        self.set_env(REDIS_PASSWORD="0123456789abcdef0123456789abcdef")
        self.assert_root("cache.login", says="refuses the password")
        self.assertEqual(self.stack.redis("DBSIZE"), before)

    def test_06_backend_hung(self):
        self.stack.signal("backend", signal.SIGSTOP)
        self.assert_root("backend.answers", says="hung")

    def test_07_database_hung(self):
        before = self.rows()
        self.stack.signal("database", signal.SIGSTOP)
        self.assert_root("db.greets", explains=["backend.health"], says="hung")
        self.stack.signal("database", signal.SIGCONT)
        self.assertEqual(self.rows(), before)

    def test_08_placeholder_secrets_in_production(self):
        self.set_env(ENVIRONMENT="production", SECRET_KEY="CHANGE_ME_GENERATE_WITH_STEP_2_ABOVE",
                     ENCRYPTION_KEY="CHANGE_ME_GENERATE_WITH_STEP_2_ABOVE")
        self.assert_root("config.secrets", explains=["config.gate"], says="no real secret")

    def test_09_a_short_deadline_is_kept_while_everything_hangs(self):
        for role in ("database", "cache", "backend"):
            self.stack.signal(role, signal.SIGSTOP)
        start = time.monotonic()
        done = run("doctor", "-C", self.stack.folder, "--timeout", "1s")
        self.assertLess(time.monotonic() - start, 1 + 0.5 * SLOW)
        self.assertEqual(done.returncode, 1)
        self.assertIn("hung", done.stdout)

    def test_10_two_faults_are_two_roots(self):
        self.set_env(REDIS_PASSWORD="0123456789abcdef0123456789abcdef", DB_PASSWORD="0123456789abcdef0123456789abcdef")
        _, document = self.diagnose()
        self.assertEqual(set(document["roots"]), {"db.login", "cache.login"})

    def test_11_waivers(self):
        self.set_env(REDIS_PASSWORD="0123456789abcdef0123456789abcdef")
        self.assertEqual(self.diagnose()[0].returncode, 1)
        done, document = self.diagnose("--skip", "cache.login=Redis is being moved")
        self.assertEqual((done.returncode, document["counts"]["waived"]), (0, 1), document)
        waivers = self.stack.folder / "logbookctl.waivers"
        self.addCleanup(waivers.unlink)
        waivers.write_text("cache.login 2999-12-31 Redis is being moved\n")
        self.assertEqual(self.diagnose()[0].returncode, 0)
        waivers.write_text("cache.login 2020-01-01 Redis was being moved\n")
        done, _ = self.diagnose()
        self.assertEqual(done.returncode, 1)
        self.assertIn("ended", done.stderr)


class StoppedServer(StackCase):
    """Faults that end a server: each has a stack of its own, whose data must lie on the disk as it was."""

    def setUp(self):
        self.stack = Sandbox()
        self.stack.__enter__()
        self.addCleanup(self.stack.__exit__, None, None, None)
        self.original_env = self.stack.env_path.read_text()

    def stop(self, role):
        """Ends a server the hard way and waits until nobody listens on its port."""
        port = self.stack.port(role)
        self.stack.signal(role, signal.SIGKILL)
        wait_for_port(port, open=False)

    def test_1_database_stopped(self):
        self.stop("database")
        data = next(self.stack.folder.rglob("ibdata1")).parent
        before = self.files(data)
        self.assert_root("db.connect", explains=["backend.health"], says="does not run")
        self.assertEqual(self.files(data), before)

    def test_2_redis_stopped(self):
        self.stop("cache")
        self.assert_root("cache.connect", explains=["backend.health"], says="does not run")

    def test_3_backend_stopped(self):
        before = self.rows()
        self.stop("backend")
        self.assert_root("backend.port", says="nobody listens")
        self.assertEqual(self.rows(), before)

    def test_4_another_program_on_the_backends_port(self):
        port = self.stack.port("backend")
        self.stop("backend")
        stranger = subprocess.Popen([sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)], cwd="/",
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=clean_environment())
        self.addCleanup(stranger.wait)
        self.addCleanup(stranger.kill)
        wait_for_port(port)
        self.assert_root("backend.port", says="python3")


def wait_for_port(port, open=True, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as probe:
            if (probe.connect_ex(("127.0.0.1", port)) == 0) == open:
                return
        time.sleep(0.05)
    raise AssertionError(f"port {port} did not {'open' if open else 'close'}")


if __name__ == "__main__":
    unittest.main()
