"""The instruments against servers that are none, and a Redis that lies: one clear line within the deadline, nothing of a stranger's
control bytes on the terminal, no question without end."""

import json
import time
import unittest

from hostile_servers_test import HANDLERS, SLOW, server
from program import ScratchCase, run, validate

COMMANDS = (["redis", "stats"], ["redis", "latency"], ["mysql", "locks"], ["mysql", "kill", "7", "--confirm=7"])


def bulk(text):
    data = text if isinstance(text, bytes) else text.encode()
    return b"$%d\r\n%s\r\n" % (len(data), data)


def array(*items):
    return b"*%d\r\n" % len(items) + b"".join(items)


def false_redis(answers):
    """Answers each command by its first word; what is not known with an error."""
    def handle(connection, closing):
        data = b""
        while not closing.is_set():
            piece = connection.recv(65536)
            if not piece:
                return
            data += piece
            while data.startswith(b"*") and data.endswith(b"\r\n"):
                words = data.split(b"\r\n")[2::2]
                data = b""
                answer = answers.get(words[0].decode().upper(), b"-ERR unknown command\r\n")
                connection.sendall(answer(words) if callable(answer) else answer)
    return handle


class Instruments(ScratchCase):
    def point_at(self, port):
        self.write(".env", f"DB_HOST=127.0.0.1\nDB_PORT={port}\nDB_NAME=station\nDB_USER=u\nDB_PASSWORD=a-canary-of-a-password\n"
                           f"REDIS_HOST=127.0.0.1\nREDIS_PORT={port}\nREDIS_PASSWORD=another-canary-password\n")

    def ask(self, *words, timeout="1s"):
        start = time.monotonic()
        done = run("-C", self.dir, "--timeout", timeout, *words)
        self.assertLess(time.monotonic() - start, 2.5 * SLOW)
        output = done.stdout + done.stderr
        self.assertNotIn("\x1b", output, "an escape sequence of a stranger reached the terminal")
        self.assertNotIn("canary", output)
        self.assertNotIn("internal error", output)
        self.assertLess(len(output), 100_000)
        return done

    def test_what_is_no_server_is_said_in_time(self):
        for name, handle in HANDLERS.items():
            for words in COMMANDS:
                with self.subTest(server=name, command=words), server(handle) as port:
                    self.point_at(port)
                    done = self.ask(*words)
                    self.assertIn(done.returncode, (3, 124), done)
                    self.assertEqual(done.stdout, "")
                    self.assertTrue(done.stderr.startswith("logbookctl: "), done.stderr)

    def test_a_monitor_is_told_that_nothing_is_known(self):
        with server(HANDLERS["garbage"]) as port:
            self.point_at(port)
            for words in (["redis", "stats"], ["mysql", "status"]):
                done = self.ask(*words, "--nagios")
                self.assertEqual(done.returncode, 3)
                self.assertRegex(done.stdout, r"^(REDIS|MYSQL) UNKNOWN - [^|\n]+\n$")

    def test_a_lying_info(self):
        infos = {
            "nothing": b"", "numbers": b"redis_version:1\r\nused_memory:-9999999999999999999\r\nmaxmemory:-1\r\nconnected_clients:"
            b"99999999999999999999\r\nmaxclients:0\r\nmem_fragmentation_ratio:nan\r\nkeyspace_hits:9223372036854775807\r\n"
            b"keyspace_misses:9223372036854775807\r\nuptime_in_seconds:9223372036854775807\r\n",
            "escapes": b"redis_version:\x1b[2J\r\nrole:\x1b]0;x\x07\r\nmaxmemory_policy:\xff\xfe\r\n# \x1b[31m\r\n\x1b:\x1b\r\n# Errorstats\r\n"
            b"errorstat_\x1b[1m:count=4\r\n# Keyspace\r\ndb\x1b:keys=1\r\n",
            "long": b"# Errorstats\r\n" + b"".join(b"errorstat_E%d:count=1\r\n" % n for n in range(20_000))}
        for name, text in infos.items():
            with self.subTest(info=name), server(false_redis({"AUTH": b"+OK\r\n", "INFO": bulk(text), "SLOWLOG": b":-5\r\n"})) as port:
                self.point_at(port)
                done = self.ask("redis", "stats")
                self.assertIn(done.returncode, (0, 1, 3), done.stderr)
                done = run("-C", self.dir, "-o", "json", "redis", "stats")
                if done.returncode != 3:
                    self.assertNotIn("NaN", done.stdout)
                    validate(json.loads(done.stdout, parse_constant=self.fail))

    def test_a_scan_that_never_ends_is_ended(self):
        keys = iter(range(10_000_000))
        answers = {"AUTH": b"+OK\r\n", "INFO": bulk("redis_version:7\r\n"), "SLOWLOG": b":0\r\n", "DBSIZE": b":1\r\n",
                   "MEMORY": b":50\r\n", "TYPE": b"+str\x1bing\r\n", "PTTL": b":-1\r\n",
                   "SCAN": lambda words: array(bulk("17"), array(*[bulk(f"k\x1b[2J:{next(keys)}") for _ in range(100)]))}
        with server(false_redis(answers)) as port:
            self.point_at(port)
            done = self.ask("redis", "memory", "--keys", "1000000")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("keys looked at", done.stdout)
        answers["SCAN"] = array(bulk("17"), array())
        with server(false_redis(answers)) as port:
            self.point_at(port)
            self.assertEqual(self.ask("redis", "memory").returncode, 0)
        for wrong in (b":1\r\n", array(), array(bulk("0")), array(bulk("0"), bulk("x"), bulk("y"))):
            answers["SCAN"] = wrong
            with server(false_redis(answers)) as port:
                self.point_at(port)
                self.assertEqual(self.ask("redis", "memory").returncode, 3)

    def test_replies_of_another_shape(self):
        odd = array(array(bulk("\x1b"), bulk("x"), array(), b":-9\r\n"), b":1\r\n", array(b":1\r\n", b":-1\r\n", b":-1\r\n", array(bulk("\x1bKEYS"))))
        answers = {"AUTH": b"+OK\r\n", "INFO": bulk("redis_version:7\r\n"), "PING": odd, "CONFIG": odd, "LATENCY": odd, "SLOWLOG": odd}
        with server(false_redis(answers)) as port:
            self.point_at(port)
            self.assertEqual(self.ask("redis", "latency", "--samples", "5").returncode, 0)


if __name__ == "__main__":
    unittest.main()
