"""`migrate upgrade` by a real Alembic on this machine and on a real server: every gate, the backup, what a revision that failed
left behind, kills at any moment, many at once, a lost connection, and chains in plain SQL."""

import gzip
import json
import os
import pathlib
import pty
import random
import signal
import subprocess
import time
import unittest

import mariadb
import station_chain as chain
from program import LOGBOOKCTL, ScratchCase, clean_environment, main, run, validate

PASSWORD = "appPassword1"
LONG = os.environ.get("LOGBOOK_LONG_TESTS") == "1"


class Station(ScratchCase):
    """A database with members, and the code of its backend."""

    @classmethod
    def setUpClass(cls):
        cls.db = cls.enterClassContext(mariadb.MariaDb())

    def setUp(self):
        super().setUp()
        self.db.sql("DROP DATABASE IF EXISTS station; CREATE DATABASE station;"
                    f"CREATE OR REPLACE USER 'app'@'%' IDENTIFIED BY '{PASSWORD}'; GRANT ALL ON station.* TO 'app'@'%';"
                    "GRANT SELECT ON mysql.proc TO 'app'@'%'; USE station;" + chain.SEED)
        self.write_env()
        chain.write_code(self.dir / "backend")
        # Debian's package of the library comes without the program.
        (self.dir / "bin").mkdir()
        self.write("bin/alembic", '#!/bin/sh\nexec /usr/bin/python3 -B -m alembic "$@"\n', 0o755)
        self.backups = self.dir / "backups"
        self.journal = self.dir / ".logbookctl-upgrade.json"

    def write_env(self, password=PASSWORD):
        self.write(".env", f"DB_HOST=127.0.0.1\nDB_PORT={self.db.port}\nDB_NAME=station\nDB_USER=app\nDB_PASSWORD='{password}'\n")

    @property
    def environment(self):
        return {"PATH": f"{self.dir}/bin:{clean_environment()['PATH']}"}

    def words(self, *words):
        return ["-C", self.dir, "migrate", "upgrade", "--local", *words]

    def upgrade(self, *words, **options):
        return run(*self.words(*words), env=self.environment, **options)

    def document(self, code, *words):
        done = self.upgrade("-o", "json", *words)
        self.assertEqual(done.returncode, code, done)
        document = json.loads(done.stdout)
        validate(document)
        return document

    def refused(self, gate, *words):
        before = self.state()
        document = self.document(3 if gate == "unread" else 4, *words)
        self.assertEqual((document["outcome"], document["refusal"]["gate"]), ("refused", gate))
        self.assertEqual(self.state(), before)
        told = self.upgrade(*words)
        self.assertIn(document["refusal"]["what"][:60], told.stdout + told.stderr)
        self.assertTrue(document["refusal"]["next"])
        self.assertNotIn("stamp head", told.stdout)
        return document["refusal"]

    def state(self):
        return self.db.sql("USE station; SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE FROM information_schema.COLUMNS WHERE "
                           "TABLE_SCHEMA = 'station' ORDER BY 1, 2; SHOW TABLES") + self.rows()

    def rows(self):
        return ",".join(self.db.sql("SELECT version_num FROM station.alembic_version ORDER BY 1").split()[1:])

    def has(self, table):
        return table in self.db.sql("SHOW TABLES FROM station").split()


class Upgrades(Station):
    def test_the_whole_way(self):
        with self.subTest("a dry run tells what would be run, and changes nothing"):
            before, files = self.state(), sorted(os.listdir(self.dir))
            document = self.document(0, "--dry-run", "--backup", self.backups)
            self.assertEqual((document["outcome"], document["target"]), ("planned", chain.HEAD))
            self.assertEqual({one["revision"] for one in document["pending"]}, set(chain.REVISIONS[1:]))
            self.assertEqual((self.state(), sorted(os.listdir(self.dir))), (before, files))
        with self.subTest("to a target, with a backup taken"):
            document = self.document(0, "s03", "--backup", self.backups)
            self.assertEqual((document["outcome"], document["run"]["rows"], document["run"]["begun"]), ("done", ["s03"], 2))
            self.assertEqual(document["backup"]["was_there"], False)
            self.assertIn(b"\n-- Dump completed", gzip.decompress(pathlib.Path(document["backup"]["file"]).read_bytes())[-200:])
            self.assertEqual(self.rows(), "s03")
        with self.subTest("words, one line a step"):
            done = self.upgrade("+2", "--backup", self.dir / "others")
            self.assertEqual(done.returncode, 0, done)
            lines = done.stdout.splitlines()
            self.assertIn("   1/2  s04  Step s04", lines)
            self.assertIn("   2/2  s05  Step s05", lines)
            self.assertIn("is at s05", lines[-1])
            self.assertNotIn(PASSWORD, done.stdout + done.stderr)
        with self.subTest("a backup that is there is taken for one where it is of this revision"):
            done = run("-C", self.dir, "migrate", "backup", self.backups)
            self.assertEqual(done.returncode, 0, done)
            known = sorted(self.backups.glob("*.gz"))
            document = self.document(0, "s06", "--backup", self.backups, "--backup-within", "1h")
            self.assertEqual(document["backup"]["was_there"], True)
            document = self.document(0, "s07", "--backup", self.backups, "--backup-within", "1h")
            self.assertEqual(document["backup"]["was_there"], False)
            self.assertEqual(len(sorted(self.backups.glob("*.gz"))), len(known) + 1)
        with self.subTest("a target in one branch, and then one in the other"):
            self.assertEqual(self.document(0, "s20b", "--no-backup", "--confirm=station")["run"]["rows"], ["s20b"])
            self.assertEqual(self.document(0, "s20", "--no-backup", "--confirm=station")["run"]["rows"], ["s20", "s20b"])
        with self.subTest("one object a step, over a branch and its merge, to the head"):
            done = self.upgrade("-o", "jsonl", "--no-backup", "--confirm=station")
            self.assertEqual(done.returncode, 0, done)
            documents = [json.loads(line) for line in done.stdout.splitlines()]
            for document in documents:
                validate(document)
            self.assertEqual([one["number"] for one in documents[:-1]], list(range(1, 41)))
            self.assertEqual(documents[-1]["outcome"], "done")
            self.assertEqual(self.rows(), chain.HEAD)
            self.assertTrue(self.has("left_side") and self.has("right_side"))
            self.assertIn("Ada!", self.db.sql("SELECT name FROM station.members"))
            self.assertFalse(self.journal.exists())
        with self.subTest("nothing is pending"):
            document = self.document(0)
            self.assertEqual((document["outcome"], document["pending"]), ("nothing", []))

    def test_gates(self):
        never = ("--no-backup", "--confirm=station")
        with self.subTest("members are stored, and no backup was asked for"):
            self.refused("backup")
            self.refused("backup", "--no-backup")
            self.refused("backup", "--no-backup", "--confirm=other")
        with self.subTest("no such target"):
            done = self.upgrade("nowhere", *never)
            self.assertEqual((done.returncode, self.rows()), (1, "s01"), done)
        with self.subTest("a % in the password"):
            self.db.sql("SET PASSWORD FOR 'app'@'%' = PASSWORD('with%percent')")
            self.write_env("with%percent")
            refusal = self.refused("password", *never)
            self.assertNotIn("with%percent", str(refusal))
            self.db.sql(f"SET PASSWORD FOR 'app'@'%' = PASSWORD('{PASSWORD}')")
            self.write_env()
        with self.subTest("the lock is taken: who has it is named"):
            with self.holding_the_lock():
                refusal = self.refused("lock", *never)
                self.assertRegex(refusal["what"], r"connection \d+ of the server \(app from ")
        with self.subTest("the wipe trap"):
            self.db.sql("DELETE FROM station.alembic_version")
            self.refused("wipe_trap", *never)
            self.db.sql("INSERT INTO station.alembic_version VALUES ('20260118_0001')")
            self.refused("wipe_trap", *never)
        with self.subTest("an unknown revision, and one with hostile text"):
            self.db.sql("DELETE FROM station.alembic_version; INSERT INTO station.alembic_version VALUES ('from_the_future')")
            self.assertIn("ahead of the code", self.refused("chain", *never)["what"])
            self.db.sql("UPDATE station.alembic_version SET version_num = '\\'; DROP TABLE members; \x1b[31m'")
            self.assertNotIn("\x1b", self.refused("chain", *never)["what"])
            self.assertTrue(self.has("members"))
        with self.subTest("an ancestor beside its descendant"):
            self.db.sql("DELETE FROM station.alembic_version; INSERT INTO station.alembic_version VALUES ('s01'), ('s03')")
            self.refused("chain", *never)
        with self.subTest("two heads"):
            self.db.sql("DELETE FROM station.alembic_version; INSERT INTO station.alembic_version VALUES ('s01')")
            extra = self.dir / "backend/alembic/versions/other_head.py"
            extra.write_text("revision = 'other'\ndown_revision = 's59'\n")
            self.refused("chain", *never)
            extra.unlink()
        with self.subTest("no Alembic here"):
            (self.dir / "bin/alembic").unlink()
            self.refused("place", *never)
        with self.subTest("nothing stored at all: the application's own start makes the tables"):
            self.db.sql("DROP DATABASE station; CREATE DATABASE station")
            document = self.document(4, *never)
            self.assertEqual(document["refusal"]["gate"], "fresh")
        with self.subTest("nobody answers"):
            self.write(".env", "DB_HOST=127.0.0.1\nDB_PORT=1\nDB_NAME=station\nDB_USER=app\nDB_PASSWORD=x\n")
            self.assertEqual(self.upgrade(*never).returncode, 3)

    def holding_the_lock(self):
        case = self

        class Held:
            def __enter__(self):
                self.process = subprocess.Popen(["/usr/bin/mariadb", "--no-defaults", "--host=127.0.0.1", f"--port={case.db.port}", "--user=app",
                                                 f"--password={PASSWORD}", "--batch", "--unbuffered"], stdin=subprocess.PIPE,
                                                stdout=subprocess.PIPE, text=True)
                self.process.stdin.write("SELECT GET_LOCK('the_logbook_migrations', 5);\n")
                self.process.stdin.flush()
                self.process.stdout.readline()
                case.assertEqual(self.process.stdout.readline().strip(), "1")

            def __exit__(self, *_):
                self.process.stdin.close()
                self.process.wait()
                self.process.stdout.close()

        return Held()

    def test_a_revision_that_fails_half_way(self):
        never = ("--no-backup", "--confirm=station")
        self.db.sql("ALTER TABLE station.members ADD COLUMN badge VARCHAR(20)")
        document = self.document(1, "--backup", self.backups)
        run_ = document["run"]
        self.assertEqual((document["outcome"], run_["rows"], run_["revision"], run_["server_errno"]), ("failed", ["s39"], chain.FAILS, 1060))
        self.assertIn("Duplicate column name 'badge'", run_["said"])
        self.assertEqual(run_["sql"], "ALTER TABLE members ADD COLUMN badge VARCHAR(20)")
        self.assertEqual([(one["change"], one["thing"], one["table"]) for one in run_["changes"]], [("added", "table", "half_done")])
        self.assertTrue(run_["changes_are_its_own"])
        with self.subTest("the next one refuses, and tells what is there"):
            refusal = self.refused("half_done", *never)
            self.assertIn("`s40`", refusal["what"])
            self.assertEqual(len(refusal["there"]), 1)
            self.assertIn("half_done", refusal["there"][0])
        with self.subTest("in words: never a stamp"):
            told = " ".join(self.upgrade(*never).stdout.split())
            self.assertIn("never stamp", told)
        with self.subTest("the backup that was taken restores it"):
            self.db.sql("DROP DATABASE station; CREATE DATABASE station; USE station;\n"
                        + gzip.decompress(pathlib.Path(document["backup"]["file"]).read_bytes()).decode())
            self.assertEqual(self.rows(), "s01")
            self.db.sql("ALTER TABLE station.members DROP COLUMN badge")
        with self.subTest("what is put right goes on without a word"):
            done = self.upgrade(*never)
            self.assertEqual((done.returncode, self.rows()), (0, chain.HEAD), done)
            self.assertFalse(self.journal.exists())

    def test_half_done_and_finished_by_hand(self):
        never = ("--no-backup", "--confirm=station")
        self.db.sql("ALTER TABLE station.members ADD COLUMN badge VARCHAR(20)")
        self.assertEqual(self.upgrade(*never).returncode, 1)
        self.db.sql("UPDATE station.alembic_version SET version_num = 's39'; ALTER TABLE station.members DROP COLUMN badge")
        self.refused("half_done", *never)
        with self.subTest("--repaired counts only with the database's name"):
            self.refused("half_done", "--repaired", "--backup", self.backups)
        self.db.sql("DROP TABLE station.half_done")
        self.assertEqual(self.upgrade("--repaired", *never).returncode, 0)
        self.assertEqual(self.rows(), chain.HEAD)

    def test_killed_at_any_moment(self):
        """Alembic on this machine dies with us; the next run says where things stand, and none says what is not so."""
        never = ("--no-backup", "--confirm=station")
        self.db.sql("UPDATE station.pace SET seconds = 0.2")
        chance = random.Random(11)
        refusals = 0
        for round_ in range(40 if LONG else 3):
            process = subprocess.Popen([LOGBOOKCTL, *map(str, self.words(*never))], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL, env=clean_environment(**self.environment))
            time.sleep(chance.uniform(0.3, 2.2))
            process.kill()
            process.wait()
            time.sleep(0.3)  # the server takes a moment to see that its client is gone
            self.assertEqual(self.db.sql("SELECT IS_FREE_LOCK('the_logbook_migrations')").split()[1], "1")
            document = self.document(self.upgrade("--dry-run", *never).returncode, "--dry-run", *never)
            if document["refusal"]:
                self.assertEqual(document["refusal"]["gate"], "half_done")
                refusals += 1
                done = self.upgrade(*never)
                self.assertEqual(done.returncode, 4)
                self.assertTrue(document["refusal"]["there"])
                self.assertIn(document["pending"][0]["revision"], document["refusal"]["what"])
                self.restore()
            elif document["outcome"] == "nothing":
                self.assertEqual(self.rows(), chain.HEAD)
                self.restore()
        done = self.upgrade(*never)
        self.assertEqual((done.returncode, self.rows()), (0, chain.HEAD), done)

    def restore(self):
        self.db.sql("DROP DATABASE station; CREATE DATABASE station; USE station;" + chain.SEED + "UPDATE pace SET seconds = 0.2;")
        for path in self.dir.glob(".logbookctl-upgrade.json*"):
            path.unlink()

    def test_at_a_terminal(self):
        """Asked first; then one line that is drawn anew, with a bar, the count and the time."""
        def at_a_terminal(answer):
            terminal, ours = pty.openpty()
            process = subprocess.Popen([LOGBOOKCTL, *map(str, self.words("s05", "--no-backup", "--confirm=station"))], stdin=ours, stdout=ours,
                                       stderr=ours, env=clean_environment(TERM="xterm", COLUMNS="100", **self.environment))
            os.close(ours)
            os.write(terminal, answer)
            said = b""
            while True:
                try:
                    piece = os.read(terminal, 4096)
                except OSError:
                    break
                if not piece:
                    break
                said += piece
            os.close(terminal)
            return process.wait(30), said.decode()

        code, said = at_a_terminal(b"n\n")
        self.assertEqual((code, self.rows()), (4, "s01"), said)
        self.assertIn("4 revisions to s05. Go on? [y/N]", said)
        code, said = at_a_terminal(b"y\n")
        self.assertEqual((code, self.rows()), (0, "s05"), said)
        self.assertRegex(said, r"s02   [━╸─]+   1/4   0:0\d")
        self.assertNotIn("   1/4  s02  Step", said)
        with self.subTest("no question where input is forbidden"):
            self.assertEqual(self.upgrade("s06", "--no-input", "--no-backup", "--confirm=station").returncode, 4)
            self.assertEqual(self.upgrade("s06", "--no-input", "--yes", "--no-backup", "--confirm=station").returncode, 0)

    def test_many_at_once(self):
        self.db.sql("UPDATE station.pace SET seconds = 0.5")
        count = 20 if LONG else 2
        all_ = [subprocess.Popen([LOGBOOKCTL, *map(str, self.words("-o", "json", "--no-backup", "--confirm=station"))],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean_environment(**self.environment))
                for _ in range(count)]
        outcomes = []
        for process in all_:
            out, err = process.communicate(timeout=120)
            outcomes.append(json.loads(out)["outcome"])
            self.assertIn(process.returncode, (0, 4), err)
        self.assertEqual(outcomes.count("done"), 1, outcomes)
        self.assertLessEqual(set(outcomes), {"done", "refused", "nothing"})
        self.assertEqual(self.rows(), chain.HEAD)

    def test_the_deadline_and_two_interrupts(self):
        never = ("--no-backup", "--confirm=station")
        self.db.sql("UPDATE station.pace SET seconds = 60")
        with self.subTest("the deadline ends it in the slow revision, and says so"):
            document = self.document(124, "--timeout", "4s", *never)
            self.assertEqual((document["outcome"], document["run"]["revision"], document["run"]["rows"]), ("out_of_time", chain.SLOW, ["s29"]))
        with self.subTest("one interrupt is answered, the second one ends it"):
            process = subprocess.Popen([LOGBOOKCTL, *map(str, self.words(*never))], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                       text=True, env=clean_environment(**self.environment))
            while "s30  Step" not in process.stdout.readline():
                self.assertIsNone(process.poll())
            process.send_signal(signal.SIGINT)
            line = process.stderr.readline() + process.stderr.readline()
            self.assertIn("half applied", line)
            self.assertIsNone(process.poll())
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 130, out)
            self.assertIn("interrupted in the middle of s30", out)

    def test_a_connection_that_is_cut(self):
        self.db.sql("UPDATE station.pace SET seconds = 30")
        process = subprocess.Popen([LOGBOOKCTL, *map(str, self.words("--no-backup", "--confirm=station"))], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, env=clean_environment(**self.environment))
        while "s30  Step" not in process.stdout.readline():
            self.assertIsNone(process.poll())
        until = time.monotonic() + 20
        while not (found := [line.split()[0] for line in self.db.sql("SELECT ID, INFO FROM information_schema.PROCESSLIST").splitlines()
                             if "SLEEP(seconds)" in line]):
            self.assertLess(time.monotonic(), until)
        self.db.sql(f"KILL {found[0]}")
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1, out + err)
        self.assertIn("s30 failed", out)
        self.assertIn("(2013", out)
        self.assertIn("at s29", out)

    def sql_chain(self, *scripts):
        folder = self.dir / "sql"
        folder.mkdir(exist_ok=True)
        for number, script in enumerate(scripts, 1):
            down = "None" if number == 1 else f"n{number - 1}"
            (folder / f"n{number}.sql").write_text(f"-- revision: n{number}\n-- down_revision: {down}\n-- Number {number}\n\n{script}\n")
        self.db.sql("DROP DATABASE station; CREATE DATABASE station")
        return ("--dir", folder)

    def native(self, *words):
        return run("-C", self.dir, "migrate", "upgrade", *words, env=self.environment)

    def test_a_chain_in_plain_sql(self):
        where = self.sql_chain("CREATE TABLE users (id INT PRIMARY KEY);\nINSERT INTO users VALUES (1);\nCREATE TABLE organizations (id INT);",
                               "DELIMITER //\nCREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW BEGIN SET NEW.id = NEW.id; END//\nDELIMITER ;",
                               "CREATE TABLE half_done (id INT);\nALTER TABLE users ADD COLUMN id INT;\nDROP TABLE users;")
        done = self.native("n2", *where)
        self.assertEqual((done.returncode, self.rows()), (0, "n2"), done)
        with self.subTest("members are there now: the gate of the backup holds here too"):
            self.assertEqual(self.native(*where).returncode, 4)
        done = self.native(*where, "--no-backup", "--confirm=station", "-o", "json")
        document = json.loads(done.stdout)
        validate(document)
        self.assertEqual((done.returncode, document["run"]["revision"], document["run"]["rows"]), (1, "n3", ["n2"]), done)
        self.assertEqual((document["run"]["statements"], document["run"]["statements_done"], document["run"]["server_errno"]), (3, 1, 1060))
        self.assertEqual([one["table"] for one in document["run"]["changes"]], ["half_done"])
        self.assertTrue(self.has("users"))
        with self.subTest("rows alone are put back"):
            self.db.sql("DROP TABLE station.half_done")
            (self.dir / "sql/n3.sql").write_text("-- revision: n3\n-- down_revision: n2\n\nINSERT INTO users VALUES (7);\nINSERT INTO users VALUES (7);\n")
            done = self.native(*where, "--no-backup", "--confirm=station", "-o", "json")
            self.assertEqual((done.returncode, json.loads(done.stdout)["run"]["changes"]), (1, []), done)
            self.assertEqual(self.db.sql("SELECT COUNT(*) FROM station.users").split()[1], "1")
            (self.dir / "sql/n3.sql").write_text("-- revision: n3\n-- down_revision: n2\n\nINSERT INTO users VALUES (8);\n")
            done = self.native(*where, "--no-backup", "--confirm=station")
            self.assertEqual((done.returncode, self.rows()), (0, "n3"), done)


class Record(Station):
    """`migrate record`, where no log of a backend can prove anything: only by the operator's own word, and never for nothing."""

    def record(self, code, *words):
        done = run("-C", self.dir, "migrate", "record", "-o", "json", *words, env=self.environment)
        self.assertEqual(done.returncode, code, done)
        document = json.loads(done.stdout)
        validate(document)
        told = run("-C", self.dir, "migrate", "record", "--dry-run", *words, env=self.environment)
        # A dry run tells what is proved; whether it was confirmed and backed up is no matter to it.
        if code == 4 and "--without-proof" not in words:
            self.assertIn(document["refusal"]["what"][:50], told.stdout)
        return document

    def arm(self):
        self.db.sql("DELETE FROM station.alembic_version")

    def test_what_it_wants(self):
        whole = ("s01", "--backup", self.backups, "--confirm=station", "--without-proof")
        with self.subTest("nothing is armed: a row is no way round a failed upgrade"):
            document = self.record(4, *whole)
            self.assertIn("nothing is to be disarmed", document["refusal"]["what"])
            self.assertEqual(self.rows(), "s01")
        self.arm()
        with self.subTest("no proof"):
            document = self.record(4, "s01", "--backup", self.backups, "--confirm=station")
            self.assertIn("is not proved", document["refusal"]["what"])
            proofs = {one["name"]: one["proved"] for one in document["proofs"]}
            self.assertEqual(proofs, {"log": False, "head": False, "schema": True, "upgrade": True})
        with self.subTest("no backup, no confirmation, another database's name"):
            self.assertIn("no backup", self.record(4, "s01", "--confirm=station", "--without-proof")["refusal"]["what"])
            self.assertIn("not confirmed", self.record(4, "s01", "--backup", self.backups, "--without-proof")["refusal"]["what"])
            self.assertIn("not confirmed", self.record(4, "s01", "--backup", self.backups, "--without-proof", "--confirm=other")["refusal"]["what"])
        with self.subTest("no such revision, none, several"):
            for word in ("nowhere", "base"):
                self.assertEqual(run("-C", self.dir, "migrate", "record", word, env=self.environment).returncode, 1)
        with self.subTest("the next revision's objects are there already"):
            self.db.sql("ALTER TABLE station.members ADD COLUMN c2 VARCHAR(20)")
            document = self.record(4, "s01", "--dry-run", "--backup", self.backups)
            self.assertIn("`s02` is applied already", str(document["proofs"]))
            self.db.sql("ALTER TABLE station.members DROP COLUMN c2")
        with self.subTest("a dry run changes nothing"):
            self.assertEqual(self.record(0, "s01", "--without-proof", "--dry-run")["outcome"], "planned")
            self.assertFalse(self.backups.exists())
            self.assertEqual(self.rows(), "")
        for number, rows in enumerate(("DELETE FROM station.alembic_version", "DROP TABLE station.alembic_version",
                     "INSERT INTO station.alembic_version VALUES ('20260118_0001')", "INSERT INTO station.alembic_version VALUES ('')")):
            with self.subTest(rows):
                self.arm()
                self.db.sql(rows)
                done = run("-C", self.dir, "migrate", "record", "-o", "json", "s01", "--backup", self.dir / f"b{number}", "--confirm=station",
                           "--without-proof", env=self.environment)
                self.assertEqual((done.returncode, json.loads(done.stdout)["outcome"], self.rows()), (0, "recorded", "s01"), done)
        with self.subTest("and the upgrade goes on from there"):
            self.assertEqual(self.upgrade("s03", "--no-backup", "--confirm=station").returncode, 0)

    def test_killed_half_way_it_is_armed_or_right(self):
        self.arm()
        chance = random.Random(5)
        for _ in range(60 if LONG else 12):
            process = subprocess.Popen([LOGBOOKCTL, "-C", self.dir, "migrate", "record", "s01", "--backup", self.backups, "--confirm=station",
                                        "--without-proof"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                       env=clean_environment(**self.environment))
            time.sleep(chance.uniform(0.01, 0.15))
            process.kill()
            process.wait()
            time.sleep(0.05)
            self.assertIn(self.rows(), ("", "s01"))
            self.assertIn("3", self.db.sql("SELECT COUNT(*) FROM station.users"))
            self.arm()


if __name__ == "__main__":
    main()
