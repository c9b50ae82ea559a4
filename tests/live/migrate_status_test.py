"""`migrate current|status|history -i|graph -i` on a real database: every verdict with its exit code, and word for word what
real Alembic prints of the same database."""

import json
import os
import re
import subprocess
import unittest

import mariadb
from chain import rows, source, write_chain
from cut_off import CutOff
from program import ScratchCase, clean_environment, run, run_json

HEAD = "a17c4e9d2b61"
ENV_PY = """
import os
import sqlalchemy
from alembic import context

with sqlalchemy.create_engine(os.environ["URL"]).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""


class Status(ScratchCase):
    @classmethod
    def setUpClass(cls):
        cls.db = cls.enterClassContext(mariadb.MariaDb())

    def setUp(self):
        super().setUp()
        self.db.sql("DROP DATABASE IF EXISTS station; CREATE DATABASE station; CREATE OR REPLACE USER 'app'@'%' IDENTIFIED BY "
                    "'appPassword1'; GRANT ALL ON station.* TO 'app'@'%';")
        self.write(".env", f"DB_HOST=127.0.0.1\nDB_PORT={self.db.port}\nDB_NAME=station\nDB_USER=app\nDB_PASSWORD=appPassword1\n")
        self.folder = write_chain(self.dir / "backend/alembic/versions")

    def stamp(self, *revisions, users=3):
        self.db.sql("USE station; CREATE TABLE users (id INT); CREATE TABLE organizations (id INT);"
                    + "INSERT INTO users VALUES (1);" * users
                    + "CREATE TABLE alembic_version (version_num VARCHAR(64));"
                    + "".join(f"INSERT INTO alembic_version VALUES ('{one}');" for one in revisions))

    def ask(self, *words):
        return run("-C", self.dir, "migrate", *words)

    def verdict(self, standing, code, *says):
        """The JSON document, after the words were held against it."""
        before = self.db.sql("CHECKSUM TABLE station.users, station.alembic_version")
        done, document = run_json("-C", self.dir, "migrate", "status")
        self.assertEqual((document["standing"], done.returncode), (standing, code), done)
        words = self.ask("status")
        self.assertEqual((words.returncode, words.stderr), (code, ""))
        text = " ".join(words.stdout.split())
        for part in (*says, f"migrate.{standing}"):
            self.assertIn(part, text)
        quiet = self.ask("status", "-q")
        self.assertEqual(quiet.returncode, code)
        self.assertLess(len(quiet.stdout.splitlines()), 8)
        self.assertNotIn("appPassword1", words.stdout + done.stdout)
        self.assertEqual(self.db.sql("CHECKSUM TABLE station.users, station.alembic_version"), before)
        return document

    def alembic(self, *words):
        """What real Alembic prints of this database and folder."""
        (self.dir / "backend/alembic/env.py").write_text(ENV_PY)
        (self.dir / "alembic.ini").write_text("[alembic]\nscript_location = backend/alembic\n")
        url = f"mysql+pymysql://app:appPassword1@127.0.0.1:{self.db.port}/station"
        done = subprocess.run(["/usr/bin/python3", "-B", "-c", "from alembic.config import main; main(prog='alembic')", *words],
                              cwd=self.dir, capture_output=True, text=True, env=clean_environment(URL=url), timeout=120)
        return done

    def test_at_head(self):
        self.stamp(HEAD)
        document = self.verdict("at_head", 0, "the database is at the code's head", f"head {HEAD}")
        self.assertEqual((document["applied"], document["pending"], document["rows"]), (337, [], [HEAD]))
        self.assertEqual(document["code"]["revisions"], 337)
        self.assertIsNone(document["running"])
        self.assertEqual(self.ask("current").stdout, f"{HEAD} (head)\n")

    def test_pending_in_the_order_of_an_upgrade(self):
        self.stamp("20260201_0016")
        document = self.verdict("pending", 5, "revisions are pending", "logbookctl migrate upgrade --backup DIR", "… and")
        pending = [one["revision"] for one in document["pending"]]
        self.assertEqual(document["applied"] + len(pending), 337)
        self.assertEqual(pending[-1], HEAD)
        parents = {revision: down for _, revision, down, _ in rows()}
        place = {revision: number for number, revision in enumerate(pending)}
        for revision in pending:
            for parent in parents[revision]:
                self.assertLess(place.get(parent, -1), place[revision])
        self.assertEqual(len(self.ask("status", "-v").stdout.split(HEAD)) - 1, 2)  # as the head, and as pending
        # Alembic's own upgrade would run these.
        done = self.alembic("history", "-r", "20260201_0016:head")
        self.assertEqual(len(done.stdout.splitlines()) - 1, len(pending))

    def test_ahead_of_the_code(self):
        self.stamp("20991231_0001")
        document = self.verdict("unknown_revision", 1, "`20991231_0001`", "ahead of the code", "do not delete the row")
        self.assertEqual((document["unknown"], document["last_known"]), (["20991231_0001"], None))
        done = self.ask("current")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("next: logbookctl migrate status", done.stderr)
        self.assertNotEqual(self.alembic("current").returncode, 0)

    def test_several_rows(self):
        self.stamp("20260201_0016", "20260118_0002")
        self.verdict("several_rows", 1, "2 rows", "20260118_0002", "delete none")

    def test_the_wipe_trap(self):
        self.stamp("20260118_0001")
        self.verdict("wipe_trap", 1, "deletes every table", "do not restart the backend")
        self.db.sql("DELETE FROM station.alembic_version")
        self.verdict("wipe_trap", 1, "`alembic_version` is empty")
        done = self.ask("current")
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        self.assertIn("is empty", done.stderr)
        self.db.sql("DROP TABLE station.alembic_version; CREATE TABLE station.alembic_version (other INT);")
        done, document = run_json("-C", self.dir, "migrate", "status")
        self.assertEqual((document["standing"], done.returncode), ("unread", 3))

    def test_nothing_stored(self):
        done, document = run_json("-C", self.dir, "migrate", "status")
        self.assertEqual((document["standing"], done.returncode, document["table_exists"]), ("fresh", 5, False))
        self.assertIn("alembic_version` is missing", self.ask("current").stderr)

    def test_a_code_with_two_heads_and_one_with_a_long_identifier(self):
        self.stamp(HEAD)
        (self.folder / "fork.py").write_text(source("0a0a0a0a0a0a", ["20260201_0016"]))
        self.verdict("several_heads", 1, "2 heads", "migrate branches")
        (self.folder / "fork.py").write_text(source("x" * 33, [HEAD]))
        self.verdict("too_long", 1, "33 characters")

    def test_hostile_rows(self):
        self.stamp("\\x1b[2J''; DROP TABLE users; --", "é" * 20, "\\0")
        document = self.verdict("unknown_revision", 1)
        self.assertEqual(len(document["rows"]), 3)
        self.assertNotIn("\x1b", self.ask("status").stdout + self.ask("current").stderr)

    def test_a_database_that_is_not_there(self):
        self.write(".env", "DB_HOST=127.0.0.1\nDB_PORT=1\nDB_NAME=station\nDB_USER=app\nDB_PASSWORD=appPassword1\n")
        for words in (["status"], ["current"], ["history", "-i"], ["graph", "-i"], ["history", "-r", "current:head"]):
            done = self.ask(*words)
            self.assertEqual(done.returncode, 3, (words, done))
            self.assertIn("127.0.0.1:1", done.stdout + done.stderr)
        self.write(".env", f"DB_HOST=127.0.0.1\nDB_PORT={self.db.port}\nDB_NAME=station\nDB_USER=app\nDB_PASSWORD=wrong\n")
        done = self.ask("status")
        self.assertEqual(done.returncode, 3)
        self.assertNotIn("wrong", done.stdout + done.stderr)

    def test_a_database_that_hangs_up_half_way(self):
        self.stamp("20260201_0016")
        for after in (0, 30, 300, 1_500, 3_000):
            for words in (["status"], ["current"], ["history", "-i"], ["graph", "-i"]):
                with self.subTest(after=after, words=words), CutOff(self.db.port, after) as port:
                    self.write(".env", f"DB_HOST=127.0.0.1\nDB_PORT={port}\nDB_NAME=station\nDB_USER=app\nDB_PASSWORD=appPassword1\n")
                    done = self.ask(*words)
                    self.assertIn(done.returncode, (0, 3, 5), done)
                    if done.returncode == 3:
                        self.assertIn(f"127.0.0.1:{port}", done.stdout + done.stderr)
                        self.assertLess(len((done.stdout + done.stderr).splitlines()), 8)

    def test_word_for_word_with_alembic(self):
        self.stamp("20260201_0016")
        for words in (["current"], ["history", "-i"], ["history", "-i", "-r", "20260119_0009:20260201_0016"],
                      ["history", "-r", "current:head"], ["history", "-r", "20260119_0009:current"]):
            theirs, ours = self.alembic(*words), self.ask(*words)
            self.assertEqual((theirs.returncode, ours.returncode, ours.stderr), (0, 0, ""), theirs)
            self.assertEqual(ours.stdout, theirs.stdout, words)
        theirs = self.alembic("current", "-v").stdout.split("\n", 1)
        self.assertRegex(theirs[0], "Current revision")
        self.assertEqual(self.ask("current", "-v").stdout, theirs[1])

    def test_the_picture_shows_what_is_pending(self):
        self.stamp("20260201_0016")
        done = run("-C", self.dir, "migrate", "graph", "-i", "--svg")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        _, status = run_json("-C", self.dir, "migrate", "status")
        self.assertEqual(len(re.findall('fill="#fde68a"', done.stdout)), len(status["pending"]))
        self.assertEqual(len(re.findall('fill="#bfdbfe"', done.stdout)), 1)
        done = run("-C", self.dir, "migrate", "graph", "-i", "-o", "json")
        revisions = json.loads(done.stdout)["revisions"]
        self.assertEqual([one["revision"] for one in revisions if one["current"]], ["20260201_0016"])
        self.assertEqual(sum(one["pending"] for one in revisions), len(status["pending"]))


if __name__ == "__main__":
    unittest.main()
