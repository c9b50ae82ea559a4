# How often one address may try: exact over four processes that share one Redis, and bounded in each of them without it.
import signal
import threading
import time
import unittest

from api_stack import PASSWORD, ApiStack, Client
from program import main


class Limits(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = ApiStack(serve=False).__enter__()
        cls.addClassCleanup(cls.stack.__exit__, None, None, None)
        for _ in range(4):
            cls.stack.start()

    def hammer(self, address, each, ask):
        """The answers to `each` calls of `ask(client)` from every one of eight clients at once, two for each server."""
        answers, guard = [], threading.Lock()

        def work(server, count):
            client = Client(server.port, address=address)
            for _ in range(count):
                answer = ask(client)
                with guard:
                    answers.append(answer)
        threads = [threading.Thread(target=work, args=(server, each)) for server in self.stack.servers for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers

    @staticmethod
    def refresh(client):
        return client.post("/auth/refresh", {"refresh_token": "x.y.z"})

    def counts(self, answers):
        return {status: [a.status for a in answers].count(status) for status in {a.status for a in answers}}

    def test_exact_over_four_processes(self):
        answers = self.hammer("203.0.113.1", 10, self.refresh)
        self.assertEqual(self.counts(answers), {401: 10, 429: 70})
        for answer in answers:
            if answer.status == 429:
                self.assertEqual(answer.body, {"detail": "Too many requests. Please try again later.", "code": "LB-API-429"})
                self.assertIn(int(answer.headers["retry-after"]), range(1, 61))
        # Refused tries count: the set holds the newest ten, and no more, and goes by itself.
        self.assertEqual(self.stack.cache.cli("ZCARD", "rate_limit:auth:refresh:203.0.113.1"), "10")
        self.assertIn(int(self.stack.cache.cli("TTL", "rate_limit:auth:refresh:203.0.113.1")), range(50, 62))
        # Others are not touched, nor is the same one's other limit.
        self.assertEqual(self.refresh(Client(self.stack.servers[0].port, address="203.0.113.2")).status, 401)
        self.assertEqual(Client(self.stack.servers[0].port, address="203.0.113.1").login("nobody").status, 401)

    def test_five_sign_ins_pass_and_the_sixth_does_not(self):
        codes = [Client(self.stack.servers[i % 4].port, address="203.0.113.3").login("nobody").status for i in range(7)]
        self.assertEqual(codes, [401] * 5 + [429] * 2)
        # Not even with the right password.
        self.assertEqual(Client(self.stack.servers[0].port, address="203.0.113.3").login("admin").status, 429)

    def test_failures_for_one_name_wherever_they_come_from(self):
        self.stack.new_member(self.stack.organization, "guessed")
        port = self.stack.servers[0].port

        def guess(name, times, password="Wrong-Passw0rd!!"):
            return [Client(self.stack.servers[i % 4].port).login(name, password).status for i in range(times)]
        # As many failures as leave one, without their 20 hashes: as if others had been there.
        keys = lambda: set(self.stack.cache.cli("KEYS", "rate_limit:auth:failures:*").split("\n"))
        before = keys()
        guess("guessed", 1)
        (key,) = keys() - before
        self.assertNotIn("guessed", key)
        for i in range(18):
            self.stack.cache.cli("ZADD", key, str(time.time()), f"other{i}")
        self.assertEqual(guess("guessed", 3), [401, 429, 429])
        answer = Client(port).login("GUESSED")
        self.assertEqual((answer.status, int(answer.headers["retry-after"]) <= 900), (429, True), "the right one, too")
        self.assertEqual(self.stack.cache.cli("ZCARD", key), "20", "refused ones are no failures")
        self.assertEqual(guess("unguessed", 1), [401])
        # Successes do not count.
        self.stack.cache.cli("DEL", key)
        self.assertEqual(set(guess("guessed", 3, PASSWORD)), {200})
        self.assertEqual(self.stack.cache.cli("EXISTS", key), "0")

    def test_an_address_of_the_callers_own_invention(self):
        for i in range(10):
            client = Client(self.stack.servers[i % 4].port, address=f"6.6.6.{i}, 203.0.113.4")
            self.assertEqual(self.refresh(client).status, 401)
        self.assertEqual(self.refresh(Client(self.stack.servers[0].port, address="7.7.7.7, 203.0.113.4")).status, 429)

    def test_the_window_slides(self):
        key = "rate_limit:auth:refresh:203.0.113.5"
        client = Client(self.stack.servers[0].port, address="203.0.113.5")
        for _ in range(10):
            self.refresh(client)
        # As if nine of them were 58 s old and the newest has just come: it stays, the nine go.
        now = time.time()
        for member in self.stack.cache.cli("ZRANGE", key, "0", "8").split("\n"):
            self.stack.cache.cli("ZADD", key, "XX", str(now - 58.5), member)
        answer = self.refresh(client)
        self.assertEqual((answer.status, int(answer.headers["retry-after"]) <= 2), (429, True))
        time.sleep(2)
        self.assertEqual([self.refresh(client).status for _ in range(9)], [401] * 8 + [429])

    def test_while_redis_is_away(self):
        first = Client(self.stack.servers[0].port, address="203.0.113.6")
        self.stack.cache.process.send_signal(signal.SIGSTOP)
        try:
            begun = time.monotonic()
            codes = [self.refresh(first).status for _ in range(11)]
            took = time.monotonic() - begun
            self.assertEqual(codes, [401] * 10 + [429])
            self.assertLess(took, 10, "each waited for a Redis that does not answer")
            self.assertIn(int(self.refresh(first).headers["retry-after"]), range(590, 601))
            # Each process counts for itself.
            second = Client(self.stack.servers[1].port, address="203.0.113.6")
            self.assertEqual(self.refresh(second).status, 401)
        finally:
            self.stack.cache.process.send_signal(signal.SIGCONT)
        end = time.monotonic() + 10
        while self.refresh(Client(self.stack.servers[0].port, address="203.0.113.6")).status != 401:
            self.assertLess(time.monotonic(), end, "it never went back to Redis")
            time.sleep(0.2)

    def test_switched_off(self):
        server = self.stack.start(RATE_LIMIT_ENABLED="false")
        client = Client(server.port, address="203.0.113.7")
        self.assertEqual({self.refresh(client).status for _ in range(15)}, {401})
        self.stack.servers.remove(server)
        self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    main()
