"""Kills the writer of `.env`, and fails it, at every single system call that touches a file: afterwards the file is the
old one or the new one, byte for byte, and nothing that holds a secret was ever open to others.

The faults are injected at the system call by strace, so it is the built program that is tested, not a model of it.
"""

import collections
import os
import pathlib
import re
import signal
import stat
import subprocess
import tempfile
import unittest

import program

# Whatever a writer may ask the kernel for. Those that the program does not use are not found, and not injected.
CALLS = ["open", "openat", "creat", "write", "pwrite64", "writev", "fsync", "fdatasync", "sync_file_range", "rename",
         "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "chmod", "fchmod", "fchmodat", "chown",
         "fchown", "fchownat", "truncate", "ftruncate", "flock", "close", "getrandom"]
OLD = """# The Logbook, station 7
ENVIRONMENT=development   # not yet
SECRET_KEY=CHANGE_ME
ENCRYPTION_KEY="CHANGE_ME_TOO"  # openssl rand -hex 32
export DB_PASSWORD='change_me'\r
DB_HOST=127.0.0.1
DB_PORT=1
APP_NAME=The Logbook"""
NEW = re.compile(re.escape(OLD)
                 .replace("CHANGE_ME\\\n", "[0-9a-f]{64}\\\n")
                 .replace('"CHANGE_ME_TOO"', '"[0-9a-f]{64}"')
                 .replace("'change_me'", "'[A-Za-z0-9]{40}'")
                 + "\nENCRYPTION_SALT=[0-9a-f]{32}\nMYSQL_ROOT_PASSWORD=[A-Za-z0-9]{40}\nREDIS_PASSWORD=[A-Za-z0-9]{40}\n")
FROM_NOTHING = re.compile("SECRET_KEY=[0-9a-f]{64}\nENCRYPTION_KEY=[0-9a-f]{64}\nENCRYPTION_SALT=[0-9a-f]{32}\n"
                          "DB_PASSWORD=[A-Za-z0-9]{40}\nMYSQL_ROOT_PASSWORD=[A-Za-z0-9]{40}\n"
                          "REDIS_PASSWORD=[A-Za-z0-9]{40}\n")
WRITE = ["secrets", "generate", "--write", "--fresh-install", "--confirm=intranet_db"]


class Crash(program.ScratchCase):
    def folder(self, old):
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.dir))
        if old is not None:
            (folder / ".env").write_bytes(old.encode())
            (folder / ".env").chmod(0o644)
        return folder

    def run_under(self, folder, *strace):
        # A process that is traced cannot be searched for leaks.
        env = program.clean_environment(**{"ASAN_OPTIONS": "detect_leaks=0"})
        return subprocess.run(["strace", "-f", "-qq", *strace, program.LOGBOOKCTL, "-C", str(folder), *WRITE],
                              env=env, capture_output=True, text=True, timeout=60)

    def count(self, old):
        """{system call: (its number when the folder is first touched, its number at the end)} of an undisturbed run.

        strace numbers the calls of each thread apart; only the main thread touches the folder."""
        folder = self.folder(old)
        log = self.dir / "count"
        done = self.run_under(folder, "-o", str(log), "-e", "trace=" + ",".join("?" + c for c in CALLS))
        self.assertEqual(done.returncode, 0, done.stderr)
        before, seen = {}, collections.Counter()
        touched, main = False, None
        for line in log.read_text().splitlines():
            match = re.match(r"(\d+) +(\w+)\(", line)
            if not match:
                continue
            main = main or match[1]
            if match[1] != main:
                continue
            if not touched and str(folder) in line:
                touched, before = True, dict(seen)
            seen[match[2]] += 1
        for call in ("openat", "write", "fsync", "rename", "fchmod", "flock"):
            self.assertGreater(seen[call], before.get(call, 0), call)
        return {call: (before.get(call, 0) + 1, last) for call, last in seen.items()}

    def state(self, folder, old, new):
        """"old" or "new"; fails the test on anything else."""
        path = folder / ".env"
        if not path.exists():
            self.assertIsNone(old, "the file is gone")
            return "old"
        text = path.read_bytes().decode()
        mode = stat.S_IMODE(path.stat().st_mode)
        if text == old:
            self.assertEqual(mode, 0o644)
            return "old"
        self.assertTrue(new.fullmatch(text), f"neither old nor new: {text!r}")
        self.assertEqual(mode, 0o600)
        return "new"

    def check_others(self, folder, old, state):
        for path in folder.iterdir():
            if path.name != ".env":
                self.assertEqual(stat.S_IMODE(path.stat().st_mode) & 0o077, 0, path.name)
        if old is not None and state == "new":
            backups = list(folder.glob(".env.backup-*"))
            self.assertEqual([b.read_bytes().decode() for b in backups], [old])

    def each(self, old, new, fault):
        counts = self.count(old)
        seen = collections.Counter()
        for call, (first, last) in sorted(counts.items()):
            for number in range(first, last + 1):
                with self.subTest(call=call, number=number, fault=fault):
                    folder = self.folder(old)
                    log = self.dir / "run"
                    done = self.run_under(folder, "-o", str(log), "-e",
                                          f"trace={call}", "-e", f"inject={call}:{fault}:when={number}")
                    state = self.state(folder, old, new)
                    self.check_others(folder, old, state)
                    seen[state] += 1
                    if done.returncode == 0 and call == "getrandom":
                        # How often it is asked depends on what it gave: a biased value is drawn again. Without blocking
                        # the C library asks, for a temporary file's name, and takes the clock where it is refused; a
                        # secret is drawn with blocking, and its refusal must be a failure.
                        main, *_ = lines = log.read_text().splitlines()
                        own = [line for line in lines if line.split()[0] == main.split()[0] and "getrandom(" in line]
                        for line in own[number - 1:number]:
                            self.assertIn("GRND_NONBLOCK", line, "a secret was made although no random bytes were given")
                    elif fault.startswith("signal"):
                        self.assertIn(done.returncode, (-signal.SIGKILL, 128 + signal.SIGKILL), "it was not killed")
                    else:
                        self.assertGreaterEqual(done.returncode, 0, "it crashed")
                        if done.returncode == 0:
                            self.assertEqual(state, "new")
                        self.assertEqual(list(folder.glob(".*.tmp")), [], "a temporary file is left")
                    # Nothing of it stands in the way of the next run.
                    after = program.run("-C", folder, *WRITE)
                    self.assertEqual(after.returncode, 0, after.stderr)
                    self.assertEqual(self.state(folder, old, new), "new")
        # Faults on both sides of the rename were met; otherwise this test would prove nothing.
        self.assertGreater(seen["old"], 10)
        self.assertGreater(seen["new"], 0)

    def test_killed_at_every_call(self):
        self.each(OLD, NEW, "signal=KILL")

    def test_disk_full_at_every_call(self):
        self.each(OLD, NEW, "error=ENOSPC")

    def test_io_error_at_every_call(self):
        self.each(OLD, NEW, "error=EIO")

    def test_killed_while_making_the_first_file(self):
        self.each(None, FROM_NOTHING, "signal=KILL")


if __name__ == "__main__":
    unittest.main()
