"""`migrate backup` on a real server: what it makes can be restored to the same tables, nothing counts as a backup that is not
whole (killed, cut, full disk, changed meanwhile), and the password stands in no argument list."""

import gzip
import pathlib
import random
import resource
import signal
import stat
import subprocess
import threading
import time
import unittest

import mariadb
from program import LOGBOOKCTL, ScratchCase, clean_environment, run, run_json

PASSWORD = "appPassword1"
SEED = """
SET NAMES utf8mb4; USE station;
CREATE TABLE users (id INT PRIMARY KEY, name VARCHAR(80), photo LONGBLOB) DEFAULT CHARSET utf8mb4;
INSERT INTO users VALUES (1, 'Ægir – Łukasz 🚒', x'00ff0a0d27225c1a'), (2, 'line\\nCREATE TABLE `x`', NULL);
CREATE TABLE organizations (id INT); INSERT INTO organizations VALUES (1);
CREATE TABLE alembic_version (version_num VARCHAR(32)); INSERT INTO alembic_version VALUES ('a17c4e9d2b61');
CREATE TABLE log (id INT AUTO_INCREMENT PRIMARY KEY, text LONGTEXT);
CREATE VIEW names AS SELECT name FROM users;
CREATE TRIGGER noted AFTER INSERT ON organizations FOR EACH ROW INSERT INTO log (text) VALUES ('one more');
CREATE FUNCTION answer() RETURNS INT DETERMINISTIC RETURN 42;
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DO DELETE FROM log;
"""


class Backup(ScratchCase):
    @classmethod
    def setUpClass(cls):
        cls.db = cls.enterClassContext(mariadb.MariaDb())

    def setUp(self):
        super().setUp()
        self.db.sql("DROP DATABASE IF EXISTS station; DROP DATABASE IF EXISTS other; CREATE DATABASE station;"
                    f"CREATE OR REPLACE USER 'app'@'%' IDENTIFIED BY '{PASSWORD}'; GRANT ALL ON station.* TO 'app'@'%';"
                    "GRANT SELECT ON mysql.proc TO 'app'@'%'; SET GLOBAL log_bin_trust_function_creators = 1;")
        self.db.sql(SEED)
        self.write(".env", f"DB_HOST=127.0.0.1\nDB_PORT={self.db.port}\nDB_NAME=station\nDB_USER=app\nDB_PASSWORD={PASSWORD}\n")
        self.folder = self.dir / "backups"

    def backup(self, *words, **options):
        return run("-C", self.dir, "migrate", "backup", self.folder, *words, **options)

    def refused(self, code, says, **options):
        done = self.backup(**options)
        self.assertEqual((done.returncode, done.stdout), (code, ""), done)
        self.assertIn(says, done.stderr)
        self.assertNotIn(PASSWORD, done.stderr)
        self.assertEqual(self.backups(), [])
        return done

    def backups(self):
        return sorted(self.folder.glob("*.sql.gz")) if self.folder.exists() else []

    def program(self, script):
        """A PATH on which the dump program is this script; "$REAL" is the real one."""
        folder = self.dir / "bin"
        folder.mkdir(exist_ok=True)
        path = folder / "mariadb-dump"
        path.write_text(f"#!/bin/sh\nREAL=/usr/bin/mariadb-dump\n{script}\n")
        path.chmod(0o755)
        return {"PATH": f"{folder}:{clean_environment()['PATH']}"}

    def checksums(self, database):
        tables = ", ".join(f"{database}.{name}" for name in ("users", "organizations", "alembic_version", "log"))
        return [line.split("\t")[1] for line in self.db.sql(f"CHECKSUM TABLE {tables}").splitlines()[1:]]

    def test_what_is_made_can_be_restored(self):
        done, document = run_json("-C", self.dir, "migrate", "backup", self.folder)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        (path,) = self.backups()
        self.assertEqual((document["file"], document["database"], document["tables"], document["revisions"], document["stopped"]),
                         (str(path), "station", 4, ["a17c4e9d2b61"], None))
        self.assertEqual(document["bytes"], path.stat().st_size)
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(self.folder.stat().st_mode), 0o700)
        self.db.sql("CREATE DATABASE other; USE other;\n" + gzip.decompress(path.read_bytes()).decode())
        self.assertEqual(self.checksums("other"), self.checksums("station"))
        self.assertEqual(self.db.sql("SELECT other.answer()").split(), ["other.answer()", "42"])
        self.assertEqual(len(self.db.sql("SELECT * FROM other.names").splitlines()), 3)
        self.assertIn("noted", self.db.sql("SHOW TRIGGERS FROM other"))
        self.assertIn("nightly", self.db.sql("SHOW EVENTS FROM other"))
        done = self.backup()  # a second later another one, or the same second: never over the first
        self.assertIn(done.returncode, (0, 1))
        self.assertEqual(gzip.decompress(path.read_bytes())[:20], b"-- logbookctl backup")

    def test_in_words(self):
        done = self.backup()
        text = " ".join(done.stdout.split())
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"(?m)^ +restore +zcat .*/backups/station-.* station$")  # whole, on its line
        for part in ("4 tables of station, at revision a17c4e9d2b61", "read back whole", "ENCRYPTION_KEY", "zcat"):
            self.assertIn(part, text)
        self.assertEqual(len(self.backups()), 1)

    def test_killed_at_any_moment_nothing_half_counts(self):
        self.db.sql("USE station; INSERT INTO log (text) SELECT REPEAT(MD5(seq), 2000) FROM seq_1_to_400;")
        begun = time.monotonic()
        self.assertEqual(self.backup().returncode, 0)
        took = time.monotonic() - begun
        for path in self.backups():
            path.unlink()
        chance = random.Random(7)
        left = 0
        for _ in range(25):
            process = subprocess.Popen([LOGBOOKCTL, "-C", self.dir, "migrate", "backup", self.folder], env=clean_environment(),
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(chance.uniform(0, took))
            process.kill()
            process.wait()
            left += bool(list(self.folder.glob("*.sql.gz.*")))
            for path in self.backups():
                self.assertIn(b"\n-- Dump completed", gzip.decompress(path.read_bytes())[-200:])
                path.unlink()
        self.assertGreater(left, 3, "it was never killed while it wrote")
        self.assertEqual(self.backup().returncode, 0)
        self.assertEqual([path.name for path in self.folder.iterdir() if ".sql.gz." in path.name], [])
        self.assertEqual(len(self.backups()), 1)

    def test_a_dump_that_is_not_whole(self):
        self.refused(1, "exit code 2", env=self.program('"$REAL" "$@" | head -c 3000; echo "lost connection" >&2; exit 2'))
        self.refused(1, "the dump has no end", env=self.program('"$REAL" "$@" | head -n -1'))
        self.refused(1, "of 4 tables", env=self.program('"$REAL" "$@" | sed "s/^CREATE TABLE .log. /-- &/"'))
        self.refused(1, "signal 9", env=self.program("kill -9 $$"))
        done = self.backup("--timeout", "2s", env=self.program("yes"), timeout=30)
        self.assertEqual((done.returncode, self.backups()), (124, []), done)

    def test_the_tables_change_meanwhile(self):
        client = f"mariadb --no-defaults -h 127.0.0.1 -P {self.db.port} -u app --password={PASSWORD} station -e"
        self.refused(1, "changed while they were dumped", env=self.program(f'"$REAL" "$@"; {client} "CREATE TABLE more (id INT)"'))
        self.refused(1, "changed while", env=self.program(f'"$REAL" "$@"; {client} "UPDATE alembic_version SET version_num=1"'))

    def test_not_while_a_migration_runs(self):
        client = ["mariadb", "--no-defaults", "-h", "127.0.0.1", "-P", str(self.db.port), "-u", "app", f"--password={PASSWORD}"]
        holder = subprocess.Popen([*client, "-N", "-e", "SELECT GET_LOCK('the_logbook_migrations', 0); SELECT SLEEP(60)"],
                                  stdout=subprocess.PIPE, text=True)
        try:
            until = time.monotonic() + 20
            while "SLEEP" not in self.db.sql("SHOW PROCESSLIST") and time.monotonic() < until:
                time.sleep(0.05)
            self.refused(1, "a migration of station is running")
        finally:
            # The server does not notice that a sleeping client is gone.
            self.db.sql("KILL " + self.db.sql("SELECT IS_USED_LOCK('the_logbook_migrations')").split()[-1])
            holder.communicate(timeout=20)

    def test_a_disk_that_is_full(self):
        self.db.sql("USE station; INSERT INTO log (text) SELECT MD5(RAND()) FROM seq_1_to_20000;")

        def small_files():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

        done = subprocess.run([LOGBOOKCTL, "-C", self.dir, "migrate", "backup", self.folder], env=clean_environment(),
                              capture_output=True, text=True, preexec_fn=small_files, timeout=60)
        self.assertEqual(done.returncode, 1, done)
        self.assertIn("cannot write", done.stderr)
        self.assertEqual(self.backups(), [])
        self.assertEqual([path for path in self.folder.iterdir() if ".sql.gz" in path.name], [])

    def test_one_at_a_time(self):
        environment = clean_environment(**self.program('sleep 3; "$REAL" "$@"'))
        with subprocess.Popen([LOGBOOKCTL, "-C", self.dir, "migrate", "backup", self.folder], env=environment,
                              stdout=subprocess.PIPE, text=True) as first:
            until = time.monotonic() + 20
            while not list(self.folder.glob("*.part")) and time.monotonic() < until:
                time.sleep(0.02)
            done = self.backup()
            self.assertEqual((done.returncode, done.stdout), (1, ""), done)
            self.assertIn(str(first.pid), done.stderr)
            self.assertIn("read back whole", first.communicate(timeout=60)[0])
        self.assertEqual(len(self.backups()), 1)

    def test_the_password_is_in_no_argument_list(self):
        seen, going = set(), True

        def watch():
            while going:
                for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
                    try:
                        line = path.read_bytes()
                    except OSError:
                        continue
                    if b"mariadb-dump" in line:
                        seen.add(line)

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            self.assertEqual(self.backup(env=self.program('sleep 1; exec "$REAL" "$@"')).returncode, 0)
        finally:
            going = False
            watcher.join()
        self.assertTrue(seen)
        self.assertFalse([line for line in seen if PASSWORD.encode() in line])

    def test_what_this_user_may_not_see_is_not_left_out_silently(self):
        self.db.sql("REVOKE SELECT ON mysql.proc FROM 'app'@'%'")
        self.assertIn("next: as the server's root: GRANT SELECT", self.refused(1, "answer").stderr)

    def test_nothing_to_back_up(self):
        self.db.sql("DROP DATABASE station; CREATE DATABASE station;")
        self.refused(1, "has no tables")
        self.write(".env", f"DB_HOST=127.0.0.1\nDB_PORT={self.db.port}\nDB_NAME=station\nDB_USER=app\nDB_PASSWORD=wrong1234\n")
        self.refused(3, "Access denied")
        self.write(".env", "DB_HOST=127.0.0.1\nDB_PORT=1\nDB_NAME=station\nDB_USER=app\nDB_PASSWORD=x\n")
        self.refused(3, "127.0.0.1:1")

    def test_folders(self):
        (self.dir / "file").write_text("")
        for folder, says in ((self.dir / "file", "File exists"), (self.dir / "none/deep", "No such file"), ("/proc/x", "")):
            done = run("-C", self.dir, "migrate", "backup", folder)
            self.assertEqual((done.returncode, done.stdout), (1, ""), done)
            self.assertIn(says, done.stderr)
        self.assertEqual(run("-C", self.dir, "migrate", "backup").returncode, 2)
        done = self.backup("--stop-backend")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no backend's container", done.stderr)


if __name__ == "__main__":
    unittest.main()
