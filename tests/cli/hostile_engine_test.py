"""False engines on a unix socket: silent, babbling, cut off, enormous, forgetful. One clear error, in time, in bounds."""

import io
import json
import os
import pathlib
import resource
import socket
import subprocess
import tarfile
import threading
import time
import unittest

from ports import free_port
from program import LOGBOOKCTL, ScratchCase, clean_environment

PROBE = os.environ.get("ENGINE_PROBE", "")
SANITIZED = bool(os.environ.get("LOGBOOK_BUILD"))


def reply(body=b"", status="200 OK", api="1.41", kind="application/json", length=None):
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body) if length is None else length}\r\n"
    return (head + (f"Api-Version: {api}\r\n" if api else "") + "\r\n").encode() + body


class FalseEngine:
    """`answer(path, connection)` returns bytes to send, or None when it did all itself; `/_ping` is honest unless asked."""

    def __init__(self, folder, answer, ping=True):
        self.path = folder / "engine.sock"
        self.answer, self.ping, self.asked = answer, ping, []
        self.closing = threading.Event()

    def __enter__(self):
        self.path.unlink(missing_ok=True)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.path))
        self.listener.listen(32)
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.closing.set()
        self.listener.close()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.one, args=(connection,), daemon=True).start()

    def one(self, connection):
        with connection:
            connection.settimeout(30)
            try:
                head = b""
                while b"\r\n\r\n" not in head:
                    piece = connection.recv(65536)
                    if not piece:
                        return
                    head += piece
                path = head.split(b" ")[1].decode()
                self.asked.append(path)
                sent = reply(b"OK") if self.ping and path == "/_ping" else self.answer(path, connection)
                if sent is not None:
                    connection.sendall(sent)
            except OSError:
                pass


class HostileEngines(ScratchCase):
    def probe(self, *words, timeout_ms=3000, address=None, memory_mb=None):
        """(document, seconds, peak MiB) of one call of the probe."""
        bound = timeout_ms / 1000 + (20 if SANITIZED else 5)
        begun = time.monotonic()
        child = subprocess.Popen([PROBE, address or f"unix://{self.dir}/engine.sock", str(timeout_ms), *words],
                                 env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        timer = threading.Timer(bound, child.kill)
        timer.start()
        with child.stdout, child.stderr:
            out, err = child.stdout.read(), child.stderr.read()
        _, _, used = os.wait4(child.pid, 0)
        child.returncode = 0
        timer.cancel()
        seconds = time.monotonic() - begun
        self.assertLess(seconds, bound)
        self.assertEqual(err, "")
        self.assertEqual(len(out.splitlines()), 1, out[:500])
        return json.loads(out), seconds, used.ru_maxrss / 1024

    def error(self, code, *words, says=(), **options):
        document, seconds, peak = self.probe(*words, **options)
        self.assertIn("error", document)
        error = document["error"]
        self.assertEqual(error["code"], code, error)
        text = error["what"] + "\n" + error["hint"]
        for word in says:
            self.assertIn(word, text)
        self.assertNotRegex(error["what"], r"[\x00-\x1f\x7f]")
        self.assertLess(len(text), 1500)
        return error, seconds, peak

    def engine(self, answer=lambda path, connection: reply({}), **options):
        context = FalseEngine(self.dir, answer, **options)
        self.addCleanup(context.__exit__)
        return context.__enter__()

    # ---- no engine at all

    def test_no_socket_says_how_to_start_the_engine(self):
        self.error("unreachable", "list", says=["no container engine listens", str(self.dir)])

    def test_a_socket_that_nobody_serves(self):
        with socket.socket(socket.AF_UNIX) as left:
            left.bind(str(self.dir / "engine.sock"))
        self.error("unreachable", "list", says=["no container engine listens"])

    def test_a_plain_file_is_no_socket(self):
        self.write("engine.sock", "x")
        self.error("unreachable", "list")

    def test_a_socket_without_permission_names_the_group(self):
        if os.geteuid() != 0:
            self.skipTest("needs root, to become another user")
        self.engine()
        (self.dir / "engine.sock").chmod(0o660)
        self.dir.chmod(0o755)
        done = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", PROBE,
                               f"unix://{self.dir}/engine.sock", "3000", "list"], env=clean_environment(),
                              capture_output=True, text=True, timeout=30)
        if "Permission denied" in done.stderr and not done.stdout:
            self.skipTest("the build folder is closed to other users")
        error = json.loads(done.stdout)["error"]
        self.assertEqual(error["code"], "denied", error)
        self.assertIn("docker", error["hint"])
        self.assertIn("sudo", error["hint"])

    def test_tcp_that_refuses_and_an_address_that_is_none(self):
        port = free_port()
        self.error("unreachable", "list", address=f"tcp://127.0.0.1:{port}", says=[f"tcp://127.0.0.1:{port}"])
        self.error("unsupported", "list", address="ssh://op@host", says=["ssh -N -L"])
        self.error("invalid", "list", address="tcp://")

    # ---- engines that hang

    def test_silence_costs_the_deadline_and_no_more(self):
        self.engine(lambda path, connection: time.sleep(25), ping=False)
        _, seconds, _ = self.error("timeout", "list", timeout_ms=700, says=["does not answer"])
        self.assertGreater(seconds, 0.6)

    def test_an_answer_that_stops_in_the_middle(self):
        def half(path, connection):
            connection.sendall(reply(b'[{"Id":"abc"},', length=5000))
            time.sleep(25)
        self.engine(half)
        self.error("timeout", "list", timeout_ms=700, says=["stopped in the middle"])

    def test_a_drip_of_one_byte_does_not_stretch_the_deadline(self):
        def drip(path, connection):
            connection.sendall(reply(b"", length=100000))
            for _ in range(500):
                connection.sendall(b" ")
                time.sleep(0.05)
        self.engine(drip)
        self.error("timeout", "list", timeout_ms=800)

    def test_a_log_that_is_followed_ends_when_a_stop_is_asked(self):
        def quiet(path, connection):
            if path.endswith("/json"):
                return reply({"Id": "abc", "Config": {"Tty": False}})
            connection.sendall(reply(b"\1\0\0\0\0\0\0\6hello\n", length=10000))
            time.sleep(25)
        self.engine(quiet)
        document, seconds, _ = self.probe("logs", "--follow", "--stop-after=500", "abc", timeout_ms=15000)
        self.assertEqual((document["out"], document["stopped"]), ("hello\n", True))
        self.assertLess(seconds, 10)

    # ---- engines that babble

    def test_garbage_is_no_engine(self):
        for name, bytes_sent in {"ssh": b"SSH-2.0-OpenSSH\r\n", "binary": os.urandom(3000), "html": reply(
                b"<html>", api=None, kind="text/html"), "version": reply(b"OK", api="new")}.items():
            with self.subTest(name):
                with FalseEngine(self.dir, lambda path, connection, sent=bytes_sent: sent, ping=False):
                    self.error("protocol", "list", says=["no container engine"])

    def test_an_old_api_is_refused_and_a_new_one_negotiated(self):
        with FalseEngine(self.dir, lambda path, connection: reply(b"OK", api="1.18"), ping=False):
            self.error("unsupported", "list", says=["1.18", "1.24"])
        engine = self.engine(lambda path, connection: reply(b"OK" if path == "/_ping" else b"[]", api="1.99"), ping=False)
        self.assertEqual(self.probe("count")[0], {"count": 0})
        self.assertEqual(engine.asked[-1].split("/")[1], "v1.44")

    def test_answers_that_are_not_what_was_asked(self):
        bodies = {"object": b"{}", "null": b"null", "html": b"<html>", "numbers": b"[1,2]", "no id": b'[{"Id":5}]',
                  "broken": b'[{"Id":"a",}]', "twice": b'[{"Id":"a","Id":"b"}]', "deep": b'[{"Id":"a","x":' + b"[" * 5000 +
                  b"]" * 5000 + b"}]", "ansi": b'[{"\x1b[2J":1}]'}
        for name, body in bodies.items():
            with self.subTest(name):
                with FalseEngine(self.dir, lambda path, connection, sent=body: reply(sent)):
                    document, _, _ = self.probe("list")
                    self.assertIn(document["error"]["code"], ("protocol", "too_large"), document)
                    self.assertNotIn("\x1b", document["error"]["what"])

    def test_a_hang_up_in_the_middle(self):
        for name, sent in {"at once": b"", "in the head": b"HTTP/1.1 200 OK\r\nContent-", "in the body":
                           reply(b'[{"Id":"abc"', length=900)}.items():
            with self.subTest(name):
                with FalseEngine(self.dir, lambda path, connection, sent=sent: sent):
                    self.error("closed", "list", says=["hung up"])

    def test_an_archive_of_migrations_that_is_cut_in_half(self):
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as tar:
            folder = tarfile.TarInfo("versions/")
            folder.type = tarfile.DIRTYPE
            tar.addfile(folder)
            for number in range(40):
                text = f"revision = 'r{number}'\ndown_revision = {'None' if number == 0 else repr(f'r{number - 1}')}\n".encode()
                entry = tarfile.TarInfo(f"versions/r{number}.py")
                entry.size = len(text)
                tar.addfile(entry, io.BytesIO(text))
        whole = packed.getvalue()
        made = {"Id": "c" * 64, "Name": "/made", "State": {"Status": "created"}, "Config": {"Image": "app"}}

        def answer(path, connection, archive):
            if "/archive" in path:
                return archive
            if "/images/" in path:
                return reply({"Id": "sha256:" + "a" * 64, "RepoTags": ["app"], "Config": {"WorkingDir": "/app"}})
            if path.endswith("/create") or "/containers/create" in path:
                return reply({"Id": "c" * 64, "Warnings": []}, status="201 Created")
            if "/containers/json" in path:
                return reply([])
            return reply(made)

        tar = dict(kind="application/x-tar")
        cases = {"whole": (reply(whole, **tar), 0), "in the middle of a file": (reply(whole[:len(whole) // 2 + 100], **tar), 1),
                 "in the middle of a head": (reply(whole[:1024 * 7 + 60], **tar), 1),
                 "the line goes dead": (reply(whole[:len(whole) // 2], length=len(whole), **tar), None), "no tar": (reply(b"x" * 9000, **tar), None)}
        for name, (archive, code) in cases.items():
            with self.subTest(name):
                with FalseEngine(self.dir, lambda path, connection, archive=archive: answer(path, connection, archive)) as engine:
                    done = subprocess.run([LOGBOOKCTL, "migrate", "heads", "--image", "app", "-H", f"unix://{self.dir}/engine.sock"],
                                          env=clean_environment(), capture_output=True, text=True, timeout=30, cwd=self.dir)
                    self.assertTrue(any("/archive" in path for path in engine.asked), engine.asked)
                if code == 0:
                    self.assertEqual((done.returncode, done.stdout), (0, "r39 (head)\n"), done.stderr)
                    continue
                self.assertIn(done.returncode, (1, 3))
                self.assertEqual(done.stdout, "")
                self.assertLess(len(done.stderr.splitlines()), 4, done.stderr)

    def test_half_a_frame_of_a_log(self):
        def answer(path, connection):
            if path.endswith("/json"):
                return reply({"Id": "abc", "Config": {"Tty": False}})
            return reply(b"\1\0\0\0\0\0\0\5line\n\2\0\0\0\0\0\0\xffhalf")
        self.engine(answer)
        self.error("closed", "logs", "abc", says=["middle of a frame"])

    def test_frames_that_are_none(self):
        def answer(path, connection):
            if path.endswith("/json"):
                return reply({"Id": "abc", "Config": {"Tty": False}})
            return reply(b"plain text where frames should be\n")
        self.engine(answer)
        self.error("protocol", "logs", "abc", says=["no frame"])

    def test_errors_of_the_engine_are_passed_on_in_its_words(self):
        for status, code in {"404 Not Found": "not_found", "409 Conflict": "conflict", "500 Internal": "io",
                             "403 Forbidden": "denied", "400 Bad": "invalid", "302 Found": "io"}.items():
            with self.subTest(status):
                with FalseEngine(self.dir, lambda path, connection, s=status: reply(
                        {"message": "hostile \x1b[31mwords\r\nsecond line"}, status=s)):
                    self.error(code, "inspect", "abc", says=["hostile", "inspect abc"])

    # ---- enormous

    def test_ten_thousand_containers_in_little_memory(self):
        labels = {f"com.example.label-{i}": "x" * 40 for i in range(20)}
        many = [{"Id": f"{i:064x}", "Names": [f"/c{i}"], "Image": "i", "State": "running", "Status": "Up", "Labels": labels,
                 "Ports": [{"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 1024 + i % 60000, "Type": "tcp"}]}
                for i in range(10_000)]
        body = json.dumps(many).encode()
        self.engine(lambda path, connection: reply(body))
        document, _, peak = self.probe("count", timeout_ms=60000)
        self.assertEqual(document, {"count": 10_000})
        if not SANITIZED:
            self.assertLess(peak, 120)  # the text alone is 15 MiB; as one tree it would take ten times that

    def test_endless_answers_are_cut(self):
        def endless(begin, more):
            def answer(path, connection):
                connection.sendall(b"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\n\r\n" + begin)
                while True:
                    connection.sendall(more)
            return answer
        cases = {"one object": (b'[{"Id":"', b"x" * 65536), "many objects": (b"[", b'{"Id":"a"},' * 6000),
                 "blanks": (b"[", b" " * 65536)}
        for name, (begin, more) in cases.items():
            with self.subTest(name):
                with FalseEngine(self.dir, endless(begin, more)):
                    _, _, peak = self.error("too_large", "count", timeout_ms=60000)
                    if not SANITIZED:
                        self.assertLess(peak, 200)
        with FalseEngine(self.dir, endless(b'{"Id":"', b"x" * 65536)):
            self.error("too_large", "inspect", "abc", timeout_ms=60000)

    def test_an_endless_head_and_an_endless_refusal(self):
        def head(path, connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            while True:
                connection.sendall(b"X: " + b"y" * 60000 + b"\r\n")
        with FalseEngine(self.dir, head):
            document, _, _ = self.probe("inspect", "abc", timeout_ms=5000)
            self.assertIn(document["error"]["code"], ("too_large", "protocol"))

        def refusal(path, connection):
            connection.sendall(b"HTTP/1.1 500 Oops\r\nApi-Version: 1.41\r\n\r\n")
            while True:
                connection.sendall(b"x" * 65536)
        with FalseEngine(self.dir, refusal):
            _, _, peak = self.error("timeout", "inspect", "abc", timeout_ms=800)
            if not SANITIZED:
                self.assertLess(peak, 100)

    # ---- forgetful

    def test_a_container_that_vanishes_between_two_calls(self):
        readings = {"gone": 0}

        def answer(path, connection):
            if "/containers/stays/stats" in path:
                return reply({"read": "2026-11-22T10:00:00Z", "cpu_stats": {"cpu_usage": {"total_usage": 5}}})
            if "/containers/gone/stats" in path:
                readings["gone"] += 1
                if readings["gone"] == 1:
                    return reply({"read": "2026-11-22T10:00:00Z", "cpu_stats": {}})
            return reply({"message": "No such container: gone"}, status="404 Not Found")
        self.engine(answer)
        document, _, _ = self.probe("sample", "gone", "stays", "never", timeout_ms=8000)
        self.assertEqual(document["samples"]["gone"], "not_found")
        self.assertEqual(document["samples"]["never"], "not_found")
        self.assertIn("cpu", document["samples"]["stays"])

    def test_names_cannot_leave_their_place_in_the_path(self):
        engine = self.engine(lambda path, connection: reply({"message": "no"}, status="404 Not Found"))
        self.error("not_found", "inspect", "../../system/df?x=1#\x1b")
        self.assertEqual(engine.asked[-1], "/v1.41/containers/..%2F..%2Fsystem%2Fdf%3Fx%3D1%23%1B/json")

    def test_an_exec_whose_program_never_ends(self):
        def answer(path, connection):
            if path.endswith("/exec"):
                return reply({"Id": "e1"}, status="201 Created")
            if path.endswith("/start"):
                connection.sendall(b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n")
                time.sleep(25)
        self.engine(answer)
        self.error("timeout", "exec", "--input", "abc", "cat", timeout_ms=900)

    def test_an_exec_that_is_refused_gets_no_input(self):
        got = []

        def answer(path, connection):
            if path.endswith("/exec"):
                return reply({"Id": "e1"}, status="201 Created")
            connection.sendall(reply({"message": "container abc is not running"}, status="409 Conflict"))
            connection.settimeout(1)
            try:
                got.append(connection.recv(1000))
            except OSError:
                pass
        self.engine(answer)
        begun = subprocess.run([PROBE, f"unix://{self.dir}/engine.sock", "3000", "exec", "--input", "abc", "cat"],
                               input="canary-input", capture_output=True, text=True, timeout=30, env=clean_environment())
        error = json.loads(begun.stdout)["error"]
        self.assertEqual(error["code"], "conflict")
        self.assertIn("not running", error["what"])
        time.sleep(0.2)
        self.assertNotIn(b"canary", b"".join(got))

    def test_secrets_are_not_sent_in_the_clear(self):
        asked = []
        with socket.socket() as listener:
            listener.bind(("0.0.0.0", 0))
            listener.listen()
            port = listener.getsockname()[1]
            name = subprocess.run(["hostname", "-I"], capture_output=True, text=True).stdout.split()
            if not name:
                self.skipTest("this machine has no address but loopback")

            def serve():
                while True:
                    try:
                        connection, _ = listener.accept()
                    except OSError:
                        return
                    with connection:
                        asked.append(connection.recv(65536))
                        connection.sendall(reply(b"OK"))
            threading.Thread(target=serve, daemon=True).start()
            self.error("declined", "exec", "--env=A=canary", "abc", "true", address=f"tcp://{name[0]}:{port}")
        self.assertNotIn(b"canary", b"".join(asked))


STAMP = b"2026-11-22T08:00:00.000000001Z "


def frame(payload, channel=1):
    return bytes([channel, 0, 0, 0]) + len(payload).to_bytes(4, "big") + payload


class HostileLogs(ScratchCase):
    """`logbookctl logs` on an engine whose log call misbehaves: what came is shown, the rest is said in one line."""

    def engine(self, log, driver="json-file", tty=False):
        labels = {"com.docker.compose.project": "p", "com.docker.compose.service": "backend",
                  "com.docker.compose.container-number": "1"}

        def answer(path, connection):
            if "/logs" in path:
                return log(path, connection)
            if "/containers/json" in path:
                return reply([{"Id": "a" * 64, "Names": ["/p-backend-1"], "Image": "b", "State": "running", "Labels": labels}])
            return reply({"Id": "a" * 64, "Name": "/p-backend-1", "State": {"Status": "running", "StartedAt": "2026-11-22T07:00:00Z"},
                          "LogPath": "/nonexistent/a-json.log", "HostConfig": {"LogConfig": {"Type": driver, "Config": {}}},
                          "Config": {"Labels": labels, "Tty": tty, "Env": ["DB_PASSWORD=hostile-canary"]}})
        return FalseEngine(self.dir, answer)

    def logs(self, *words, seconds=30, memory_mb=None):
        begun = time.monotonic()
        done = subprocess.run([LOGBOOKCTL, "-H", f"unix://{self.dir}/engine.sock", "-p", "p", "-C", str(self.dir), "logs", *words],
                              env=clean_environment(), capture_output=True, timeout=seconds + 60)
        self.assertLess(time.monotonic() - begun, seconds)
        self.assertNotIn(b"internal error", done.stderr)
        return done

    @staticmethod
    def streamed(*pieces, close=True):
        def log(path, connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\n\r\n")
            for piece in pieces:
                connection.sendall(piece)
            if not close:
                time.sleep(60)
        return log

    def test_an_honest_one_shows_that_the_rest_is_its_own_fault(self):
        self.enterContext(self.engine(self.streamed(frame(STAMP + b"hello \"there\"\n"), frame(STAMP + b"hostile-canary\n", 2))))
        done = self.logs("show", "-o", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([r["lines"] for r in json.loads(done.stdout)["records"]], [['hello "there"'], ["***"]])

    def test_a_log_that_hangs_costs_the_deadline(self):
        self.enterContext(self.engine(self.streamed(frame(STAMP + b"first\n"), frame(STAMP + b"second\n"), close=False)))
        done = self.logs("--timeout", "2s", "show", seconds=20)
        self.assertEqual(done.returncode, 124)
        self.assertIn(b"--timeout 5m", done.stderr)
        done = self.logs("--timeout", "2s", "show", "--tail", "1", seconds=20)
        self.assertEqual(done.returncode, 124)

    def test_half_a_frame_and_garbage(self):
        first = frame(STAMP + b"first\n")
        cases = {"half a frame": (frame(STAMP + b"cut off here\n")[:30], b"hung up", b"middle of a frame"),
                 "half a head": (b"\x01\0\0", b"hung up", b"middle of a frame"),
                 "no frame": (b"<html>no engine at all</html>" * 40, b"no frame"),
                 "a frame of 4 GB": (b"\x01\0\0\0\xff\xff\xff\xff" + STAMP + b"x" * 100, b"hung up", b"middle of a frame")}
        for name, (rest, *words) in cases.items():
            for command in (["show"], ["scan"], ["grep", "first"]):
                with self.subTest(name, command=command):
                    with self.engine(self.streamed(first, rest)):
                        done = self.logs(*command)
                    self.assertEqual(done.returncode, 1, done.stderr)
                    if command != ["scan"]:
                        self.assertIn(b"first", done.stdout)
                    told = [line for line in done.stderr.splitlines() if line.startswith(b"logbookctl: backend: ")]
                    self.assertEqual(len(told), 1, done.stderr)
                    self.assertTrue(any(word in told[0] for word in words), told)

    def test_an_endless_line_and_endless_empty_frames_stay_small(self):
        def endless(more):
            def log(path, connection):
                connection.sendall(b"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\n\r\n")
                while True:
                    connection.sendall(more)
            return log
        for name, tty, more in (("pieces of a line", False, frame(STAMP + b"x" * 16384) * 4), ("empty frames", False, frame(b"") * 8000),
                                ("a terminal", True, b"x" * 65536), ("stamps", True, STAMP * 2000), ("frames of nothing else", False, frame(STAMP) * 2000)):
            with self.subTest(name):
                with self.engine(endless(more), tty=tty):
                    child = subprocess.Popen([LOGBOOKCTL, "-H", f"unix://{self.dir}/engine.sock", "-p", "p", "-C", str(self.dir),
                                              "--timeout", "3s", "logs", "show"], env=clean_environment(),
                                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                    peak = 0
                    while child.poll() is None:
                        try:
                            status = pathlib.Path(f"/proc/{child.pid}/status").read_text()
                        except OSError:
                            break
                        peak = max([peak, *(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))])
                        time.sleep(0.05)
                    self.assertEqual(child.wait(60), 124)
                    if not SANITIZED:
                        self.assertLess(peak / 1024, 60)

    def test_a_driver_that_cannot_be_read_is_one_line(self):
        refusal = reply({"message": "configured logging driver does not support reading"}, status="501 Not Implemented")
        self.enterContext(self.engine(lambda path, connection: refusal, driver="syslog\x1b[31m"))
        done = self.logs("show")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(len([line for line in done.stderr.splitlines() if b"backend: its log driver" in line]), 1)
        self.assertNotIn(b"\x1b", done.stderr)
        done = self.logs("follow", "--for", "3s", seconds=20)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stderr.count(b"its log driver"), 1)

    def test_a_follow_whose_calls_break_off_goes_on_without_a_gap_or_a_duplicate(self):
        lines = [frame(STAMP.replace(b"000000001", b"%09d" % (i + 1)) + b"number %d\n" % i) for i in range(60)]
        calls = []

        def log(path, connection):
            calls.append(path)
            connection.sendall(b"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\n\r\n" + b"".join(lines[:10 * len(calls)]))
            if len(calls) % 2:
                connection.sendall(lines[-1][:20])  # half a frame: it hangs up in the middle
        self.enterContext(self.engine(log))
        done = self.logs("follow", "--from-beginning", "--for", "8s", seconds=40)
        numbers = [int(line.split()[-1]) for line in done.stdout.splitlines()]
        self.assertEqual(numbers, list(range(60)))
        self.assertGreaterEqual(len(calls), 6)


if __name__ == "__main__":
    unittest.main(verbosity=2)
