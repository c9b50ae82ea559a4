"""restart on real stacks of real containers, made by both generations of Compose: the order, the waiting, the refusals,
and that nothing is lost, whatever happens to the program on its way."""

import gzip
import json
import os
import pathlib
import pty
import re
import signal
import subprocess
import threading
import time
import unittest

import engine as engines
from program import LOGBOOKCTL, clean_environment, validate

SECRETS = ("DB_PASSWORD", "MYSQL_ROOT_PASSWORD", "REDIS_PASSWORD", "SECRET_KEY", "ENCRYPTION_KEY", "ENCRYPTION_SALT")
HEAD = "a17c4e9d2b61"

# Set by the full run: every moment, not only the worst ones.
LONG = bool(os.environ.get("LOGBOOK_LONG_TESTS"))


class Case(unittest.TestCase):
    shape, generation = "base", 2

    @classmethod
    def setUpClass(cls):
        cls.engine = cls.enterClassContext(engines.Engine())
        cls.stack = cls.enterClassContext(engines.Stack(cls.engine, cls.shape, cls.generation))
        cls.original = dict(cls.stack.env)
        cls.seed()

    @classmethod
    def root_sql(cls, text, password=None):
        name = cls.stack.names["database"]
        return cls.engine.docker("exec", "-e", f"MYSQL_PWD={password or cls.stack.env['MYSQL_ROOT_PASSWORD']}", name,
                                 "mariadb", "-N", "-u", "root", cls.database(), "-e", text).stdout

    @classmethod
    def database(cls):
        environment = cls.engine.inspect(cls.stack.names["database"])["Config"]["Env"]
        return next(line.split("=", 1)[1] for line in environment if line.startswith("MYSQL_DATABASE="))

    @classmethod
    def seed(cls):
        cls.root_sql("CREATE TABLE organizations (id VARCHAR(36)); INSERT INTO organizations VALUES ('one');"
                     "CREATE TABLE users (id VARCHAR(36), username VARCHAR(100)); INSERT INTO users VALUES ('a', 'ann'), ('b', 'bob');"
                     f"CREATE TABLE alembic_version (version_num VARCHAR(32)); INSERT INTO alembic_version VALUES ('{HEAD}')")

    # ---- what must not be lost

    def checksums(self):
        return self.root_sql("CHECKSUM TABLE users, organizations, alembic_version")

    def volumes(self):
        return set(self.engine.docker("volume", "ls", "-q").stdout.split())

    def containers(self):
        """{name: id} of the project's containers."""
        lines = self.engine.docker("ps", "-a", "--no-trunc", "--format", "{{.Names}} {{.ID}}").stdout.splitlines()
        return dict(line.split() for line in lines)

    def states(self):
        return {role: self.engine.inspect(name)["State"]["Status"] for role, name in self.stack.names.items()}

    def started(self, role):
        return self.engine.inspect(self.stack.names[role])["State"]["StartedAt"]

    def assert_all_run(self):
        self.assertEqual(self.states(), dict.fromkeys(self.stack.names, "running"))

    # ---- running it

    def environment(self, path=None):
        return clean_environment(DOCKER_HOST=self.engine.address,
                                 PATH=path or f"{pathlib.Path(self.stack.program[0]).parent}:/usr/sbin:/usr/bin:/sbin:/bin")

    def restart(self, *words, code=0, path=None, stdin=""):
        done = subprocess.run([LOGBOOKCTL, "-C", str(self.stack.folder), "restart", *words], capture_output=True,
                              text=True, timeout=300, env=self.environment(path), cwd="/", input=stdin)
        said = done.stdout + done.stderr
        for values in (self.original, self.stack.env):
            for name in SECRETS:
                self.assertNotIn(values[name], said, f"the value of {name} was shown")
        self.assertEqual(done.returncode, code, said)
        return said

    def restart_json(self, *words, code=0, path=None):
        done = subprocess.run([LOGBOOKCTL, "-o", "json", "-C", str(self.stack.folder), "restart", *words],
                              capture_output=True, text=True, timeout=300, env=self.environment(path), cwd="/")
        document = json.loads(done.stdout)
        validate(document)
        self.assertEqual(done.returncode, code, document)
        return document

    def set_env(self, **values):
        self.stack.env.update(values)
        self.stack.write_env()

    def put_env_back(self):
        self.stack.env.clear()
        self.stack.env.update(self.original)
        self.stack.write_env()

    def events(self, since):
        """(action, container's role or name) since then; the healthchecks' own are left out."""
        text = self.engine.docker("events", "--since", f"{since:.6f}", "--until", f"{time.time():.6f}", "--format", "{{json .}}").stdout
        roles = {name: role for role, name in self.stack.names.items()}
        checks = [" ".join(self.engine.inspect(name)["Config"].get("Healthcheck", {}).get("Test", [])[1:])
                  for name in self.stack.names.values() if name in self.containers()]
        found = []
        for line in text.splitlines():
            event = json.loads(line)
            action, name = event["Action"], event["Actor"]["Attributes"].get("name", "")
            told = action.partition(": ")[2]
            if action.startswith("health_status") or action.startswith("exec_die"):
                continue
            if action.startswith(("exec_create", "exec_start")) and any(check and check in told for check in checks):
                continue
            found.append((f"{event['Type']} {action.partition(':')[0]}", roles.get(name, name)))
        return found

    def order_of(self, since, *actions):
        return [(action, role) for action, role in self.events(since) if action in actions]


@engines.needs_engine
class Base(Case):
    def tearDown(self):
        """Each test leaves a whole stack behind, whatever it did."""
        self.put_env_back()
        if any(name not in self.containers() for name in self.stack.names.values()) or \
                set(self.states().values()) != {"running"}:
            self.stack.compose("up", "-d")
        self.engine.wait_for("intranet-backend", "healthy")

    def test_everything_in_order(self):
        before, volumes, containers = self.checksums(), self.volumes(), self.containers()
        since = time.time()
        document = self.restart_json()
        order = self.order_of(since, "container die", "container start")
        self.assertEqual([role for action, role in order if action == "container die"], ["frontend", "backend", "cache", "database"])
        self.assertEqual([role for action, role in order if action == "container start"], ["database", "cache", "backend", "frontend"])
        self.assertEqual([action for action, _ in order], ["container die"] * 4 + ["container start"] * 4)
        self.assertEqual(document["outcome"], "done")
        self.assertEqual({s["outcome"] for s in document["steps"]}, {"done"})
        said = {(s["action"], s["role"]): s["said"] for s in document["steps"]}
        self.assertIn("a login and a query", said["await", "database"])
        self.assertIn("AUTH and PING", said["await", "cache"])
        self.assertIn("/health says healthy", said["await", "backend"])
        self.assertIn(HEAD, said["judge", "database"])
        self.assertIn("healthy", said["probe", "frontend"])
        self.assert_all_run()
        self.assertEqual((self.checksums(), self.volumes(), self.containers()), (before, volumes, containers))

    def test_in_words_at_any_width(self):
        for width in ("200", "80", "40"):
            done = subprocess.run([LOGBOOKCTL, "-C", self.stack.folder, "restart", "redis"], capture_output=True, text=True,
                                  timeout=120, env={**self.environment(), "COLUMNS": width, "LC_ALL": "C"})
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            done.stdout.encode("ascii")
            self.assertIn("restarted redis, backend in", done.stdout.splitlines()[-1])
            self.assertIn("taken in", done.stdout)

    def test_a_named_service_alone(self):
        self.restart()  # the frontend has looked up the backend's address now
        before, address = {role: self.started(role) for role in self.stack.names}, self.address()
        self.restart("backend")
        after = {role: self.started(role) for role in self.stack.names}
        self.assertEqual({role for role in before if before[role] != after[role]},
                         {"backend"} if self.address() == address else {"backend", "frontend"})
        said = self.restart("bakend", code=2)
        self.assertIn("backend", said)
        self.assertIn("--no-input", self.restart("backend", "--no-input", code=4))

    def test_a_dry_run_changes_nothing_and_tells_the_plan(self):
        def everything():
            return (self.containers(), self.checksums(), {role: self.started(role) for role in self.stack.names},
                    sorted(p.name for p in self.stack.folder.iterdir()))
        before = everything()
        since = time.time()
        document = self.restart_json("--dry-run")
        self.assertEqual(self.events(since), [])
        self.assertEqual((document["outcome"], document["dry_run"]), ("planned", True))
        self.assertEqual({s["outcome"] for s in document["steps"]}, {"planned"})
        planned = [(s["action"], s["service"]) for s in document["steps"]]
        since = time.time()
        self.restart("--dry-run")
        self.restart("--dry-run", "backend", "--apply-env")
        self.assertEqual(self.events(since), [])
        self.assertEqual(everything(), before)
        done = self.restart_json()
        self.assertEqual([(s["action"], s["service"]) for s in done["steps"]], planned)

    def test_missing_containers_are_created_in_order_after_down(self):
        before, volumes = self.checksums(), self.volumes()
        self.stack.down()
        since = time.time()
        said = self.restart()
        self.assertEqual([role for _, role in self.order_of(since, "container start")], ["database", "cache", "backend", "frontend"])
        self.assertIn("create mysql through Compose", said)
        self.assert_all_run()
        self.assertEqual((self.checksums(), self.volumes()), (before, volumes))
        self.engine.docker("rm", "-f", "intranet-redis")
        ids = self.containers()
        self.restart("redis")
        self.assertLess(ids.items(), self.containers().items())  # no other container was made anew
        self.assert_all_run()

    def test_a_stopped_database_is_started_before_the_backend_that_needs_it(self):
        self.engine.docker("stop", "-t", "5", "intranet-mysql", "intranet-backend")
        since = time.time()
        said = self.restart("backend")
        self.assertEqual([role for _, role in self.order_of(since, "container start")], ["database", "backend"])
        self.assertIn("taken in", said)
        self.assert_all_run()

    def test_a_paused_and_a_crashing_service_come_back(self):
        self.engine.docker("pause", "intranet-redis")
        self.restart()
        self.assert_all_run()

    # ---- an edited .env

    def test_an_edited_env_is_noticed_and_applied_only_when_asked(self):
        self.set_env(DEBUG="true", ENABLE_DOCS="false")
        ids = self.containers()
        document = self.restart_json("backend")
        self.assertEqual(document["stale"], [{"service": "backend", "names": ["DEBUG", "ENABLE_DOCS"]}])
        self.assertEqual(self.containers(), ids)
        self.assertIn("restart -C", self.restart("backend"))
        self.engine.docker("exec", "intranet-backend", "sh", "-c", f"echo the canary {self.stack.env['SECRET_KEY']} sings >/proc/1/fd/1")
        document = self.restart_json("backend", "--apply-env")
        after = self.containers()
        self.assertEqual({name for name in ids if after.get(name) != ids[name]}, {"intranet-backend"})
        self.assertEqual(set(after), set(ids))
        self.assertIn("DEBUG=true", self.engine.inspect("intranet-backend")["Config"]["Env"])
        [kept] = [pathlib.Path(p) for p in document["kept_logs"]]
        self.assertEqual((kept.parent, kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777),
                         (self.stack.folder / "logbookctl-logs", 0o600, 0o700))
        self.assertRegex(kept.name, r"^backend-\d{8}T\d{6}Z\.log\.gz$")
        log = gzip.decompress(kept.read_bytes()).decode()
        self.assertIn("the canary *** sings", log)
        self.assertEqual(self.restart_json("--dry-run")["stale"], [])
        self.put_env_back()
        self.restart("--apply-env")
        self.assertIn("DEBUG=false", self.engine.inspect("intranet-backend")["Config"]["Env"])

    def test_a_new_cache_password_is_applied_to_cache_and_backend_together(self):
        self.set_env(REDIS_PASSWORD="redis-another-password")
        self.restart("backend", "--apply-env")
        self.assert_all_run()
        self.put_env_back()
        self.restart("--apply-env")
        self.assertEqual(self.restart_json("--dry-run")["stale"], [])

    def test_another_generation_of_compose_is_not_used(self):
        self.set_env(DEBUG="true")
        ids, since = self.containers(), time.time()
        document = self.restart_json("--apply-env", code=4, path="/usr/sbin:/usr/bin:/sbin:/bin")
        self.assertEqual(document["refusal"]["stake"], "generation")
        self.assertIn("made by Compose 2", document["refusal"]["what"])
        self.assertEqual((self.containers(), self.events(since)), (ids, []))
        self.restart("backend", path="/usr/sbin:/usr/bin:/sbin:/bin")  # a plain restart needs none

    def test_files_that_only_the_labels_name_are_kept(self):
        overlay = self.stack.folder / "overlay.yml"
        overlay.write_text("services:\n  backend:\n    environment:\n      FROM_OVERLAY: 'yes'\n")
        self.stack.compose("-f", "docker-compose.yml", "-f", "overlay.yml", "up", "-d")
        try:
            self.set_env(DEBUG="true")
            self.restart("backend", "--apply-env")
            environment = self.engine.inspect("intranet-backend")["Config"]["Env"]
            self.assertIn("FROM_OVERLAY=yes", environment)
            self.assertIn("DEBUG=true", environment)
        finally:
            overlay.unlink()
            self.put_env_back()
            self.stack.compose("up", "-d")

    def test_an_edited_compose_file_is_noticed_and_applied_only_when_asked(self):
        override = self.stack.folder / "docker-compose.override.yml"
        override.write_text("services: {redis: {stop_grace_period: 17s}}\n")
        try:
            ids = self.containers()
            self.assertEqual(self.restart_json("redis")["stale"], [{"service": "redis", "names": ["definition"]}])
            self.assertEqual(self.containers(), ids)
            self.assertIn("another definition", self.restart("--dry-run"))
            self.restart("redis", "--apply-env")
            self.assertEqual(self.engine.inspect("intranet-redis")["Config"]["StopTimeout"], 17)
            self.assertEqual(self.restart_json("--dry-run")["stale"], [])
        finally:
            override.unlink()
            self.restart("redis", "--apply-env")

    # ---- refusals

    def test_a_container_is_not_made_anew_away_from_its_data(self):
        mounted = {m["Destination"]: m["Name"] for m in self.engine.inspect("intranet-mysql")["Mounts"] if m["Type"] == "volume"}
        ((place, volume),) = mounted.items()
        override = self.stack.folder / "docker-compose.override.yml"
        override.write_text(f"services: {{mysql: {{volumes: ['elsewhere:{place}']}}}}\nvolumes: {{elsewhere: {{}}}}\n")
        try:
            before = self.checksums()
            self.assertIn(volume, self.refused("stored_data", "--apply-env")["what"])
            self.assertEqual(self.checksums(), before)
            self.restart("frontend", "--apply-env")  # what has nothing to do with it is not held back
        finally:
            override.unlink()

    def refused(self, stake, *words):
        ids, states, since = self.containers(), self.states(), time.time()
        document = self.restart_json(*words, code=4)
        self.assertEqual(document["refusal"]["stake"], stake, document)
        self.assertEqual(document["outcome"], "refused")
        self.assertEqual({s["outcome"] for s in document["steps"]}, {"planned"})
        self.assertEqual((self.containers(), self.states(), [e for e in self.events(since) if "exec" not in e[0]]),
                         (ids, states, []))
        self.assertIn("nothing was changed", self.restart(*words, code=4))
        return document["refusal"]

    def test_keys_that_only_the_container_holds(self):
        for name in ("ENCRYPTION_KEY", "ENCRYPTION_SALT", "SECRET_KEY"):
            self.put_env_back()
            self.set_env(**{name: "0123456789abcdef" * 4})
            refusal = self.refused("keys", "--apply-env")
            self.assertIn(name, refusal["what"])
            self.refused("keys", "backend", "--apply-env")
            self.assertNotIn(self.original[name], json.dumps(refusal))
        # The command to paste keeps the running value.
        command = next(line for line in refusal["next"] if line.startswith("(umask"))
        done = subprocess.run(["sh", "-c", command], cwd=self.stack.folder, env=self.environment(), timeout=60)
        self.assertEqual(done.returncode, 0)
        kept = self.stack.folder / "running-keys.env"
        self.assertEqual((kept.read_text(), kept.stat().st_mode & 0o777), (f"SECRET_KEY={self.original['SECRET_KEY']}\n", 0o600))
        kept.unlink()
        self.restart("backend")  # a plain restart keeps the container, and its keys
        self.refused("keys", "--apply-env", "--dry-run")

    def test_passwords_that_the_server_does_not_know(self):
        self.set_env(DB_PASSWORD="db-another-password")
        refusal = self.refused("login", "--apply-env")
        self.assertIn("ALTER USER 'intranet_user'@'%'", "\n".join(refusal["next"]))
        self.assertNotIn("db-another-password", json.dumps(refusal))
        self.restart()  # the running containers keep the old one
        self.root_sql("ALTER USER intranet_user@'%' IDENTIFIED BY 'db-another-password'")
        try:
            self.restart("--apply-env")
            self.assert_all_run()
        finally:
            self.root_sql(f"ALTER USER intranet_user@'%' IDENTIFIED BY '{self.original['DB_PASSWORD']}'")
        self.put_env_back()
        self.restart("--apply-env")
        self.set_env(MYSQL_ROOT_PASSWORD="root-another-password")
        self.assertIn("MYSQL_ROOT_PASSWORD", self.refused("login", "--apply-env")["what"])

    def test_a_password_changed_with_the_database_down_stops_before_the_backend(self):
        self.set_env(DB_PASSWORD="db-another-password")
        self.stack.down()
        self.addCleanup(self.restart, "--apply-env")
        self.addCleanup(self.put_env_back)
        document = self.restart_json(code=1)
        self.assertIn("refuses the credentials", document["failure"]["what"])
        self.assertIn("ALTER USER", document["failure"]["hint"])
        self.assertNotIn("intranet-backend", self.containers())

    def armed(self):
        """Each way in which the trap is armed, one after the other."""
        for text in ("DELETE FROM alembic_version", "INSERT INTO alembic_version VALUES ('20260118_0001')",
                     "RENAME TABLE alembic_version TO alembic_version_away"):
            self.root_sql(text)
            yield text
        self.root_sql(f"RENAME TABLE alembic_version_away TO alembic_version; UPDATE alembic_version SET version_num='{HEAD}'")

    def test_the_wipe_trap(self):
        before = self.checksums()
        for _ in self.armed():
            for words in ((), ("backend",), ("mysql",), ("redis",), ("--apply-env",), ("--dry-run",)):
                refusal = self.refused("tables", *words)
                self.assertEqual(refusal["next"][0], "docker update --restart=no intranet-backend")
                self.assertIn("do not pull or edit", refusal["lost"])
            self.restart("frontend")  # starts no backend
        self.assertEqual(self.checksums(), before)
        # What may not be read counts as armed.
        self.root_sql("REVOKE ALL ON intranet_db.* FROM intranet_user@'%'; GRANT SELECT ON intranet_db.users TO intranet_user@'%'")
        try:
            self.refused("tables")
        finally:
            self.root_sql("GRANT ALL ON intranet_db.* TO intranet_user@'%'")
        self.restart()

    def test_the_wipe_trap_with_the_database_down(self):
        for _ in self.armed():
            self.engine.docker("stop", "-t", "10", "intranet-mysql")
            since = time.time()
            document = self.restart_json(code=4)
            self.assertEqual((document["outcome"], document["refusal"]["stake"]), ("refused", "tables"))
            started = [role for _, role in self.order_of(since, "container start", "container restart")]
            self.assertEqual(started, ["database", "cache"])
            self.assertEqual(self.states()["backend"], "exited")
            self.assertIn("is stopped and stays so", document["refusal"]["lost"])
            # Named alone, the backend takes its database in, and is judged as well.
            self.engine.docker("stop", "-t", "10", "intranet-mysql")
            self.assertEqual(self.restart_json("backend", code=4)["refusal"]["stake"], "tables")
            self.assertEqual(self.states()["backend"], "exited")
        self.restart()
        self.assert_all_run()

    def test_nothing_is_stopped_while_a_migration_runs(self):
        holder = subprocess.Popen(["/usr/bin/docker", "exec", "-e", f"MYSQL_PWD={self.stack.env['MYSQL_ROOT_PASSWORD']}",
                                   "intranet-mysql", "mariadb", "-u", "root", "-e",
                                   "SELECT GET_LOCK('the_logbook_migrations', 1); SELECT SLEEP(60)"],
                                  env=self.engine.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            until = time.monotonic() + 10
            while self.root_sql("SELECT IS_USED_LOCK('the_logbook_migrations')").strip() == "NULL":
                self.assertLess(time.monotonic(), until)
                time.sleep(0.1)
            self.assertIn("a migration of the database is running", self.refused("migration")["what"])
            self.refused("migration", "backend")
        finally:
            number = self.root_sql("SELECT IS_USED_LOCK('the_logbook_migrations')").strip()
            if number != "NULL":
                self.root_sql(f"KILL {number}")
            holder.kill()
            holder.wait()

    # ---- failures

    def test_a_backend_that_fails_stops_the_plan_and_shows_its_last_records(self):
        compose = self.stack.folder / "docker-compose.override.yml"
        compose.write_text("services:\n  backend:\n    command: ['sh', '-c', 'for i in $$(seq 30); do echo line $$i; done; "
                           "echo it broke with $$SECRET_KEY; exit 3']\n    restart: 'no'\n")
        try:
            self.stack.compose("up", "-d", "--no-deps", "backend")
            document = self.restart_json(code=1)
            self.assertIn("ended with exit code 3", document["failure"]["what"])
            self.assertEqual(len(document["last_records"]), 20)
            self.assertEqual(document["last_records"][-1], "it broke with ***")
            self.assertEqual(document["last_records"][0], "line 12")
            outcomes = {(s["action"], s["role"]): s["outcome"] for s in document["steps"]}
            self.assertEqual((outcomes["await", "backend"], outcomes["start", "frontend"]), ("failed", "planned"))
            self.assertEqual(self.states()["frontend"], "exited")
            said = self.restart("backend", code=1)
            self.assertIn("it broke with ***", said)
            self.assertIn("go on", said)
            compose.write_text("services:\n  backend:\n    command: ['false']\n")  # Docker starts it again and again
            self.stack.compose("up", "-d", "--no-deps", "backend")
            self.assertIn("backend", self.restart_json("backend", code=1)["failure"]["what"])
        finally:
            compose.unlink()
            self.stack.compose("up", "-d")

    def test_a_database_that_docker_calls_healthy_too_early_is_awaited(self):
        compose = self.stack.folder / "docker-compose.override.yml"
        compose.write_text("services:\n  mysql:\n    entrypoint: ['sh', '-c', 'sleep 5; exec docker-entrypoint.sh mysqld']\n"
                           "    healthcheck: {test: ['CMD', 'true'], interval: 1s}\n")
        try:
            self.stack.compose("up", "-d", "--no-deps", "mysql")
            since = time.time()
            document = self.restart_json()
            wait = next(s for s in document["steps"] if (s["action"], s["role"]) == ("await", "database"))
            self.assertGreater(wait["took_ms"], 3500)
            self.assertEqual([role for _, role in self.order_of(since, "container start")], ["database", "cache", "backend", "frontend"])
            done = self.restart("mysql", "--timeout", "3s", code=124)
            self.assertIn("out of time", done)
            self.restart("mysql", "backend")
        finally:
            compose.unlink()
            self.stack.compose("up", "-d")
            self.engine.wait_for("intranet-mysql", "healthy")

    def address(self):
        return next(iter(self.engine.inspect("intranet-backend")["NetworkSettings"]["Networks"].values()))["IPAddress"]

    def test_a_frontend_with_the_backends_old_address_is_restarted(self):
        self.restart("frontend")
        old = self.address()
        self.engine.docker("stop", "-t", "5", "intranet-backend")
        network = next(iter(self.engine.inspect("intranet-redis")["NetworkSettings"]["Networks"]))
        self.engine.docker("run", "-d", "--name", "squatter", "--network", network, "redis:7-alpine")
        try:
            before = self.started("frontend")
            document = self.restart_json("backend")
            self.assertNotEqual(self.address(), old, "the test needs the address to change")
            probe = next(s for s in document["steps"] if s["action"] == "probe")
            self.assertIn("it held the backend's old address", probe["said"])
            self.assertNotEqual(self.started("frontend"), before)
        finally:
            self.engine.docker("rm", "-f", "squatter")

    # ---- two operators, and ends in the middle

    def start(self, *words):
        return subprocess.Popen([LOGBOOKCTL, "-C", str(self.stack.folder), "restart", *words], env=self.environment(),
                                cwd="/", text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT)

    def read_until(self, process, words):
        said = ""
        for line in process.stdout:
            said += line
            if words in line:
                return said
        self.fail(f"`{words}` never came:\n{said}")

    def test_two_operators_are_kept_apart_and_the_lock_dies_with_its_holder(self):
        first = self.start()
        try:
            self.read_until(first, "stop frontend")
            first.send_signal(signal.SIGSTOP)  # the stack stands still while the others look at it
            second = self.restart(code=1)
            self.assertIn(f"process {first.pid}", second)
            self.assertIn("another restart", second)
            self.restart("--dry-run")  # changes nothing, so it needs no lock
        finally:
            first.kill()
            first.wait()
            first.stdout.close()
        self.restart()
        self.assert_all_run()

    def test_killed_at_any_step_nothing_is_lost_and_the_next_run_brings_everything_up(self):
        before, volumes, names = self.checksums(), self.volumes(), set(self.containers())
        steps = ["stop frontend", "stop backend", "stop redis", "stop mysql", "start mysql", "wait until mysql", "start redis",
                 "make sure", "start backend", "wait until backend", "start frontend"]
        if not LONG:  # the moments at which most is at stake
            steps = ["stop backend", "stop mysql", "make sure", "start backend"]
        for step in steps:
            with self.subTest(killed_after=step):
                process = self.start()
                self.read_until(process, step)
                process.send_signal(signal.SIGKILL)
                process.wait()
                process.stdout.close()
                self.assertEqual(set(self.containers()), names)
                self.restart()
                self.assert_all_run()
                self.assertEqual((self.checksums(), self.volumes(), set(self.containers())), (before, volumes, names))

    def test_killed_while_compose_recreates(self):
        before, volumes, names = self.checksums(), self.volumes(), set(self.containers())
        for delay in (0.0, 0.15, 0.3, 0.45, 0.6, 0.9) if LONG else (0.15, 0.6):
            with self.subTest(delay=delay):
                self.set_env(DEBUG="true" if self.stack.env.get("DEBUG") != "true" else "false")
                process = self.start("backend", "--apply-env")
                self.read_until(process, "make sure")
                time.sleep(delay)
                process.kill()
                process.wait()
                process.stdout.close()
                self.restart("--apply-env")
                self.assert_all_run()
                self.assertEqual((self.checksums(), self.volumes(), set(self.containers())), (before, volumes, names))
                self.assertIn(f"DEBUG={self.stack.env['DEBUG']}", self.engine.inspect("intranet-backend")["Config"]["Env"])

    def at_terminal(self, answer):
        """(exit code, everything shown) of a run at a terminal, with that answer typed."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen([LOGBOOKCTL, "-C", str(self.stack.folder), "restart", "frontend"], cwd="/", stdin=theirs,
                                   stdout=theirs, stderr=theirs, env=self.environment())
        os.close(theirs)
        shown = b""
        try:
            while True:
                shown += os.read(ours, 65536)
                if b"[y/N]" in shown and answer:
                    os.write(ours, answer)
                    answer = b""
        except OSError:  # the terminal's other end is closed
            pass
        finally:
            os.close(ours)
        return process.wait(60), shown.decode()

    def test_at_a_terminal_it_asks_first(self):
        before = self.started("frontend")
        code, shown = self.at_terminal(b"n\n")
        self.assertEqual((code, self.started("frontend")), (4, before), shown)
        self.assertIn("declined", shown)
        code, shown = self.at_terminal(b"y\n")
        self.assertEqual(code, 0, shown)
        self.assertNotEqual(self.started("frontend"), before)
        self.assertIn("… wait until frontend is ready", shown)  # before it is done
        self.assertRegex(shown, "restarted frontend in .*\n$")

    def test_interrupted_between_steps_it_says_how_to_go_on(self):
        process = self.start()
        said = self.read_until(process, "stop backend")
        process.send_signal(signal.SIGINT)
        said += process.stdout.read()
        self.assertEqual(process.wait(60), 130, said)
        process.stdout.close()
        self.assertIn("interrupted", said.splitlines()[-1])
        self.assertIn("backend exited", re.sub(r"\n +", " ", said))
        command = re.search(r"go on +(logbookctl .*)", said).group(1)
        done = subprocess.run(["sh", "-c", command.replace("logbookctl", f"'{LOGBOOKCTL}'", 1)], env=self.environment(), cwd="/",
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assert_all_run()


@engines.needs_engine
class UnraidByCompose1(Case):
    """No depends_on labels, a service `db`, data in the project's folder, a Compose of another age."""
    shape, generation = "unraid", 1

    def test_order_drift_and_down(self):
        before = self.checksums()
        since = time.time()
        self.restart()
        self.assertEqual([role for _, role in self.order_of(since, "container die")], ["frontend", "backend", "cache", "database"])
        self.assertEqual([role for _, role in self.order_of(since, "container start")], ["database", "cache", "backend", "frontend"])
        self.set_env(LOG_LEVEL="DEBUG")
        ids = self.containers()
        document = self.restart_json("--apply-env")
        self.assertEqual(document["stale"], [{"service": "backend", "names": ["LOG_LEVEL"]}])
        after = self.containers()
        self.assertEqual({name for name in ids if after.get(name) != ids[name]}, {"logbook-backend"})
        self.assertTrue(os.path.exists(document["kept_logs"][0]))
        self.stack.down()
        since = time.time()
        self.restart()
        self.assertEqual([role for _, role in self.order_of(since, "container start")], ["database", "cache", "backend", "frontend"])
        self.assert_all_run()
        self.assertEqual(self.checksums(), before)
        self.set_env(ENCRYPTION_SALT="0123456789abcdef" * 2)
        self.assertEqual(self.restart_json("--apply-env", code=4)["refusal"]["stake"], "keys")
        self.put_env_back()
        self.root_sql("DELETE FROM alembic_version")
        self.assertEqual(self.restart_json("backend", code=4)["refusal"]["stake"], "tables")
        self.assertIn("docker update --restart=no logbook-backend", self.restart(code=4))


class NoEngine(unittest.TestCase):
    def test_a_stopped_engine_is_named(self):
        done = subprocess.run([LOGBOOKCTL, "-H", "unix:///nonexistent/docker.sock", "restart"], capture_output=True,
                              text=True, timeout=60, env=clean_environment())
        self.assertEqual(done.returncode, 3)
        self.assertIn("unix:///nonexistent/docker.sock", done.stderr)


if __name__ == "__main__":
    engines.main()
