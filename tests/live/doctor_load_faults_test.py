"""Faults of servers at work, one at a time, in a real stack: who blocks whom, who holds what, what is full. Doctor names
each as the first finding."""

import os
import pathlib
import socket
import subprocess
import tempfile
import threading
import time
import unittest

import pymysql

from doctor_faults_test import StackCase
from sandbox import Sandbox
from sqlload import Client, until

LONG_WAIT = 6  # seconds: doctor takes no notice of waits below five


slow_stack = slow_client = slow_began = None


def setUpModule():
    global slow_stack, slow_client, slow_began
    slow_stack = Sandbox()
    slow_stack.__enter__()
    unittest.addModuleCleanup(slow_stack.__exit__, None, None, None)
    slow_client = Client(slow_stack.port("database"), "logbook_user", slow_stack.env["DB_PASSWORD"], slow_stack.env["DB_NAME"])
    unittest.addModuleCleanup(slow_client.close)
    slow_began = time.monotonic()
    # Every row of two tables with each other, and no index that would help.
    slow_client.start("SELECT COUNT(*) FROM seq_1_to_100000 a, seq_1_to_100000 b WHERE a.seq * b.seq + 1 = 'a value'")


class LoadCase(StackCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = Sandbox()
        cls.stack.__enter__()
        cls.addClassCleanup(cls.stack.__exit__, None, None, None)
        cls.original_env = cls.stack.env_path.read_text()

    def client(self, user="logbook_user", **options):
        name = {"root": "MYSQL_ROOT_PASSWORD", "logbook_user": "DB_PASSWORD"}[user]
        client = Client(self.stack.port("database"), user, self.stack.env[name], self.stack.env["DB_NAME"], **options)
        self.addCleanup(client.close)
        return client

    def waiting(self, count, what):
        """Until that many connections wait, and have waited for long enough."""
        until(lambda: len([1 for row in self.stack.sql("SHOW FULL PROCESSLIST") if what in "\t".join(row)]) >= count)
        time.sleep(LONG_WAIT)


class BusyDatabase(LoadCase):
    def test_a_row_that_an_idle_transaction_holds(self):
        holder = self.client()
        holder.run("UPDATE users SET `rank` = 'Captain' ORDER BY id LIMIT 1")
        waiters = [self.client() for _ in range(2)]
        for waiter in waiters:
            waiter.start("UPDATE users SET `rank` = 'secret words' ORDER BY id LIMIT 1")
        self.waiting(2, "secret words")
        document = self.assert_root("db.lock_wait", says=f"Connection {holder.id} holds up 2 others")
        finding = next(f for f in document["findings"] if f["check"] == "db.lock_wait")
        self.assertIn(f"mysql kill {holder.id} --confirm={holder.id}", "".join(step["command"] or "" for step in finding["fix"]))
        self.assertNotIn("secret words", str(document))

    def test_a_pile_up_behind_alter_table(self):
        reader = self.client()
        reader.run("SELECT COUNT(*) FROM sessions")  # its transaction is open
        alter = self.client("root").start("ALTER TABLE sessions ADD COLUMN more INT NULL")
        # Only what comes after it has asked for the lock waits behind it.
        until(lambda: any("ALTER" in str(row) and "metadata lock" in str(row) for row in self.stack.sql("SHOW FULL PROCESSLIST")))
        behind = [self.client().start("SELECT COUNT(*) FROM sessions") for _ in range(2)]
        self.waiting(3, "metadata lock")
        self.assert_root("db.lock_wait", says="holds up 3 others")
        reader.run("ROLLBACK")
        alter.wait()
        for client in behind:
            client.wait().run("ROLLBACK")
        self.stack.sql("ALTER TABLE sessions DROP COLUMN more")

    def test_a_table_that_an_idle_client_has_locked(self):
        holder = self.client()
        holder.run("LOCK TABLES users WRITE")
        waiter = self.client().start("SELECT COUNT(*) FROM users")
        self.waiting(1, "metadata lock")
        # The probe itself cannot read the table: that must not pass for the wipe trap, nor cost the deadline.
        document = self.assert_root("db.lock_wait")
        self.assertNotIn("db.wipe_trap", document["roots"])
        holder.run("UNLOCK TABLES")
        waiter.wait()

    def test_every_connection_is_taken_and_by_whom(self):
        held = []
        self.addCleanup(lambda: [connection.close() for connection in held])
        with self.assertRaises(pymysql.err.OperationalError):
            while True:
                held.append(pymysql.connect(host="127.0.0.1", port=self.stack.port("database"), user="logbook_user",
                                            password=self.stack.env["DB_PASSWORD"]))
        self.assert_root("db.connections", explains=["backend.health"], says="logbook_user@127.0.0.1 holds")

    def test_a_storm_of_deadlocks(self):
        self.stack.sql("CREATE TABLE storm (id INT PRIMARY KEY, n INT); INSERT INTO storm VALUES (1, 0), (2, 0)")
        self.addCleanup(self.stack.sql, "DROP TABLE storm")
        going = True

        def work(first, second):
            with pymysql.connect(host="127.0.0.1", port=self.stack.port("database"), user="logbook_user", autocommit=False,
                                 password=self.stack.env["DB_PASSWORD"], database=self.stack.env["DB_NAME"]) as connection:
                while going:
                    try:
                        with connection.cursor() as cursor:
                            cursor.execute("UPDATE storm SET n = n + 1 WHERE id = %s", (first,))
                            time.sleep(0.01)
                            cursor.execute("UPDATE storm SET n = n + 1 WHERE id = %s", (second,))
                        connection.commit()
                    except pymysql.err.OperationalError as error:
                        if error.args[0] not in (1205, 1213):
                            raise
                        connection.rollback()

        threads = [threading.Thread(target=work, args=pair, daemon=True) for pair in ((1, 2), (2, 1)) * 2]
        for thread in threads:
            thread.start()
        try:
            until(lambda: int(self.stack.sql("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'")[0][1]) > 5)
            self.assert_root("db.deadlock", says="right now")
        finally:
            going = False
            for thread in threads:
                thread.join()

    def test_a_server_that_is_read_only(self):
        self.stack.sql("SET GLOBAL read_only = 1")
        self.addCleanup(self.stack.sql, "SET GLOBAL read_only = 0")
        self.assert_root("db.read_only", says="every change is refused")

    def test_rights_that_are_missing(self):
        grants = [row[0] for row in self.stack.sql("SHOW GRANTS FOR 'logbook_user'@'127.0.0.1'")]
        self.addCleanup(self.stack.sql, "; ".join(grants))
        self.stack.sql("REVOKE INSERT, UPDATE ON the_logbook.* FROM 'logbook_user'@'127.0.0.1'")
        self.assert_root("db.rights", says="missing: INSERT, UPDATE")
        self.stack.sql("REVOKE ALL ON the_logbook.* FROM 'logbook_user'@'127.0.0.1'")
        document = self.assert_root("db.rights", says="has no rights on the database")
        self.assertNotIn("db.database", document["roots"])


class BusyCache(LoadCase):
    def config(self, **values):
        for name, value in values.items():
            name = name.replace("_", "-")
            before = self.stack.redis("CONFIG", "GET", name).splitlines()
            self.assertEqual(self.stack.redis("CONFIG", "SET", name, str(value)), "OK")
            self.addCleanup(self.stack.redis, "CONFIG", "SET", name, before[1] if len(before) > 1 else "")

    def test_full_and_refusing_writes(self):
        self.config(maxmemory_policy="noeviction", maxmemory="4mb")
        self.addCleanup(self.stack.redis, "DEL", "filling")
        until(lambda: "OOM" in self.stack.redis("EVAL", "for i=1,2000 do redis.call('RPUSH','filling',string.rep('x',2000)) end", "0"))
        self.assert_root("cache.memory", says="refuses every write")

    def test_it_cannot_save(self):
        folder = self.stack.redis("CONFIG", "GET", "dir").splitlines()[1]
        mode = os.stat(folder).st_mode & 0o7777
        owner = os.stat(folder)
        os.chown(folder, 0, 0) if os.geteuid() == 0 else None
        os.chmod(folder, 0o555)
        self.addCleanup(os.chmod, folder, mode)
        if os.geteuid() == 0:
            self.addCleanup(os.chown, folder, owner.st_uid, owner.st_gid)
        self.config(save="3600 1", stop_writes_on_bgsave_error="yes")
        self.stack.redis("SET", "x", "1")
        self.stack.redis("BGSAVE")
        until(lambda: "rdb_last_bgsave_status:err" in self.stack.redis("INFO", "persistence"))
        self.assert_root("cache.persistence", says="cannot save")

    def test_the_password_changed_under_us(self):
        password = self.stack.env["REDIS_PASSWORD"]
        self.assertEqual(self.stack.redis("CONFIG", "SET", "requirepass", "another-password-1234"), "OK")

        def put_back():
            subprocess.run(["redis-cli", "-h", "127.0.0.1", "-p", str(self.stack.port("cache")), "CONFIG", "SET", "requirepass",
                            password], env={"PATH": os.environ["PATH"], "REDISCLI_AUTH": "another-password-1234"}, check=True,
                           capture_output=True)
        self.addCleanup(put_back)
        self.assert_root("cache.login", says="refuses the password")

    def test_every_connection_is_taken(self):
        self.config(maxclients="20")
        held = []
        self.addCleanup(lambda: [one.close() for one in held])
        for _ in range(40):
            one = socket.create_connection(("127.0.0.1", self.stack.port("cache")))
            held.append(one)
        self.assert_root("cache.clients", says="no connection left")
        for one in held:  # before the limit is put back, somebody must be let in
            one.close()
        until(lambda: self.stack.redis("PING") == "PONG")

    def test_a_replica_of_nowhere(self):
        self.stack.redis("REPLICAOF", "127.0.0.1", "1")
        self.addCleanup(self.stack.redis, "REPLICAOF", "NO", "ONE")
        until(lambda: "master_link_status:down" in self.stack.redis("INFO", "replication"))
        self.assert_root("cache.role", says="does not answer")


class Minute(LoadCase):
    """The statement was begun before all other tests, so that its minute passes beside them."""

    @classmethod
    def setUpClass(cls):
        cls.stack = slow_stack
        cls.original_env = cls.stack.env_path.read_text()

    def test_a_statement_that_reads_everything_for_a_minute(self):
        time.sleep(max(0, 61 - (time.monotonic() - slow_began)))
        document = self.assert_root("db.slow_query", says="at work for")
        self.assertNotIn("a value", str(document))
        self.stack.sql(f"KILL {slow_client.id}")


class FullDisk(StackCase):
    def setUp(self):
        if os.geteuid() != 0:
            self.skipTest("mounting a small file system needs root")

    def test_the_disk_of_the_data_is_full(self):
        stack = Sandbox()
        scratch = tempfile.mkdtemp(prefix="logbook-small-")
        os.chmod(scratch, 0o711)
        self.addCleanup(os.rmdir, scratch)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=420m,mode=0711", "tmpfs", scratch], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", scratch], check=True)
        stack.folder = pathlib.Path(scratch) / "box"
        done = stack._run("up", "--detach")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.addCleanup(stack.down)
        stack.env_path = stack.folder / ".env"
        self.stack, self.original_env = stack, stack.env_path.read_text()
        with open(os.path.join(scratch, "filling"), "wb") as filling:
            try:
                while True:
                    filling.write(b"x" * (1 << 20))
            except OSError:
                pass
        self.assert_root("host.disk", says="full")


if __name__ == "__main__":
    unittest.main()
