# `serve` in front of a real database and a real cache: what it answers while they come and go, when it refuses to
# start, and how it ends.
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading
import time
import unittest
import urllib.error
import urllib.request

from ports import free_port
from program import LOGBOOKCTL, ScratchCase, clean_environment
from sandbox import Sandbox

STARTED = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \| INFO     \| \w+:\w+:\d+ - "
                     r"Server started on port (\d+) \(worker PID (\d+)\)$", re.M)


class Serve:
    """One running `logbookctl serve --port 0`; `.log` grows with its standard error."""

    def __init__(self, settings, *options, cwd):
        port = () if "--port" in options else ("--port", "0")
        self.process = subprocess.Popen([LOGBOOKCTL, "serve", *port, *options], cwd=cwd,
                                        env=clean_environment(**settings), stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self.log = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stderr:
            self.log += line

    def wait_for(self, pattern, seconds=20):
        end = time.monotonic() + seconds
        while not (found := re.search(pattern, self.log)):
            if time.monotonic() > end:
                raise AssertionError(f"{pattern!r} did not come:\n{self.log}")
            time.sleep(0.02)
        return found

    def port(self):
        return int(self.wait_for(STARTED).group(1))

    def end(self, number=signal.SIGTERM, seconds=15):
        self.process.send_signal(number)
        return self.finish(seconds)

    def finish(self, seconds=30):
        code = self.process.wait(seconds)
        self._reader.join(5)
        self.process.stdout.close()
        self.process.stderr.close()
        return code

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.finish()


def get(port, path, timeout=10, **headers):
    """(status, headers, parsed body)"""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as reply:
            return reply.status, reply.headers, json.loads(reply.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, json.loads(error.read())


def changed(box, **changes):
    settings = {k: v for k, v in box.env.items() if k != "MYSQL_ROOT_PASSWORD"}
    return {**settings, **changes}


class WithServers(ScratchCase):
    @classmethod
    def setUpClass(cls):
        cls.box = Sandbox().__enter__()
        cls.addClassCleanup(cls.box.__exit__, None, None, None)

    def serve(self, *options, **changes):
        return Serve(changed(self.box, **changes), *options, cwd=self.dir)

    def test_health(self):
        port = self.box.port("backend")
        for path in ("/health", "/health/db", "/health/redis"):
            status, headers, body = get(port, path)
            self.assertEqual((status, body["status"]), (200, "healthy"), path)
            self.assertRegex(body["timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
            self.assertRegex(headers["X-Request-ID"], r"^[0-9a-f]{16}$")
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertEqual(set(get(port, "/health")[2]["checks"]), {"database", "redis"})
        self.assertIn("latency_ms", get(port, "/health/db")[2])

    def test_errors_and_request_ids(self):
        port = self.box.port("backend")
        status, headers, body = get(port, "/health/none")
        self.assertEqual((status, body), (404, {"detail": "Not Found", "code": "LB-API-404"}))
        self.assertTrue(headers["X-Request-ID"])
        self.assertEqual(get(port, "/health/")[0], 404)
        self.assertEqual(get(port, "/health", **{"X-Request-ID": "drill-7"})[1]["X-Request-ID"], "drill-7")
        for hostile in ("x" * 65, "a b", "<script>", "é"):
            echoed = get(port, "/none", **{"X-Request-ID": hostile})[1]["X-Request-ID"]
            self.assertRegex(echoed, r"^[0-9a-f]{16}$")
        request = urllib.request.Request(f"http://127.0.0.1:{port}/health", method="POST", data=b"{}")
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=5)
        with refused.exception as reply:
            self.assertEqual((reply.code, reply.headers["Allow"]), (405, "GET, HEAD"))
        request = urllib.request.Request(f"http://127.0.0.1:{port}/health", method="HEAD")
        with urllib.request.urlopen(request, timeout=5) as reply:
            self.assertGreater(int(reply.headers["Content-Length"]), 50)
            self.assertEqual(reply.read(), b"")

    def test_database_away_and_back(self):
        port = self.box.port("backend")
        self.box.signal("database", signal.SIGSTOP)
        try:
            time.sleep(0.3)  # an answer may be reused for a moment
            begun = time.monotonic()
            status, _, body = get(port, "/health")
            took = time.monotonic() - begun
            self.assertEqual((status, body["status"]), (503, "unhealthy"))
            self.assertEqual(body["checks"]["database"]["status"], "unhealthy")
            self.assertEqual(body["checks"]["redis"]["status"], "healthy")
            self.assertLess(took, 4, "a hung database held /health beyond its budget")
            status, _, body = get(port, "/health/db")
            self.assertEqual((status, body["status"]), (503, "unhealthy"))
            self.assertEqual(body["error"], "no answer in time")
        finally:
            self.box.signal("database", signal.SIGCONT)
        self.eventually(port, 200, "healthy")

    def eventually(self, port, status, word, seconds=5):
        end = time.monotonic() + seconds
        while True:
            got, _, body = get(port, "/health")
            if (got, body["status"]) == (status, word):
                return
            self.assertLess(time.monotonic(), end, body)
            time.sleep(0.05)

    def test_cache_hung_is_degraded(self):
        port = self.box.port("backend")
        self.box.signal("cache", signal.SIGSTOP)
        try:
            time.sleep(0.3)
            status, _, body = get(port, "/health")
            self.assertEqual((status, body["status"]), (200, "degraded"))
            self.assertEqual(body["checks"]["redis"]["error"], "no answer in time")
            self.assertEqual(get(port, "/health/redis")[0], 503)
            self.assertEqual(get(port, "/health/db")[0], 200)
        finally:
            self.box.signal("cache", signal.SIGCONT)
        self.eventually(port, 200, "healthy")

    def test_news_within_a_second(self):
        port = self.box.port("backend")
        self.assertEqual(get(port, "/health")[0], 200)
        self.box.sql("ALTER USER 'logbook_user'@'127.0.0.1' ACCOUNT LOCK")
        try:
            time.sleep(1)
            status, _, body = get(port, "/health")
            self.assertEqual((status, body["status"]), (503, "unhealthy"))
        finally:
            self.box.sql("ALTER USER 'logbook_user'@'127.0.0.1' ACCOUNT UNLOCK")

    def test_many_at_once_make_no_storm(self):
        port = self.box.port("backend")
        before = int(self.box.sql("SHOW GLOBAL STATUS LIKE 'Connections'")[0][1])
        begun = time.monotonic()
        answers = []

        def ask():
            for _ in range(10):
                answers.append(get(port, "/health")[0])
        threads = [threading.Thread(target=ask) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.monotonic() - begun
        self.assertEqual(set(answers), {200})
        after = int(self.box.sql("SHOW GLOBAL STATUS LIKE 'Connections'")[0][1])
        # One at a time, and each answer serves for a tenth of a second; the clients of this test come on top.
        self.assertLess(after - before, took / 0.1 + 5)

    def test_wrong_password_gives_no_secret_away(self):
        with self.serve("--db-retries", "2", "--db-retry-delay", "50ms",
                        DB_PASSWORD="wr0ng-canary-5eb1") as server:
            self.assertEqual(server.finish(), 1)
            self.assertIn("Database connection attempt 1/2...", server.log)
            self.assertIn("Database connection attempt 2 failed: ", server.log)
            self.assertIn("Database not initialized", server.log)
            self.assertIn("1045", server.log)
            self.assertNotIn("canary", server.log)

    def test_waits_for_a_database_that_comes_late(self):
        late = free_port()
        with self.serve("--db-retries", "50", "--db-retry-delay", "100ms", DB_PORT=str(late)) as server:
            server.wait_for("attempt 2 failed")
            self.assertNotRegex(server.log, STARTED)
            with Forwarder(late, self.box.port("database")):
                self.assertEqual(get(server.port(), "/health")[0], 200)
            self.assertEqual(server.end(), 0)

    def test_stops_at_once_while_it_waits(self):
        with self.serve("--db-retries", "50", "--db-retry-delay", "1h", DB_PORT=str(free_port())) as server:
            server.wait_for("attempt 1 failed")
            self.assertEqual(server.end(seconds=5), 0)

    def test_starts_degraded_without_its_cache(self):
        with self.serve(REDIS_PORT=str(free_port())) as server:
            port = server.port()
            self.assertRegex(server.log, r"\| WARNING  \| .*Redis unavailable - running in degraded mode")
            self.assertEqual(get(port, "/health")[2]["status"], "degraded")
            self.assertEqual(server.end(signal.SIGINT), 0)

    def test_wrong_cache_password(self):
        with self.serve(REDIS_PASSWORD="wr0ng-canary-5eb1") as server:
            status, _, body = get(server.port(), "/health/redis")
            self.assertEqual((status, body["error"]), (503, "the credentials are refused"))
            self.assertEqual(server.end(), 0)
            self.assertNotIn("canary", server.log)

    def test_public_words_name_no_host_user_or_database(self):
        self.box.sql("ALTER USER 'logbook_user'@'127.0.0.1' ACCOUNT LOCK")
        try:
            time.sleep(0.5)
            text = json.dumps(get(self.box.port("backend"), "/health/db")[2])
            for word in ("logbook_user", "127.0.0.1", self.box.env["DB_PASSWORD"], "the_logbook"):
                self.assertNotIn(word, text)
        finally:
            self.box.sql("ALTER USER 'logbook_user'@'127.0.0.1' ACCOUNT UNLOCK")

    def test_finishes_what_is_in_flight(self):
        with self.serve() as server:
            port = server.port()
            self.box.signal("database", signal.SIGSTOP)  # makes /health take its whole budget
            try:
                with socket.create_connection(("127.0.0.1", port), 10) as slow:
                    slow.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
                    time.sleep(0.3)
                    server.process.send_signal(signal.SIGTERM)
                    server.wait_for("Stopping")
                    time.sleep(0.2)
                    with self.assertRaises(ConnectionRefusedError):
                        socket.create_connection(("127.0.0.1", port), 5)
                    answer = b""
                    while piece := slow.recv(4096):
                        answer += piece
                self.assertTrue(answer.startswith(b"HTTP/1.1 503 "), answer)
                self.assertIn(b"Connection: close", answer)
            finally:
                self.box.signal("database", signal.SIGCONT)
            self.assertEqual(server.finish(), 0)

    def test_secrets_stay_out_of_sight(self):
        secrets = [self.box.env[n].encode() for n in ("DB_PASSWORD", "REDIS_PASSWORD", "SECRET_KEY")]
        with self.serve() as server:
            port = server.port()
            get(port, "/x?token=" + self.box.env["SECRET_KEY"])
            server.wait_for(r"GET /x → 404 \(\d+ms\) \[rid=[0-9a-f]{16}\]")
            shown = pathlib.Path(f"/proc/{server.process.pid}/cmdline").read_bytes()
            self.assertEqual(server.end(), 0)
            for secret in secrets:
                self.assertNotIn(secret, shown + server.log.encode())

    def test_log_injection(self):
        port = self.box.port("backend")
        get(port, "/a%0aFAKE%1b[31m/b")
        self.assertNotIn("\nFAKE", self.box.log("backend"))
        self.assertNotIn("\x1b", self.box.log("backend"))

    def test_port_taken(self):
        with self.serve("--port", str(self.box.port("backend"))) as server:
            self.assertEqual(server.finish(), 1)
            self.assertIn("is taken already", server.log)

    def test_reads_env_file_and_the_environment_beats_it(self):
        self.write(".env", self.box.env_path.read_text().replace("DB_PORT=", "DB_PORT=1 #"))
        plain = {k: v for k, v in changed(self.box).items() if k == "DB_PORT"}
        with Serve(plain, cwd=self.dir) as server:
            self.assertEqual(get(server.port(), "/health")[0], 200)
            self.assertEqual(server.end(), 0)


class Forwarder:
    """Passes connections to a port on to another, from the start of the block to its end."""

    def __init__(self, port, target):
        self.listener = socket.create_server(("127.0.0.1", port))
        self.target = target
        self.open = []

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for s in self.open:
            s.close()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.target))
            self.open += [near, far]
            for a, b in ((near, far), (far, near)):
                threading.Thread(target=self.pass_on, args=(a, b), daemon=True).start()

    @staticmethod
    def pass_on(a, b):
        try:
            while piece := a.recv(65536):
                b.sendall(piece)
        except OSError:
            pass
        for s in (a, b):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Refusals(ScratchCase):
    """No server is needed: it must end before it looks for one."""

    def ended(self, *options, **settings):
        with Serve({"DB_PORT": str(free_port()), **settings}, *options, cwd=self.dir) as server:
            return server.finish(), server.log

    def test_security_failure(self):
        for environment in ("production", "staging"):
            code, log = self.ended(ENVIRONMENT=environment, SECRET_KEY="CHANGE_ME", DB_PASSWORD="change_me_x")
            self.assertEqual(code, 1)
            failure = re.search(r"\| CRITICAL \| .* - SECURITY FAILURE: Cannot start in production with insecure "
                                r"defaults\. (\d+) critical issue\(s\) found\.", log)
            self.assertTrue(failure, log)
            criticals = re.findall(r"CRITICAL: (\w+)", log[:failure.start()])
            self.assertEqual(len(criticals), int(failure.group(1)))
            self.assertIn("SECRET_KEY", criticals)
            self.assertNotIn("connection attempt", log)

    def test_development_only_complains(self):
        code, log = self.ended("--db-retries", "1", ENVIRONMENT="development", SECRET_KEY="CHANGE_ME")
        self.assertEqual(code, 1)
        self.assertIn("CRITICAL: SECRET_KEY", log)
        self.assertNotIn("SECURITY FAILURE", log)
        self.assertIn("Database not initialized", log)

    def test_bad_settings(self):
        for name, value in (("DB_PORT", "70000"), ("DB_PORT", "http"), ("REDIS_PORT", "0"), ("DB_SSL", "true"),
                            ("REDIS_SSL", "true"), ("DB_SSL", "maybe")):
            code, log = self.ended("--db-retries", "1", **{name: value})
            self.assertEqual(code, 1, (name, value))
            self.assertIn(name, log)

    def test_bad_words(self):
        for options in (("--db-retries", "0"), ("--db-retry-delay", "soon"), ("--port", "70000"), ("--prot", "1")):
            code, _ = self.ended(*options)
            self.assertEqual(code, 2, options)

    def test_a_broken_env_file(self):
        self.write(".env", b"A=\x00\xff")
        code, log = self.ended()
        self.assertEqual(code, 1)
        self.assertIn(".env", log)
        (self.dir / ".env").unlink()
        (self.dir / ".env").mkdir()
        self.assertEqual(self.ended()[0], 1)


if __name__ == "__main__":
    unittest.main()
