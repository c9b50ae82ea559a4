"""Faults of real containers, one at a time: doctor names each as the first finding, its symptoms folded beneath it,
within its time, and leaves containers, volumes, .env and rows as they were."""

import hashlib
import json
import os
import re
import subprocess
import time
import unittest

import engine as engines
from program import LOGBOOKCTL, clean_environment, validate

TIMEOUT = 8.0  # seconds, given to doctor
SLOW = 3.0 if "sanitize" in os.environ.get("LOGBOOK_BUILD", "") else 1.0
SEED = """
CREATE TABLE users (id INT PRIMARY KEY, username VARCHAR(50)); INSERT INTO users VALUES (1, 'chief'), (2, 'captain');
CREATE TABLE organizations (id INT PRIMARY KEY); INSERT INTO organizations VALUES (1);
CREATE TABLE alembic_version (version_num VARCHAR(32)); INSERT INTO alembic_version VALUES ('a17c4e9d2b61');
"""


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.engine = cls.enterClassContext(engines.Engine())
        cls.stack = cls.enterClassContext(engines.Stack(cls.engine, "base", 2))
        cls.sql(cls, SEED)

    def sql(self, statement, user="root", password="MYSQL_ROOT_PASSWORD", database=True):
        words = ["exec", "-i", "-e", f"MYSQL_PWD={self.stack.env[password]}", self.stack.names["database"], "mariadb",
                 "-u", user, "-N", "-h", "127.0.0.1"] + (["intranet_db"] if database else [])
        return self.engine.docker(*words, input=statement).stdout

    def run_with(self, *words, env=None, timeout=60):
        return subprocess.run([LOGBOOKCTL, *map(str, words)], cwd="/", capture_output=True, text=True, timeout=timeout,
                              env=clean_environment(**{"DOCKER_HOST": self.engine.address, **(env or {})}))

    def left_alone(self):
        """What a diagnosis may not change."""
        states = {}
        for container in json.loads(self.engine.docker("inspect", *self.ids()).stdout) if self.ids() else []:
            states[container["Id"]] = (container["State"]["Status"], container["HostConfig"]["RestartPolicy"]["Name"],
                                       sorted(container["NetworkSettings"]["Networks"]))
        return (states, sorted(self.engine.docker("volume", "ls", "-q").stdout.split()),
                hashlib.sha256((self.stack.folder / ".env").read_bytes()).hexdigest())

    def ids(self):
        return self.engine.docker("ps", "-aq", "--no-trunc").stdout.split()

    def diagnose(self, *extra, env=None):
        words = ("doctor", "-C", self.stack.folder, "--timeout", f"{int(TIMEOUT * 1000)}ms", *extra)
        begun = time.monotonic()
        done = self.run_with("-o", "json", *words, env=env)
        self.assertLess(time.monotonic() - begun, TIMEOUT + 0.5 * SLOW)
        document = json.loads(done.stdout)
        validate(document)
        text = self.run_with(*words, env=env)
        self.assert_no_secret(done.stdout + done.stderr + text.stdout + text.stderr)
        return done, document, text.stdout

    def assert_no_secret(self, text):
        for name, value in self.stack.env.items():
            if len(value) >= 16 and re.search("KEY|PASSWORD|SALT", name):
                self.assertNotIn(value, text, f"the value of {name} was shown")

    def assert_first(self, check, says="", explains=(), steady=True, env=None, code=1):
        before = self.left_alone()
        done, document, text = self.diagnose(env=env)
        if steady:
            self.assertEqual(self.left_alone(), before, "doctor changed something")
        message = f"roots {document['roots']}\n{text}\n{done.stderr}"
        self.assertEqual(done.returncode, code, message)
        finding = next(f for f in document["findings"] if f["check"] == check)
        if code == 1:
            self.assertTrue(document["roots"], message)
            self.assertEqual(document["roots"][0], check, message)
            first = next(line for line in text.splitlines() if line.startswith("✖"))
            self.assertIn(finding["cause"].split()[0], first)
            self.assertTrue(finding["fix"], f"{check} gives no fix")
        self.assertIn(says, finding["cause"] + " " + " ".join(finding["seen"]), message)
        for symptom in explains:
            self.assertIn(symptom, finding["explains"], message)
        return finding, document


@engines.needs_engine
class RunningStack(Case):
    """Faults that one stack survives: each is undone before the next."""

    def container(self, role):
        return self.stack.names[role]

    def heal(self, *roles):
        for role in roles:
            self.engine.wait_for(self.container(role), "healthy")
        time.sleep(1.2)  # the backend may answer with what it knew a second ago

    def test_00_the_healthy_stack_has_no_failure_and_no_warning(self):
        before = self.left_alone(), self.sql("CHECKSUM TABLE users, organizations, alembic_version")
        for _ in range(3):
            done, document, text = self.diagnose()
            self.assertEqual((done.returncode, document["verdict"], document["roots"], document["counts"]["warned"]),
                             (0, "healthy", [], 0), text)
        self.assertEqual((self.left_alone(), self.sql("CHECKSUM TABLE users, organizations, alembic_version")), before)
        host = next(f for f in document["findings"] if f["check"] == "db.host")
        self.assertIn("its container's address", host["seen"][0])  # no port of it is published
        self.assertEqual(self.run_with("health", "-C", self.stack.folder).returncode, 0)

    def test_00_what_hurts_nobody_yet_is_a_note(self):
        done, document, _ = self.diagnose("--only", "container")
        notes = {f["check"]: f for f in document["findings"]}
        self.assertEqual((done.returncode, notes["container.log_size"]["outcome"]), (0, "note"))
        self.assertRegex(notes["container.log_size"]["cause"], r"no log rotation .*backend \d+ MiB")
        self.assertEqual(notes["container.image"]["outcome"], "pass", notes["container.image"])

    def test_00_an_image_that_was_built_anew_and_not_applied(self):
        backend = self.engine.inspect(self.container("backend"))
        name, image = backend["Config"]["Image"], backend["Image"]
        other = self.engine.inspect(self.container("cache"))["Image"]
        self.engine.docker("tag", other, name)
        try:
            finding, _ = self.assert_first("container.image", f"`{name}`", code=0)
            self.assertEqual(finding["outcome"], "warn")
            self.assertIn("db.wipe_trap", " ".join(step["command"] or "" for step in finding["fix"]))
        finally:
            self.engine.docker("tag", image, name)

    def test_00_the_last_hours_logs_are_held_against_the_runbook(self):
        pid = self.engine.inspect(self.container("backend"))["State"]["Pid"]
        with open(f"/proc/{pid}/fd/2", "a") as log:
            log.write("ERROR [alembic.env] Migration failed: (1045, \"Access denied for user 'x'@'y'\")\n")
        finding, document = self.assert_first("container.log_errors", "logs scan --since 1h", code=0)
        self.assertEqual((finding["outcome"], document["verdict"]), ("note", "healthy"))
        self.assertRegex(finding["cause"], r"\w+\.\w+ ×1, last \d\d:\d\d:\d\d in backend")

    def test_01_database_stopped(self):
        self.engine.docker("stop", "-t", "5", self.container("database"))
        try:
            finding, _ = self.assert_first("db.container", "stopped", ["db.connect", "backend.health"])
            self.assertTrue(any("backend" in words for words in finding["never"]))
        finally:
            self.engine.docker("start", self.container("database"))
            self.heal("database")

    def test_02_database_paused(self):
        self.engine.docker("pause", self.container("database"))
        try:
            self.assert_first("db.container", "paused", ["db.greets"])
        finally:
            self.engine.docker("unpause", self.container("database"))
            self.heal("database")

    def test_03_redis_refuses_writes_for_want_of_memory(self):
        name = self.container("cache")
        cli = ["exec", "-e", f"REDISCLI_AUTH={self.stack.env['REDIS_PASSWORD']}", name, "redis-cli"]
        self.engine.docker(*cli, "CONFIG", "SET", "maxmemory", "500kb")
        try:
            self.assert_first("cache.memory", "refuses every write")
        finally:
            self.engine.docker(*cli, "CONFIG", "SET", "maxmemory", "0")

    def test_04_redis_cannot_save(self):
        name = self.container("cache")
        cli = ["exec", "-e", f"REDISCLI_AUTH={self.stack.env['REDIS_PASSWORD']}", name, "redis-cli"]
        self.engine.docker("exec", name, "sh", "-c", "rm -f /data/dump.rdb && mkdir -p /data/dump.rdb/in-the-way")
        self.engine.docker(*cli, "SET", "key", "value")
        self.engine.docker(*cli, "BGSAVE")
        try:
            time.sleep(1)
            self.assert_first("cache.persistence", "save")
        finally:
            self.engine.docker("exec", name, "rm", "-r", "/data/dump.rdb")
            self.engine.docker(*cli, "BGSAVE")
            time.sleep(1)

    def test_05_backend_on_no_network(self):
        network = next(iter(self.engine.inspect(self.container("backend"))["NetworkSettings"]["Networks"]))
        self.engine.docker("network", "disconnect", network, self.container("backend"))
        try:
            finding, _ = self.assert_first("backend.network", "on no network")
            command = next(step["command"] for step in finding["fix"] if step["command"])
            self.assertEqual(command, f"docker network connect --alias backend {network} intranet-backend")
            self.engine.docker(*command.split()[1:])  # the fix is one: it is run as it was told
        except BaseException:
            self.engine.docker("network", "connect", "--alias", "backend", network, self.container("backend"), check=False)
            raise
        finally:
            self.engine.docker("restart", "-t", "2", self.container("backend"), self.container("frontend"))
            self.heal("backend")

    def test_06_backend_removed(self):
        self.engine.docker("rm", "-f", self.container("backend"))
        try:
            self.assert_first("backend.container", "no container", ["backend.port"])
        finally:
            self.stack.up()
            self.engine.docker("restart", "-t", "2", self.container("frontend"))
            self.heal("backend")

    def test_07_frontend_with_a_stale_address(self):
        # Another container takes the address, so that the backend comes back with a new one.
        network = next(iter(self.engine.inspect(self.container("backend"))["NetworkSettings"]["Networks"]))
        self.engine.docker("rm", "-f", self.container("backend"))
        self.engine.docker("run", "-d", "--name", "squatter", "--network", network, "redis:7-alpine")
        try:
            self.stack.compose("up", "-d", "--no-deps", "backend")
            self.heal("backend")
            finding, _ = self.assert_first("frontend.proxy", "no longer has")
            self.assertIn("restart frontend", finding["fix"][0]["command"])
        finally:
            self.engine.docker("rm", "-f", "squatter")
            self.engine.docker("restart", "-t", "2", self.container("frontend"))
            self.heal("backend")

    def test_08_frontend_up_while_the_backend_is_down(self):
        self.engine.docker("stop", "-t", "5", self.container("backend"))
        try:
            self.assert_first("backend.container", "stopped", ["backend.port", "frontend.proxy"])
        finally:
            self.engine.docker("start", self.container("backend"))
            self.engine.docker("restart", "-t", "2", self.container("frontend"))
            self.heal("backend")

    def test_09_backend_killed_for_want_of_memory(self):
        name = self.container("backend")
        self.engine.docker("update", "--restart=no", name)
        self.engine.docker("exec", "-d", name, "python3", "-c", "b = bytearray(1 << 31)")
        pid = self.engine.inspect(name)["State"]["Pid"]
        with open(f"/proc/{pid}/oom_score_adj", "w") as file:
            file.write("1000")  # the kernel takes the server, not the greedy one
        until = time.monotonic() + 30
        try:
            while self.engine.inspect(name)["State"]["Status"] == "running" and time.monotonic() < until:
                self.engine.docker("exec", "-d", name, "python3", "-c", "b = b'x' * (1 << 30)", check=False)
                time.sleep(0.3)
            self.assertTrue(self.engine.inspect(name)["State"]["OOMKilled"])
            self.assert_first("backend.container", "want of memory", ["backend.port"])
        finally:
            self.engine.docker("update", "--restart=unless-stopped", name)
            self.engine.docker("start", name)
            self.engine.docker("restart", "-t", "2", self.container("frontend"))
            self.heal("backend")

    def test_10_wipe_trap_armed_and_then_the_database_stopped(self):
        self.sql("DELETE FROM alembic_version")
        try:
            finding, _ = self.assert_first("db.wipe_trap", "STOP")
            self.assertTrue(finding["data_at_stake"])
            self.engine.docker("stop", "-t", "5", self.container("database"))
            finding, _ = self.assert_first("db.container", "stopped")
            self.assertTrue(any("backend" in words for words in finding["never"]))
        finally:
            self.engine.docker("start", self.container("database"))
            self.heal("database")
            self.sql("INSERT INTO alembic_version VALUES ('a17c4e9d2b61')")

    def test_11_password_changed_after_the_volume_was_made(self):
        old = (self.stack.folder / ".env").read_bytes()
        time.sleep(5)
        (self.stack.folder / ".env").write_bytes(re.sub(rb"DB_PASSWORD=.*", b"DB_PASSWORD=changed-0123456789abcdef", old))
        try:
            self.stack.compose("up", "-d", "--no-deps", "mysql", "backend")
            time.sleep(3)
            finding, _ = self.assert_first("db.login", "changed after the database was made", steady=False)
            self.assertTrue(any("down -v" in words for words in finding["never"]))
        finally:
            (self.stack.folder / ".env").write_bytes(old)
            self.stack.up()
            self.engine.docker("restart", "-t", "2", self.container("frontend"))
            self.heal("database", "backend")

    def test_20_socket_without_permission(self):
        os.chmod(self.engine.socket, 0o600)
        mode = self.stack.folder.stat().st_mode
        try:
            os.chmod(self.stack.folder, 0o755)
            os.chmod(self.stack.folder / ".env", 0o644)
            done = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", LOGBOOKCTL, "doctor", "-C",
                                   str(self.stack.folder), "-o", "json"], capture_output=True, text=True, cwd="/",
                                  env=clean_environment(DOCKER_HOST=self.engine.address))
            document = json.loads(done.stdout)
            self.assertEqual((document["roots"][0], done.returncode), ("engine.reachable", 1), done.stdout)
            finding = next(f for f in document["findings"] if f["check"] == "engine.reachable")
            self.assertIn("does not let this user in", finding["cause"])
        finally:
            os.chmod(self.stack.folder, mode)
            os.chmod(self.stack.folder / ".env", 0o600)

    def test_30_down_done_and_the_database_only_a_volume(self):
        self.stack.down()
        finding, _ = self.assert_first("engine.deployment", "only a volume", ["backend.port"])
        self.assertTrue(finding["data_at_stake"])
        self.assertTrue(any("prune" in words for words in finding["never"]))
        self.assertIn("the-logbook_mysql_data", " ".join(finding["seen"]))
        self.stack.up()
        self.heal("backend")
        self.assertIn("2", self.sql("SELECT COUNT(*) FROM users"))

    def test_40_stopped_engine(self):
        address = "unix:///nonexistent/docker.sock"
        finding, _ = self.assert_first("engine.reachable", "does not run", env={"DOCKER_HOST": address})
        self.assertIn("systemctl", finding["fix"][0]["command"])


@engines.needs_engine
class OtherBackend(Case):
    """Faults that stand in how the backend is made: an overlay makes it, and goes afterwards."""

    def setUp(self):
        self.stack.compose("up", "-d", "--no-deps", "backend")
        self.engine.wait_for(self.stack.names["backend"], "healthy")
        self.engine.docker("restart", "-t", "1", self.stack.names["frontend"])
        time.sleep(1.2)

    def tearDown(self):
        (self.stack.folder / "docker-compose.override.yml").unlink(missing_ok=True)
        self.stack.write_env()

    def made_with(self, overlay):
        (self.stack.folder / "docker-compose.override.yml").write_text(overlay)
        self.stack.compose("up", "-d", "--no-deps", "backend")

    def wait_for_restarts(self, count=3):
        until = time.monotonic() + 60
        while self.engine.inspect(self.stack.names["backend"])["RestartCount"] < count:
            self.assertLess(time.monotonic(), until, "no crash loop")
            time.sleep(0.2)

    def test_crash_loop_for_the_security_gate(self):
        env = dict(self.stack.env, ENVIRONMENT="production")
        (self.stack.folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in env.items()))
        (self.stack.folder / ".env").chmod(0o600)
        self.stack.compose("up", "-d", "--no-deps", "backend")
        self.wait_for_restarts()
        self.assert_first("config.gate", "refuse to start in production", ["backend.container", "backend.port"], steady=False)

    def test_crash_loop_for_a_wrong_database_host(self):
        self.made_with("services: {backend: {environment: {DB_HOST: mysqll}, command: [logbookctl, serve, --health-only, --listen, "
                       "0.0.0.0, --port, '3001', --db-retries, '1']}}")
        self.wait_for_restarts()
        self.assert_first("db.host", "no container of the deployment has the name `mysqll`", ["backend.container"],
                          steady=False)

    def test_a_start_that_failed_under_a_parent_that_stays(self):
        self.made_with("services: {backend: {command: [sh, -c, \"echo '2026-11-22 08:02:10 | INFO     | main:lifespan:9 - "
                       "Starting The Logbook Backend (worker PID 9)...'; echo 'KeyError: a17c4e9d2b61'; echo '2026-11-22 "
                       "08:02:14 | ERROR    | logging:callHandlers:1746 - Application startup failed. Exiting.'; "
                       "exec sleep 3600\"]}}")
        finding, _ = self.assert_first("backend.start", "KeyError: a17c4e9d2b61", ["backend.port", "frontend.proxy"])
        self.assertEqual(self.engine.inspect(self.stack.names["backend"])["State"]["Status"], "running")

    def test_a_first_start_in_progress_is_no_failure(self):
        self.made_with("services: {backend: {command: [sh, -c, \"echo '2026-11-22 08:02:10 | INFO     | main:lifespan:9 - "
                       "Starting The Logbook Backend (worker PID 9)...'; echo '2026-11-22 08:02:11 | INFO     | "
                       "main:set_phase:105 - Startup [worker 9]: Running database migrations...'; exec sleep 3600\"]}}")
        finding, document = self.assert_first("backend.start", code=3)
        self.assertIn("Running database migrations", finding["cause"])
        self.assertEqual(document["roots"], [])

    def assert_first_warning(self, check, says):
        """A warning leads where nothing fails; the exit code stays 0 unless --fail-on warn."""
        before = self.left_alone()
        done, document, text = self.diagnose()
        self.assertEqual(self.left_alone(), before)
        finding = next(f for f in document["findings"] if f["check"] == check)
        self.assertEqual((done.returncode, document["roots"], finding["outcome"]), (0, [], "warn"), text)
        self.assertIn(says, finding["cause"] + " " + " ".join(finding["seen"]))
        self.assertTrue(finding["fix"])
        first = next(line for line in text.splitlines() if line.startswith("!"))
        self.assertIn(finding["cause"].split()[0], first)
        done, _, _ = self.diagnose("--fail-on", "warn")
        self.assertEqual(done.returncode, 1)
        return finding

    def test_env_edited_and_the_container_stale(self):
        self.stack.env["DEBUG"] = "true"
        try:
            self.stack.write_env()
            finding = self.assert_first_warning("config.applied", "DEBUG of backend")
            self.assertTrue(any("up -d" in step["command"] for step in finding["fix"]))
            self.stack.env["ENCRYPTION_KEY"] = "0123456789abcdef" * 4
            old = self.engine.inspect(self.stack.names["backend"])
            self.stack.write_env()
            finding, _ = self.assert_first("config.applied", "A key in .env")
            self.assertTrue(finding["data_at_stake"])
            self.assertFalse(any("up -d" in step["command"] for step in finding["fix"]), finding["fix"])
        finally:
            del self.stack.env["DEBUG"]
            key = next(v.split("=", 1)[1] for v in self.engine.inspect(self.stack.names["backend"])["Config"]["Env"]
                       if v.startswith("ENCRYPTION_KEY="))
            self.stack.env["ENCRYPTION_KEY"] = key
            self.stack.write_env()
        self.assertEqual(old["Id"], self.engine.inspect(self.stack.names["backend"])["Id"])

    def test_variable_that_is_not_in_the_whitelist(self):
        self.stack.env["LOG_LEVEL"] = "WARNING"
        try:
            self.stack.write_env()
            self.assert_first_warning("config.passed", "LOG_LEVEL of backend")
        finally:
            del self.stack.env["LOG_LEVEL"]
            self.stack.write_env()

    @unittest.skipIf(SLOW > 1, "a program with a sanitizer's runtime does not start beside libfaketime")
    def test_container_clock_ten_minutes_ahead(self):
        self.made_with("services: {backend: {environment: {FAKETIME: '+10m', "
                       "LD_PRELOAD: /usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1}}}")
        self.engine.wait_for(self.stack.names["backend"], "healthy")
        self.engine.docker("restart", "-t", "2", self.stack.names["frontend"])
        time.sleep(1)
        finding, _ = self.assert_first("backend.clock", "ahead of this machine's")
        self.assertRegex(finding["cause"], "(59|60)[0-9] s")

    def test_a_backend_whose_port_is_not_published_is_asked_at_its_address(self):
        self.made_with("services: {backend: {ports: !reset []}}")
        self.engine.wait_for(self.stack.names["backend"], "healthy")
        self.engine.docker("restart", "-t", "2", self.stack.names["frontend"])
        time.sleep(1)
        done = self.run_with("-o", "json", "health", "-C", self.stack.folder)
        layers = {layer["layer"]: layer for layer in json.loads(done.stdout)["layers"]}
        self.assertEqual((done.returncode, layers["backend"]["state"], layers["frontend"]["state"]), (0, "healthy", "healthy"),
                         done.stdout)
        self.assertRegex(layers["backend"]["how"], r"http://10\.214\.\d+\.\d+:3001/health")


if __name__ == "__main__":
    engines.main()
