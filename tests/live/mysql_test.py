"""The faults that one stack survives, and the proofs that guard data, on a real MySQL 8 or later: its passwords are
proven in another way than MariaDB's (caching_sha2_password), and its dictionary is another."""

import gzip
import json
import unittest

import doctor_faults_test as faults
import station_chain
from alembic_folder import add_revision, write_folder, write_program
from mysql import MySqlServer, MySqlStack
from program import ScratchCase, clean_environment, main, run, run_json, validate


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

    def upgrade(self, code, *words):
        environment = {"PATH": f"{self.stack.folder}/bin:{clean_environment()['PATH']}"}
        done = run("-C", self.stack.folder, "migrate", "upgrade", "--no-backup", f"--confirm={self.stack.env['DB_NAME']}", "-o", "json", *words,
                   env=environment)
        self.assertEqual(done.returncode, code, done)
        document = json.loads(done.stdout)
        validate(document)
        return document

    def test_30_an_upgrade_by_alembic(self):
        versions = station_chain.write_code(self.stack.folder / "station")
        program = self.stack.folder / "bin/alembic"
        program.parent.mkdir()
        program.write_text('#!/bin/sh\nexec /usr/bin/python3 -B -m alembic "$@"\n')
        program.chmod(0o755)
        self.stack.sql("DROP TABLE IF EXISTS users, organizations, alembic_version;" + station_chain.SEED + "ALTER TABLE members ADD COLUMN badge VARCHAR(20);")
        local = ("--local", "--dir", versions)
        document = self.upgrade(1, *local)
        told = document["run"]
        self.assertEqual((told["rows"], told["revision"], told["server_errno"]), (["s39"], station_chain.FAILS, 1060))
        self.assertEqual([(one["change"], one["table"]) for one in told["changes"]], [("added", "half_done")])
        self.assertEqual(self.upgrade(4, *local)["refusal"]["gate"], "half_done")
        self.stack.sql("ALTER TABLE members DROP COLUMN badge; DROP TABLE half_done;")
        self.assertEqual(self.upgrade(0, *local)["run"]["rows"], [station_chain.HEAD])
        self.assertEqual(self.upgrade(0, *local)["outcome"], "nothing")

    def test_31_a_chain_in_plain_sql(self):
        folder = self.stack.folder / "plain"
        folder.mkdir()
        for number, script in ((1, "CREATE TABLE n1 (id INT PRIMARY KEY);"), (2, "INSERT INTO n1 VALUES (1);\nINSERT INTO n1 VALUES (1);")):
            down = f"p{number - 1}" if number > 1 else "None"
            (folder / f"p{number}.sql").write_text(f"-- revision: p{number}\n-- down_revision: {down}\n\n{script}\n")
        self.stack.sql("UPDATE alembic_version SET version_num = 'p1'; CREATE TABLE n1 (id INT PRIMARY KEY);")
        told = self.upgrade(1, "--dir", folder)["run"]
        self.assertEqual((told["server_errno"], told["statements_done"], told["changes"], told["rows"]), (1062, 1, [], ["p1"]))
        self.assertEqual(self.stack.sql("SELECT COUNT(*) FROM n1"), [["0"]])
        (folder / "p2.sql").write_text("-- revision: p2\n-- down_revision: p1\n\nINSERT INTO n1 VALUES (1);\n")
        self.assertEqual(self.upgrade(0, "--dir", folder)["run"]["rows"], ["p2"])


class OverTls(ScratchCase):
    """The server takes nothing in the clear: the lock, the look at the tables, the dump and Alembic itself are encrypted."""

    def test_a_backup_and_an_upgrade(self):
        versions = station_chain.write_code(self.dir / "station")
        program = write_program(self.dir / "bin")
        with MySqlServer("rootPassword1", "--require-secure-transport=ON") as server:
            server.sql("CREATE DATABASE station; CREATE USER 'app'@'%' IDENTIFIED BY 'appPassword1';"
                       "GRANT ALL ON station.* TO 'app'@'%'; GRANT PROCESS ON *.* TO 'app'@'%'; USE station;" + station_chain.SEED)
            settings = (f"DB_HOST=127.0.0.1\nDB_PORT={server.port}\nDB_NAME=station\nDB_USER=app\nDB_PASSWORD=appPassword1\n"
                        "MYSQL_ROOT_PASSWORD=rootPassword1\n")
            self.write(".env", settings)
            words = ("-C", self.dir, "migrate", "upgrade", "--local", "--dir", versions, "--backup", self.dir / "dumps", "-o", "json")
            environment = {"PATH": f"{program}:{clean_environment()['PATH']}"}
            refused = run(*words, env=environment)
            self.assertNotEqual(refused.returncode, 0)
            self.assertIn("3159", refused.stdout + refused.stderr)
            self.write(".env", settings + f"DB_SSL=true\nDB_SSL_CA={server.authority}\n")
            done = run(*words, env=environment)
            self.assertEqual(done.returncode, 0, done)
            document = json.loads(done.stdout)
            validate(document)
            self.assertEqual(document["run"]["rows"], [station_chain.HEAD])
            self.assertEqual(server.sql("SELECT version_num FROM station.alembic_version").split()[-1], station_chain.HEAD)
            (dump,) = (self.dir / "dumps").glob("*.gz")
            # This machine's dump program is MariaDB's, and what it wrote is MySQL's again.
            server.sql("CREATE DATABASE again; USE again;" + gzip.decompress(dump.read_bytes()).decode())
            self.assertEqual(server.sql("SELECT version_num, name FROM again.alembic_version, again.members ORDER BY name").splitlines()[1:],
                             ["s01\tAda", "s01\tBo"])


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
