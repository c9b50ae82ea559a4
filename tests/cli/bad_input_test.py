"""Bad input and bad surroundings, for every command of the live tree: a new command is covered by being there."""

import json
import os
import pathlib
import pty
import socket
import subprocess
import tempfile
import unittest

from program import LOGBOOKCTL, ScratchCase, clean_environment, run

CONTROL = r"[\x00-\x08\x0b-\x1f\x7f]"


def tree():
    return json.loads(run("__complete", "tree").stdout)["commands"]


COMMANDS = tree()
PATHS = [command["path"].split() for command in COMMANDS]
EVERYWHERE = COMMANDS[0]["options"]


def swapped(word):
    """The word with two neighbours exchanged: a slip that must still find it."""
    middle = max(1, len(word) // 2)
    return word[:middle - 1] + word[middle] + word[middle - 1] + word[middle + 1:]


class WrongWords(unittest.TestCase):
    def wrong(self, *words):
        done = run(*words)
        self.assertEqual((done.returncode, done.stdout), (2, ""), (words, done.stderr))
        lines = done.stderr.splitlines()
        self.assertTrue(lines[0].startswith("logbookctl: "), lines)
        self.assertTrue(lines[1].startswith("  next: "), lines)
        self.assertEqual(len(lines), 2, lines)
        return done.stderr

    def test_the_tree_is_read(self):
        self.assertIn(["explain"], PATHS)
        self.assertGreater(len(PATHS), 5)

    def test_an_unknown_command_names_the_nearest(self):
        for path in PATHS[1:]:
            if len(path[-1]) < 3 or swapped(path[-1]) == path[-1]:
                continue
            text = self.wrong(*path[:-1], swapped(path[-1]))
            self.assertIn(f"nearest: {path[-1]}", text)
        self.assertNotIn("nearest", self.wrong("zzzzzzzzzz"))

    def test_an_unknown_option_names_the_nearest(self):
        for command in COMMANDS:
            for option in command["options"] + EVERYWHERE:
                name = option["names"][-1]
                if not name.startswith("--") or len(name) < 6:
                    continue
                slip = "--" + swapped(name[2:])
                if slip == name or any(slip in other["names"] for other in command["options"] + EVERYWHERE):
                    continue
                self.assertIn(f"nearest: {name}", self.wrong(*command["path"].split(), slip))

    def test_a_bad_value_names_the_nearest(self):
        for command in COMMANDS:
            for option in command["options"] + EVERYWHERE:
                if len(option["words"]) < 2:
                    continue
                value = option["words"][0]
                text = self.wrong(*command["path"].split(), option["names"][-1], value + "x")
                self.assertIn(f"nearest: {value}", text)
                for word in option["words"]:
                    self.assertIn(word, text)

    def test_a_bad_word_names_the_nearest(self):
        for command in COMMANDS:
            for word in command["words"]:
                if len(word["words"]) > 1 and word["required"]:
                    self.assertIn(f"nearest: {word['words'][0]}", self.wrong(*command["path"].split(), word["words"][0] + "x"))

    def test_an_option_without_its_value(self):
        for command in COMMANDS:
            for option in command["options"] + EVERYWHERE:
                if option["value"] and not option["value"].startswith("["):
                    self.wrong(*command["path"].split(), option["names"][-1])

    def test_a_word_too_many(self):
        for command in COMMANDS:
            if not command["words"] and not command["noun"]:
                self.assertIn("takes no further word", self.wrong(*command["path"].split(), "surplus"))

    def test_durations_that_are_none(self):
        for value in ("", "abc", "-1s", "1y", "1e9", "99999999999999999999s", "0x10", "nan"):
            self.wrong("--timeout", value, "completion", "bash")

    def test_arguments_of_100_kB(self):
        large = "x" * 100_000
        for words in ([large], ["--" + large], ["-" + large], ["--output", large], ["--timeout", large],
                      ["completion", large]):
            text = self.wrong(*words)
            self.assertLess(len(text), 2000)
        for path in PATHS[1:]:
            self.assertLess(len(self.wrong(*path, "--" + large)), 2000)

    def test_control_characters_never_reach_the_terminal(self):
        evil = "\x1b[2J\x1b]0;owned\x07\r\x08\x7f\u202e\u009b31m"
        for words in ([evil], ["--" + evil], ["--output", evil], ["--timeout", evil], ["--color", evil],
                      ["completion", evil]):
            self.assertNotRegex(self.wrong(*words), CONTROL)
        for path in PATHS[1:]:
            text = self.wrong(*path, "--" + evil)
            self.assertNotRegex(text, CONTROL)
            self.assertNotIn("\u202e", text)
        done = run("explain", evil)
        self.assertEqual(done.returncode, 3)
        self.assertNotRegex(done.stdout + done.stderr, CONTROL)

    def test_arguments_that_are_not_utf8(self):
        done = subprocess.run([LOGBOOKCTL, b"\xff\xfe\x80"], env=clean_environment(), capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 2)
        done.stderr.decode("utf-8")

    def test_confirm_may_stand_twice(self):
        for words in (("--confirm", "a", "--confirm", "b", "completion", "bash"),
                      ("completion", "--confirm=a", "bash", "--confirm=b")):
            done = run(*words)
            self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_variables_with_bad_values(self):
        for name, value in (("LOGBOOKCTL_OUTPUT", "xml"), ("LOGBOOKCTL_COLOR", "blue"), ("LOGBOOKCTL_TIMEOUT", "soon")):
            done = run("completion", "bash", env={name: value})
            self.assertEqual((done.returncode, done.stdout), (2, ""), name)


class Help(unittest.TestCase):
    def test_each_commands_help_is_one_screen_and_complete(self):
        for command in COMMANDS:
            done = run(*command["path"].split(), "--help", env={"COLUMNS": "100"})
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertLessEqual(done.stdout.count("\n"), 40, command["path"])
            self.assertIn(f"Usage: logbookctl {command['path']}".rstrip(), done.stdout)
            for option in command["options"]:
                self.assertIn(option["names"][-1], done.stdout)
            if command["path"] and not command["noun"]:
                self.assertGreaterEqual(command["examples"], 2, command["path"])
                self.assertGreaterEqual(command["exit_codes"], 1, command["path"])
                self.assertLess(done.stdout.index("Examples"), done.stdout.index("Exit codes"))

    def test_the_width_follows_the_terminal(self):
        for command in COMMANDS:
            words = [*command["path"].split(), "--help"]
            for columns in (40, 60, 100):
                shown = run(*words, env={"COLUMNS": str(columns)}).stdout
                for row in shown.splitlines():
                    # A word alone, or an option with its value, stays whole.
                    if len(row) > columns and not row.lstrip().startswith("-"):
                        self.assertEqual(len(row.split()), 1, row)
            self.assertEqual(run(*words, env={"COLUMNS": "20"}).stdout, run(*words, env={"COLUMNS": "40"}).stdout)

    def test_the_program_alone_shows_the_groups_and_where_to_start(self):
        done = run()
        self.assertEqual(done.returncode, 0)
        self.assertIn("\nDiagnose\n", done.stdout)
        self.assertEqual(done.stdout.rstrip().splitlines()[-1], "Start with: logbookctl doctor")
        self.assertNotIn("__complete", done.stdout)

    def test_a_noun_alone_shows_its_verbs_and_is_no_success(self):
        for command in COMMANDS[1:]:
            if command["noun"]:
                done = run(*command["path"].split())
                self.assertEqual(done.returncode, 2)
                self.assertIn("Usage:", done.stdout + done.stderr)


class Surroundings(ScratchCase):
    def each_help(self):
        return [[*path, "--help"] for path in PATHS] + [["--version"], ["explain", "db.host"], ["explain", "--list"],
                                                        ["completion", "bash"], ["doctor", "--list"]]

    def shell(self, script, **extra):
        return subprocess.run(["sh", "-c", script], env=clean_environment(**extra), cwd=self.dir, capture_output=True,
                              text=True, timeout=60)

    def test_standard_output_closed_or_full_is_a_failure_that_is_told(self):
        for words in self.each_help():
            line = " ".join([LOGBOOKCTL, *words])
            closed = self.shell(f"exec {line} >&-")
            self.assertEqual(closed.returncode, 1, (line, closed.stderr))
            self.assertIn("cannot write to standard output", closed.stderr)
            full = self.shell(f"exec {line} >/dev/full")
            self.assertEqual(full.returncode, 1, line)
            self.assertIn("No space left on device", full.stderr)
            self.assertEqual(full.stdout, "")

    def test_a_reader_that_has_gone_is_no_crash(self):
        for words in self.each_help():
            read_end, write_end = os.pipe()
            os.close(read_end)
            done = subprocess.run([LOGBOOKCTL, *words], env=clean_environment(), stdout=write_end, stderr=subprocess.PIPE,
                                  text=True, timeout=60)
            os.close(write_end)
            self.assertEqual((done.returncode, done.stderr), (1, ""), words)

    def test_standard_error_closed_or_full(self):
        for redirect in ("2>&-", "2>/dev/full"):
            done = self.shell(f"exec {LOGBOOKCTL} --nonsense {redirect}")
            self.assertEqual((done.returncode, done.stdout), (2, ""))

    def test_every_stream_closed(self):
        done = self.shell(f"exec {LOGBOOKCTL} --version <&- >&- 2>&-")
        self.assertEqual(done.returncode, 1)

    def test_a_locale_without_utf8_gets_pure_ascii(self):
        for locale in ({"LC_ALL": "C", "LANG": "C.UTF-8"}, {"LANG": "en_US.ISO-8859-1"},
                       {"LANG": "C.UTF-8", "LC_CTYPE": "POSIX"}, {"LANG": ""}):
            for words in self.each_help() + [["grpe"], ["explain", "hello"]]:
                done = run(*words, env=locale, binary=True)
                self.assertTrue(done.stdout.isascii() and done.stderr.isascii(), (words, locale))

    def test_utf8_only_where_the_locale_says_so(self):
        self.assertIn("·", run("explain", "db.host", env={"LANG": "de_DE.UTF-8"}).stdout)
        self.assertIn("·", run("explain", "db.host", env={"LANG": "C", "LC_ALL": "en_US.utf8"}).stdout)

    def test_twenty_columns(self):
        for words in self.each_help():
            done = run(*words, env={"COLUMNS": "20"})
            self.assertEqual((done.returncode, done.stderr), (0, ""), words)
        shown = run("explain", "--list", env={"COLUMNS": "20"}).stdout
        self.assertLessEqual(max(len(row) for row in shown.splitlines()), 60)
        for columns in ("0", "-5", "abc", "99999999999999999999", ""):
            self.assertEqual(run("--help", env={"COLUMNS": columns}).returncode, 0)

    def test_colour_only_when_asked_for_or_on_a_terminal(self):
        for words in self.each_help():
            for extra in ((), ("--color", "never"), ("--color", "auto")):
                self.assertNotIn("\x1b", run(*extra, *words).stdout)
        self.assertIn("\x1b[", run("--color", "always", "explain", "db.host").stdout)
        self.assertNotIn("\x1b", run("explain", "db.host", env={"NO_COLOR": "1"}).stdout)
        # A word on the command line beats the variable.
        self.assertIn("\x1b[", run("--color", "always", "explain", "db.host", env={"NO_COLOR": "1"}).stdout)
        self.assertNotIn("\x1b", run("--color", "never", "explain", "db.host", env={"LOGBOOKCTL_COLOR": "always"}).stdout)

    def at_terminal(self, *words, **environment):
        """(Its exit code, all that it wrote to a terminal.)"""
        main, terminal = pty.openpty()
        with subprocess.Popen([LOGBOOKCTL, *words], stdin=subprocess.DEVNULL, stdout=terminal, stderr=terminal,
                              env=clean_environment(**environment)) as program:
            os.close(terminal)
            seen = b""
            while True:
                try:
                    piece = os.read(main, 65536)
                except OSError:
                    break
                if not piece:
                    break
                seen += piece
            code = program.wait(30)
        os.close(main)
        return code, seen

    def test_on_a_terminal_colour_obeys_no_color_and_a_dumb_terminal(self):
        for extra, coloured in (({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False),
                                ({"TERM": "dumb"}, False)):
            code, seen = self.at_terminal("explain", "auth.inactive", **extra)
            self.assertEqual((code, b"\x1b[" in seen), (0, coloured), extra)

    def test_a_line_that_is_drawn_anew_stays_one_line(self):
        with socket.create_server(("127.0.0.1", 0)) as silent, tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, ".env").write_text(f"DB_HOST=127.0.0.1\nDB_PORT={silent.getsockname()[1]}\n")
            words = ["-C", folder, "--timeout", "2s", "doctor", "--only", "db.greets"]
            _, seen = self.at_terminal(*words, TERM="xterm", COLUMNS="40", LC_ALL="C")
            drawn = [line for line in seen.split(b"\r\x1b[K")[1:-1] if line]
            self.assertRegex(drawn[0], rb"^waiting for db\.\w+.* - [0-9.]+ s$")
            self.assertLess(max(map(len, drawn)), 40)
            self.assertNotIn(b"\n", b"".join(drawn))
            _, seen = self.at_terminal(*words, TERM="dumb", COLUMNS="40", LC_ALL="C")
            self.assertNotIn(b"\x1b", seen)

    def test_no_nul_and_no_stray_control_byte_is_printed(self):
        for words in self.each_help():
            done = run(*words, binary=True)
            self.assertNotIn(b"\0", done.stdout)
            self.assertNotRegex(done.stdout.decode(), r"[\x01-\x08\x0b-\x1f\x7f]")

    def test_json_mode_prints_json_only(self):
        for words in (["explain", "db.host"], ["explain", "--list"], ["completion", "zsh"], ["doctor", "--list"]):
            done = run("-o", "json", *words)
            self.assertEqual(done.stderr, "")
            json.loads(done.stdout)


if __name__ == "__main__":
    unittest.main()
