"""Raw bytes at `serve`, straight and through a real nginx: no request may hide in another, and no client may keep others
from their answer, however slow or many."""

import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
import unittest

from nginx import Nginx
from ports import free_port
from program import ScratchCase, run_json
from raw_requests import CASES
from sandbox import Sandbox

SLOW = 3.0 if "sanitize" in os.environ.get("LOGBOOK_BUILD", "") else 1.0
REFUSALS = ("400", "413", "414", "417", "431", "501", "505")
# /health's own bound: each of its two questions is answered, or given up, within two seconds.
HEALTH_BOUND = 5 * SLOW

class Replies:
    """One connection that carries raw bytes out and whole replies in."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 10)
        self.socket.settimeout(20 * SLOW)
        self.pending = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError:
            pass  # refused and closed already: the replies tell

    def end(self):
        """Says that nothing more comes."""
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def more(self):
        try:
            piece = self.socket.recv(65536)
        except ConnectionError:
            piece = b""
        self.pending += piece
        return bool(piece)

    def next(self):
        """(status, request ID or None), or None at the end. A server that says nothing fails the test by time-out."""
        while b"\r\n\r\n" not in self.pending:
            if not self.more():
                assert not self.pending, self.pending
                return None
        head, self.pending = self.pending.split(b"\r\n\r\n", 1)
        status = head.split(b" ", 2)[1].decode()
        if status == "100":
            return self.next()
        length = re.search(rb"(?im)^content-length: *(\d+)", head)
        length = int(length.group(1)) if length else 0
        while len(self.pending) < length:
            assert self.more(), "the reply broke off"
        self.pending = self.pending[length:]
        own = re.search(rb"(?im)^x-request-id: *(\S+)", head)
        return status, own.group(1).decode() if own else None


class Raw(ScratchCase):
    counter = 0

    @classmethod
    def setUpClass(cls):
        cls.box = Sandbox().__enter__()
        cls.addClassCleanup(cls.box.__exit__, None, None, None)
        cls.direct, cls.buffered, cls.streamed = cls.box.port("backend"), free_port(), free_port()
        # Connections to the backend are kept and shared: what one client leaves in them, another would get.
        server = ("server {{\nlisten 127.0.0.1:{port};\nlocation / {{ proxy_pass http://kept; proxy_http_version 1.1; "
                  "proxy_set_header Connection ''; proxy_set_header Host x; proxy_request_buffering {buffering}; }}\n}}\n")
        cls.front = Nginx(f"upstream kept {{ server 127.0.0.1:{cls.direct}; keepalive 2; }}\n"
                          + server.format(port=cls.buffered, buffering="on")
                          + server.format(port=cls.streamed, buffering="off")).__enter__()
        cls.addClassCleanup(cls.front.__exit__, None, None, None)

    def seen(self, *names):
        """How often the backend handled each of the paths."""
        log = self.box.log("backend")
        return [len(re.findall(rf"(?:GET|POST) /{name} → ", log)) for name in names]

    def play(self, port, template):
        """Sends the case, then an honest request on the same connection, then one on a fresh one."""
        Raw.counter += 1
        n = Raw.counter
        data = template.replace(b"%(n)d", b"%04d" % n).replace(b"%(n)04d", b"%04d" % n)
        honest = b"GET /honest-%04d HTTP/1.1\r\nHost: x\r\nX-Request-ID: honest-%04d\r\n\r\n" % (n, n)
        replies = []
        with Replies(port) as client:
            client.send(data)
            replies.append(client.next())
            client.send(honest)
            while replies[-1] is not None and replies[-1][1] != f"honest-{n:04}":
                replies.append(client.next())
        replies = [r for r in replies if r]
        with Replies(port) as fresh:
            fresh.send(honest.replace(b"honest", b"fresh"))
            self.assertEqual(fresh.next(), ("404", f"fresh-{n:04}"))
        names = [f"{kind}-{n:04}" for kind in ("outer", "smuggled", "honest", "fresh")]
        counts = dict(zip(("outer", "smuggled", "honest", "fresh"), self.seen(*names)))
        # Each request that the backend handled was answered to the one who sent it, once, and nothing else was.
        for kind in ("outer", "smuggled", "honest"):
            answered = sum(own == f"{kind}-{n:04}" for _, own in replies)
            self.assertEqual(answered, counts[kind], (kind, replies, counts))
        self.assertEqual(counts["fresh"], 1)
        return replies, counts

    def test_straight(self):
        for name, data, status, own_right in CASES:
            with self.subTest(case=name):
                replies, counts = self.play(self.direct, data)
                self.assertEqual(counts["smuggled"], 1 if own_right else 0, replies)
                if status == "refused":
                    self.assertIn(replies[0][0], REFUSALS, replies)
                elif status:
                    self.assertEqual(replies[0][0], status, replies)
                if replies[0][0] == "404":
                    self.assertEqual((counts["outer"], counts["honest"]), (1, 1), replies)
                else:  # after a refusal nothing that follows is understood
                    self.assertEqual((len(replies), counts["outer"], counts["honest"]), (1, 0, 0), replies)

    def test_cut_anywhere_it_is_the_same(self):
        """Two pieces of the same bytes, wherever the cut: the same replies as in one piece."""
        step = 1 if os.environ.get("LOGBOOK_LONG_TESTS") else 23
        for at, (name, data, _, _) in enumerate(CASES):
            data = data.replace(b"%(n)d", b"0000").replace(b"%(n)04d", b"0000")
            whole = self.replies_to(data)
            for cut in range(1 + at % step, len(data), step):
                with self.subTest(case=name, cut=cut):
                    self.assertEqual(self.replies_to(data[:cut], data[cut:]), whole)

    def replies_to(self, *pieces):
        """All of them, until the server has nothing to say any more."""
        with Replies(self.direct) as client:
            client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for piece in pieces:
                client.send(piece)
            client.end()
            replies = []
            while (reply := client.next()) is not None:
                replies.append(reply)
            return replies

    def through(self, port):
        kept = 0
        for name, data, _, own_right in CASES:
            with self.subTest(case=name):
                replies, counts = self.play(port, data)
                if own_right is False:
                    self.assertEqual(counts["smuggled"], 0, replies)
                kept += counts["honest"]
        self.assertGreater(kept, 5, "nginx passed hardly anything on: nothing was tested")

    def test_through_nginx(self):
        self.through(self.buffered)

    def test_through_nginx_that_streams_bodies(self):
        self.through(self.streamed)

    def test_same_again(self):
        """The kept connections between nginx and the backend are in step after all that."""
        for n in range(50):
            with Replies(self.buffered if n % 2 else self.streamed) as client:
                client.send(b"GET /step HTTP/1.1\r\nHost: x\r\nX-Request-ID: step-%d\r\n\r\n" % n)
                self.assertEqual(client.next(), ("404", f"step-{n}"))


def ask(port, path="/health", source="127.0.0.1", timeout=HEALTH_BOUND):
    """(status, body's word)"""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout, source_address=(source, 0))
    try:
        connection.request("GET", path)
        reply = connection.getresponse()
        return reply.status, json.loads(reply.read()).get("status")
    finally:
        connection.close()


def established(port):
    """Connections to a loopback port that the server holds now."""
    wanted = f"0100007F:{port:04X}"
    rows = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1] == wanted and row[3] == "01" for row in rows)


def sockets_of(pid):
    """How many a process holds; those that only wait to be accepted are not among them."""
    count = 0
    for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        try:
            count += os.readlink(entry).startswith("socket:")
        except OSError:
            pass  # closed meanwhile
    return count


class Slow(ScratchCase):
    """Two hundred clients that dawdle, made by slowhttptest, while others ask."""

    @classmethod
    def setUpClass(cls):
        cls.box = Sandbox().__enter__()
        cls.addClassCleanup(cls.box.__exit__, None, None, None)
        cls.backend, cls.port = cls.box.port("backend"), free_port()
        cls.front = Nginx(f"server {{\nlisten 127.0.0.1:{cls.port};\nlocation / {{ proxy_pass http://127.0.0.1:{cls.backend}; }}"
                          "\n}\n").__enter__()
        cls.addClassCleanup(cls.front.__exit__, None, None, None)

    def dawdle(self, port, *mode):
        binary = shutil.which("slowhttptest", path="/usr/bin:/usr/local/bin")
        process = subprocess.Popen([binary, *mode, "-c", "200", "-r", "400", "-i", "1", "-l", "5", "-p", "3",
                                    "-u", f"http://127.0.0.1:{port}/health"], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, cwd=self.dir)
        self.addCleanup(process.wait, 60)
        self.addCleanup(lambda: process.poll() is None and process.terminate())
        return process

    def test_slow_clients(self):
        for name, mode in (("heads", ("-H",)), ("bodies", ("-B", "-t", "POST", "-s", "8192")),
                           ("readers", ("-X", "-w", "1", "-y", "2", "-n", "2", "-z", "1", "-k", "3"))):
            with self.subTest(slow=name):
                straight, through = self.dawdle(self.backend, *mode), self.dawdle(self.port, *mode)
                most_straight = most_through = most_held = asked = 0
                while straight.poll() is None or through.poll() is None:
                    most_straight = max(most_straight, established(self.backend))
                    most_through = max(most_through, established(self.port))
                    most_held = max(most_held, sockets_of(self.box.pid("backend")))
                    # One address may only hold so many connections: another one's are not used up by that.
                    self.assertEqual(ask(self.backend, source="127.0.0.2"), (200, "healthy"))
                    asked += 1
                    time.sleep(0.1)
                self.assertGreater(asked, 3)
                if name != "readers":  # those have their small answer at once, wherever they do not read it
                    self.assertGreaterEqual(most_straight, 32)
                    self.assertLessEqual(most_held, 64 + 24, "the cap for one address does not hold")
                    self.assertGreaterEqual(most_through, 100)

    def test_through_nginx_nobody_notices(self):
        process = self.dawdle(self.port, "-H")
        end = time.monotonic() + 20
        while established(self.port) < 100:
            self.assertLess(time.monotonic(), end, "the slow clients did not come")
            self.assertIsNone(process.poll())
            time.sleep(0.02)
        self.assertEqual(ask(self.port), (200, "healthy"))
        done, document = run_json("health", "-C", self.box.folder)
        self.assertEqual((done.returncode, document["verdict"]), (0, "healthy"))

    def test_health_answers_while_all_workers_are_busy(self):
        self.box.signal("database", signal.SIGSTOP)
        ending = threading.Event()
        asked = []

        def hammer(source):
            while not ending.is_set():
                try:
                    asked.append(ask(self.backend, "/health/db", source, timeout=30))
                except OSError:
                    pass
        threads = [threading.Thread(target=hammer, args=(f"127.0.0.{2 + i // 40}",)) for i in range(120)]
        try:
            for thread in threads:
                thread.start()
            time.sleep(1)
            for _ in range(3):
                begun = time.monotonic()
                self.assertEqual(ask(self.backend, source="127.0.0.9"), (503, "unhealthy"))
                self.assertLess(time.monotonic() - begun, HEALTH_BOUND)
            # More ask than there are workers and places in the queue: some were turned away, so all were busy.
            self.assertIn((503, None), asked)
        finally:
            self.box.signal("database", signal.SIGCONT)
            ending.set()
            for thread in threads:
                thread.join()
        end = time.monotonic() + 20
        while ask(self.backend) != (200, "healthy"):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.1)


if __name__ == "__main__":
    unittest.main()
