"""`health --watch` and `health --wait` on a real stack, while its parts go and come back."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import threading
import time
import unittest

from program import LOGBOOKCTL, ScratchCase, clean_environment, run, validate
from sandbox import Sandbox

PATIENCE = 60  # until something that must come is given up


class Watch(ScratchCase):
    @classmethod
    def setUpClass(cls):
        cls.box = Sandbox().__enter__()
        cls.addClassCleanup(cls.box.__exit__, None, None, None)

    def start(self, *options):
        words = [LOGBOOKCTL, "health", "--watch", "--interval", "100ms", "-C", str(self.box.folder), *options]
        process = subprocess.Popen(words, env=clean_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, bufsize=1)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
        process.communicate()

    def documents(self, process, until):
        """Reads a document a line, until one satisfies `until`."""
        end = time.monotonic() + PATIENCE
        seen = []
        while time.monotonic() < end:
            self.assertTrue(select.select([process.stdout], [], [], PATIENCE)[0], "no further document came")
            document = json.loads(process.stdout.readline())
            validate(document)
            seen.append(document)
            if until(document):
                return seen
        self.fail(seen[-1])

    def test_a_document_a_line_until_interrupted(self):
        process = self.start("-o", "json")
        counter = iter(range(100))
        for document in self.documents(process, lambda d: next(counter) == 3):
            self.assertEqual(document["verdict"], "healthy")
        self.box.signal("cache", signal.SIGSTOP)
        try:
            self.documents(process, lambda d: d["verdict"] != "healthy")
        finally:
            self.box.signal("cache", signal.SIGCONT)
        self.documents(process, lambda d: d["verdict"] == "healthy")
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=10)
        self.assertEqual((process.returncode, errors), (130, ""))
        for line in rest.splitlines():
            validate(json.loads(line))

    def test_interrupted_in_the_middle_of_a_question(self):
        process = self.start("-o", "json")
        self.documents(process, lambda d: True)
        self.box.signal("database", signal.SIGSTOP)
        try:
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(10), 130)
        finally:
            self.box.signal("database", signal.SIGCONT)

    def test_a_failure_is_a_line_too(self):
        self.write(".env", b"A=\x00\xff")
        done = run("-o", "json", "health", "--watch", "-C", self.dir)
        self.assertEqual(done.returncode, 1)
        lines = done.stdout.splitlines()
        self.assertEqual(len(lines), 1, done.stdout)
        validate(json.loads(lines[0]))

    def test_in_a_pipe(self):
        process = self.start()
        lines = []
        while sum(line.startswith(("✔ healthy", "✖")) for line in lines) < 3:
            self.assertTrue(select.select([process.stdout], [], [], PATIENCE)[0])
            lines.append(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)
        self.assertEqual(process.returncode, 130)
        text = "".join(lines)
        self.assertNotIn("\x1b", text, "a pipe got escape sequences")
        self.assertGreaterEqual(len(re.findall(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", text, re.M)), 3)

    def test_the_reader_leaves(self):
        process = self.start()
        process.stdout.readline()
        process.stdout.close()
        self.assertNotEqual(process.wait(PATIENCE), 130)  # ends by itself
        self.assertNotIn("internal error", process.stderr.read())
        process.stdout = open(os.devnull)

    def test_on_a_terminal(self):
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(LOGBOOKCTL, [LOGBOOKCTL, "health", "--watch", "--interval", "100ms", "-C", str(self.box.folder)],
                      clean_environment(TERM="xterm"))
        try:
            shown = b""
            while shown.count(b"\x1b[H\x1b[2J") < 4:
                self.assertTrue(select.select([terminal], [], [], PATIENCE)[0], shown)
                shown += os.read(terminal, 65536)
            os.write(terminal, b"\x03")
            end = time.monotonic() + 10
            while (ended := os.waitpid(pid, os.WNOHANG))[0] == 0 and time.monotonic() < end:
                if select.select([terminal], [], [], 0.05)[0]:
                    try:
                        os.read(terminal, 65536)
                    except OSError:
                        pass  # its other end is closed
            self.assertEqual(ended[0], pid, "Ctrl-C did not end it")
            pid = 0
            self.assertEqual(os.waitstatus_to_exitcode(ended[1]), 130)
            screens = shown.split(b"\x1b[H\x1b[2J")
            self.assertEqual(screens[0], b"")
            for screen in screens[1:4]:
                text = re.sub(r"\x1b\[[0-9;]*m", "", screen.decode())
                self.assertIn("healthy", text.splitlines()[-1])
                self.assertIn("backend", text)
        finally:
            if pid:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            os.close(terminal)

    def test_bad_combinations(self):
        for options in (("--watch", "--wait", "1s"), ("--watch", "--nagios"), ("--watch", "--interval", "soon")):
            self.assertEqual(run("health", *options, cwd=self.dir).returncode, 2, options)


class Wait(ScratchCase):
    def test_the_backend_comes_up_meanwhile(self):
        with Sandbox() as box:
            port = box.port("backend")
            box.signal("backend", signal.SIGTERM)
            end = time.monotonic() + PATIENCE
            while run("health", "-C", box.folder).returncode == 0:
                self.assertLess(time.monotonic(), end)
                time.sleep(0.05)
            started = []

            def start():
                settings = {k: v for k, v in box.env.items() if k != "MYSQL_ROOT_PASSWORD"}
                started.append(subprocess.Popen([LOGBOOKCTL, "serve", "--port", str(port)], cwd=self.dir,
                                                env=clean_environment(**settings), stdout=subprocess.DEVNULL,
                                                stderr=subprocess.DEVNULL))
            timer = threading.Timer(1.5, start)
            timer.start()
            try:
                done = run("health", "-C", box.folder, "--wait", "60s", timeout=90)
                self.assertTrue(started, "it was content before the backend was there")
            finally:
                timer.cancel()
                timer.join()
                for process in started:
                    process.terminate()
                    process.wait(20)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertIn("backend refused", done.stderr)
            self.assertIn("healthy", done.stdout.splitlines()[-1])


if __name__ == "__main__":
    unittest.main()
