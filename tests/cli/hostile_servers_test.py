"""Servers that are silent, garbled, endless or something else: one clear line each, within the deadline."""

import contextlib
import os
import socket
import threading
import time
import unittest

from program import ScratchCase, run, run_json

SLOW = 2.0 if "sanitize" in os.environ.get("LOGBOOK_BUILD", "") else 1.0


@contextlib.contextmanager
def server(handle):
    """A server on a free loopback port; `handle` gets each connection."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    closing = threading.Event()

    def serve():
        while not closing.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=guarded, args=(connection,), daemon=True).start()

    def guarded(connection):
        with connection, contextlib.suppress(OSError):
            handle(connection, closing)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        closing.set()
        listener.close()


def silent(connection, closing):
    closing.wait(20)


def closes(connection, closing):
    pass


def garbage(connection, closing):
    connection.sendall(b"\x00\xff\x1b[31mgarbage\r\n" * 50)
    closing.wait(1)


def endless(connection, closing):
    while not closing.is_set():
        connection.sendall(b"A" * 65536)


def dripping(connection, closing):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while not closing.is_set():
        connection.sendall(b".")
        time.sleep(0.2)


def http(body, status="200 OK", kind="application/json", extra="", asked=False):
    """One answer to whatever is asked; `asked`: the request has been read already."""
    def handle(connection, closing):
        if not asked:
            connection.recv(65536)
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{extra}Connection: close\r\n\r\n"
        connection.sendall(head.encode() + body)
        connection.shutdown(socket.SHUT_WR)
        closing.wait(0.2)
    return handle


def huge_array(connection, closing):
    connection.recv(100)
    connection.sendall(b"*2147483647\r\n")
    closing.wait(3)


HANDLERS = {"silent": silent, "closes": closes, "garbage": garbage, "endless": endless, "dripping": dripping,
            "html": http(b"<html>Welcome to nginx!</html>", kind="text/html"),
            "ten megabytes": http(b'{"status":"' + b"x" * 10_000_000 + b'"}'),
            "deep json": http(b"[" * 60_000), "not utf-8": http(b'{"status":"\xff\xfe"}'),
            "escape": http(b'{"status":"\\u001b[2Jhealthy"}'), "teapot": http(b"", status="418 I'm a teapot"),
            "huge array": huge_array}


class Hostile(ScratchCase):
    def env_for(self, backend=1, database=1, cache=1):
        self.write(".env", f"BACKEND_PORT={backend}\nDB_HOST=127.0.0.1\nDB_PORT={database}\nDB_NAME=the_logbook\n"
                           f"DB_USER=u\nDB_PASSWORD=a-canary-of-a-password\nREDIS_HOST=127.0.0.1\nREDIS_PORT={cache}\n"
                           f"REDIS_PASSWORD=another-canary-password\n")

    def check_output(self, done):
        self.assertNotIn("\x1b", done.stdout + done.stderr, "an escape sequence of a stranger reached the terminal")
        self.assertNotIn("canary", done.stdout + done.stderr)
        self.assertNotIn("internal error", done.stderr)
        self.assertLess(len(done.stdout), 40_000)

    def test_doctor_names_each(self):
        expected = {"silent": "hung", "endless": None, "dripping": None}
        for name, handle in HANDLERS.items():
            for role in ("backend", "database", "cache"):
                with self.subTest(server=name, role=role), server(handle) as port:
                    self.env_for(**{role: port})
                    start = time.monotonic()
                    done, document = run_json("doctor", "-C", self.dir, "--timeout", "2s")
                    self.assertLess(time.monotonic() - start, 2.5 * SLOW)
                    self.check_output(done)
                    self.assertEqual(done.returncode, 1)
                    area = {"backend": "backend", "database": "db", "cache": "cache"}[role]
                    failed = [f for f in document["findings"] if f["check"].startswith(area) and f["outcome"] == "fail"]
                    self.assertTrue(failed, document)
                    if expected.get(name):
                        self.assertIn(expected[name], failed[0]["cause"])

    def test_health_is_never_fooled(self):
        for name, handle in HANDLERS.items():
            with self.subTest(server=name), server(handle) as port:
                self.env_for(backend=port)
                start = time.monotonic()
                done, document = run_json("health", "-C", self.dir, "--timeout", "2s")
                self.assertLess(time.monotonic() - start, 2.5 * SLOW)
                self.check_output(done)
                self.assertNotEqual(document["verdict"], "healthy")
                self.assertEqual(done.returncode, 1)

    def test_degraded_with_200_is_not_healthy(self):
        with server(http(b'{"status":"degraded","ready":true}')) as port:
            self.env_for(backend=port)
            self.assertEqual(run("health", "-C", self.dir).returncode, 1)
            nagios = run("health", "-C", self.dir, "--nagios")
            self.assertEqual(nagios.returncode, 1)
            self.assertRegex(nagios.stdout, r"^LOGBOOK WARNING - backend degraded.* \| 'backend'=\d+ms")

    def test_a_backend_without_the_endpoints_has_its_servers_asked_directly(self):
        def handle(connection, closing):
            path = connection.recv(65536).split(b" ")[1]
            ok = path == b"/health"
            http(b'{"status":"healthy","ready":true}' if ok else b'{"detail":"Not Found","code":"LB-API-404"}',
                 status="200 OK" if ok else "404 Not Found", asked=True)(connection, closing)
        with server(handle) as port:
            self.env_for(backend=port)
            _, document = run_json("health", "-C", self.dir)
            layers = {layer["layer"]: layer for layer in document["layers"]}
            self.assertEqual(layers["backend"]["state"], "healthy")
            self.assertEqual(layers["database"]["state"], "refused")
            self.assertIn("asked directly", layers["database"]["how"])
            self.assertEqual(layers["cache"]["state"], "refused")

    def test_proxies_and_redirects(self):
        cases = ((http(b"<html>502</html>", "502 Bad Gateway", "text/html"), "bad_gateway"),
                 (http(b"<html>504</html>", "504 Gateway Time-out", "text/html"), "bad_gateway"),
                 (http(b"Invalid host header", "400 Bad Request", "text/plain"), "bad_host"),
                 (http(b"", "301 Moved Permanently", extra="Location: https://x.example/\r\n"), "redirect"))
        for handle, state in cases:
            with self.subTest(state=state), server(handle) as port:
                done, document = run_json("health", "-C", self.dir, "--url", f"http://127.0.0.1:{port}")
                self.assertEqual(document["layers"][0]["state"], state)
                self.assertEqual(done.returncode, 1)

    def test_documentation_says_why_it_is_missing(self):
        with server(http(b'{"detail":"Not Found","code":"LB-API-404"}', "404 Not Found")) as port:
            self.env_for(backend=port)
            with open(self.dir / ".env", "a") as env:
                env.write("ENABLE_DOCS=false\n")
            done = run("health", "-C", self.dir, "--docs")
            self.assertIn("disabled by ENABLE_DOCS=false", done.stdout)

    def test_wait_comes_back_when_it_is_healthy_and_gives_up_in_time(self):
        started = time.monotonic()

        def later(connection, closing):
            good = time.monotonic() - started > 1.5
            http(b'{"status":"healthy"}' if good else b'{"status":"unhealthy"}',
                 status="200 OK" if good else "503 Service Unavailable")(connection, closing)
        with server(later) as port:
            self.env_for(backend=port)
            done = run("health", "-C", self.dir, "--wait", "20s")
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertIn("left", done.stderr)
        start = time.monotonic()
        self.env_for()
        self.assertEqual(run("health", "-C", self.dir, "--wait", "2s").returncode, 1)
        self.assertLess(time.monotonic() - start, 3.5 * SLOW)


if __name__ == "__main__":
    unittest.main()
