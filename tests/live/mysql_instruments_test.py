"""`mysql processlist|locks|kill|status|slow` on a real MariaDB under a scripted load: what they say is what the server's own
tables say at the same moment."""

import contextlib
import json
import os
import pty
import subprocess
import unittest

import mariadb
import pymysql
import sqlload
from program import LOGBOOKCTL, ScratchCase, clean_environment, main, run, run_json

APP_PASSWORD = "appPassword1"


class Instruments(ScratchCase):
    server_options = ("--performance-schema=ON", "--performance-schema-instrument=wait/lock/metadata/sql/mdl=ON")
    client_options = {}
    process_list, raw_statement = "information_schema.PROCESSLIST", "INFO_BINARY"
    follow_nobody = "CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=1, MASTER_USER='x', MASTER_PASSWORD='x'; START SLAVE"
    follow_no_longer = "STOP SLAVE; RESET SLAVE ALL"
    # Waiter and blocker of every row lock that is held and waited for.
    lock_pairs = ("SELECT r.trx_mysql_thread_id, b.trx_mysql_thread_id FROM information_schema.INNODB_LOCK_WAITS w JOIN "
                  "information_schema.INNODB_TRX r ON r.trx_id = w.requesting_trx_id JOIN information_schema.INNODB_TRX b ON "
                  "b.trx_id = w.blocking_trx_id WHERE b.trx_state = 'RUNNING'")

    @classmethod
    def server(cls):
        return mariadb.MariaDb(*cls.server_options)

    @classmethod
    def setUpClass(cls):
        cls.db = cls.enterClassContext(cls.server())
        cls.db.sql("CREATE DATABASE station; CREATE USER 'app'@'%' IDENTIFIED BY '" + APP_PASSWORD + "';"
                   "GRANT ALL ON station.* TO 'app'@'%';"
                   "CREATE TABLE station.items (id INT PRIMARY KEY, name VARCHAR(200), notes LONGTEXT);"
                   "CREATE TABLE station.other (id INT PRIMARY KEY);"
                   "INSERT INTO station.items VALUES " + ", ".join(f"({n}, 'item {n}', '')" for n in range(1, 61)) + ";")

    def setUp(self):
        super().setUp()
        self.write(".env", f"DB_HOST=127.0.0.1\nDB_PORT={self.db.port}\nDB_NAME=station\nDB_USER=app\n"
                           f"DB_PASSWORD={APP_PASSWORD}\nMYSQL_ROOT_PASSWORD={mariadb.PASSWORD}\n")
        self.clients = []
        self.observer = self.client("root", mariadb.PASSWORD)

    def tearDown(self):
        for client in self.clients:
            with contextlib.suppress(RuntimeError):  # it may have ended already
                self.db.sql(f"KILL {client.id}")
            client.close()
        sqlload.until(lambda: len(self.db.sql(f"SELECT 1 FROM {self.process_list} WHERE COMMAND <> 'Daemon'")
                                  .splitlines()) == 2)

    def client(self, user="app", password=APP_PASSWORD, database="station"):
        client = sqlload.Client(self.db.port, user, password, database, **self.client_options)
        self.clients.append(client)
        return client

    def client_if_let_in(self, *login):
        with contextlib.suppress(pymysql.err.OperationalError):
            return self.client(*login)
        return None

    def ask(self, *words):
        return run("-C", self.dir, "mysql", *words)

    def ask_json(self, *words):
        return run_json("-C", self.dir, "mysql", *words)

    def state_of(self, client):
        rows = self.observer.run(f"SELECT STATE FROM {self.process_list} WHERE ID = {client.id}")
        return rows[0][0] if rows else None

    def until_state(self, client, state):
        return sqlload.until(lambda: (self.state_of(client) or "").lower().startswith(state.lower()))

    def until_waiting(self, count):
        """So many wait for row locks. The server fills these tables anew only where nobody has read them for 0.1 s."""
        sqlload.until(lambda: self.observer.run("SELECT COUNT(*) FROM information_schema.INNODB_TRX WHERE trx_state = "
                                                "'LOCK WAIT'") == ((count,),), every=0.2)

    # ---- processlist

    def test_the_list_is_the_servers_own(self):
        texts = ["SELECT SLEEP(30), 'geheim-1' FROM items WHERE id = 1 AND name <> 'Zoë'",
                 "SELECT SLEEP(30) /* caf\u00e9 \U0001f692 */, 'geheim-2 \U0001f692'",
                 "SELECT SLEEP(30), '" + "x" * 1_000_000 + "'"]
        for text in texts:
            self.client().start(text)
        raw = self.client()
        raw.start("SELECT SLEEP(30), _binary'\0\1\2'")
        for client in self.clients[1:]:
            self.until_state(client, "User sleep")
        idle = self.client()
        idle.run("SELECT 1")
        done, document = self.ask_json("processlist", "--show-literals")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = {row[0]: row for row in self.observer.run(
            f"SELECT ID, USER, HOST, DB, COMMAND, STATE, {self.raw_statement} FROM {self.process_list} WHERE COMMAND <> 'Daemon'")}
        told = {one["id"]: one for one in document["processes"]}
        # The observer was asleep then.
        self.assertEqual(told.keys(), rows.keys())
        for number, one in told.items():
            if number == self.observer.id:
                continue
            _, user, host, database, command, state, info = rows[number]
            self.assertEqual((one["user"], f"{one['address']}:{one['port']}", one["database"], one["command"], one["state"]),
                             (user, host.replace("localhost", one["address"]), database, command, state))
            if command != "Sleep":
                self.assertEqual(one["statement"].encode(), info[:1200].decode(errors="replace").encode())
                self.assertEqual(one["statement_bytes"], len(info))
                self.assertEqual(one["statement_cut"], len(info) >= 1024)

    def test_many_statements_of_a_megabyte(self):
        """More than a session takes of an answer: the server cuts them."""
        for _ in range(24):
            self.client().start("SELECT SLEEP(30), '" + "y" * 1_000_000 + "'")
        for client in self.clients[1:]:
            self.until_state(client, "User sleep")
        done, document = self.ask_json("processlist", "--busy", "0s")
        self.assertEqual(done.returncode, 0, done.stderr)
        # Servers themselves keep the beginning only, of different length.
        (kept,), = self.observer.run(f"SELECT DISTINCT LENGTH(INFO) FROM {self.process_list} WHERE INFO LIKE '%yyyyyyyyyy%' AND "
                                     "ID <> CONNECTION_ID()")
        self.assertEqual([one["statement_bytes"] for one in document["processes"]], [kept] * 24)
        self.assertGreaterEqual(kept, 1024)
        self.assertEqual({one["statement_cut"] for one in document["processes"]}, {True})
        self.assertEqual({one["statement"] for one in document["processes"]}, {"SELECT SLEEP(?+), ?"})
        self.assertLess(len(done.stdout), 100_000)

    def test_values_are_hidden_by_default(self):
        self.client().start("SELECT SLEEP(30), 'geheim-1' FROM items WHERE id <> 4711 AND name NOT IN ('a', 'b')")
        self.until_state(self.clients[-1], "User sleep")
        for words in ([], ["-o", "json"], ["-v"], ["--group", "statement"]):
            done = self.ask("processlist", *words)
            self.assertNotIn("geheim", done.stdout)
            self.assertNotIn("4711", done.stdout)
        _, document = self.ask_json("processlist", "--busy", "0s")
        self.assertEqual([one["statement"] for one in document["processes"]],
                         ["SELECT SLEEP(?+), ? FROM items WHERE id <> ? AND name NOT IN (?+)"])
        self.assertIn("geheim-1", self.ask("processlist", "--show-literals").stdout)

    def test_filters_choose_and_sort(self):
        for _ in range(3):
            self.client().run("SELECT 1")
        busy = self.client()
        busy.start("SELECT SLEEP(20) FROM items LIMIT 1")
        self.until_state(busy, "User sleep")
        open_one = self.client()
        open_one.run("UPDATE items SET notes = 'x' WHERE id = 1")

        def ids(*words):
            _, document = self.ask_json("processlist", *words)
            return [one["id"] for one in document["processes"]]
        self.assertEqual(ids("--command", "query"), [busy.id])
        self.assertEqual(ids("--query", "sleep.20"), [busy.id])
        self.assertEqual(ids("--in-transaction", "--idle", "0s"), [open_one.id])
        self.assertEqual(ids("--user", "ro*"), [self.observer.id])
        self.assertEqual(ids()[:2], [busy.id, open_one.id])
        self.assertEqual(ids("--busy", "1h"), [])
        _, document = self.ask_json("processlist", "--group", "user")
        self.assertEqual({one["key"]: one["count"] for one in document["groups"]}, {"app": 5, "root": 1})
        self.assertEqual(self.ask("processlist", "--query", "(").returncode, 2)

    def test_a_prepared_statement_is_listed(self):
        client = self.client()
        client.run("PREPARE p FROM 'SELECT SLEEP(?), ''geheim'''")
        client.run("SET @seconds = 20")
        client.start("EXECUTE p USING @seconds")
        self.until_state(client, "User sleep")
        _, document = self.ask_json("processlist", "--busy", "0s")
        (one,) = document["processes"]
        self.assertEqual(one["id"], client.id)
        self.assertNotIn("geheim", json.dumps(document))

    def test_a_lesser_login_says_what_is_missing(self):
        other = self.client("root", mariadb.PASSWORD)
        mine = self.client()
        mine.run("SELECT 1")
        done, document = self.ask_json("processlist", "--login", "app")
        self.assertEqual([one["id"] for one in document["processes"]], [mine.id])
        self.assertIn("PROCESS", " ".join(document["missing"]))
        self.assertNotIn(other.id, [one["id"] for one in document["processes"]])
        done = self.ask("locks", "--login", "app")
        self.assertEqual(done.returncode, 3)
        self.assertIn("not told", done.stdout)

    def test_an_option_file_is_a_login(self):
        path = self.write("client.cnf", f"[client]\nuser = root\npassword = '{mariadb.PASSWORD}'\n")
        (self.dir / ".env").write_text((self.dir / ".env").read_text().replace(f"MYSQL_ROOT_PASSWORD={mariadb.PASSWORD}", ""))
        self.assertIn("as app", self.ask("processlist").stdout)
        self.assertIn("as root", self.ask("processlist", "--defaults-file", path).stdout)
        path.chmod(0o644)
        done = self.ask("processlist", "--defaults-file", path)
        self.assertEqual(done.returncode, 1)
        self.assertIn("chmod 600", done.stderr)
        path.chmod(0o600)
        path.write_text("[client]\nuser=root\npassword=wrongPassword9\n")
        done = self.ask("processlist", "--defaults-file", path)
        self.assertEqual(done.returncode, 3)
        self.assertIn("1045", done.stderr)
        self.assertNotIn("wrongPassword9", done.stderr + done.stdout)

    # ---- locks

    def tree(self, *words):
        done, document = self.ask_json("locks", *words)
        def shape(node):
            return node["id"], sorted(shape(one) for one in node["waiters"])
        return done, document, [shape(root) for root in document["blockers"]]

    def test_nobody_waits(self):
        done, document, tree = self.tree()
        self.assertEqual((done.returncode, tree, document["waiters"]), (0, [], 0))
        self.assertIn("nobody waits for a lock", self.ask("locks").stdout)

    def test_row_locks_of_an_idle_transaction(self):
        blocker = self.client("root", mariadb.PASSWORD)
        blocker.run("UPDATE items SET notes = 'geheim' WHERE id IN (1, 2, 3)")
        waiters = [self.client().start(f"UPDATE items SET notes = 'geheim{n}' WHERE id = {1 + n % 3}") for n in range(6)]
        for waiter in waiters:
            self.until_state(waiter, "Updating")
        self.until_waiting(6)
        done, document, tree = self.tree("--over", "0s")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(tree, [(blocker.id, sorted((w.id, []) for w in waiters))])
        (root,) = document["blockers"]
        own = self.observer.run("SELECT trx_rows_locked, trx_rows_modified FROM information_schema.INNODB_TRX WHERE "
                                f"trx_mysql_thread_id = {blocker.id}")[0]
        self.assertEqual((root["connection"]["transaction"]["rows_locked"],
                          root["connection"]["transaction"]["rows_changed"]), own)
        self.assertEqual(root["remedy"]["kind"], "kill_connection")
        self.assertEqual(root["connection"]["program"], "pymysql" if self.server_options else None)
        self.assertEqual({one["wait"]["object"] for one in root["waiters"]}, {"station.items"})
        self.assertEqual({one["wait"]["kind"] for one in root["waiters"]}, {"row"})
        # Every pair that the server tells of a held lock.
        pairs = set(self.observer.run(self.lock_pairs))
        self.assertEqual(pairs, {(one["id"], root["id"]) for one in root["waiters"]})
        words = self.ask("locks", "--over", "0s").stdout
        self.assertRegex(words, rf"#{blocker.id}  root@localhost( by pymysql)?   idle in its transaction for .*, 3 rows locked in "
                                "station.items")
        self.assertIn(f"logbookctl mysql kill {blocker.id} --confirm={blocker.id}", words)
        self.assertIn("1 blocker, 6 waiters", words)
        self.assertNotIn("geheim", words)

    def test_a_chain_of_row_locks(self):
        first, second, third = self.client(), self.client(), self.client()
        first.run("UPDATE items SET notes = 'a' WHERE id = 1")
        second.run("UPDATE items SET notes = 'b' WHERE id = 2")
        second.start("UPDATE items SET notes = 'b' WHERE id = 1")
        third.start("UPDATE items SET notes = 'c' WHERE id = 2")
        self.until_waiting(2)
        _, _, tree = self.tree()
        self.assertEqual(tree, [(first.id, [(second.id, [(third.id, [])])])])

    def test_shared_row_locks_have_several_holders(self):
        holders = [self.client(), self.client()]
        for holder in holders:
            holder.run("SELECT * FROM items WHERE id = 1 LOCK IN SHARE MODE")
        reader = self.client()
        reader.run("SELECT * FROM items WHERE id = 2")  # a transaction that locks nothing is nobody's blocker
        waiter = self.client().start("UPDATE items SET notes = 'w' WHERE id = 1")
        self.until_waiting(1)
        _, document, tree = self.tree()
        placed = {root: waiters for root, waiters in tree}
        self.assertEqual(placed, {min(h.id for h in holders): [(waiter.id, [])], max(h.id for h in holders): []})
        (under,) = [root for root in document["blockers"] if root["waiters"]]
        self.assertEqual(under["waiters"][0]["also_behind"], [max(h.id for h in holders)])

    def test_a_prepared_transaction_blocks_without_a_connection(self):
        gone = self.client()
        for statement in ("XA START 'station'", "UPDATE items SET notes = 'x' WHERE id = 40", "XA END 'station'",
                          "XA PREPARE 'station'"):
            gone.run(statement)
        self.db.sql(f"KILL {gone.id}")
        try:
            waiter = self.client().start("UPDATE items SET notes = 'y' WHERE id = 40")
            self.until_waiting(1)
            _, document, tree = self.tree()
            self.assertEqual(tree, [(0, [(waiter.id, [])])])
            self.assertEqual(document["blockers"][0]["remedy"]["kind"], "end_prepared")
        finally:
            self.db.sql("XA ROLLBACK 'station'")

    def test_a_metadata_lock_pile_up_behind_alter(self):
        idle = self.client()
        idle.run("SELECT * FROM items WHERE id = 1")
        alter = self.client().start("ALTER TABLE items ADD COLUMN extra INT")
        self.until_state(alter, "Waiting for table metadata lock")
        readers = []
        for _ in range(3):
            readers.append(self.client().start("SELECT COUNT(*) FROM items"))
            self.until_state(readers[-1], "Waiting for table metadata lock")
        done, document, tree = self.tree()
        self.assertEqual(tree, [(idle.id, [(alter.id, sorted((r.id, []) for r in readers))])])
        wait = document["blockers"][0]["waiters"][0]["wait"]
        self.assertEqual(wait["kind"], "metadata")
        # The ALTER may give way instead; then the readers go on, and the idle transaction is left alone.
        self.assertIn(f"logbookctl mysql kill {alter.id} --query --confirm={alter.id}", self.ask("locks").stdout)
        if self.server_options:
            self.assertEqual(wait["object"], "station.items")
            own = self.observer.run("SELECT LOCK_TYPE FROM performance_schema.metadata_locks WHERE LOCK_STATUS = 'PENDING' "
                                    "AND OBJECT_NAME = 'items'")
            self.assertEqual(sorted(row[0] for row in own), ["EXCLUSIVE"] + ["SHARED_READ"] * 3)
            self.assertEqual((wait["mode"], wait["blocker_mode"], wait["inferred"]), ("EXCLUSIVE", "SHARED_READ", False))
        else:
            self.assertTrue(wait["inferred"])
            self.assertIn("metadata_lock_info", " ".join(document["missing"]))
            self.assertIn("(inferred)", self.ask("locks").stdout)

    def test_tables_locked_by_an_idle_client(self):
        idle = self.client()
        idle.run("LOCK TABLES other WRITE")
        waiter = self.client().start("SELECT * FROM other")
        self.until_state(waiter, "Waiting for table metadata lock")
        _, document, tree = self.tree()
        self.assertEqual(tree, [(idle.id, [(waiter.id, [])])])
        self.assertEqual(document["blockers"][0]["remedy"]["kind"], "kill_connection")

    def test_the_migration_lock_is_named_and_never_to_be_killed(self):
        holder = self.client()
        holder.run("SELECT GET_LOCK('the_logbook_migrations', 1)")
        waiter = self.client().start("SELECT GET_LOCK('the_logbook_migrations', 60)")
        self.until_state(waiter, "User lock")
        _, document, tree = self.tree()
        self.assertEqual(tree, [(holder.id, [(waiter.id, [])])])
        self.assertEqual(document["migration_lock_holder"], holder.id)
        self.assertEqual(document["blockers"][0]["remedy"]["kind"], "wait_migration")
        self.assertNotIn("mysql kill", self.ask("locks").stdout)

    def test_fifty_connections_in_one_queue(self):
        blocker = self.client()
        blocker.run("UPDATE items SET notes = 'a' WHERE id = 1")
        waiters = [self.client().start("UPDATE items SET notes = 'b' WHERE id = 1") for _ in range(50)]
        self.until_waiting(50)
        _, document, tree = self.tree()
        self.assertEqual(tree, [(blocker.id, sorted((w.id, []) for w in waiters))])

    # ---- kill

    def kill(self, client, *words):
        return self.ask("kill", client.id, *words)

    def alive(self, client):
        return self.observer.run(f"SELECT COMMAND FROM {self.process_list} WHERE ID = {client.id}") != ()

    def test_the_blocker_is_shown_ended_and_undone(self):
        blocker = self.client()
        blocker.run("UPDATE items SET notes = 'geheim' WHERE id IN (1, 2, 3)")
        waiter = self.client().start("UPDATE items SET notes = 'went on' WHERE id = 1")
        self.until_waiting(1)
        before = self.db.sql("SELECT notes FROM station.items WHERE id IN (2, 3)")
        for words in ([], ["--yes"], ["--no-input"], ["--confirm=1"]):
            done = self.kill(blocker, *words)
            self.assertEqual(done.returncode, 4, words)
            self.assertIn(f"--confirm={blocker.id}", done.stderr)
        dry = self.kill(blocker, "--dry-run", "--confirm", blocker.id)
        self.assertEqual(dry.returncode, 0)
        self.assertIn("what it changed in 3 rows is not stored", " ".join(dry.stdout.split()))
        self.assertTrue(self.alive(blocker))
        done, document = self.ask_json("kill", blocker.id, f"--confirm={blocker.id}")
        self.assertEqual((done.returncode, document["outcome"], document["victim"]["id"]), (0, "ended", blocker.id))
        self.assertIn("3 rows", done.stderr)
        self.assertNotIn("geheim", done.stdout + done.stderr)
        self.assertFalse(self.alive(blocker))
        waiter.wait()
        self.assertEqual(waiter.errors, [])
        self.assertEqual(self.db.sql("SELECT notes FROM station.items WHERE id IN (2, 3)"), before)
        self.assertEqual(self.kill(blocker, f"--confirm={blocker.id}").returncode, 1)

    def test_a_statement_ends_and_its_transaction_stays(self):
        client = self.client()
        client.run("UPDATE items SET notes = 'kept open' WHERE id = 5")
        done = self.kill(client, "--query", f"--confirm={client.id}")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no statement to end", done.stderr)
        client.start("SELECT SLEEP(60) FROM items WHERE id = 6")
        self.until_state(client, "User sleep")
        done = self.kill(client, "--query", f"--confirm={client.id}")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        client.wait()
        self.assertTrue(self.alive(client))
        client.errors.clear()
        self.assertEqual(client.run("SELECT notes FROM items WHERE id = 5"), (("kept open",),))

    def test_who_must_not_be_ended(self):
        holder = self.client()
        holder.run("SELECT GET_LOCK('the_logbook_migrations', 1)")
        done = self.kill(holder, f"--confirm={holder.id}")
        self.assertEqual(done.returncode, 4)
        self.assertIn("migration lock", done.stderr)
        self.assertTrue(self.alive(holder))
        for row in self.observer.run(f"SELECT ID FROM {self.process_list} WHERE COMMAND = 'Daemon'"):
            self.assertEqual(self.ask("kill", row[0], f"--confirm={row[0]}").returncode, 4)
        done = self.ask("kill", 99999999, "--confirm=99999999")
        self.assertEqual(done.returncode, 1)
        self.assertIn("there is no connection 99999999", done.stderr)
        for wrong in ("0x12", "-3", "all", ""):
            self.assertEqual(self.ask("kill", wrong, "--confirm=all").returncode, 2, wrong)

    def test_replication_is_left_alone_and_told(self):
        self.db.sql(self.follow_nobody)
        try:
            threads = sqlload.until(lambda: [row[0] for row in self.observer.run(
                f"SELECT ID FROM {self.process_list} WHERE USER = 'system user'")])
            _, document = self.ask_json("processlist")
            self.assertEqual(document["processes"][0]["kind"], "client")
            _, document = self.ask_json("processlist", "--all")
            kinds = {one["id"]: one["kind"] for one in document["processes"]}
            for thread in threads:
                self.assertEqual(kinds[thread], "replication")
                done = self.ask("kill", thread, f"--confirm={thread}")
                self.assertEqual(done.returncode, 4)
                self.assertIn("replication", done.stderr)
            done, _, figures = self.figures()
            self.assertEqual((done.returncode, figures["replication"]["level"]), (1, "fail"))
            self.assertIn("receives Connecting", figures["replication"]["figure"])
        finally:
            self.db.sql(self.follow_no_longer)

    def test_a_login_without_the_right_ends_nothing_of_others(self):
        victim = self.client("root", mariadb.PASSWORD)
        victim.run("SELECT 1")
        done = self.kill(victim, "--login", "app", f"--confirm={victim.id}")
        self.assertEqual(done.returncode, 1)
        self.assertIn("sees only its own user's", done.stderr)
        self.assertTrue(self.alive(victim))

    def test_killed_before_it_is_confirmed_nothing_has_ended(self):
        victim = self.client()
        victim.run("UPDATE items SET notes = 'kept' WHERE id = 9")
        master, slave = pty.openpty()
        process = subprocess.Popen([LOGBOOKCTL, "-C", self.dir, "mysql", "kill", str(victim.id)], stdin=slave, stdout=slave,
                                   stderr=slave, env=clean_environment())
        os.close(slave)
        seen = b""
        while b"to end it:" not in seen:
            seen += os.read(master, 4096)
        process.kill()
        process.wait()
        os.close(master)
        self.assertTrue(self.alive(victim))
        self.assertEqual(victim.run("SELECT notes FROM items WHERE id = 9"), (("kept",),))

    def test_a_typed_number_ends_it_and_another_does_not(self):
        victim = self.client()
        victim.run("SELECT 1")
        for answer, code in ((b"yes\n", 4), (b"%d\n" % victim.id, 0)):
            master, slave = pty.openpty()
            process = subprocess.Popen([LOGBOOKCTL, "-C", self.dir, "mysql", "kill", str(victim.id)], stdin=slave,
                                       stdout=slave, stderr=slave, env=clean_environment())
            os.close(slave)
            os.write(master, answer)
            self.assertEqual(process.wait(20), code)
            os.close(master)
        self.assertFalse(self.alive(victim))

    # ---- status

    def figures(self, *words):
        done, document = self.ask_json("status", *words)
        return done, document, {one["id"]: one for one in document["judgements"]}

    def test_status_tells_the_servers_own_figures(self):
        self.db.sql("CREATE TABLE IF NOT EXISTS station.keyless (a INT)")
        done, document, figures = self.figures()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("station.keyless", document["without_primary_key"])
        self.assertEqual(figures["primary_keys"]["level"], "warn")
        self.assertIn("station.items", [one["name"] for one in document["largest_tables"]])
        self.assertEqual({one["user"]: one["connections"] for one in document["accounts"]}, {"root": 2})
        most = self.observer.run("SELECT @@max_connections")[0][0]
        self.assertIn(f" of {most} ", figures["connections"]["figure"])
        self.assertEqual(figures["pool"]["level"], "unjudged")
        names = {row[0].lower() for row in self.observer.run("SHOW GLOBAL STATUS")}
        self.assertEqual(document["status"].keys(), names)
        self.assertEqual(figures["replication"]["figure"], "none")
        self.assertEqual(self.ask("status", "--fail-on", "warn").returncode, 1)
        line = self.ask("status", "--nagios")
        self.assertEqual(line.returncode, 1)
        self.assertRegex(line.stdout, r"^MYSQL WARNING - .*primary_keys: 1 table without: .* \| 'connections'=[0-9.]+;80;95 ")
        self.db.sql("DROP TABLE station.keyless")

    def test_a_deadlock_is_explained(self):
        first, second = self.client(), self.client()
        first.run("UPDATE items SET notes = 'geheim1' WHERE id = 21")
        second.run("UPDATE items SET notes = 'geheim2' WHERE id = 22")
        first.start("UPDATE items SET notes = 'geheim3' WHERE id = 22")
        self.until_waiting(1)
        second.start("UPDATE items SET notes = 'geheim4' WHERE id = 21").wait()
        first.wait()
        _, document, figures = self.figures()
        last = document["last_deadlock"]
        self.assertEqual({one["connection"] for one in last["sides"]}, {first.id, second.id})
        self.assertEqual({one["table"] for one in last["sides"]}, {"station.items"})
        self.assertEqual({one["user"] for one in last["sides"]}, {"app"})
        self.assertEqual({one["statement"] for one in last["sides"]}, {"UPDATE items SET notes = ? WHERE id = ?"})
        victim = last["sides"][last["victim"] - 1]["connection"]
        self.assertEqual([client.id for client in (first, second) if client.errors], [victim])
        self.assertEqual(figures["deadlocks"]["level"], "warn")
        self.assertIn(f"#{victim} was undone", figures["deadlocks"]["meaning"])
        self.assertNotIn("geheim", json.dumps(document) + self.ask("status", "-v").stdout)

    def test_a_server_that_refuses_writes_is_a_failure(self):
        self.db.sql("SET GLOBAL read_only = ON")
        try:
            done, _, figures = self.figures()
            self.assertEqual((done.returncode, figures["writable"]["level"]), (1, "fail"))
            self.assertEqual(self.ask("status", "--nagios").returncode, 2)
        finally:
            self.db.sql("SET GLOBAL read_only = OFF")

    def test_connections_near_the_limit_name_the_account(self):
        old = self.observer.run("SELECT @@GLOBAL.max_connections")[0][0]
        held = [self.client() for _ in range(12)]
        self.db.sql(f"SET GLOBAL max_connections = {len(held) + 1}")
        try:
            with self.assertRaisesRegex(Exception, "1040"):
                self.client()
            reserved = sqlload.until(lambda: self.client_if_let_in("root", mariadb.PASSWORD))
            with self.assertRaisesRegex(Exception, "1040"):
                self.client()
            reserved.close()
            sqlload.until(lambda: not self.alive(reserved))
            sqlload.until(lambda: self.ask("status").returncode != 3)
            # One place is kept for who may do all: root is let in where the application is not.
            done, _, figures = self.figures()
            self.assertEqual((done.returncode, figures["connections"]["level"]), (1, "fail"))
            self.assertIn("app: 12", figures["connections"]["meaning"])
            self.assertEqual(figures["refused"]["level"], "warn")
            self.assertEqual(self.ask("status", "--login", "app").returncode, 3)
        finally:
            self.db.sql(f"SET GLOBAL max_connections = {old}; FLUSH STATUS")

    def test_a_lesser_login_tells_what_it_may_not_see(self):
        done, document, _ = self.figures("--login", "app")
        self.assertEqual(done.returncode, 0)
        self.assertIn("deadlocks and history", " ".join(document["missing"]))

    # ---- slow

    def test_slow_statements_are_put_together_without_values(self):
        scans = self.client()
        if self.server_options:
            self.db.sql("TRUNCATE TABLE performance_schema.events_statements_summary_by_digest")
        else:
            done = self.ask("slow")
            self.assertEqual(done.returncode, 3)
            self.assertIn("slow_query_log", done.stderr)
            self.db.sql("TRUNCATE TABLE mysql.slow_log; SET GLOBAL slow_query_log = ON, log_output = 'TABLE', "
                        "long_query_time = 0")
            scans = self.client()
        for number in range(5):
            scans.run(f"SELECT SLEEP(0.02), notes FROM items WHERE name = 'item {number + 3}' LIMIT 1")
        self.db.sql("SET GLOBAL slow_query_log = OFF, long_query_time = 10")
        _, document = self.ask_json("slow")
        print_of = "SELECT SLEEP(?+), notes FROM items WHERE name = ? LIMIT ?"
        (one,) = [one for one in document["statements"]
                  if one["statement"].replace(" ", "").replace("`", "").lower().startswith("selectsleep(")]
        self.assertEqual((one["count"], one["database"]), (5, "station"))
        self.assertGreaterEqual(one["total_ms"], 95)
        self.assertGreaterEqual(one["longest_ms"], 19)
        self.assertNotIn("item ", json.dumps(document))
        if self.server_options:
            self.assertEqual((document["source"], one["full_scans"]), ("statement digests", 5))
        else:
            self.assertEqual((document["source"], one["statement"]), ("mysql.slow_log", print_of))
        self.assertEqual(self.ask("slow").returncode, 0)


class WithoutPerformanceSchema(Instruments):
    """As the shipped MariaDB runs: who holds metadata locks must be inferred."""
    server_options = ()


if __name__ == "__main__":
    main()
