"""`logs show|grep|scan|requests|follow` on files and standard input, as a user runs them: both log formats, gzip, what a
disk may hold by mischance, and files that rotate while they are followed."""

import gzip
import json
import os
import pathlib
import random
import shlex
import shutil
import signal
import subprocess
import threading
import time
import unittest

from program import LOGBOOKCTL, ScratchCase, clean_environment, run, run_json

TRACE = ('2026-11-22 08:00:04 | ERROR    | main:handler:2148 - Unhandled ProgrammingError on GET /api/v1/ranks: (pymysql.err.'
         'ProgrammingError) (1146, "Table \'intranet_db.ranks\' doesn\'t exist")\n[SQL: SELECT count(*)\nFROM ranks]\n'
         'Traceback (most recent call last):\n  File "/app/app/ranks.py", line 58, in list_ranks\n    f()\n'
         'pymysql.err.ProgrammingError: (1146, "Table \'intranet_db.ranks\' doesn\'t exist")\n')
REQUEST = "2026-11-22 08:00:{0:02} | INFO     | app.core:f:1158 - GET /api/v1/users/{0} → {1} ({2}ms) [rid=48a292f86dfe4{0:03}]\n"
TEXT = REQUEST.format(1, 200, 35) + TRACE + REQUEST.format(5, 500, 900) + REQUEST.format(6, 404, 5)



def json_format(text):
    """The same log as LOG_FORMAT=json would write it, tracebacks inside."""
    out = []
    for line in text.splitlines():
        if line.startswith("2026-"):
            stamp, level, rest = (part.strip() for part in line.split("|", 2))
            place, message = rest.split(" - ", 1)
            module, function, number = place.rsplit(":", 2)
            out.append({"timestamp": stamp.replace(" ", "T") + "Z", "level": level, "message": message, "module": module,
                        "function": function, "line": int(number), "request_id": "-"})
        else:
            out[-1]["exception"] = (out[-1].get("exception", "") + "\n" + line).lstrip("\n")
    return "".join(json.dumps(entry) + "\n" for entry in out)


def engine_format(text, stream="stdout"):
    """What the engine's json-file driver writes."""
    out = ""
    for number, line in enumerate(text.splitlines()):
        shown = json.dumps(line + "\n", ensure_ascii=False)
        for mark in "<>&":
            shown = shown.replace(mark, "\\u%04x" % ord(mark))
        out += '{"log":%s,"stream":"%s","time":"2026-11-22T08:00:00.%09dZ"}\n' % (shown, stream, number + 1)
    return out


def lines_of(done):
    return done.stdout.splitlines()


class Records(ScratchCase):
    def test_a_match_on_any_line_gives_the_whole_record_in_every_format(self):
        forms = {"text.log": TEXT, "engine.log": engine_format(TEXT), "crlf.log": TEXT.replace("\n", "\r\n"),
                 "packed.gz": gzip.compress(TEXT.encode()), "two.gz": gzip.compress(TEXT[:300].encode()) + gzip.compress(TEXT[300:].encode()),
                 "engine.gz": gzip.compress(engine_format(TEXT).encode())}
        for name, content in forms.items():
            with self.subTest(name):
                data = content if isinstance(content, bytes) else content.encode()
                done = run("logs", "grep", "FROM ranks", "-f", self.write(name, data))
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(done.stdout, TRACE)
        done, document = run_json("logs", "grep", "1146", "-f", self.write("json.log", json_format(TEXT)))
        self.assertEqual(document["matched"], 1)
        self.assertEqual(document["records"][0]["lines"][1:], TRACE.splitlines()[1:])
        self.assertEqual(document["records"][0]["level"], "error")

    def test_standard_input_and_its_absence(self):
        self.assertEqual(run("logs", "grep", "FROM ranks", "-f", "-", stdin=TEXT).stdout, TRACE)
        self.assertEqual(run("logs", "show", "-f", "-", stdin="").returncode, 0)
        closed = subprocess.run(["sh", "-c", f"exec '{LOGBOOKCTL}' logs show -f - <&-"], env=clean_environment(),
                                capture_output=True, text=True, timeout=60)
        self.assertNotIn("internal error", closed.stderr)
        nothing = run("logs", "show", env={"DOCKER_HOST": "unix:///nonexistent/docker.sock"})  # then the engine is asked
        self.assertEqual(nothing.returncode, 3)
        self.assertIn("/nonexistent/docker.sock", nothing.stderr)
        self.assertIn("-f FILE", nothing.stderr)

    def test_filters(self):
        log = self.write("a.log", TEXT)
        count = lambda *words: int(run("logs", "grep", "--count", "-f", log, *words).stdout)  # noqa: E731
        self.assertEqual(count("→"), 3)
        self.assertEqual(count("→ 404"), 1)
        self.assertEqual(count("-E", r"→ [45]\d\d "), 2)
        self.assertEqual(count("-E", "^FROM ranks]$"), 1)
        self.assertEqual(count("-i", "SELECT COUNT"), 1)
        self.assertEqual(count("-e", "→ 404", "FROM ranks"), 2)
        self.assertEqual(count("--invert", "→"), 1)
        self.assertEqual(count("--level", "error", "2026"), 1)
        self.assertEqual(count("--rid", "48a292f86dfe4005"), 1)
        self.assertEqual(count("--since", "2026-11-22T08:00:05Z", "2026"), 2)
        self.assertEqual(count("--until", "2026-11-22T09:00:04+01:00", "2026"), 2)
        shown = run("logs", "grep", "FROM ranks", "--context", "1", "-f", log)
        self.assertEqual(shown.stdout, REQUEST.format(1, 200, 35) + TRACE + REQUEST.format(5, 500, 900))
        self.assertEqual(run("logs", "show", "--tail", "1", "-f", log).stdout, REQUEST.format(6, 404, 5))
        self.assertEqual(run("logs", "grep", "no such text", "-f", log).returncode, 1)
        for wrong in (["-E", "a(b"], ["--level", "loud", "x"], ["--since", "yesterday", "x"], ["a\nb"]):
            done = run("logs", "grep", "-f", log, *wrong)
            self.assertEqual(done.returncode, 2, wrong)
            self.assertIn("logbookctl: ", done.stderr)

    def test_context_of_distant_matches_is_parted(self):
        log = self.write("a.log", "".join(REQUEST.format(i, 200, i) for i in range(1, 40)))
        shown = lines_of(run("logs", "grep", "-E", r"\((5|6|30)ms\)", "--context", "1", "-f", log))
        self.assertEqual(len(shown), 4 + 1 + 3)
        self.assertEqual(shown[4], "--")

    def test_several_logs_are_one_by_time(self):
        mysql = self.write("mysql.log", "2026-11-22T08:00:04.500000Z 0 [System] [MY-010116] [Server] up\n"
                                        "2026-11-22T08:00:05.500000Z 0 [ERROR] [MY-000000] [Server] down\n")
        done = run("logs", "show", "-f", self.write("a.log", TEXT), "-f", mysql)
        order = [line.split()[0] for line in lines_of(done) if "2026" in line]
        self.assertEqual(order, ["a.log", "a.log", "mysql.log", "a.log", "mysql.log", "a.log"])

    def test_json_lines_and_the_document_hold_the_same(self):
        log = self.write("a.log", TEXT)
        _, document = run_json("logs", "show", "-f", log)
        lines = [json.loads(line) for line in lines_of(run("logs", "show", "-o", "jsonl", "-f", log))]
        self.assertEqual(lines, document["records"])
        _, empty = run_json("logs", "grep", "nothing at all", "-f", log)
        self.assertEqual(empty["records"], [])

    def test_rotated_parts_come_oldest_first(self):
        self.write("a.log", REQUEST.format(3, 200, 1))
        self.write("a.log.1", REQUEST.format(2, 200, 1))
        self.write("a.log.2.gz", gzip.compress(REQUEST.format(1, 200, 1).encode()))
        done = run("logs", "show", "--rotated", "-f", self.dir / "a.log")
        self.assertEqual(done.stdout, "".join(REQUEST.format(i, 200, 1) for i in (1, 2, 3)))

    def test_secrets_are_masked_wherever_they_are_cut(self):
        secret = "s3cr3t-Value-of-the-database"
        self.write(".env", f"DB_PASSWORD={secret}\n")
        lines = [f"2026-11-22 08:00:00 | INFO     | m:f:1 - {'x' * (i % 97)} {secret} end\n" for i in range(8000)]
        lines.append("2026-11-22 08:00:01 | INFO     | m:f:1 - " + "y" * ((256 << 10) - 60) + secret + "\n")
        log = self.write("a.log", "".join(lines))
        for words in (["show"], ["grep", "end"], ["grep", "INFO", "--tail", "50"], ["scan"], ["show", "-o", "jsonl"]):
            done = run("-C", self.dir, "logs", *words, "-f", log)
            self.assertNotIn(secret[:12], done.stdout + done.stderr, words)
        self.assertIn("***", run("-C", self.dir, "logs", "show", "-f", log).stdout)


    def test_it_is_said_once_when_nothing_can_be_masked(self):
        log = self.write("a.log", TEXT)
        done = run("-C", self.dir, "logs", "show", "-f", log, "-f", log)
        self.assertEqual(done.stderr.count("no secret in these logs is masked"), 1)
        self.assertIn("no secret", run("-C", self.dir, "logs", "follow", "--for", "100ms", "-f", log).stderr)
        self.assertEqual(run("-q", "-C", self.dir, "logs", "show", "-f", log).stderr, "")
        self.write(".env", "DB_PASSWORD=x\n")
        self.assertNotIn("masked", run("-C", self.dir, "logs", "show", "-f", log).stderr)

    def test_options_that_do_not_go_together(self):
        log = self.write("a.log", TEXT)
        for words in (["-f", log, "-s", "backend"], ["-f", log, "--source", "file"], ["--rotated"]):
            for command in ("show", "follow", "scan"):
                self.assertEqual(run("logs", command, *words).returncode, 2, words)


class BadInput(ScratchCase):
    def test_terminal_escapes_nul_and_broken_utf8_are_neutralised(self):
        raw = b"2026-11-22 08:00:00 | INFO     | m:f:1 - a\x1b]0;owned\x07\x1b[2Jb\x00c \xff\xfe end \xc2\x9b31m\n"
        for extra in ([], ["-o", "jsonl"], ["-o", "json"]):
            done = run("logs", "show", *extra, "-f", self.write("a.log", raw), binary=True)
            self.assertEqual(done.returncode, 0)
            for byte in (b"\x1b", b"\x00", b"\x07", b"\xff", b"\xc2\x9b"):
                self.assertNotIn(byte, done.stdout)
            self.assertIn(b" end ", done.stdout)
        self.assertIn(b"\xef\xbf\xbd", run("logs", "show", "-f", self.dir / "a.log", binary=True).stdout)

    def test_a_truncated_or_damaged_gz_is_told_and_its_beginning_shown(self):
        body = "".join(REQUEST.format(i % 60, 200, i) for i in range(5000))
        packed = bytearray(gzip.compress(body.encode()))
        for name, data in (("short.gz", bytes(packed[:len(packed) // 2])), ("bad.gz", bytes(packed[:2000] + b"\0" * 50 + packed[2050:]))):
            for words in (["show"], ["grep", "GET /api"]):
                done = run("logs", *words, "-f", self.write(name, data))
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn(name, done.stderr)
                self.assertTrue(done.stdout.startswith(REQUEST.format(0, 200, 0)), words)
                self.assertEqual(done.stderr.count("compressed data"), 1)

    def test_a_line_of_100_mb_is_cut_and_counted_in_little_memory(self):
        path = self.dir / "long.log"
        with open(path, "w") as out:
            out.write("2026-11-22 08:00:00 | INFO     | m:f:1 - needle ")
            for _ in range(100):
                out.write("x" * (1 << 20))
            out.write("\n" + REQUEST.format(1, 200, 1))
        for words in (["show"], ["grep", "needle"]):
            peak = self.peak_mib("logs", *words, "-f", path)
            self.assertLess(peak, 60, words)
        done = run("logs", "show", "-f", path)
        self.assertIn("more bytes were left out", done.stdout)
        self.assertTrue(done.stdout.endswith(REQUEST.format(1, 200, 1)))

    def peak_mib(self, *words):
        process = subprocess.Popen([LOGBOOKCTL, *map(str, words)], env=clean_environment(), stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return 0 if os.environ.get("LOGBOOK_BUILD") == "sanitize" else usage.ru_maxrss / 1024

    def test_what_is_no_log(self):
        done = run("logs", "show", "-f", self.dir)
        self.assertEqual(done.returncode, 1)
        self.assertIn("is a folder", done.stderr)
        done = run("logs", "show", "-f", self.dir / "absent.log")
        self.assertEqual(done.returncode, 1)
        self.assertIn("absent.log", done.stderr)
        fifo = self.dir / "fifo"
        os.mkfifo(fifo)
        self.assertEqual(run("--timeout", "1s", "logs", "show", "-f", fifo, timeout=20).returncode, 124)
        binary = self.write("random.bin", random.Random(1).randbytes(2_000_000))
        for words in (["show"], ["scan"], ["requests"], ["grep", "abc"]):
            done = run("logs", *words, "-f", binary, binary=True)
            self.assertIn(done.returncode, (0, 1))
            self.assertNotIn(b"internal error", done.stderr)

    def test_no_right_to_read(self):
        log = self.write("a.log", TEXT, mode=0)
        if os.geteuid() == 0:
            self.dir.chmod(0o755)
            done = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", LOGBOOKCTL, "logs", "show", "-f", str(log)],
                                  env=clean_environment(), capture_output=True, text=True, timeout=60)
            if "Permission denied" in done.stderr and "a.log" not in done.stderr:
                self.skipTest("another user cannot reach the program")
        else:
            done = run("logs", "show", "-f", log)
        self.assertEqual(done.returncode, 1)
        self.assertIn("a.log", done.stderr)
        self.assertIn("next: ", done.stderr)

    def test_a_reader_that_goes_and_a_full_disk(self):
        log = self.write("a.log", TEXT * 5000)
        gone = subprocess.run(["sh", "-c", f"'{LOGBOOKCTL}' logs show -f '{log}' | head -1"], env=clean_environment(),
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(gone.stdout, REQUEST.format(1, 200, 35))
        full = subprocess.run(["sh", "-c", f"'{LOGBOOKCTL}' logs show -f '{log}' >/dev/full"], env=clean_environment(),
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(full.returncode, 1)
        self.assertIn("No space left", full.stderr)

    def test_an_input_that_never_ends_is_left_at_the_deadline(self):
        reader, writer = os.pipe()
        try:
            os.write(writer, TEXT.encode())
            done = subprocess.run([LOGBOOKCTL, "--timeout", "1s", "logs", "show", "-f", "-"], stdin=reader, env=clean_environment(),
                                  capture_output=True, text=True, timeout=30)
        finally:
            os.close(reader)
            os.close(writer)
        self.assertEqual(done.returncode, 124)
        self.assertIn("logs follow", done.stderr)


class ScanAndRequests(ScratchCase):
    def test_scan_names_kind_cause_and_the_next_command(self):
        refused = "2026-11-22 08:01:{:02} | WARNING  | app.db:connect:127 - attempt {} failed: (2003, \"Can't connect to MySQL server on 'db'\")\n"
        unknown = "2026-11-22 08:02:00 | ERROR    | app.x:f:1 - the flux capacitor {} broke\n"
        text = TEXT + "".join(refused.format(i, i) for i in range(20)) + unknown.format(1) + unknown.format(2)
        for name, content in (("text.log", text), ("engine.log", engine_format(text))):
            log = self.write(name, content)
            done = run("logs", "scan", "-f", log)
            self.assertEqual(done.returncode, 1)
            self.assertIn("×20", done.stdout)
            self.assertIn("logbookctl explain db.host", done.stdout)
            self.assertIn("not in the runbook", done.stdout)
            _, document = run_json("logs", "scan", "-f", log)
            kinds = {kind["slug"]: kind for kind in document["kinds"]}
            self.assertEqual(kinds["db.host"]["count"], 20)
            self.assertTrue(kinds["db.host"]["fix"])
            self.assertEqual(kinds[None]["count"], 2)
            self.assertEqual(len(kinds["sql.schema_behind"]["example"]["lines"]), 7)
        # Every finding in the blocks is one that reading every line finds too.
        _, slow = run_json("logs", "scan", "-f", self.write("json.log", json_format(text)))
        self.assertEqual({(k["slug"], k["count"]) for k in slow["kinds"]}, {(k["slug"], k["count"]) for k in document["kinds"]})

    def test_scan_of_a_healthy_log_is_silent(self):
        done = run("logs", "scan", "-f", self.write("a.log", REQUEST.format(1, 200, 5) * 100))
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("nothing known to be wrong", done.stdout)

    def test_requests(self):
        _, document = run_json("logs", "requests", "-f", self.write("a.log", TEXT))
        self.assertEqual(document["requests"], 3)
        route = document["routes"][0]
        self.assertEqual((route["route"], route["count"], route["server_errors"], route["client_errors"], route["slowest_ms"],
                          route["slowest_id"]), ("GET /api/v1/users/{id}", 3, 1, 1, 900, "48a292f86dfe4005"))
        shown = run("logs", "requests", "-f", self.dir / "a.log").stdout
        self.assertIn("logs grep --rid 48a292f86dfe4005", shown)

    def test_a_request_id_cannot_smuggle_a_command_into_the_one_to_paste(self):
        log = self.write("a.log", "2026-11-22 08:00:00 | INFO     | m:f:1 - GET /x → 200 (35ms) [rid=$(touch pwned);'x]\n")
        shown = run("logs", "requests", "-f", log).stdout
        command = next(line for line in shown.splitlines() if "logs grep" in line).split("one: ", 1)[1]
        self.assertEqual(shlex.split(command)[-1], "$(touch pwned);'x")
        done = subprocess.run(["sh", "-c", "logbookctl() { printf %s \"$4\"; }; " + command], cwd=self.dir,
                              capture_output=True, text=True)
        self.assertEqual((done.stdout, done.stderr), ("$(touch pwned);'x", ""))
        self.assertFalse((self.dir / "pwned").exists())


class Following(ScratchCase):
    """A writer of numbered lines goes through many rotations; each line must come exactly once."""

    lines = 20_000
    rotations = 20

    def write_through(self, rotate):
        path = self.dir / "app.log"
        path.write_text("")
        self.write(".env", "")
        process = subprocess.Popen([LOGBOOKCTL, "-C", str(self.dir), "logs", "follow", "--from-beginning", "--for", "60s", "-f", str(path)],
                                   env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        seen, errors = [], []
        reader = threading.Thread(target=lambda: [seen.append(line) for line in process.stdout])
        complaints = threading.Thread(target=lambda: errors.append(process.stderr.read()))
        reader.start()
        complaints.start()
        try:
            # What was rotated away before anybody followed would be none of its business.
            path.write_text("2026-11-22 08:00:00 | INFO     | m:f:1 - number -1 \n")
            until = time.monotonic() + 30
            while time.monotonic() < until and not seen:
                time.sleep(0.02)
            every = self.lines // self.rotations
            random_ = random.Random(3)
            for number in range(self.lines):
                with open(path, "a") as out:
                    out.write(f"2026-11-22 08:00:00 | INFO     | m:f:1 - number {number} {'x' * random_.randrange(60)}\n")
                if number % every == every - 1:
                    rotate(path)
                    # Sometimes the next rotation comes before anybody can have looked.
                    time.sleep(random_.choice([0, 0, 0.02, 0.25]))
            until = time.monotonic() + 30
            while time.monotonic() < until and not (seen and f"number {self.lines - 1} " in seen[-1]):
                time.sleep(0.1)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)
            reader.join(20)
            complaints.join(20)
            process.stdout.close()
            process.stderr.close()
        numbers = [int(line.split("number ")[1].split()[0]) for line in seen]
        self.assertEqual(errors, [""])
        self.assertEqual(numbers, list(range(-1, self.lines)))

    @staticmethod
    def shift(path):
        for i in range(40, 0, -1):
            old = pathlib.Path(f"{path}.{i}")
            if old.exists():
                old.rename(f"{path}.{i + 1}")

    def test_renamed_and_made_anew(self):
        def rotate(path):
            self.shift(path)
            path.rename(f"{path}.1")
            path.write_text("")
        self.write_through(rotate)

    def test_copied_and_emptied(self):
        def rotate(path):
            self.shift(path)
            shutil.copyfile(path, f"{path}.1")
            os.truncate(path, 0)
        self.write_through(rotate)

    def test_only_what_comes_from_now_on_and_tracebacks_whole(self):
        log = self.write("a.log", TEXT)
        process = subprocess.Popen([LOGBOOKCTL, "logs", "follow", "--for", "4s", "-o", "jsonl", "-f", str(log), "ranks"],
                                   env=clean_environment(), stdout=subprocess.PIPE, text=True)
        time.sleep(1)
        with open(log, "a") as out:
            for piece in TRACE.splitlines(keepends=True):
                out.write(piece)
                out.flush()
                time.sleep(0.01)
        out, _ = process.communicate(timeout=30)
        records = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([record["lines"] for record in records], [TRACE.splitlines()])

    def test_a_rotated_part_of_any_size_is_followed_in_little_memory(self):
        log = self.write("a.log", "2026-11-22 08:00:00 | INFO     | m:f:1 - needle first\n")
        process = subprocess.Popen([LOGBOOKCTL, "logs", "follow", "-q", "--from-beginning", "-f", str(log), "needle"],
                                   env=clean_environment(), stdout=subprocess.PIPE, text=True)
        try:
            self.assertIn("first", process.stdout.readline())
            process.send_signal(signal.SIGSTOP)
            for part in (2, 1):
                with open(log, "a") as out:
                    body = "".join(REQUEST.format(i % 60, 200, i) for i in range(10_000))
                    for _ in range(60):
                        out.write(body)
                    out.write(f"2026-11-22 08:00:00 | INFO     | m:f:1 - needle {part}\n")
                self.shift(log)
                log.rename(f"{log}.1")
            log.write_text("2026-11-22 08:00:00 | INFO     | m:f:1 - needle last\n")
            process.send_signal(signal.SIGCONT)
            for word in ("needle 2", "needle 1", "needle last"):
                self.assertIn(word, process.stdout.readline())
        finally:
            process.send_signal(signal.SIGCONT)
            process.send_signal(signal.SIGINT)
            _, _, usage = os.wait4(process.pid, 0)
            process.returncode = 0
            process.stdout.close()
        if os.environ.get("LOGBOOK_BUILD") != "sanitize":
            self.assertLess(usage.ru_maxrss / 1024, 40)

    def test_it_begins_with_the_last_records(self):
        for name, form in (("a.log", str), ("engine.log", engine_format)):
            log = self.write(name, form("".join(REQUEST.format(i % 60, 200, i) for i in range(20_000)) + TRACE + REQUEST.format(9, 200, 1)))
            for words, wanted in ((["--tail", "1"], REQUEST.format(9, 200, 1)), (["--tail", "2"], TRACE + REQUEST.format(9, 200, 1)), ([], "")):
                process = subprocess.Popen([LOGBOOKCTL, "logs", "follow", "--for", "2s", *words, "-f", str(log)], env=clean_environment(),
                                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
                time.sleep(1)
                with open(log, "a") as out:
                    out.write(form("2026-11-22 08:00:00 | INFO     | m:f:1 - new\n"))
                out, _ = process.communicate(timeout=30)
                self.assertEqual(out, wanted + "2026-11-22 08:00:00 | INFO     | m:f:1 - new\n")
                long_enough = "8s" if os.environ.get("LOGBOOK_BUILD") == "sanitize" else "1s"
                wanted_last = run("logs", "follow", "--for", long_enough, "--tail", "30000", "-f", log).stdout
                self.assertEqual(wanted_last, run("logs", "show", "-f", log).stdout)
                log.write_text(form("".join(REQUEST.format(i % 60, 200, i) for i in range(20_000)) + TRACE + REQUEST.format(9, 200, 1)))
        self.assertEqual(run("logs", "follow", "--tail", "1", "--from-beginning", "-f", log).returncode, 2)

    def test_a_file_that_is_not_there_yet(self):
        log = self.dir / "later.log"
        process = subprocess.Popen([LOGBOOKCTL, "logs", "follow", "--for", "3s", "-f", str(log)], env=clean_environment(),
                                   stdout=subprocess.PIPE, text=True)
        time.sleep(0.5)
        log.write_text(REQUEST.format(1, 200, 1))
        out, _ = process.communicate(timeout=30)
        self.assertEqual(out, REQUEST.format(1, 200, 1))


if __name__ == "__main__":
    unittest.main()
