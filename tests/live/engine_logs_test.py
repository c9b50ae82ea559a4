"""`logs` on containers of a real engine: the same records by its API and from its files, whatever is in them; followed
through restarts, recreations and rotation."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
import threading
import time
import unittest

import engine as engines
from program import LOGBOOKCTL, ScratchCase, clean_environment, validate

IMAGE = "redis:7-alpine"
SANITIZED = bool(os.environ.get("LOGBOOK_BUILD"))
HEAD = "2026-11-22 08:00:0%d | %-8s | app.x:f:1 - %s\n"

# What JSON escapes, what is no UTF-8, what the engine splits, and what has no end.
HOSTILE = r'''
import os, sys
def say(stream, data):
    while data:
        data = data[os.write(stream, data):]
say(1, "quote \" backslash \\ less < more > amp & arrow \u2192 tab \t end\n".encode())
say(1, "line \u2028 and \u2029 separators, \U0001F692 engine, \\n no feed \\\\ \\u0041\n".encode())
say(1, b"broken \xff\xfe \xc3 utf-8 \x80\n")
say(1, b"control \x01\x1b[31m red \x7f \x00 nul\r\n")
say(1, b"\n   \n\tindented\n")
for size in (16383, 16384, 16385, 32768, 40000, 300000):
    say(1, b"%d " % size + b"x" * (size - len(b"%d " % size)) + b"\n")
for size in (9000, 20000):
    say(1, b'"<&' * size + b"\n")
    say(1, b"\xff" * size + b"\n")
    say(1, "\u2192".encode() * size + b"\n")
say(1, b"2026-11-22 08:00:01 | ERROR    | app.x:f:1 - Unhandled ValueError\n")
say(1, b"Traceback (most recent call last):\n  File \"/app/a.py\", line 1, in f\n    f()\nValueError: \"<none>\"\n")
say(1, b"2026-11-22 08:00:02 | INFO     | app.x:f:1 - after\n")
say(1, b"own stamp 2026-11-22T08:00:00.123456789Z in the middle\n")
say(1, b"no feed at the end, \"quoted\"")
'''
BOTH_STREAMS = r'''
import os, time
time.sleep(max(0, float(os.environ.get("BEGIN", 0)) - time.time()))
for i in range(200):
    os.write(1 + i % 2, b"2026-11-22 08:00:00 | INFO     | app.x:f:1 - line %d\n" % i)
    if i % 7 == 0: os.write(1 + i % 2, b"  goes on\n")
    time.sleep(0.002)
'''
# Prints numbers; what it has printed is in /state, so that the next start goes on. Ends properly on SIGTERM.
COUNTER = r'''
import os, signal, sys, time
stop = []
signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
open("/state/starts", "a").write(".")
path = "/state/n"
n = int(open(path).read()) if os.path.exists(path) else 0
while not stop:
    os.write(1, b"number %d\n" % n)
    n += 1
    time.sleep(0.003)
for _ in range(50):
    os.write(1, b"number %d\n" % n)
    n += 1
open(path, "w").write(str(n))
'''


class Case(ScratchCase):
    @classmethod
    def setUpClass(cls):
        cls.engine = cls.enterClassContext(engines.Engine())

    def setUp(self):
        super().setUp()
        self.addCleanup(self.engine.clean)

    def program(self, *words):
        return [LOGBOOKCTL, "-p", "p", "-C", str(self.dir), *map(str, words)]

    def environment(self):
        return clean_environment(DOCKER_HOST=self.engine.address)

    def run_logs(self, *words, timeout=60, **options):
        return subprocess.run(self.program("logs", *words), capture_output=True, text=True, timeout=timeout, cwd="/",
                              env=self.environment(), errors="surrogateescape", **options)

    def records(self, *words, code=0):
        done = self.run_logs(*words, "-o", "json")
        self.assertEqual(done.returncode, code, done.stderr)
        document = json.loads(done.stdout)
        validate(document)
        return document["records"]

    def container(self, service, code, *options, verb="run", number=1, name=None):
        name = name or f"p-{service}-{number}"
        words = [verb, *(["-d"] if verb == "run" else []), "--name", name, "--label", "com.docker.compose.project=p",
                 "--label", f"com.docker.compose.service={service}",
                 "--label", f"com.docker.compose.container-number={number}", *options, IMAGE, "python3", "-u", "-c", code]
        return self.engine.docker(*words).stdout.strip()

    def finished(self, service, code, *options, **named):
        id_ = self.container(service, code, *options, **named)
        self.engine.docker("wait", id_)
        return id_


class Follow:
    """A `logs follow` that runs, with what it has said so far."""

    def __init__(self, case, *words):
        self.case = case
        self.process = subprocess.Popen(case.program("logs", "follow", *words), env=case.environment(), cwd="/",
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines, self.errors = [], []
        self.threads = [threading.Thread(target=self.read, args=pair) for pair in
                        ((self.process.stdout, self.lines), (self.process.stderr, self.errors))]
        for thread in self.threads:
            thread.start()

    @staticmethod
    def read(stream, into):
        for line in stream:
            into.append(line.rstrip("\n"))

    def wait_for(self, wanted, patience=30):
        until = time.monotonic() + patience
        while not any(line.endswith(wanted) for line in self.lines):
            if time.monotonic() > until or self.process.poll() is not None:
                self.case.fail(f"{wanted!r} did not come: {self.lines[-3:]} {self.errors}")
            time.sleep(0.02)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        self.code = self.process.wait(20)
        for thread in self.threads:
            thread.join(20)
        self.process.stdout.close()
        self.process.stderr.close()

    def numbers(self):
        return [int(line.split("number ")[1]) for line in self.lines if "number " in line]


@engines.needs_engine
class Reading(Case):
    def same_by_both(self, *words):
        api = self.records(*words, "--source", "api")
        file = self.records(*words, "--source", "file")
        self.assertEqual(len(api), len(file))
        for one, other in zip(api, file):
            self.assertEqual(one, other)
        self.assertEqual(self.records(*words), file)
        return file

    def test_the_same_records_by_api_and_from_the_file(self):
        self.finished("backend", HOSTILE)
        records = self.same_by_both("show")
        lines = [line for record in records for line in record["lines"]]
        for wanted in ('quote " backslash \\ less < more > amp & arrow → tab \t end',
                       "own stamp 2026-11-22T08:00:00.123456789Z in the middle", 'no feed at the end, "quoted"'):
            self.assertIn(wanted, lines)
        for size in (16383, 16384, 16385, 32768, 40000):
            self.assertIn(size, [len(line) for line in lines])
        self.assertIn(['2026-11-22 08:00:01 | ERROR    | app.x:f:1 - Unhandled ValueError', "Traceback (most recent call last):",
                       '  File "/app/a.py", line 1, in f', "    f()", 'ValueError: "<none>"'], [r["lines"] for r in records])
        for words in (["grep", "arrow"], ["grep", '"<&'], ["grep", "none"], ["grep", "-E", "^[0-9]+ x+"]):
            self.assertTrue(self.same_by_both(*words), words)

    def test_a_last_line_without_a_feed_and_the_next_start(self):
        id_ = self.finished("backend", "import os; os.write(1, b'begun ' * 10)")
        self.engine.docker("start", id_)
        self.engine.docker("wait", id_)
        self.assertEqual(len(self.same_by_both("show")), 2)

    def test_both_streams_and_two_services_as_one(self):
        begin = time.time() + 3
        ids = [self.container(service, BOTH_STREAMS, "-e", f"BEGIN={begin}") for service in ("backend", "redis")]
        self.engine.docker("wait", *ids)
        records = self.same_by_both("show")
        self.assertEqual({r["service"] for r in records}, {"backend", "redis"})
        self.assertEqual({r["stream"] for r in records}, {"stdout", "stderr"})
        self.assertEqual(len(records), 400)
        for words, services in ((["-s", "backend"], {"backend"}), (["-s", "cache"], {"redis"}),
                                (["-s", "cache", "-s", "backend"], {"backend", "redis"})):
            self.assertEqual({r["service"] for r in self.same_by_both("show", *words)}, services)
        times = [r["time"] for r in records if r["service"] == "redis" and r["stream"] == "stdout"]
        self.assertEqual(times, sorted(times))
        changes = sum(a["service"] != b["service"] for a, b in zip(records, records[1:]))
        self.assertGreater(changes, 10, "the two were not merged by time")

    def test_since_until_and_tail(self):
        self.finished("backend", BOTH_STREAMS)
        everything = self.same_by_both("show")
        for n in (1, 3, 50, 199, 500):
            self.assertEqual(self.same_by_both("show", "--tail", n), everything[-n:])
        middle = everything[100]["time"]
        self.assertEqual(self.same_by_both("show", "--since", middle), [r for r in everything if r["time"] >= middle])
        # It is printed in whole milliseconds, cut.
        self.assertEqual(self.same_by_both("show", "--until", middle), [r for r in everything if r["time"] < middle])
        self.assertEqual(self.same_by_both("show", "--since", middle, "--tail", "5"), everything[-5:])
        found = self.same_by_both("grep", "goes on", "--tail", "4")
        self.assertEqual(found, [r for r in everything if "goes on" in "\n".join(r["lines"])][-4:])
        self.assertEqual(self.records("show", "--since", "2030-01-01T00:00:00Z"), [])

    def test_a_terminal(self):
        self.finished("backend", HOSTILE, "-t")
        records = self.same_by_both("show")
        lines = [line for record in records for line in record["lines"]]
        self.assertIn("own stamp 2026-11-22T08:00:00.123456789Z in the middle", lines)
        self.assertIn('no feed at the end, "quoted"', lines)
        self.assertIn(40000, [len(line) for line in lines])

    def test_rotated_files(self):
        code = "for i in range(6000): print('2026-11-22 08:00:00 | INFO     | app.x:f:1 - number', i, 'x' * 50)"
        for name, options in (("plain", ["max-size=64k", "max-file=30"]), ("packed", ["max-size=64k", "max-file=30", "compress=true"])):
            with self.subTest(name):
                id_ = self.finished("backend", code, *(word for option in options for word in ("--log-opt", option)))
                folder = pathlib.Path(self.engine.inspect(id_)["LogPath"]).parent
                self.assertGreater(len(list(folder.glob("*-json.log.*"))), 3)
                time.sleep(1)  # packing goes on behind the container
                records = self.same_by_both("show")
                numbers = [int(r["lines"][0].split("number ")[1].split()[0]) for r in records]
                self.assertEqual(numbers, list(range(6000)))
                self.engine.clean()

    def test_other_drivers(self):
        self.finished("backend", HOSTILE, "--log-driver", "local")
        records = self.records("show")
        lines = [line for record in records for line in record["lines"]]
        self.assertIn('no feed at the end, "quoted"', lines)
        self.assertIn(40000, [len(line) for line in lines])
        refused = self.run_logs("show", "--source", "file")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("backend", refused.stderr)
        self.assertIn("`local`", refused.stderr)
        self.assertIn("--source api", refused.stderr)
        self.finished("redis", BOTH_STREAMS, "--log-driver", "none")
        done = self.run_logs("show")
        self.assertEqual(done.returncode, 1)
        told = [line for line in done.stderr.splitlines() if "redis" in line]
        self.assertEqual(len(told), 1, done.stderr)
        self.assertIn("`none`", told[0])
        self.assertIn("arrow", done.stdout)  # the other one is shown

    def test_a_driver_that_sends_away_is_read_from_the_engines_copy_or_named(self):
        self.finished("backend", BOTH_STREAMS, "--log-driver", "syslog", "--log-opt", "syslog-address=udp://127.0.0.1:9")
        self.assertEqual(len(self.records("show")), 200)
        self.finished("redis", BOTH_STREAMS, "--log-driver", "syslog", "--log-opt", "syslog-address=udp://127.0.0.1:9",
                      "--log-opt", "cache-disabled=true")
        done = self.run_logs("show", "-s", "redis")
        self.assertEqual(done.returncode, 1)
        self.assertIn("redis: its log driver `syslog` keeps nothing", done.stderr)

    def test_services_that_are_not_there(self):
        self.finished("backend", BOTH_STREAMS)
        done = self.run_logs("show", "-s", "backnd")
        self.assertEqual(done.returncode, 2)
        self.assertIn("-s backend", done.stderr)
        for words in (["grep", "x", "-s", "nothing-like-it"], ["scan", "-s", "nothing-like-it"], ["requests", "-s", "database"],
                      ["follow", "-s", "nothing-like-it"]):
            done = self.run_logs(*words)
            self.assertEqual(done.returncode, 2, words)
            self.assertIn("it has: backend", done.stderr)
        (self.dir / "compose.yml").write_text("name: p\nservices: {backend: {image: x}, worker: {image: y}}\n")
        self.assertEqual(len(self.records("show")), 200)
        done = self.run_logs("show", "-s", "worker")
        self.assertEqual(done.returncode, 1)
        self.assertIn("worker has no container", done.stderr)

    def test_created_and_stopped_containers(self):
        self.container("redis", "print(1)", verb="create")
        self.assertEqual(self.run_logs("show").returncode, 3)
        self.finished("backend", "print('once')")
        self.assertEqual([r["lines"] for r in self.records("show")], [["once"]])

    def test_a_container_that_vanishes_while_it_is_read(self):
        self.container("backend", "import os\nwhile True: os.write(1, b'y' * 100 + b'\\n')")
        time.sleep(2)
        process = subprocess.Popen(self.program("--timeout", "30s", "logs", "show", "--source", "api"), cwd="/",
                                   env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertTrue(process.stdout.readline())
        self.engine.docker("rm", "-f", "p-backend-1")
        out, err = process.communicate(timeout=60)
        self.assertIn(process.returncode, (0, 1), err)
        self.assertNotIn("internal error", err)

    def test_secrets_of_the_containers_are_masked(self):
        secret = "only-the-container-knows-this"
        self.finished("backend", "import os; print('password is', os.environ['DB_PASSWORD'])", "-e", f"DB_PASSWORD={secret}")
        for source in ("api", "file"):
            for words in (["show"], ["grep", "password"], ["show", "-o", "json"]):
                done = self.run_logs(*words, "--source", source)
                self.assertNotIn(secret, done.stdout + done.stderr)
                self.assertIn("password is ***", done.stdout)

    def test_requests_and_scan(self):
        code = ("print('2026-11-22 08:00:00 | INFO     | m:f:1 - GET /api/v1/users/7 → 200 (35ms) [rid=48a292f86dfe4567]')\n"
                "print('2026-11-22 08:00:01 | WARNING  | app.db:c:1 - failed: (2003, \"Can\\'t connect to MySQL server on \\'db\\'\")')")
        self.finished("backend", code)
        self.finished("redis", code)
        for source in ("api", "file"):
            done = self.run_logs("requests", "--source", source)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("1 request on 1 route", done.stdout)  # the backend's alone
            done = self.run_logs("scan", "--source", source)
            self.assertEqual(done.returncode, 1)
            self.assertIn("explain db.host", done.stdout)
            self.assertIn("2 kinds in 2 records of 4 lines", done.stdout)

    def test_ten_lines_of_100_mb_in_little_memory(self):
        size, count = (100 << 20, 10) if not SANITIZED else (10 << 20, 2)
        self.finished("backend", f"import os\nfor i in range({count}):\n for _ in range({size >> 20}): os.write(1, b'x' * (1 << 20))\n os.write(1, b'\\n')")
        for source in ("api", "file"):
            process = subprocess.Popen(self.program("--timeout", "5m", "logs", "show", "--source", source), cwd="/",
                                       env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            lines = peak = 0
            for chunk in iter(lambda: process.stdout.read(64 << 10), b""):
                lines += chunk.count(b"\n")
                status = pathlib.Path(f"/proc/{process.pid}/status").read_text()  # of this program alone, not of its parent
                peak = max([peak, *(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))])
            process.stdout.close()
            self.assertEqual(process.wait(60), 0)
            self.assertEqual(lines, 2 * count)  # each with the sentence on what was left out
            if not SANITIZED:
                self.assertGreater(peak, 0)
                self.assertLess(peak / 1024, 40, source)

    def test_another_user_gets_the_api(self):
        self.finished("backend", HOSTILE)
        expected = self.records("show")
        os.chmod(self.engine.socket, 0o666)
        os.chmod(self.engine.folder, 0o755)
        as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        if subprocess.run([*as_nobody, LOGBOOKCTL, "--version"], capture_output=True).returncode != 0:
            self.skipTest("another user cannot reach the program")
        words = [*as_nobody, LOGBOOKCTL, "-p", "p", "-C", "/", "logs", "show"]
        done = subprocess.run([*words, "-o", "json"], capture_output=True, text=True, timeout=60, env=self.environment(), cwd="/")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["records"], expected)
        done = subprocess.run([*words, "--source", "file"], capture_output=True, text=True, timeout=60, env=self.environment(), cwd="/")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Permission denied", done.stderr)
        self.assertIn("sudo", done.stderr)


@engines.needs_engine
class Following(Case):
    def setUp(self):
        super().setUp()
        self.state = self.dir / "state"
        self.state.mkdir()
        self.state.chmod(0o777)
        self.heard = 0

    def listens(self):
        """Waits until the latest start of the counter hears SIGTERM: before, the engine would have to kill it."""
        until = time.monotonic() + 60
        starts = self.state / "starts"
        while not starts.exists() or starts.stat().st_size <= self.heard:
            self.assertLess(time.monotonic(), until, "the counter does not start")
            time.sleep(0.01)
        self.heard = starts.stat().st_size

    def counter(self, *options):
        return self.container("backend", COUNTER, "-v", f"{self.state}:/state", *options)

    def finish(self, follow):
        """Waits for the last number that was printed; each must have come once, in order."""
        last = int((self.state / "n").read_text()) - 1
        until = time.monotonic() + 30
        while time.monotonic() < until and (not follow.numbers() or follow.numbers()[-1] < last):
            time.sleep(0.1)
        numbers = follow.numbers()
        missing = sorted(set(range(numbers[0] if numbers else 0, last + 1)) - set(numbers))
        self.assertEqual(missing[:20], [], f"missing of {last}")
        self.assertEqual(numbers, list(range(numbers[0], last + 1)))
        self.assertEqual(follow.errors, [])
        return numbers

    def through_restarts(self, source, *options):
        self.counter(*options)
        with Follow(self, "--from-beginning", "--source", source) as follow:
            follow.wait_for("number 0")
            for turn in range(20):
                self.listens()
                time.sleep((0.2, 0.05, 0.4)[turn % 3])
                self.engine.docker("restart", "-t", "10", "p-backend-1")
            self.listens()
            self.engine.docker("stop", "-t", "10", "p-backend-1")
            self.assertEqual(self.finish(follow)[0], 0)
        self.assertEqual(follow.code, 130)

    def test_restarts_by_api(self):
        self.through_restarts("api")

    def test_restarts_from_the_file(self):
        self.through_restarts("file")

    def test_restarts_with_rotation(self):
        self.through_restarts("auto", "--log-opt", "max-size=20k", "--log-opt", "max-file=5")

    def test_restarts_with_rotation_and_packing(self):
        self.through_restarts("auto", "--log-opt", "max-size=20k", "--log-opt", "max-file=5", "--log-opt", "compress=true")

    def through_recreations(self, source, *options, read_first=False):
        """`read_first`: the old container is removed when its last words have come. By the API they are there no longer."""
        self.counter(*options)
        with Follow(self, "--from-beginning", "--source", source) as follow:
            follow.wait_for("number 0")
            for turn in range(8):
                self.listens()
                time.sleep((0.6, 0.3, 1)[turn % 3])
                self.engine.docker("stop", "-t", "10", "p-backend-1")
                if read_first:
                    follow.wait_for(f"number {int((self.state / 'n').read_text()) - 1}")
                self.engine.docker("rm", "p-backend-1")
                self.counter(*options)
            self.listens()
            time.sleep(0.5)
            self.engine.docker("stop", "-t", "10", "p-backend-1")
            self.assertEqual(self.finish(follow)[0], 0)

    def test_recreations_by_api(self):
        self.through_recreations("api", read_first=True)

    def test_recreations_from_the_file(self):
        self.through_recreations("file")

    def test_recreations_with_a_terminal_and_another_driver(self):
        self.through_recreations("auto", "-t", "--log-driver", "local", read_first=True)

    def test_compose_recreates(self):
        for generation in (2, 1):
            program = engines.compose_program(generation)
            if program is None:
                continue
            with self.subTest(generation):
                (self.state / "n").unlink(missing_ok=True)
                (self.dir / "counter.py").write_text(COUNTER)
                (self.dir / "docker-compose.yml").write_text(
                    f"version: '2.4'\nservices:\n  backend:\n    image: {IMAGE}\n    command: [python3, -u, /counter.py]\n"
                    f"    network_mode: none\n    environment: {{TURN: \"${{TURN}}\"}}\n"
                    f"    volumes: ['{self.state}:/state', '{self.dir}/counter.py:/counter.py:ro']\n")

                def up(turn):
                    engines._run([*program, "-p", "p", "up", "-d"], cwd=self.dir, timeout=120,
                                 env=self.engine.environment(TURN=str(turn)))
                up(0)
                with Follow(self, "--from-beginning") as follow:
                    follow.wait_for("number 0")
                    for turn in range(1, 4):
                        self.listens()
                        up(turn)
                    self.listens()
                    name = self.engine.docker("ps", "-q").stdout.split()[0]
                    self.engine.docker("stop", "-t", "10", name)
                    self.assertEqual(self.finish(follow)[0], 0)
                self.engine.clean()

    def test_where_it_begins(self):
        for source in ("api", "file"):
            with self.subTest(source):
                self.container("backend", "import time\nfor i in range(30): print('old', i)\ntime.sleep(4)\nprint('new 1')\nprint('new 2')\ntime.sleep(60)")
                time.sleep(1)
                with Follow(self, "--source", source) as now, Follow(self, "--source", source, "--tail", "3") as tail:
                    now.wait_for("new 2")
                    tail.wait_for("new 2")
                    tail.wait_for("new 2")
                self.assertEqual([line.split("  ")[-1].split("| ")[-1] for line in now.lines if "old" in line], [])
                self.assertEqual(sum("old" in line for line in tail.lines), 3, tail.lines)
                self.assertEqual((now.code, now.errors, tail.errors), (130, [], []))
                self.engine.clean()

    def test_a_service_that_appears_later_and_its_secrets(self):
        secret = "the-later-containers-own-password"
        self.container("backend", "import time\nprint('here')\ntime.sleep(60)")
        for words in ([], ["-s", "redis"]):
            (self.dir / "compose.yml").write_text("name: p\nservices: {backend: {image: x}, redis: {image: y}}\n")
            with Follow(self, *words) as follow:
                time.sleep(1)
                self.container("redis", "import os, time\nprint('late', os.environ['REDIS_PASSWORD'])\ntime.sleep(60)",
                               "-e", f"REDIS_PASSWORD={secret}")
                follow.wait_for("late ***")
            self.assertIn("late ***", "\n".join(follow.lines))
            self.assertNotIn(secret, "\n".join(follow.lines))
            self.engine.docker("rm", "-f", "p-redis-1")

    def test_an_engine_that_is_restarted(self):
        for source in ("api", "file"):
            with self.subTest(source):
                self.counter("--restart", "always")
                with Follow(self, "--from-beginning", "--source", source) as follow:
                    follow.wait_for("number 0")
                    self.listens()
                    time.sleep(0.5)
                    self.engine.restart()
                    self.listens()
                    time.sleep(2)
                    self.engine.docker("stop", "-t", "10", "p-backend-1")
                    last = int((self.state / "n").read_text()) - 1
                    follow.wait_for(f"number {last}")
                numbers = follow.numbers()
                self.assertEqual(numbers, list(range(last + 1)))
                self.assertLessEqual(len(follow.errors), 3)
                self.engine.clean()
                (self.state / "n").unlink()


if __name__ == "__main__":
    engines.main()
