"""The faults that one stack survives, and the proofs that guard data, on a real MySQL 8 or later: its passwords are
proven in another way than MariaDB's (caching_sha2_password), and its dictionary is another."""

import doctor_faults_test as faults
from mysql import MySqlStack
from program import main, run, run_json


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


if __name__ == "__main__":
    main()
