"""Servers that are killed, hang, and come back, under load: the right codes, nothing hangs, nothing is lost or stored twice,
and no process is started anew."""

import os
import signal
import threading
import time
import unittest
import uuid

from api_stack import ApiStack, Client, quoted

LONG = bool(os.environ.get("LOGBOOK_LONG_TESTS"))
SLOW = 3 if os.environ.get("LOGBOOK_BUILD") == "sanitize" else 1
LONGEST = 20 * SLOW  # seconds that any one answer may take, on a machine that does other things beside
BACK = 20 * SLOW     # until everything works again


class Load:
    """Threads that ask until the end of the block; .answers [(what, status, code, Retry-After, seconds)]"""

    def __init__(self, *asks):
        self.asks, self.answers, self.broken, self.ending = asks, [], [], threading.Event()

    def __enter__(self):
        self.threads = [threading.Thread(target=self.run, args=(ask,), daemon=True) for ask in self.asks]
        for thread in self.threads:
            thread.start()
        return self

    def run(self, ask):
        while not self.ending.is_set():
            began = time.monotonic()
            try:
                answer = ask()
            except Exception as error:  # a closed connection is as wrong as any other answer
                self.broken.append(repr(error))
                continue
            self.answers.append((answer.status, (answer.body or {}).get("code") if isinstance(answer.body, dict) else None,
                                 answer.headers.get("retry-after"), time.monotonic() - began))
            time.sleep(0.01)

    def __exit__(self, *_):
        self.ending.set()
        for thread in self.threads:
            thread.join(LONGEST + 10)


class Resilience(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = cls.enterClassContext(ApiStack("--innodb-flush-log-at-trx-commit=1"))
        cls.token = cls.stack.new_session(cls.stack.admin)
        cls.pid = cls.stack.server.process.pid

    def setUp(self):
        self.addCleanup(self.put_back)

    def put_back(self):
        for server in (self.stack.database, self.stack.cache):
            if server.process.poll() is not None:
                server.start()

    def client(self):
        return Client(self.stack.server.port, bearer=self.token)

    def load(self):
        users, items = self.client(), self.client()
        return Load(lambda: users.get("/users", timeout=60),
                    lambda: items.post("/inventory/items", {"name": "Hose"}, timeout=60))

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def until(self, works, seconds=BACK):
        end = time.monotonic() + seconds
        while not works():
            self.assertLess(time.monotonic(), end, "it does not come back")
            time.sleep(0.1)

    def assert_answers(self, load):
        """Nothing but success and honest refusals, none of them late."""
        self.assertEqual(load.broken, [])
        for status, code, retry, seconds in load.answers:
            self.assertIn(status, (200, 201, 503))
            self.assertLess(seconds, LONGEST)
            if status == 503:
                self.assertEqual(code, "LB-SYS-002")
        return {status for status, *_ in load.answers}

    def test_a_database_that_is_killed_and_comes_back(self):
        client = self.client()
        self.assertEqual(client.get("/users").status, 200)
        with self.load() as load:
            time.sleep(1)
            before = self.descriptors()
            for _ in range(3 if LONG else 2):
                self.stack.database.kill()
                self.until(lambda: client.get("/users", timeout=60).status == 503)
                answer = client.get("/users", timeout=60)
                self.assertEqual((answer.status, answer.code, answer.headers.get("retry-after")), (503, "LB-SYS-002", "5"))
                self.until(lambda: client.get("/health", timeout=60).status == 503)  # it may tell what was a second ago
                self.stack.database.start()
                self.until(lambda: client.get("/users", timeout=60).status == 200)
                self.until(lambda: client.get("/health", timeout=60).status == 200)
            time.sleep(1)
        self.assertEqual(self.assert_answers(load), {200, 201, 503})
        self.assertLessEqual(self.descriptors(), before + 4)
        self.assertIsNone(self.stack.server.process.poll())
        self.stack.verify_chain()

    def test_a_database_that_hangs(self):
        client = self.client()
        with self.load() as load:
            time.sleep(1)
            self.stack.database.signal(signal.SIGSTOP)
            try:
                self.until(lambda: client.get("/users", timeout=60).status == 503, 3 * LONGEST)
                began = time.monotonic()
                self.assertEqual(client.get("/health", timeout=60).status, 503)
                self.assertLess(time.monotonic() - began, 5 * SLOW)
                time.sleep(3)
            finally:
                self.stack.database.signal(signal.SIGCONT)
            self.until(lambda: client.get("/users", timeout=60).status == 200)
            time.sleep(1)
        self.assert_answers(load)
        self.assertIsNone(self.stack.server.process.poll())
        self.stack.verify_chain()

    def test_a_cache_that_is_killed_hangs_and_comes_back(self):
        def sign_in(name="admin"):
            return Client(self.stack.server.port).login(name).status
        self.assertEqual(sign_in(), 200)
        self.stack.cache.kill()
        began = time.monotonic()
        self.assertEqual(sign_in(), 200)
        self.assertEqual(self.client().get("/health").body["status"], "degraded")
        self.assertEqual(self.client().get("/users").status, 200)
        self.assertLess(time.monotonic() - began, LONGEST)
        # The limit holds without it, too.
        client = Client(self.stack.server.port)
        self.assertEqual([client.login("nobody-here").status for _ in range(6)], [401] * 5 + [429])
        self.stack.cache.start()
        self.until(lambda: self.client().get("/health").body["status"] == "healthy")

        def counted():
            sign_in()
            return "rate_limit:auth:login" in self.stack.cache.cli("--scan")
        self.until(counted)
        self.stack.cache.process.send_signal(signal.SIGSTOP)
        try:
            began = time.monotonic()
            self.assertEqual(sign_in(), 200)
            self.assertEqual(self.client().get("/users").status, 200)
            self.assertLess(time.monotonic() - began, LONGEST)
        finally:
            self.stack.cache.process.send_signal(signal.SIGCONT)
        self.until(lambda: self.client().get("/health").body["status"] == "healthy")

    def test_the_ledger(self):
        """Whatever is killed: what was answered with 201 is there once, and what was refused with Retry-After is not."""
        creates, kills = (10_000, 20) if LONG else (300, 4)
        stack = self.stack
        made, refused, unknown = {}, [], []
        guard, numbers, kill_at = threading.Lock(), iter(range(creates)), creates // (kills + 1)
        server, done = [stack.start()], [0]
        away = threading.Event()

        def worker():
            client = None
            while True:
                with guard:
                    number = next(numbers, None)
                if number is None:
                    return
                serial = f"L-{number}-{uuid.uuid4().hex[:6]}"
                if client is None or client.port != server[0].port:
                    client = Client(server[0].port, bearer=self.token)
                try:
                    answer = client.request("POST", "/inventory/items", {"name": "Ledger", "serial_number": serial}, timeout=60)
                except Exception:
                    client = None
                    with guard:
                        unknown.append(serial)
                        done[0] += 1
                    time.sleep(0.05)
                    continue
                with guard:
                    done[0] += 1
                    if answer.status == 201:
                        made[serial] = answer.body["id"]
                    elif answer.status == 503 and answer.headers.get("retry-after"):
                        refused.append(serial)
                    elif answer.status == 503:
                        unknown.append(serial)
                    else:
                        away.set()
                        raise AssertionError((answer.status, answer.text))
                if answer.status != 201:
                    time.sleep(0.1)
        threads = [threading.Thread(target=worker) for _ in range(4)]
        for thread in threads:
            thread.start()
        for number in range(kills):
            end = time.monotonic() + 300
            while done[0] < (number + 1) * kill_at and time.monotonic() < end and any(t.is_alive() for t in threads):
                time.sleep(0.01)
            if number % 3 == 2:
                server[0].stop(signal.SIGKILL)
                server[0] = stack.start()
            else:
                stack.database.kill()
                stack.database.start()
        for thread in threads:
            thread.join(300)
        self.assertFalse(away.is_set())
        stored = dict(stack.sql("SELECT serial_number, id FROM inventory_items WHERE name='Ledger'"))
        self.assertEqual(stack.one("SELECT COUNT(*) FROM inventory_items WHERE name='Ledger'"), str(len(stored)))
        self.assertEqual({serial: stored.get(serial) for serial in made}, made)
        self.assertEqual([serial for serial in refused if serial in stored], [])
        self.assertLessEqual(set(stored), set(made) | set(unknown))
        self.assertEqual(len(made) + len(refused) + len(unknown), creates)
        self.assertGreater(len(made), creates // 2)
        # Every stored item has its audit row, and no other has one; the chain is whole.
        audited = stack.sql("SELECT JSON_UNQUOTE(JSON_EXTRACT(event_data, '$.item_id')), COUNT(*) FROM audit_logs "
                            "WHERE event_type='inventory_item_created' GROUP BY 1")
        counts = {item: int(n) for item, n in audited}
        ids = {item for (item,) in stack.sql("SELECT id FROM inventory_items")}
        self.assertEqual(set(counts), ids)
        self.assertEqual(set(counts.values()), {1})
        stack.verify_chain()


if __name__ == "__main__":
    unittest.main()
