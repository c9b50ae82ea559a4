"""Twelve faults, one at a time, in a real stack: doctor names each as the first finding, with its symptoms folded
beneath it, within its time, and leaves every file and row as they were."""

import hashlib
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import unittest

from program import clean_environment, run, run_json
from sandbox import Sandbox

TIMEOUT = 4.0  # seconds, given to doctor
SLOW = 3.0 if "sanitize" in os.environ.get("LOGBOOK_BUILD", "") else 1.0


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = Sandbox()
        cls.stack.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.stack.__exit__(None, None, None)

    def setUp(self):
        self.heal()
        self.addCleanup(self.heal)
        self.original_env = self.stack.env.read_text()
        self.addCleanup(self.restore_env)

    # -- the stack's own state

    def heal(self):
        """Whatever a fault stopped goes on, and is waited for."""
        for role in ("database", "cache", "backend"):
            try:
                os.kill(self.stack.pid(role), signal.SIGCONT)
            except ProcessLookupError:
                pass

    def restore_env(self):
        self.write_env(self.original_env)

    def write_env(self, text):
        self.stack.env.write_text(text)
        self.stack.env.chmod(0o600)

    def set_env(self, **values):
        lines = self.original_env.splitlines()
        for name, value in values.items():
            lines = [line for line in lines if not line.startswith(name + "=")] + [f"{name}={value}"]
        self.write_env("\n".join(lines) + "\n")

    def files(self):
        """Checksums of what an operator would miss; the servers' own data files move by themselves."""
        root = self.stack.dir
        return {name: hashlib.sha256((root / name).read_bytes()).hexdigest()
                for name in sorted(p.name for p in root.iterdir() if p.is_file() and p.suffix != ".log")
                if os.access(root / name, os.R_OK)}

    def rows(self):
        """Checksums of every table, read as the database's root."""
        tables = self.stack.sql("SELECT table_name FROM information_schema.tables WHERE table_schema='the_logbook'").split()
        return {table: self.stack.sql(f"CHECKSUM TABLE the_logbook.{table}") for table in tables}

    # -- diagnosis

    def diagnose(self, *extra):
        start = time.monotonic()
        done, document = run_json("doctor", "-C", self.stack.dir, "--timeout", f"{int(TIMEOUT * 1000)}ms", *extra)
        took = time.monotonic() - start
        self.assertLess(took, TIMEOUT + 0.5 * SLOW, f"doctor took {took:.2f} s")
        return done, document

    def assert_root(self, check, explains=(), says=""):
        files = self.files()
        done, document = self.diagnose()
        self.assertEqual(self.files(), files, "doctor changed a file")
        text = run("doctor", "-C", self.stack.dir, "--timeout", f"{int(TIMEOUT * 1000)}ms").stdout
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

    # -- the healthy stack first, and between faults

    def test_00_the_healthy_stack_has_no_failure_and_no_warning(self):
        before = (self.files(), self.rows())
        for _ in range(10):
            done, document = self.diagnose()
            self.assertEqual((done.returncode, document["verdict"], document["roots"], document["counts"]["warned"]),
                             (0, "healthy", [], 0), document)
        self.assertEqual((self.files(), self.rows()), before)
        text = run("doctor", "-C", self.stack.dir)
        self.assertEqual(text.returncode, 0)
        self.assertIn("✔ healthy", text.stdout.splitlines()[-1])
        self.assertEqual(run("health", "-C", self.stack.dir).returncode, 0)

    def test_01_database_stopped(self):
        before = self.rows()
        with self.stack.stopped("database"):
            self.assert_root("db.connect", explains=["backend.health"], says="does not run")
        self.assertEqual(self.rows(), before)

    def test_02_wrong_database_password(self):
        self.set_env(DB_PASSWORD="0123456789abcdef0123456789abcdef")
        self.assert_root("db.login", says="refuses the password")

    def test_03_database_host_does_not_resolve(self):
        self.set_env(DB_HOST="no-such-host.invalid")
        self.assert_root("db.host", says="no-such-host.invalid")

    def test_04_unknown_database(self):
        self.set_env(DB_NAME="the_logbok")
        self.assert_root("db.database", says="the_logbook")  # names the one that this user can see

    def test_05_alembic_version_emptied(self):
        before = self.rows()
        self.stack.sql("DELETE FROM the_logbook.alembic_version")
        try:
            document = self.assert_root("db.wipe_trap", says="STOP")
            self.assertTrue(next(f for f in document["findings"] if f["check"] == "db.wipe_trap")["data_at_stake"])
        finally:
            self.stack.sql("INSERT INTO the_logbook.alembic_version VALUES ('a17c4e9d2b61')")
        self.assertEqual(self.rows(), before)

    def test_06_redis_stopped(self):
        with self.stack.stopped("cache"):
            self.assert_root("cache.connect", explains=["backend.health"], says="does not run")

    def test_07_wrong_redis_password(self):
        self.set_env(REDIS_PASSWORD="0123456789abcdef0123456789abcdef")
        self.assert_root("cache.login", says="refuses the password")

    def test_08_backend_stopped(self):
        with self.stack.stopped("backend"):
            self.assert_root("backend.port", says="nobody listens")

    def test_09_backend_hung(self):
        os.kill(self.stack.pid("backend"), signal.SIGSTOP)
        self.assert_root("backend.answers", says="hung")

    def test_10_database_hung(self):
        os.kill(self.stack.pid("database"), signal.SIGSTOP)
        self.assert_root("db.greets", explains=["backend.health"], says="hung")

    def test_11_placeholder_secrets_in_production(self):
        self.set_env(ENVIRONMENT="production", SECRET_KEY="CHANGE_ME_GENERATE_WITH_STEP_2_ABOVE",
                     ENCRYPTION_KEY="CHANGE_ME_GENERATE_WITH_STEP_2_ABOVE")
        self.assert_root("config.secrets", explains=["config.gate"], says="no real secret")

    def test_12_another_program_on_the_backends_port(self):
        with self.stack.stopped("backend"):
            stranger = subprocess.Popen([sys.executable, "-m", "http.server", "--bind", "127.0.0.1",
                                         str(self.stack.port("backend"))], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, env=clean_environment(), cwd="/")
            try:
                wait_for_port(self.stack.port("backend"))
                self.assert_root("backend.port", says="python3")
            finally:
                stranger.kill()
                stranger.wait()

    def test_13_a_short_deadline_is_kept_while_everything_hangs(self):
        for role in ("database", "cache", "backend"):
            os.kill(self.stack.pid(role), signal.SIGSTOP)
        start = time.monotonic()
        done = run("doctor", "-C", self.stack.dir, "--timeout", "1s")
        self.assertLess(time.monotonic() - start, 1.5 * SLOW + 0.3)
        self.assertIn(done.returncode, (1, 124))
        self.assertIn("hung", done.stdout)

    def test_14_two_faults_are_two_roots(self):
        self.set_env(REDIS_PASSWORD="0123456789abcdef0123456789abcdef", DB_PASSWORD="0123456789abcdef0123456789abcdef")
        _, document = self.diagnose()
        self.assertEqual(set(document["roots"]), {"db.login", "cache.login"})

    def test_15_waivers(self):
        self.set_env(REDIS_PASSWORD="0123456789abcdef0123456789abcdef")
        self.assertEqual(self.diagnose()[0].returncode, 1)
        done, document = self.diagnose("--skip", "cache.login=Redis is being moved")
        self.assertEqual((done.returncode, document["counts"]["waived"]), (0, 1), document)
        waivers = self.stack.dir / "logbookctl.waivers"
        waivers.write_text("cache.login 2999-12-31 Redis is being moved\n")
        try:
            self.assertEqual(self.diagnose()[0].returncode, 0)
            waivers.write_text("cache.login 2020-01-01 Redis was being moved\n")
            done, _ = self.diagnose()
            self.assertEqual(done.returncode, 1)
            self.assertIn("ended", done.stderr)
        finally:
            waivers.unlink()


def wait_for_port(port, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nobody listens on {port}")


if __name__ == "__main__":
    unittest.main()
