"""The chain inside containers and images, and which of two codes starts next: a folder that is mounted, one that changed
since the start, an image whose name means another one by now, a step back to an older image."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import engine as engines
import station_chain
from chain import source
from program import LOGBOOKCTL, clean_environment, validate

STATION = "logbook-test/station"
ENV_PY = """
import os
import sqlalchemy
from alembic import context

url = sqlalchemy.engine.URL.create("mysql+pymysql", os.environ["DB_USER"], os.environ["DB_PASSWORD"], os.environ["DB_HOST"],
                                   3306, os.environ["DB_NAME"])
with sqlalchemy.create_engine(url).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""


def write_code(folder, revisions):
    """An Alembic folder of one line of revisions, r1 first."""
    versions = folder / "alembic/versions"
    versions.mkdir(parents=True, exist_ok=True)
    (folder / "alembic.ini").write_text("[alembic]\nscript_location = /app/alembic\n")
    (folder / "alembic/env.py").write_text(ENV_PY)
    for number in range(1, revisions + 1):
        add_revision(folder, number)


def add_revision(folder, number):
    path = folder / f"alembic/versions/r{number}_change.py"
    path.write_text(source(f"r{number}", [f"r{number - 1}"] if number > 1 else [], f"Change {number}"))


@engines.needs_engine
class Containers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.engine = cls.enterClassContext(engines.Engine())

    def tearDown(self):
        self.engine.clean()
        for image in self.engine.docker("images", "-q", STATION).stdout.split():
            self.engine.docker("rmi", "-f", image, check=False)

    def run_migrate(self, *words, cwd="/", program=()):
        """Asked from another folder, so that only the engine tells."""
        containers = self.engine.docker("ps", "-aq", "--no-trunc").stdout
        done = subprocess.run([*program, LOGBOOKCTL, "migrate", *words], cwd=cwd, text=True, capture_output=True, timeout=60,
                              env=clean_environment(DOCKER_HOST=self.engine.address))
        if not program:
            self.assertEqual(self.engine.docker("ps", "-aq", "--no-trunc").stdout, containers, "a container is left")
        return done

    def status(self, stack, code, *words):
        done = self.run_migrate("status", "-C", str(stack.folder), "-o", "json", *words)
        document = json.loads(done.stdout)
        validate(document)
        self.assertEqual(done.returncode, code, document)
        told = self.run_migrate("status", "-C", str(stack.folder), *words)
        self.assertEqual((told.returncode, told.stderr), (code, ""))
        for name in ("DB_PASSWORD", "MYSQL_ROOT_PASSWORD", "REDIS_PASSWORD"):
            self.assertNotIn(stack.env[name], done.stdout + told.stdout)
        return document, told.stdout

    def sql(self, stack, statements):
        done = self.engine.docker("exec", "-i", "-e", f"MYSQL_PWD={stack.env['MYSQL_ROOT_PASSWORD']}", stack.names["database"],
                                  "mariadb", "-uroot", "-h", "127.0.0.1", "intranet_db", input=statements)
        return done.stdout

    def stamp(self, stack, revision):
        self.sql(stack, "CREATE TABLE IF NOT EXISTS users (id INT); INSERT INTO users VALUES (1);"
                        "CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32)); DELETE FROM alembic_version;"
                        f"INSERT INTO alembic_version VALUES ('{revision}');")

    def image(self, tag, revisions):
        """An image of the backend with its code inside."""
        with tempfile.TemporaryDirectory() as context:
            write_code(pathlib.Path(context) / "code", revisions)
            (pathlib.Path(context) / "Dockerfile").write_text("FROM logbook-backend:latest\nCOPY code/ /app/\n")
            self.engine.docker("build", "-q", "-t", f"{STATION}:{tag}", context, timeout=300)

    def overlay(self, stack, backend):
        (stack.folder / "docker-compose.override.yml").write_text(f"services:\n  backend: {backend}\n")

    def test_a_mounted_folder(self):
        stack = engines.Stack(self.engine, "base", 2)
        code = stack.folder / "backend"
        write_code(code, 3)
        self.overlay(stack, "{volumes: ['./backend/alembic:/app/alembic', './backend/alembic.ini:/app/alembic.ini']}")
        with stack:
            with self.subTest("nothing stored"):
                document, _ = self.status(stack, 5)
                self.assertEqual((document["standing"], document["code"]["where"]), ("fresh", "the container intranet-backend"))
                self.assertEqual((document["code"]["revisions"], document["code"]["heads"]), (3, ["r3"]))
            self.stamp(stack, "r2")
            with self.subTest("the same as Alembic inside the container"):
                for words in (["current"], ["history", "-i"], ["heads", "-v"]):
                    theirs = self.engine.docker("exec", "-w", "/app", "intranet-backend", "alembic", *words).stdout
                    empty = self.enterContext(tempfile.TemporaryDirectory())
                    done = self.run_migrate(*words, "-p", stack.project, cwd=empty)
                    self.assertEqual((done.returncode, done.stdout), (0, theirs), done.stderr)
            with self.subTest("pending"):
                document, told = self.status(stack, 5)
                self.assertEqual([one["revision"] for one in document["pending"]], ["r3"])
                self.assertIsNone(document["running"])
                self.assertIn("r3  Change 3", told)
            with self.subTest("written after the start: the next code is not the one that runs"):
                add_revision(code, 4)
                document, told = self.status(stack, 5)
                self.assertEqual((document["code"]["heads"], document["running"]["heads"]), (["r4"], ["r3"]))
                self.assertEqual([one["revision"] for one in document["pending"]], ["r3", "r4"])
                self.assertIn("runs", told)
            with self.subTest("a container that does not run"):
                self.engine.docker("stop", "-t", "1", "intranet-backend")
                document, _ = self.status(stack, 5)
                self.assertEqual((document["code"]["heads"], document["running"]), (["r4"], None))
                empty = self.enterContext(tempfile.TemporaryDirectory())
                done = self.run_migrate("heads", "-p", stack.project, cwd=empty)
                self.assertEqual((done.returncode, done.stdout), (0, "r4 (head)\n"))
                self.assertIn("inside intranet-backend", done.stderr)

    def test_an_image_whose_name_moved(self):
        self.image("old", 3)
        self.image("new", 5)
        self.engine.docker("tag", f"{STATION}:old", f"{STATION}:latest")
        stack = engines.Stack(self.engine, "base", 2)
        self.overlay(stack, f"{{image: '{STATION}:latest'}}")
        with stack:
            self.stamp(stack, "r3")
            with self.subTest("one code"):
                document, _ = self.status(stack, 0)
                self.assertEqual((document["code"]["where"], document["running"]), ("the container intranet-backend", None))
            with self.subTest("a newer image was pulled"):
                self.engine.docker("tag", f"{STATION}:new", f"{STATION}:latest")
                document, told = self.status(stack, 5)
                self.assertEqual(document["code"], {"where": f"the image {STATION}:latest", "revisions": 5, "heads": ["r5"]})
                self.assertEqual(document["running"]["heads"], ["r3"])
                self.assertEqual([one["revision"] for one in document["pending"]], ["r4", "r5"])
            with self.subTest("an image by its name"):
                self.assertEqual(self.run_migrate("heads", "--image", f"{STATION}:new").stdout, "r5 (head)\n")
                self.assertEqual(self.run_migrate("heads", "--image", f"{STATION}:old").stdout, "r3 (head)\n")
                document, _ = self.status(stack, 0, "--image", f"{STATION}:old")
                self.assertEqual(document["code"]["where"], f"the image {STATION}:old")
            with self.subTest("a step back: the running code knows what the next one does not"):
                self.engine.docker("tag", f"{STATION}:new", f"{STATION}:latest")
                stack.compose("up", "-d", "--no-deps", "backend")
                self.engine.wait_for("intranet-backend", "healthy")
                self.stamp(stack, "r5")
                self.engine.docker("tag", f"{STATION}:old", f"{STATION}:latest")
                document, told = self.status(stack, 1)
                self.assertEqual((document["standing"], document["last_known"], document["last_known_by"]),
                                 ("unknown_revision", "r3", "the container intranet-backend"))
                self.assertIn("do not delete the row", " ".join(told.split()))

    def test_a_plan_and_its_rehearsal_inside_the_containers(self):
        stack = engines.Stack(self.engine, "base", 2)
        station_chain.write_code(stack.folder / "backend", 25)
        self.overlay(stack, "{volumes: ['./backend/alembic:/app/alembic', './backend/alembic.ini:/app/alembic.ini']}")
        with stack:
            self.sql(stack, station_chain.SEED + "UPDATE alembic_version SET version_num = 's18';"
                            + "".join(f"ALTER TABLE members ADD c{number} VARCHAR(20);" for number in (17,)))
            state = "CHECKSUM TABLE members, users, alembic_version; SHOW TABLES; SHOW DATABASES; SELECT user FROM mysql.user ORDER BY 1"
            before = self.sql(stack, state)
            since = self.engine.docker("exec", "intranet-mysql", "date", "+%s").stdout.strip()
            with self.subTest("inside the running backend"):
                done = self.run_migrate("plan", "--rehearse", "-C", str(stack.folder), "-o", "json")
                document = json.loads(done.stdout)
                validate(document)
                self.assertEqual(done.returncode, 5, done.stderr + done.stdout)
                steps = {step["revision"]: step for step in document["steps"]}
                self.assertEqual(list(steps)[0], "s19")
                self.assertEqual([one for one, step in steps.items() if not step["knowable"]], ["s25"])
                self.assertEqual([(one["change"], one["name"]) for one in steps["s25"]["changed"]], [("added", "seen")])
                self.assertEqual(document["rehearsal"]["left_out"], [])
                self.assertTrue(any("stop intranet-backend" in one for one in document["before"]), document["before"])
                now = self.engine.docker("exec", "intranet-mysql", "date", "+%s").stdout.strip() + ".999"
                events = self.engine.docker("events", "--since", since, "--until", now).stdout
                self.assertIn("upgrade", events)
                for name in ("DB_PASSWORD", "MYSQL_ROOT_PASSWORD"):
                    self.assertNotIn(stack.env[name], done.stdout + done.stderr + events)
                self.assertEqual(self.sql(stack, state), before)
            with self.subTest("in a container of its own, where the backend does not run"):
                self.engine.docker("stop", "-t", "1", "intranet-backend")
                done = self.run_migrate("plan", "-C", str(stack.folder), "s22", "-v")
                self.assertEqual((done.returncode, done.stderr), (5, ""), done)
                self.assertIn("CREATE TABLE right_side", done.stdout)
                self.assertEqual(self.sql(stack, state), before)
            with self.subTest("where only the client inside the database's container leads to it"):
                self.engine.docker("start", "intranet-backend")
                address, certificates = self.engine.serve_tls()
                for name in ("intranet-mysql", "intranet-backend"):
                    self.engine.wait_for(name, "healthy")
                done = subprocess.run([LOGBOOKCTL, "migrate", "plan", "--rehearse", "-o", "json", "-C", str(stack.folder), "s25"], cwd="/",
                                      text=True, capture_output=True, timeout=180,
                                      env=clean_environment(DOCKER_HOST=address, DOCKER_TLS_VERIFY="1", DOCKER_CERT_PATH=str(certificates)))
                document = json.loads(done.stdout)
                self.assertEqual(done.returncode, 5, done.stderr + done.stdout)
                self.assertIn("inside intranet-mysql", document["database"])
                self.assertEqual((document["rehearsal"]["left_out"], document["rehearsal"]["went_through"]), ([], len(document["steps"])))
                self.assertEqual(self.sql(stack, state), before)

    def test_a_backup_out_of_the_databases_container(self):
        stack = engines.Stack(self.engine, "base", 2)
        with stack, tempfile.TemporaryDirectory() as folder:
            self.stamp(stack, "r2")
            self.sql(stack, "INSERT INTO users VALUES (7), (8);")
            since = self.engine.docker("exec", "intranet-mysql", "date", "+%s").stdout.strip()
            done = self.run_migrate("backup", folder, "-C", str(stack.folder), "-o", "json")
            document = json.loads(done.stdout)
            validate(document)
            self.assertEqual((done.returncode, document["tables"], document["revisions"]), (0, 2, ["r2"]), done.stderr)
            # The engine writes what is run, and with which arguments, into its events.
            now = self.engine.docker("exec", "intranet-mysql", "date", "+%s").stdout.strip() + ".999"
            events = self.engine.docker("events", "--since", since, "--until", now).stdout
            self.assertIn("mariadb-dump", events)
            self.assertNotIn(stack.env["DB_PASSWORD"], events)
            with self.subTest("where no backup can be made the backend goes on"):
                done = self.run_migrate("backup", folder + "/none/deep", "-C", str(stack.folder), "--stop-backend")
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertEqual(self.engine.inspect("intranet-backend")["State"]["Status"], "running")
            with self.subTest("with the backend stopped, which stays so"):
                self.engine.docker("exec", "intranet-mysql", "sleep", "1")
                done = self.run_migrate("backup", folder, "-C", str(stack.folder), "--stop-backend")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("restart backend starts it again", " ".join(done.stdout.split()))
                self.assertEqual(self.engine.inspect("intranet-backend")["State"]["Status"], "exited")
                for name in ("DB_PASSWORD", "MYSQL_ROOT_PASSWORD"):
                    self.assertNotIn(stack.env[name], done.stdout + done.stderr)
            with self.subTest("the printed command restores it"):
                (command,) = [line.split("restore", 1)[1].strip() for line in done.stdout.splitlines() if " restore " in line]
                self.sql(stack, "DROP TABLE users; UPDATE alembic_version SET version_num = 'r9';")
                restored = subprocess.run(["bash", "-c", "set -o pipefail; " + command], capture_output=True, text=True, timeout=60,
                                          env=clean_environment(DOCKER_HOST=self.engine.address))
                self.assertEqual(restored.returncode, 0, restored.stderr)
                self.assertIn("r2", self.sql(stack, "SELECT * FROM alembic_version"))
                self.assertIn("3", self.sql(stack, "SELECT COUNT(*) FROM users"))

    def test_images_that_hold_no_chain(self):
        for image, says in (("redis:7-alpine", "looked for /app/alembic/versions"), (f"{STATION}:none", "next: docker pull")):
            done = self.run_migrate("heads", "--image", image)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn(says, done.stderr)
            self.assertIn("next: ", done.stderr)

    @unittest.skipIf(os.environ.get("LOGBOOK_BUILD") == "sanitize", "libfaketime and the address sanitizer exclude each other")
    def test_what_a_killed_run_left_is_removed_by_a_later_one(self):
        self.image("old", 1)
        left = self.engine.docker("create", "--label", "logbookctl.reads-image=true", f"{STATION}:old", "true").stdout.strip()
        other = self.engine.docker("create", f"{STATION}:old", "true").stdout.strip()
        self.run_migrate("heads", "--image", f"{STATION}:old")
        self.assertIn(left, self.engine.docker("ps", "-aq", "--no-trunc").stdout, "another run may still be reading it")
        done = self.run_migrate("heads", "--image", f"{STATION}:old", program=[shutil.which("faketime"), "+1 hour"])
        self.assertEqual(done.stdout, "r1 (head)\n", done)
        there = self.engine.docker("ps", "-aq", "--no-trunc").stdout
        self.assertNotIn(left, there)
        self.assertIn(other, there)


if __name__ == "__main__":
    engines.main()
