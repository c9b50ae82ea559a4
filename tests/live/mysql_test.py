"""The faults that one stack survives, and the proofs that guard data, on a real MySQL 8 or later: its passwords are
proven in another way than MariaDB's (caching_sha2_password), and its dictionary is another."""

import unittest

import doctor_faults_test as faults
from alembic_folder import add_revision, write_folder, write_program
from mysql import MySqlStack
from program import clean_environment, main, run, run_json


class OnMySql(faults.RunningStack):
    stack_class = MySqlStack

    def test_20_a_login_that_the_server_has_not_cached_is_proven_without_tls(self):
        for _ in range(3):
            self.stack.sql("FLUSH PRIVILEGES")  # empties the server's cache of proven passwords
            done, document = self.diagnose("--only", "db.login")
            self.assertEqual((done.returncode, document["roots"]), (0, []), document)

    def test_21_the_version_is_told(self):
        (version,), = self.stack.sql("SELECT VERSION()")
        self.assertGreaterEqual(int(version.split(".")[0]), 8)
        done, document = run_json("doctor", "-C", self.stack.folder, "-v")
        finding = next(f for f in document["findings"] if f["check"] == "db.version")
        self.assertIn(version.split("-")[0], str(finding))

    def test_22_real_data_keeps_its_keys(self):
        before = self.stack.env_path.read_bytes()
        done = run("secrets", "generate", "-C", self.stack.folder, "--write", "--replace", "ENCRYPTION_KEY",
                   "--confirm=ENCRYPTION_KEY")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("`users` in the_logbook", done.stderr)
        self.assertEqual(self.stack.env_path.read_bytes(), before)

    def test_23_an_empty_database_is_proven_empty(self):
        self.stack.sql("DROP TABLE users, organizations, alembic_version")
        done = run("secrets", "generate", "-C", self.stack.folder, "--write", "--replace", "ENCRYPTION_KEY",
                   "--confirm=ENCRYPTION_KEY")
        self.assertEqual(done.returncode, 0, done.stderr)


class Plans(unittest.TestCase):
    """A plan and its rehearsal: another information_schema, and an account that proves its password anew."""

    def test_every_shape_is_copied_and_told(self):
        with MySqlStack() as stack:
            stack.sql("""CREATE TABLE stations (id INT PRIMARY KEY, name VARCHAR(80) NOT NULL DEFAULT 'it''s', plain VARCHAR(9) DEFAULT 'NULL',
                made DATETIME DEFAULT CURRENT_TIMESTAMP, tags JSON DEFAULT (JSON_ARRAY()), chief VARCHAR(36), short VARCHAR(3) AS (LEFT(name, 3)) STORED,
                CONSTRAINT has_name CHECK (name <> ''), CONSTRAINT later CHECK (id > 0) NOT ENFORCED,
                KEY by_lower ((LOWER(name))), KEY hidden (made DESC) INVISIBLE, FULLTEXT KEY words (name),
                CONSTRAINT led_by FOREIGN KEY (chief) REFERENCES users (id) ON DELETE SET NULL)""")
            stack.sql("CREATE VIEW names AS SELECT name, LOWER(plain) AS p FROM stations")
            versions = write_folder(stack.folder)
            head = "a17c4e9d2b61"
            add_revision(versions, head, [], "pass")
            add_revision(versions, "r2", [head], "op.get_bind().execute(sa.text('SELECT 1')).fetchall()\n"
                                                 "op.execute('ALTER TABLE stations ALTER INDEX hidden VISIBLE')\n"
                                                 "op.execute('ALTER TABLE stations ALTER CHECK later ENFORCED')\n"
                                                 "op.execute('ALTER TABLE stations DROP INDEX by_lower, ADD UNIQUE KEY by_upper ((UPPER(name)))')")
            add_revision(versions, "r3", ["r2"], "op.execute('ALTER TABLE users MODIFY username VARCHAR(300) NOT NULL')")
            add_revision(versions, "r4", ["r3"], "op.get_bind().execute(sa.text('DELETE FROM the_logbook.users')).fetchall()")
            program = write_program(stack.folder / "bin")
            state = "CHECKSUM TABLE users, organizations, alembic_version, stations; SHOW DATABASES; SELECT user FROM mysql.user ORDER BY 1"
            before = stack.sql(state)
            done, document = run_json("migrate", "plan", "-C", stack.folder, "--local", "--rehearse",
                                      env={"PATH": f"{program}:{clean_environment()['PATH']}"}, timeout=120)
            self.assertEqual(stack.sql(state), before)
            self.assertEqual(done.returncode, 1, done)
            rehearsal = document["rehearsal"]
            self.assertEqual((rehearsal["left_out"], rehearsal["went_through"], rehearsal["failed"]["revision"]), ([], 2, "r4"), document)
            self.assertIn("1142", rehearsal["failed"]["said"])
            changed = [(one["change"], one["thing"], one["name"]) for one in document["steps"][0]["changed"]]
            self.assertEqual(sorted(changed), [("added", "index", "by_upper"), ("changed", "check", "later"), ("changed", "index", "hidden"),
                                               ("removed", "index", "by_lower")])
            self.assertEqual(document["steps"][1]["statements"][0]["rows"], 2)


if __name__ == "__main__":
    main()
