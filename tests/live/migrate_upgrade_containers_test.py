"""`migrate upgrade` with a real Alembic inside containers and a real server: in the running backend, in a container of its own
where the backend is stopped, crash-looping or of another code, and after a kill, which Alembic inside outlives."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

import engine as engines
import station_chain as chain
from program import LOGBOOKCTL, clean_environment, validate

STATION = "logbook-test/upgrade"
NEVER = ("--no-backup", "--confirm=intranet_db")


@engines.needs_engine
class Upgrades(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.engine = cls.enterClassContext(engines.Engine())
        cls.addClassCleanup(cls.remove_images)
        cls.image("old", 30)
        cls.image("new", chain.LAST)
        cls.stack = engines.Stack(cls.engine, "base", 2)
        cls.write_backend(f"{{image: '{STATION}:old'}}")
        cls.enterClassContext(cls.stack)

    @classmethod
    def remove_images(cls):
        for image in cls.engine.docker("images", "-q", STATION).stdout.split():
            cls.engine.docker("rmi", "-f", image, check=False)

    @classmethod
    def image(cls, tag, last):
        """Of the backend with its code inside, and the labels that Compose writes into an image that it builds."""
        with tempfile.TemporaryDirectory() as context:
            chain.write_code(pathlib.Path(context) / "code", last)
            (pathlib.Path(context) / "Dockerfile").write_text(
                "FROM logbook-backend:latest\nCOPY code/ /app/\n"
                "LABEL com.docker.compose.project=the-logbook com.docker.compose.service=backend\n")
            cls.engine.docker("build", "-q", "-t", f"{STATION}:{tag}", context, timeout=300)

    @classmethod
    def write_backend(cls, backend):
        (cls.stack.folder / "docker-compose.override.yml").write_text(f"services:\n  backend: {backend}\n")

    def backend(self, backend, state="healthy"):
        """Made anew, as `backend` says."""
        self.write_backend(backend)
        self.engine.docker("rm", "-f", "intranet-backend", check=False)
        self.stack.compose("up", "-d", "--no-deps", "backend")
        self.engine.wait_for("intranet-backend", state)

    def setUp(self):
        self.sql("DROP DATABASE intranet_db; CREATE DATABASE intranet_db; USE intranet_db;" + chain.SEED)
        for path in self.stack.folder.glob(".logbookctl-upgrade*"):
            path.unlink()
        if f"{STATION}:old" != self.engine.inspect("intranet-backend")["Config"]["Image"] or self.state() != "running":
            self.backend(f"{{image: '{STATION}:old'}}")
        self.backups = self.enterContext(tempfile.TemporaryDirectory())

    def sql(self, statements):
        return self.engine.docker("exec", "-i", "-e", f"MYSQL_PWD={self.stack.env['MYSQL_ROOT_PASSWORD']}", "intranet-mysql",
                                  "mariadb", "-uroot", "-h", "127.0.0.1", "--batch", "intranet_db", input=statements).stdout

    def rows(self):
        return ",".join(self.sql("SELECT version_num FROM alembic_version ORDER BY 1").split()[1:])

    def argv(self, *words):
        return [LOGBOOKCTL, "migrate", "upgrade", "-C", str(self.stack.folder), *map(str, words)]

    @property
    def environment(self):
        return clean_environment(DOCKER_HOST=self.engine.address)

    def upgrade(self, code, *words):
        done = subprocess.run(self.argv("-o", "json", *words), text=True, capture_output=True, timeout=120, env=self.environment)
        self.assertEqual(done.returncode, code, done)
        document = json.loads(done.stdout)
        validate(document)
        for name in ("DB_PASSWORD", "MYSQL_ROOT_PASSWORD", "SECRET_KEY", "ENCRYPTION_KEY"):
            self.assertNotIn(self.stack.env[name], done.stdout + done.stderr)
        return document

    def containers(self):
        return sorted(self.engine.docker("ps", "-a", "--format", "{{.Names}}").stdout.split())

    def state(self, name="intranet-backend"):
        return self.engine.inspect(name)["State"]["Status"]

    def test_the_whole_way(self):
        ours = self.containers()
        since = self.engine.docker("exec", "intranet-mysql", "date", "+%s").stdout.strip()
        with self.subTest("inside the running backend, with a backup out of the database's container"):
            document = self.upgrade(0, "s10", "--backup", self.backups)
            self.assertEqual((document["where"], document["run"]["rows"]), ("inside intranet-backend", ["s10"]))
            self.assertEqual(len(list(pathlib.Path(self.backups).glob("*.sql.gz"))), 1)
            self.assertTrue(any("free" in one for one in document["passed"]), document)
        with self.subTest("the backend stopped first: in a container of its own; then it answers again"):
            document = self.upgrade(0, "s12", "--stop-backend", *NEVER)
            self.assertEqual((document["stopped"], document["started_again"]), (["intranet-backend"], True))
            self.assertIn("in a container of its own", document["where"])
            self.assertEqual((self.rows(), self.state()), ("s12", "running"))
            self.assertEqual(self.containers(), ours)
        with self.subTest("the recipe for CI: a backup that leaves it stopped, a pull, the upgrade with that backup, and it answers"):
            for target, outcome in (("s13", "done"), ("s13", "nothing")):
                done = subprocess.run([LOGBOOKCTL, "migrate", "backup", f"{self.backups}/{outcome}", "-C", str(self.stack.folder), "--stop-backend"],
                                      text=True, capture_output=True, timeout=60, env=self.environment)
                self.assertEqual((done.returncode, self.state()), (0, "exited"), done)
                document = self.upgrade(0, target, "--backup", f"{self.backups}/{outcome}", "--backup-within", "24h", "--stop-backend")
                self.assertEqual((document["outcome"], document["started_again"], self.state()), (outcome, True, "running"))
                if outcome == "done":
                    self.assertTrue(document["backup"]["was_there"])
        with self.subTest("another image's code: the old backend stays stopped, and its revisions are run"):
            document = self.upgrade(0, "s31", "--image", f"{STATION}:new", "--stop-backend", *NEVER)
            self.assertEqual((document["started_again"], self.rows(), self.state()), (False, "s31", "exited"))
            self.assertEqual(self.containers(), ours)
        with self.subTest("a backend that starts again and again is stopped first, or nothing is done"):
            self.backend(f"{{image: '{STATION}:new', command: ['sh', '-c', 'exit 3']}}", "restarting")
            document = self.upgrade(4, *NEVER)
            self.assertEqual(document["refusal"]["gate"], "restarting")
            self.sql("ALTER TABLE members ADD COLUMN badge VARCHAR(20)")
            document = self.upgrade(1, "--stop-backend", *NEVER)
            self.assertEqual((document["run"]["revision"], document["run"]["rows"], document["run"]["server_errno"]), ("s40", ["s39"], 1060))
            self.assertEqual([one["table"] for one in document["run"]["changes"]], ["half_done"])
            self.assertEqual((self.state(), document["started_again"]), ("exited", False))
            done = subprocess.run([LOGBOOKCTL, "restart", "backend", "-C", str(self.stack.folder), "-o", "json"], text=True,
                                  capture_output=True, timeout=60, env=self.environment)
            document = json.loads(done.stdout)
            validate(document)
            self.assertEqual((done.returncode, document["refusal"]["stake"], self.state()), (4, "migration", "exited"), done)
            self.assertIn("failed in s40", document["refusal"]["what"])
            self.assertEqual(self.containers(), ours)
        with self.subTest("put right, it goes on; what was started never was the application"):
            self.sql("ALTER TABLE members DROP COLUMN badge; DROP TABLE half_done")
            document = self.upgrade(0, *NEVER)
            self.assertEqual((self.rows(), self.state()), (chain.HEAD, "exited"))
            now = self.engine.docker("exec", "intranet-mysql", "date", "+%s").stdout.strip() + ".999"
            events = self.engine.docker("events", "--since", since, "--until", now).stdout
            self.assertIn("logbookctl-alembic", events)
            for name in ("DB_PASSWORD", "SECRET_KEY"):
                self.assertNotIn(self.stack.env[name], events)
            self.assertNotIn("name=logbookctl-alembic-", "".join(
                line for line in events.splitlines() if "com.docker.compose.project=the-logbook" in line))

    def killed_in_the_slow_one(self, *words):
        self.sql("UPDATE pace SET seconds = 4")
        process = subprocess.Popen(self.argv(*words), text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=self.environment)
        while "s30  Step" not in process.stdout.readline():
            self.assertIsNone(process.poll())
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()

    def test_killed_alembic_goes_on_and_the_next_run_says_so(self):
        ours = self.containers()
        for stop, name in (((), "intranet-backend"), (("--stop-backend",), "logbookctl-alembic-")):
            with self.subTest(name):
                self.killed_in_the_slow_one(*stop, *NEVER)
                document = self.upgrade(4, *NEVER)
                self.assertEqual((document["refusal"]["gate"], document["rows_before"]), ("at_work", ["s29"]))
                self.assertIn(name, document["refusal"]["what"])
                until = time.monotonic() + 40
                while self.rows() != "s30":
                    self.assertLess(time.monotonic(), until)
                    time.sleep(0.2)
                time.sleep(1)
                document = self.upgrade(0, "--dry-run", *NEVER)
                self.assertEqual(document["outcome"], "nothing")
                self.assertIn("Alembic finished it", str(document["notes"]))
                self.sql("SELECT 1; DELETE FROM alembic_version; INSERT INTO alembic_version VALUES ('s29')")
        with self.subTest("the container that was left is removed by the next run that needs one"):
            self.assertEqual(len(self.containers()), len(ours) + 1)
            self.sql("UPDATE pace SET seconds = 0")
            self.assertEqual(self.upgrade(0, *NEVER)["run"]["rows"], ["s30"])
            self.assertEqual(self.containers(), ours)

    def test_the_wipe_trap_is_disarmed_with_proof(self):
        lines = ["Starting The Logbook Backend (worker PID 9)...", "Database schema is already up to date", "Server started on port 3001 (worker PID 9)"]
        said = "; ".join(f"echo '2026-11-22 07:53:11 | INFO     | main:x:1 - {line}'" for line in lines)
        self.upgrade(0, *NEVER)
        self.backend(f"{{image: '{STATION}:old', command: ['sh', '-c', \"{said}; exec logbookctl serve --health-only --listen 0.0.0.0 --port 3001 >/dev/null 2>&1\"]}}")
        self.sql("DELETE FROM alembic_version")

        def record(code, *words):
            done = subprocess.run([LOGBOOKCTL, "migrate", "record", "-C", str(self.stack.folder), "-o", "json", *map(str, words)], text=True,
                                  capture_output=True, timeout=60, env=self.environment)
            self.assertEqual(done.returncode, code, done)
            document = json.loads(done.stdout)
            validate(document)
            return document

        with self.subTest("another revision than the log and the code prove"):
            proofs = {one["name"]: one["proved"] for one in record(4, "s29", "--backup", self.backups, "--confirm=intranet_db")["proofs"]}
            self.assertEqual((proofs["head"], proofs["schema"], self.rows()), (False, False, ""))
        with self.subTest("an upgrade does not start over it"):
            self.assertEqual(self.upgrade(4, *NEVER)["refusal"]["gate"], "wipe_trap")
        with self.subTest("the one that they prove"):
            document = record(0, "s30", "--backup", self.backups, "--confirm=intranet_db")
            self.assertEqual((document["outcome"], [one["proved"] for one in document["proofs"]], self.rows()), ("recorded", [True] * 4, "s30"))
            self.assertTrue(pathlib.Path(document["backup"]).exists())
        with self.subTest("a revision file that was written since proves nothing"):
            self.sql("DELETE FROM alembic_version")
            self.engine.docker("exec", "-u", "0", "intranet-backend", "touch", "/app/alembic/versions/s30_step.py")
            document = record(4, "s30", "--backup", self.backups, "--confirm=intranet_db")
            self.assertIn("was written after the backend's last start", str(document["proofs"]))
            self.assertEqual(self.rows(), "")


if __name__ == "__main__":
    engines.main()
