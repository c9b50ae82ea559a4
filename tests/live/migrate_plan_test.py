"""`migrate plan` with real Alembic on a real server: its own SQL for every revision that has some, each statement judged; the
rehearsal, which runs on a copy and leaves neither a trace nor a scratch on the real database, whatever ends it."""

import os
import random
import re
import signal
import subprocess
import time
import unittest

import mariadb
from alembic_folder import add_revision, write_folder, write_program
from chain import write_chain
from cut_off import CutOff
from program import LOGBOOKCTL, ScratchCase, clean_environment, run, run_json
from sqlload import Client, until

PASSWORD = "appPassword1"
# Everything that a copy has to carry over.
STRUCTURE = """
SET NAMES utf8mb4; USE station;
CREATE TABLE organizations (id INT PRIMARY KEY, head INT NULL, name VARCHAR(80) NOT NULL DEFAULT 'it''s', note TEXT,
  kind ENUM('volunteer','career') NOT NULL DEFAULT 'volunteer', settings JSON NULL, made DATETIME DEFAULT CURRENT_TIMESTAMP,
  UNIQUE KEY by_name (name), FULLTEXT KEY words (note), KEY prefix (note(20), kind)) ENGINE=InnoDB DEFAULT CHARSET utf8mb4;
CREATE TABLE users (id INT AUTO_INCREMENT PRIMARY KEY, organization INT, name VARCHAR(80) COLLATE utf8mb4_bin,
  `odd ``name` INT NULL, short VARCHAR(3) AS (LEFT(name, 3)) STORED, CONSTRAINT has_name CHECK (name <> ''),
  CONSTRAINT of_organization FOREIGN KEY (organization) REFERENCES organizations (id) ON DELETE CASCADE) DEFAULT CHARSET utf8mb4;
ALTER TABLE organizations ADD CONSTRAINT has_head FOREIGN KEY (head) REFERENCES users (id) ON DELETE SET NULL;
CREATE TABLE log (id INT AUTO_INCREMENT PRIMARY KEY, text LONGTEXT) ENGINE=Aria;
CREATE VIEW zz_names AS SELECT name, short FROM users;
CREATE VIEW aa_short AS SELECT short FROM zz_names WHERE short <> 'x';
CREATE TRIGGER noted AFTER INSERT ON organizations FOR EACH ROW INSERT INTO log (text) VALUES ('one more');
INSERT INTO organizations (id, name) VALUES (1, 'Engine 1'); INSERT INTO users (organization, name) VALUES (1, 'Ægir');
CREATE TABLE members (id INT PRIMARY KEY, name VARCHAR(80)); INSERT INTO members SELECT seq, 'x' FROM seq_1_to_5000;
CREATE TABLE alembic_version (version_num VARCHAR(32)); INSERT INTO alembic_version VALUES ('r1');
ANALYZE TABLE members;
"""
LOOKS = "op.get_bind().execute(sa.text('SELECT 1')).fetchall()\n"


class Plan(ScratchCase):
    @classmethod
    def setUpClass(cls):
        cls.db = cls.enterClassContext(mariadb.MariaDb())

    def setUp(self):
        super().setUp()
        self.db.sql("DROP DATABASE IF EXISTS station; CREATE DATABASE station COLLATE utf8mb4_unicode_ci;"
                    f"CREATE OR REPLACE USER 'app'@'%' IDENTIFIED BY '{PASSWORD}'; GRANT ALL ON station.* TO 'app'@'%';")
        self.db.sql(STRUCTURE)
        self.settings()
        self.versions = write_folder(self.dir)
        self.program = write_program(self.dir / "bin")
        self.revise("r1", [], "pass")
        self.before = self.state()

    def tearDown(self):
        self.assertEqual(self.state(), self.before, "the real database, or what else the server has, changed")

    def settings(self, **more):
        values = {"DB_HOST": "127.0.0.1", "DB_PORT": self.db.port, "DB_NAME": "station", "DB_USER": "app", "DB_PASSWORD": PASSWORD,
                  "MYSQL_ROOT_PASSWORD": mariadb.PASSWORD, **more}
        self.write(".env", "".join(f"{name}={value}\n" for name, value in values.items() if value is not None))

    def state(self):
        """Every row and definition of the real database, every database, account and right of the server."""
        tables = [line for line in self.db.sql("SHOW TABLES FROM station").splitlines()[1:]]
        told = [self.db.sql(f"CHECKSUM TABLE station.`{name}`; SHOW CREATE TABLE station.`{name}`") for name in tables]
        return told + [self.db.sql("SHOW TRIGGERS FROM station; SHOW DATABASES; SELECT user, host FROM mysql.user ORDER BY 1, 2;"
                                   "SELECT user, host, db FROM mysql.db ORDER BY 1, 2, 3")]

    def revise(self, revision, parents, body, title=""):
        add_revision(self.versions, revision, parents, body, title)

    def environment(self):
        return {"PATH": f"{self.program}:{clean_environment()['PATH']}"}

    def document(self, code, *words):
        done, document = run_json("-C", self.dir, "migrate", "plan", "--local", *words, env=self.environment())
        self.assertEqual(done.returncode, code, done)
        self.assertNotIn(PASSWORD, done.stdout)
        return document

    def plan(self, code, *words, **options):
        """The JSON document, after the words were held against it."""
        done, document = run_json("-C", self.dir, "migrate", "plan", "--local", *words, env=self.environment(), **options)
        self.assertEqual(done.returncode, code, done)
        told = run("-C", self.dir, "migrate", "plan", "--local", *words, env=self.environment(), **options)
        self.assertEqual((told.returncode, told.stderr), (code, ""))
        for step in document["steps"]:
            self.assertIn(step["revision"], told.stdout)
        for text in (done.stdout, told.stdout):
            self.assertNotIn(PASSWORD, text)
            self.assertNotIn(mariadb.PASSWORD, text)
            self.assertNotIn("\x1b", text)
        return document, told.stdout

    def refused(self, code, says, *words, **options):
        done = run("-C", self.dir, "migrate", "plan", "--local", *words, env=self.environment(), **options)
        self.assertEqual(done.returncode, code, done)
        self.assertIn(says, " ".join((done.stdout + done.stderr).split()))
        self.assertNotIn(PASSWORD, done.stdout + done.stderr)
        self.assertNotIn("Traceback", done.stdout + done.stderr)
        return done

    def chain(self):
        """Every kind of step, two branches of which one cannot be rendered, and a merge behind them."""
        self.revise("r2", ["r1"], "op.add_column('members', sa.Column('badge', sa.Integer))", "Badges")
        self.revise("r3", ["r2"], LOOKS + "op.drop_column('members', 'name')", "Looks first")
        self.revise("r4", ["r3"], "op.execute(\"UPDATE members SET badge = 1 WHERE badge IS NULL -- ; not the end\")")
        self.revise("r5a", ["r4"], "op.alter_column('members', 'badge', type_=sa.BigInteger(), existing_type=sa.Integer())")
        self.revise("r5b", ["r4"], LOOKS + "op.create_table('stations', sa.Column('id', sa.Integer, primary_key=True))")
        self.revise("r6", ["r5a", "r5b"], "pass", "Both")
        self.revise("r7", ["r6"], "op.create_table('tours', sa.Column('id', sa.Integer, primary_key=True))\n"
                                  "op.create_index('by_id', 'tours', ['id'])\nop.drop_table('members')")

    def test_each_revision_by_alembics_own_sql(self):
        self.chain()
        document, told = self.plan(5)
        steps = {step["revision"]: step for step in document["steps"]}
        self.assertEqual({one: step["effect"] for one, step in steps.items()},
                         {"r2": "instant", "r3": "unknown", "r4": "changes_rows", "r5a": "rewrites", "r5b": "unknown", "r6": "instant",
                          "r7": "destroys"})
        self.assertEqual([one for one, step in steps.items() if not step["knowable"]], [one for one in steps if one in ("r3", "r5b")])
        self.assertEqual((document["not_knowable"], document["destroys"], document["rewrites"], document["rehearsal"]), (2, 1, 1, None))
        self.assertIn("'NoneType' object has no attribute 'fetchall'", steps["r3"]["why"])
        widened, = steps["r5a"]["statements"]
        self.assertTrue(4000 < widened["rows"] < 6000, widened)
        self.assertGreater(widened["bytes"], 16384)
        self.assertEqual([one["made_before"] for one in steps["r7"]["statements"]], [False, True, False])
        order = list(steps)
        self.assertEqual((order[:3], order[-2:]), (["r2", "r3", "r4"], ["r6", "r7"]))
        # Word for word Alembic's.
        for parent, revision in (("r1", "r2"), ("r3", "r4"), ("r4", "r5a"), ("r6", "r7")):
            theirs = subprocess.run([self.program / "alembic", "upgrade", f"{parent}:{revision}", "--sql"], text=True, capture_output=True,
                                    cwd=self.dir / "backend", env=clean_environment(DB_USER="a", DB_PASSWORD="b", DB_HOST="c",
                                                                                    DB_PORT="1", DB_NAME="d"), check=True).stdout
            for statement in steps[revision]["statements"]:
                self.assertIn(statement["sql"] + ";", theirs)
            self.assertEqual(len(steps[revision]["statements"]), theirs.count(";\n\n") - 1)
        self.assertIn("7 revisions would run: 1 destroys data, 1 changes rows, 1 rewrites a table", told)
        self.assertIn("2 not knowable offline", told.splitlines()[-1])
        self.assertIn("DROP TABLE members", told)
        whole = run("-C", self.dir, "migrate", "plan", "--local", "-v", env=self.environment()).stdout
        self.assertIn("ALTER TABLE members ADD COLUMN badge", whole)
        quiet = run("-C", self.dir, "migrate", "plan", "--local", "-q", env=self.environment())
        self.assertEqual((quiet.returncode, len(quiet.stdout.splitlines())), (5, 1))

    def test_the_applications_chain_in_alembics_order(self):
        (self.versions / "r1.py").unlink()
        self.versions.rmdir()
        write_chain(self.versions)
        self.db.sql("UPDATE station.alembic_version SET version_num = '20260201_0016'")
        self.before = self.state()
        theirs = subprocess.run([self.program / "alembic", "upgrade", "20260201_0016:head", "--sql"], text=True, capture_output=True,
                                cwd=self.dir / "backend", env=clean_environment(DB_USER="a", DB_PASSWORD="b", DB_HOST="c", DB_PORT="1",
                                                                                DB_NAME="d"), check=True).stdout
        document = self.document(5)
        self.assertEqual([step["revision"] for step in document["steps"]], re.findall(r"^-- Running upgrade .* -> (\S+)$", theirs, re.M))
        self.assertGreater(len(document["steps"]), 250)
        self.assertEqual(document["not_knowable"], 0)

    def test_targets_as_alembic_takes_them(self):
        self.chain()
        for target, steps in (("+1", ["r2"]), ("r4", ["r2", "r3", "r4"]), ("r5a-1", ["r2", "r3", "r4"]), ("r5b", ["r2", "r3", "r4", "r5b"])):
            with self.subTest(target=target):
                document = self.document(5, target)
                self.assertEqual([step["revision"] for step in document["steps"]], steps)
                self.assertEqual(document["target"], target)
        self.document(0, "base")
        self.document(0, "r1")
        self.refused(1, "nowhere", "nowhere")
        self.refused(1, "the way forks", "+50")

    def test_the_rehearsal_tells_what_really_changes(self):
        self.chain()
        document = self.document(5, "--rehearse")
        self.assertEqual(document["rehearsal"]["left_out"], [])
        self.assertEqual((document["rehearsal"]["went_through"], document["rehearsal"]["failed"]), (7, None))
        changed = {step["revision"]: [(one["change"], one["thing"], one["table"], one["name"]) for one in step["changed"]]
                   for step in document["steps"]}
        self.assertEqual(changed, {"r2": [("added", "column", "members", "badge")],
                                   "r3": [("removed", "column", "members", "name")], "r4": [],
                                   "r5a": [("changed", "column", "members", "badge")],
                                   "r5b": [("added", "table", "stations", None)], "r6": [],
                                   "r7": [("removed", "table", "members", None), ("added", "table", "tours", None)]})
        _, told = self.plan(5, "--rehearse", "r3")
        self.assertIn("column `members`.`name` is gone", told)
        self.assertIn("of which 1 dropped columns or tables of the copy", told)
        self.assertIn("all went through on a copy", told.splitlines()[-1])

    def test_what_fails_on_the_copy(self):
        self.revise("r2", ["r1"], "op.add_column('members', sa.Column('rank', sa.Integer))\n"
                                  "op.add_column('members', sa.Column('name', sa.Integer))")
        self.revise("r3", ["r2"], "pass")
        document, told = self.plan(1, "--rehearse")
        failed = document["rehearsal"]["failed"]
        self.assertEqual(failed["revision"], "r2")
        self.assertRegex(failed["said"], r"1060.*Duplicate column name 'name'")
        self.assertIn("ADD COLUMN name", failed["sql"])
        self.assertEqual([one["name"] for one in document["steps"][0]["changed"]], ["rank"])  # what it did before
        self.assertIsNone(document["steps"][1]["changed"])
        self.assertIn("r2 FAILS on a copy", told.splitlines()[-1])
        self.assertIn("not rehearsed", told)

    def test_no_revision_reaches_the_real_database(self):
        statements = ["ALTER TABLE station.members ADD COLUMN x INT", "DELETE FROM station.users", "SELECT * FROM station.users",
                      "USE station", "CREATE DATABASE elsewhere", "DROP DATABASE station", "SET PASSWORD FOR 'app'@'%' = PASSWORD('x')",
                      "CREATE VIEW v AS SELECT * FROM station.users", "SET GLOBAL max_connections = 10", "KILL 1"]
        self.revise("r2", ["r1"], LOOKS + f"denied = []\nfor one in {statements!r}:\n    try:\n        op.get_bind().execute(sa.text(one))\n"
                                          "    except Exception as problem:\n        denied.append(str(problem)[:60])\n"
                                          "raise RuntimeError(f'{len(denied)} refused: {denied}')")
        document = self.document(1, "--rehearse")
        self.assertIn(f"{len(statements)} refused", document["rehearsal"]["failed"]["said"])

    def test_nor_does_a_trigger_of_the_copy(self):
        self.db.sql("USE station; CREATE TRIGGER far AFTER INSERT ON members FOR EACH ROW INSERT INTO station.log (text) VALUES ('x')")
        self.before = self.state()
        self.revise("r2", ["r1"], LOOKS + "op.execute(\"INSERT INTO members (id) VALUES (9999)\")")
        document = self.document(1, "--rehearse")
        self.assertRegex(document["rehearsal"]["failed"]["said"], "denied")

    def test_an_alembic_that_looks_elsewhere_is_never_let_loose(self):
        self.revise("r2", ["r1"], "op.execute('DROP TABLE members')")
        env = self.dir / "backend/alembic/env.py"
        env.write_text(re.sub(r"URL.create\(.*?\)\n", f'URL.create("mysql+pymysql", "app", "{PASSWORD}", "127.0.0.1", '
                                                     f'{self.db.port}, "station")\n', env.read_text(), flags=re.S))
        self.refused(3, "does not look at the copy", "--rehearse")
        env.write_text(env.read_text().replace("import os", "import os\nraise SystemExit('broken on purpose')"))
        self.refused(3, "broken on purpose", "--rehearse")

    def test_an_environment_without_an_offline_mode(self):
        self.revise("r2", ["r1"], "op.execute('DROP TABLE members')")
        env = self.dir / "backend/alembic/env.py"
        env.write_text(env.read_text().replace("if context.is_offline_mode():", "if False:"))
        document = self.document(5, "--rehearse")
        self.assertEqual(document["not_knowable"], 1)
        self.assertIn("2003", document["steps"][0]["why"])  # it was told of a database that is not there
        self.assertEqual([one["change"] for one in document["steps"][0]["changed"]], ["removed"])

    def start(self, *words):
        return subprocess.Popen([LOGBOOKCTL, "-C", self.dir, "migrate", "plan", "--local", "--rehearse", *words],
                                env=clean_environment(**self.environment()), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def scratch(self):
        return [line for line in self.db.sql("SHOW DATABASES").splitlines() if line.startswith("logbookctl_")]

    def wait_for_scratch(self, process):
        until = time.monotonic() + 30
        while not self.scratch() and time.monotonic() < until and process.poll() is None:
            time.sleep(0.02)

    def test_interrupted_in_the_middle(self):
        self.revise("r2", ["r1"], LOOKS + "op.execute('SELECT SLEEP(60) FROM organizations RIGHT JOIN (SELECT 1) one ON 1')")
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.start()
            self.wait_for_scratch(process)
            time.sleep(0.5)
            process.send_signal(number)
            out, err = process.communicate(timeout=40)
            self.assertEqual((process.returncode, out), (130, ""), err)
            self.assertIn("the scratch copy is dropped", err)
            self.assertEqual(self.state(), self.before)

    def forget_connections(self):
        """A busy server needs its time to notice that a client is gone; until then the run's lock is held, and its copy left
        alone."""
        others = "FROM information_schema.PROCESSLIST WHERE COMMAND <> 'Daemon' AND ID <> CONNECTION_ID()"
        for number in self.db.sql(f"SELECT ID {others}").split()[1:]:
            try:
                self.db.sql(f"KILL {number}")
            except RuntimeError:
                pass  # it has ended meanwhile
        until(lambda: self.db.sql(f"SELECT COUNT(*) {others}").split()[1] == "0")

    def test_what_a_killed_run_leaves_the_next_one_removes(self):
        self.revise("r2", ["r1"], LOOKS + "op.add_column('members', sa.Column('badge', sa.Integer))")
        self.revise("r3", ["r2"], "pass")
        chance = random.Random(11)
        left = 0
        for number in range(12 if os.environ.get("LOGBOOK_LONG_TESTS") else 2):
            process = self.start()
            self.wait_for_scratch(process)
            time.sleep(chance.uniform(0, 3) if number % 2 else 0)
            process.kill()
            process.communicate()
            self.forget_connections()
            left += len(self.scratch())
            self.assertEqual(self.state()[:-1], self.before[:-1])
        self.assertGreater(left, 0, "it was never killed while the copy was there")
        # Somebody else's of that name, and two that were killed before they held anything, or before the mark was in its table.
        self.db.sql("CREATE DATABASE logbookctl_rehearsal_0123456789ab; CREATE TABLE logbookctl_rehearsal_0123456789ab.theirs (id INT);"
                    "CREATE DATABASE logbookctl_rehearsal_ba9876543210; CREATE DATABASE logbookctl_rehearsal_of_mine;"
                    "CREATE DATABASE logbookctl_rehearsal_ba98765432ff; CREATE TABLE logbookctl_rehearsal_ba98765432ff.logbookctl_rehearsal (mark CHAR(12), "
                    "held TINYINT, began DATETIME, says VARCHAR(200));")
        done, document = run_json("-C", self.dir, "migrate", "plan", "--local", "--rehearse", env=self.environment())
        self.assertEqual(done.returncode, 5, done)
        kept = {one["database"]: one["why"] for one in document["rehearsal"]["leftovers"] if not one["removed"]}
        self.assertEqual(list(kept), ["logbookctl_rehearsal_0123456789ab"], kept)
        self.assertIn("mark", kept["logbookctl_rehearsal_0123456789ab"])
        removed = {one["database"] for one in document["rehearsal"]["leftovers"] if one["removed"]}
        self.assertLessEqual({"logbookctl_rehearsal_ba9876543210", "logbookctl_rehearsal_ba98765432ff"}, removed)
        self.assertEqual(self.scratch(), ["logbookctl_rehearsal_0123456789ab", "logbookctl_rehearsal_of_mine"])
        self.db.sql("DROP DATABASE logbookctl_rehearsal_0123456789ab; DROP DATABASE logbookctl_rehearsal_of_mine")

    def test_one_that_still_runs_is_left_alone(self):
        gate = Client(self.db.port, mariadb.ADMIN, mariadb.PASSWORD, "station")
        gate.run("SELECT GET_LOCK('gate', 0)")
        self.revise("r2", ["r1"], LOOKS + "op.execute(\"DO GET_LOCK('gate', 100)\")")
        first = self.start("-q")
        self.wait_for_scratch(first)
        database, = self.scratch()
        self.revise("r2", ["r1"], "pass")
        done, document = run_json("-C", self.dir, "migrate", "plan", "--local", "--rehearse", env=self.environment())
        self.assertEqual([(one["database"], one["removed"]) for one in document["rehearsal"]["leftovers"]], [(database, False)], done)
        gate.close()
        self.assertEqual(first.wait(60), 5)
        first.communicate()

    def test_without_the_rights_for_a_copy(self):
        self.revise("r2", ["r1"], "pass")
        self.settings(MYSQL_ROOT_PASSWORD=None)
        self.refused(1, "may make a database", "--rehearse")
        self.settings(MYSQL_ROOT_PASSWORD="wrongPassword1")
        self.refused(1, "may make a database", "--rehearse")

    def test_nothing_to_plan(self):
        for revision, code, says in (("r1", 0, "nothing to do"), ("r9", 1, "migrate.unknown_revision"), ("", 1, "is empty"),
                                     ("20260118_0001", 1, "deletes every table"), ("\\x1b[2J\\0; DROP TABLE users", 1, "migrate.unknown_revision")):
            self.db.sql(f"UPDATE station.alembic_version SET version_num = '{revision}'" if revision else
                        "DELETE FROM station.alembic_version")
            self.before = self.state()
            with self.subTest(revision=revision):
                document, told = self.plan(code)
                self.assertIn(says, " ".join(told.split()))
                self.assertEqual(document["steps"], [])
            if not revision:
                self.db.sql("INSERT INTO station.alembic_version VALUES ('r1')")
        self.db.sql("UPDATE station.alembic_version SET version_num = 'r1'; CREATE DATABASE empty; GRANT ALL ON empty.* TO 'app'@'%'")
        self.settings(DB_NAME="empty")
        document, told = self.plan(5)
        self.assertEqual((document["standing"], document["steps"]), ("fresh", []))
        self.assertIn("start the backend", told)
        self.settings()
        self.db.sql("DROP DATABASE empty; REVOKE ALL ON empty.* FROM 'app'@'%'")
        self.before = self.state()
        self.revise("x" * 33, ["r1"], "pass")
        self.plan(1)
        (self.versions / ("x" * 33 + ".py")).unlink()
        self.revise("r2", ["r1"], "pass")
        self.revise("r3", ["r1"], "pass")
        self.refused(1, "head")
        self.assertEqual([step["revision"] for step in self.plan(5, "r2")[0]["steps"]], ["r2"])

    def test_without_a_database_or_an_alembic(self):
        self.revise("r2", ["r1"], "pass")
        done = run("-C", self.dir, "migrate", "plan", "--local")
        self.assertEqual(done.returncode, 3)
        self.assertIn("no program `alembic`", done.stderr)
        done = run("-C", self.dir, "migrate", "plan", env=self.environment())
        self.assertEqual(done.returncode, 3)
        self.assertIn("on this machine: --local", done.stderr)
        self.settings(DB_PORT=1)
        self.refused(3, "127.0.0.1:1")

    def test_not_while_a_migration_runs(self):
        self.revise("r2", ["r1"], "pass")
        holder = subprocess.Popen(["mariadb", "--no-defaults", "-h", "127.0.0.1", "-P", str(self.db.port), "-u", "app", f"--password={PASSWORD}",
                                   "-e", "SELECT GET_LOCK('the_logbook_migrations', 0); SELECT SLEEP(60)"], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        try:
            until = time.monotonic() + 20
            while "SLEEP" not in self.db.sql("SHOW PROCESSLIST") and time.monotonic() < until:
                time.sleep(0.05)
            self.refused(1, "a migration is running (connection")
        finally:
            self.db.sql("KILL " + self.db.sql("SELECT IS_USED_LOCK('the_logbook_migrations')").split()[-1])
            holder.wait(20)

    def test_a_database_that_hangs_up_half_way(self):
        self.revise("r2", ["r1"], "pass")
        for after in (0, 40, 400, 4_000, 16_000):
            for words in ([], ["--rehearse"]):
                with self.subTest(after=after), CutOff(self.db.port, after) as port:
                    self.settings(DB_PORT=port)
                    done = run("-C", self.dir, "migrate", "plan", "--local", "--timeout", "20s", *words, env=self.environment())
                    self.assertIn(done.returncode, (3, 5), done)
                    self.assertNotIn("Traceback", done.stderr)
                    if done.returncode == 3:
                        self.assertEqual(done.stdout, "")
                        self.assertLessEqual(len(done.stderr.splitlines()), 3, done.stderr)
                        if self.scratch():
                            self.assertIn("the next rehearsal removes it", done.stderr)
        self.settings()
        self.document(5, "--rehearse")  # and so it does

    def test_a_chain_of_plain_sql(self):
        folder = self.dir / "sql"
        folder.mkdir()
        (folder / "1.sql").write_text("-- revision: r1\n-- down_revision:\nSELECT 1;\n")
        (folder / "2.sql").write_text("-- Badges\n-- revision: r2\n-- down_revision: r1\nALTER TABLE members ADD badge INT;\n"
                                      "DELIMITER //\nCREATE TRIGGER two BEFORE INSERT ON members FOR EACH ROW BEGIN SET NEW.badge = 1; END//\n")
        (folder / "3.sql").write_text("-- revision: r3\n-- down_revision: r2\n\nDROP TABLE users;\nDROP TABLE nowhere;\n")
        document, told = self.plan(1, "--dir", str(folder), "--rehearse")
        self.assertEqual([step["effect"] for step in document["steps"]], ["instant", "destroys"])
        self.assertEqual([one["name"] for one in document["steps"][0]["changed"]], ["badge", "two"])
        self.assertRegex(document["rehearsal"]["failed"]["said"], r"^3\.sql:4: ")  # users: a foreign key leads to it
        self.assertIn("Badges", told)
        (folder / "3.sql").write_text("-- revision: r3\n-- down_revision: r2\nSELECT 'open;\n")
        document, _ = self.plan(5, "--dir", str(folder))
        self.assertIn("does not end", document["steps"][1]["why"])


if __name__ == "__main__":
    unittest.main()
