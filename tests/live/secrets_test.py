"""The gate before `secrets generate --write`, against a real database server."""

import re
import signal
import time
import unittest

import mariadb
import program

SIX = ["SECRET_KEY", "ENCRYPTION_KEY", "ENCRYPTION_SALT", "DB_PASSWORD", "MYSQL_ROOT_PASSWORD", "REDIS_PASSWORD"]


class Gate(program.ScratchCase):
    @classmethod
    def setUpClass(cls):
        cls.db = mariadb.MariaDb()
        cls.db.__enter__()
        cls.addClassCleanup(cls.db.stop)

    def setUp(self):
        super().setUp()
        self.db.sql("DROP DATABASE IF EXISTS the_logbook; CREATE DATABASE the_logbook;"
                    "CREATE OR REPLACE USER 'app'@'%' IDENTIFIED BY 'CHANGE_ME';"
                    "GRANT ALL ON the_logbook.* TO 'app'@'%';")
        self.text = (f"DB_HOST=127.0.0.1\nDB_PORT={self.db.port}\nDB_NAME=the_logbook\nDB_USER=app\n"
                     "DB_PASSWORD=CHANGE_ME\nSECRET_KEY=CHANGE_ME # live?\n")
        self.write(".env", self.text)

    def generate(self, *args):
        return program.run("-C", self.dir, "secrets", "generate", "--write", *args)

    def refused(self, *args):
        """The refusal's words; fails the test when anything was written."""
        done = self.generate(*args)
        self.assertEqual(done.returncode, 4, done.stdout + done.stderr)
        self.assertEqual((self.dir / ".env").read_text(), self.text)
        self.assertEqual(list(self.dir.glob(".env.backup-*")), [])
        self.assertNotIn("CHANGE_ME", done.stderr)
        return done.stderr

    def assert_written(self, *args):
        done = self.generate(*args)
        self.assertEqual(done.returncode, 0, done.stderr)
        written = dict(re.findall(r"^(\w+)=(\w+)", (self.dir / ".env").read_text(), re.M))
        self.assertTrue(all(len(written[name]) >= 32 for name in SIX))
        return done.stdout

    def test_an_empty_database_is_proof(self):
        said = self.assert_written()
        self.assertIn("`users` does not exist", said)
        self.assertIn("ALTER USER", said)  # the volume keeps the old passwords

    def test_empty_tables_are_proof(self):
        self.db.sql("USE the_logbook; CREATE TABLE users (id INT); CREATE TABLE organizations (id INT);")
        self.assertIn("`users` is empty", self.assert_written())

    def test_members_are_data_and_no_word_overrules_them(self):
        self.db.sql("USE the_logbook; CREATE TABLE users (id INT); INSERT INTO users VALUES (1);")
        said = self.refused()
        for words in ("`users` in the_logbook", "holds data", "medical screenings", "audit log", "1045"):
            self.assertIn(words, said)
        self.assertIn("holds data", self.refused("--fresh-install", "--confirm=the_logbook"))
        self.assertNotIn("--fresh-install", self.refused("--fresh-install", "--confirm=the_logbook"))

    def test_an_organization_alone_is_data(self):
        self.db.sql("USE the_logbook; CREATE TABLE users (id INT); CREATE TABLE organizations (id INT);"
                    "INSERT INTO organizations VALUES (1);")
        self.assertIn("organizations", self.refused())

    def test_a_real_key_is_not_replaced_over_data(self):
        self.assert_written()
        password = re.search(r"^DB_PASSWORD=(\w+)", (self.dir / ".env").read_text(), re.M)[1]
        self.db.sql(f"ALTER USER 'app'@'%' IDENTIFIED BY '{password}';"
                    "USE the_logbook; CREATE TABLE users (id INT); INSERT INTO users VALUES (1);")
        before = (self.dir / ".env").read_bytes()
        done = self.generate("--replace", "ENCRYPTION_KEY", "--confirm=ENCRYPTION_KEY", "--fresh-install",
                             "--confirm=the_logbook")
        self.assertEqual(done.returncode, 4)
        self.assertEqual((self.dir / ".env").read_bytes(), before)
        self.assertNotIn(password, done.stdout + done.stderr)
        self.db.sql("DELETE FROM the_logbook.users")
        done = self.generate("--replace", "ENCRYPTION_KEY", "--confirm=ENCRYPTION_KEY")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_wrong_password_proves_nothing(self):
        self.db.sql("ALTER USER 'app'@'%' IDENTIFIED BY 'another';")
        self.assertIn("1045", self.refused())

    def test_an_empty_database_beside_the_compose_files_own_proves_nothing(self):
        self.write("docker-compose.yml", "services:\n  mysql:\n    image: mysql:8.0\n")
        self.assertIn("Compose service `mysql`", self.refused())
        self.write("docker-compose.yml", "services: [\n")
        self.refused()

    def test_an_unknown_database_proves_nothing(self):
        self.db.sql("DROP DATABASE the_logbook; GRANT ALL ON *.* TO 'app'@'%';")
        self.assertIn("1049", self.refused())
        self.assert_written("--fresh-install", "--confirm=the_logbook")

    def test_a_table_that_this_user_may_not_read_proves_nothing(self):
        self.db.sql("CREATE TABLE the_logbook.users (id INT); INSERT INTO the_logbook.users VALUES (1);"
                    "CREATE TABLE the_logbook.other (id INT);"
                    "REVOKE ALL ON the_logbook.* FROM 'app'@'%'; GRANT SELECT ON the_logbook.other TO 'app'@'%';")
        self.assertIn("1142", self.refused())

    def test_a_hung_server_counts_as_data_and_is_not_waited_for_ever(self):
        self.db.signal(signal.SIGSTOP)
        try:
            start = time.monotonic()
            self.refused("--timeout", "1s")
            self.assertLess(time.monotonic() - start, 10)  # it hangs, or it does not: no figure of speed
        finally:
            self.db.signal(signal.SIGCONT)

    def test_what_this_shell_exports_does_not_divert_the_question(self):
        self.db.sql("CREATE DATABASE IF NOT EXISTS empty_one; GRANT ALL ON empty_one.* TO 'app'@'%';"
                    "USE the_logbook; CREATE TABLE users (id INT); INSERT INTO users VALUES (1);")
        done = program.run("-C", self.dir, "secrets", "generate", "--write", env={"DB_NAME": "empty_one"})
        self.assertEqual(done.returncode, 4)
        self.assertEqual((self.dir / ".env").read_text(), self.text)


if __name__ == "__main__":
    unittest.main()
