"""Completion in the real shells: bash with and without bash-completion, zsh under a terminal, fish."""

import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import time
import unittest

from program import LOGBOOKCTL, SOURCE, ScratchCase, clean_environment, run

ENTRY = "- slug: station.radio\n  title: The radio bridge is off\n  meaning: Ask.\n  fix: [Switch it on.]\n"


class Shells(ScratchCase):
    """What each shell offers for a line whose cursor stands at its end."""

    def setUp(self):
        super().setUp()
        for shell, name in (("bash", "logbookctl.bash"), ("zsh", "_logbookctl"), ("fish", "logbookctl.fish")):
            done = run("completion", shell)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.write(name, done.stdout)
        self.write("radio.yaml", ENTRY)
        (self.dir / "sub folder").mkdir()
        self.env = clean_environment(LOGBOOKCTL_RUNBOOK_DIR=str(self.dir), HOME=str(self.dir), TERM="dumb")
        self.env["PATH"] = f"{pathlib.Path(LOGBOOKCTL).parent}:{self.env['PATH']}"

    def shell(self, command, *arguments):
        done = subprocess.run([command, *arguments], env=self.env, cwd=self.dir, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.stderr, "")
        return done.stdout

    def bash(self, line, library=False):
        script = "source /usr/share/bash-completion/bash_completion\n" if library else ""
        # Bash itself breaks words at `=`; the test hands it the same words.
        words = [part for part in re.split(r"(=)|\s", line) if part] + ([""] if line[-1] in " =" else [])
        if line.endswith("="):
            words = words[:-1]
        quoted = " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)
        script += (f"source ./logbookctl.bash\ncomplete -p logbookctl >/dev/null || exit 9\n"
                   f"COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; COMP_LINE='{line}'; COMP_POINT={len(line)}\n"
                   f"_logbookctl 2>&1\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n")
        return sorted(set(self.shell("bash", "--norc", "-c", script).split("\n")) - {""})

    def fish(self, line):
        out = self.shell("fish", "--no-config", "-c", f"source ./logbookctl.fish; complete -C '{line}'")
        return sorted({row.split("\t")[0] for row in out.splitlines()})

    def zsh(self, line):
        """Types the line and Tab into an interactive zsh, with the list of matches printed by a hook."""
        script = (f"PS1='% '; fpath=({self.dir} $fpath); autoload -Uz compinit; compinit -u -D\n"
                  "zstyle ':completion:*' list-colors ''\n"
                  # compadd as a function sees every match that the script adds.
                  "compadd() { local -a m; builtin compadd -O m \"$@\"; print -rl -- $m >> found; builtin compadd \"$@\" }\n"
                  "zle_done() { print DONE >> found; exit }\n"
                  "zle -N zle_done; bindkey '^X' zle_done; bindkey '^I' complete-word; unsetopt list_beep; print READY\n")
        found = self.dir / "found"
        found.unlink(missing_ok=True)
        self.write(".zshrc.test", script)
        main, terminal = pty.openpty()
        with subprocess.Popen(["zsh", "-f", "-i"], stdin=terminal, stdout=terminal, stderr=terminal, env=self.env,
                              cwd=self.dir, start_new_session=True) as shell:
            os.close(terminal)
            try:
                os.write(main, b"source ./.zshrc.test\n")
                self.await_text(main, b"\nREADY")
                os.write(main, line.encode() + b"\t\x18")
                deadline = time.monotonic() + 30
                while time.monotonic() < deadline and not (found.exists() and "DONE" in found.read_text()):
                    self.drain(main)
            finally:
                shell.kill()
                os.close(main)
        text = found.read_text() if found.exists() else ""
        self.assertIn("DONE", text)
        return sorted(set(text.splitlines()) - {"DONE", ""})

    @staticmethod
    def drain(fd):
        if select.select([fd], [], [], 0.05)[0]:
            try:
                return os.read(fd, 65536)
            except OSError:
                return b""
        return b""

    def await_text(self, fd, text):
        seen, deadline = b"", time.monotonic() + 30
        while text not in seen:
            self.assertLess(time.monotonic(), deadline, seen)
            seen += self.drain(fd)

    def each(self):
        return (("bash", self.bash), ("bash with bash-completion", lambda line: self.bash(line, True)),
                ("fish", self.fish), ("zsh", self.zsh))

    def check(self, line, expected):
        for name, shell in self.each():
            with self.subTest(shell=name, line=line):
                self.assertEqual(shell(line), sorted(expected))

    def test_commands(self):
        self.check("logbookctl expl", ["explain"])
        self.check("logbookctl do", ["doctor"])
        self.check("logbookctl secrets ge", ["generate"])
        self.check("logbookctl -C sub secrets ge", ["generate"])
        self.check("logbookctl --output json secrets ch", ["check"])

    def test_hidden_commands_are_not_offered(self):
        self.check("logbookctl __", [])

    def test_options_of_the_command_and_of_the_program(self):
        self.check("logbookctl explain --li", ["--list"])
        self.check("logbookctl explain --outp", ["--output"])
        self.check("logbookctl doctor --li", ["--list"])
        self.check("logbookctl secrets generate --wri", ["--write"])

    def test_values_of_options(self):
        self.check("logbookctl --output ", ["table", "json"])
        self.check("logbookctl -o j", ["json"])
        self.check("logbookctl explain --color al", ["always"])
        self.check("logbookctl completion ", ["bash", "zsh", "fish"])

    def test_values_behind_an_equals_sign(self):
        self.assertEqual(self.bash("logbookctl --output="), ["json", "table"])
        self.assertEqual(self.bash("logbookctl --output=j"), ["json"])
        self.assertEqual(self.bash("logbookctl --output=json secrets ge"), ["generate"])
        self.assertEqual(self.zsh("logbookctl --output=j"), ["json"])
        self.assertEqual(self.fish("logbookctl --output=j"), ["--output=json"])

    def test_entries_come_from_the_program_and_hold_the_sites_own(self):
        self.check("logbookctl explain station.", ["station.radio"])
        self.check("logbookctl explain db.wipe", ["db.wipe_trap"])

    def test_checks_of_doctor(self):
        self.check("logbookctl doctor --only db.wipe", ["db.wipe_trap"])

    def test_folders(self):
        for name, shell in self.each():
            with self.subTest(shell=name):
                self.assertIn("sub folder", [match.rstrip("/") for match in shell("logbookctl -C sub")])

    def test_every_command_and_option_is_offered_by_bash(self):
        import json
        for command in json.loads(run("__complete", "tree").stdout)["commands"]:
            line = f"logbookctl {command['path']} --".replace("  ", " ")
            offered = self.bash(line)
            for option in command["options"]:
                long_names = [name for name in option["names"] if name.startswith("--")]
                self.assertLessEqual(set(long_names), set(offered), line)


class Files(ScratchCase):
    def test_the_committed_files_are_what_the_program_gives_now(self):
        docs = pathlib.Path(LOGBOOKCTL).parent / "logbookctl_docs"
        subprocess.run([docs, self.dir], check=True, timeout=60)
        made = sorted(path.relative_to(self.dir) for path in self.dir.rglob("*") if path.is_file())
        self.assertEqual(len(made), 5)
        for name in made:
            committed = SOURCE / name
            same = committed.exists() and committed.read_bytes() == (self.dir / name).read_bytes()
            self.assertTrue(same, f"{name} is not what the program gives now; next: cmake --build build/release --target docs")

    def test_the_scripts_are_well_formed(self):
        for shell, name in (("bash", "logbookctl.bash"), ("zsh", "_logbookctl"), ("fish", "logbookctl.fish")):
            done = subprocess.run([shell, "-n", SOURCE / "completions" / name], capture_output=True, text=True, timeout=60)
            self.assertEqual((done.returncode, done.stderr), (0, ""), name)
        done = subprocess.run(["shellcheck", SOURCE / "completions/logbookctl.bash"], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.stdout, "")

    def test_man_pages_are_clean_and_pure_ascii(self):
        for page in ("logbookctl.1", "logbook.3", "logbook-runbook.7"):
            done = subprocess.run(["mandoc", "-Tlint", "-W", "warning", SOURCE / "man" / page], capture_output=True, text=True,
                                  timeout=60)
            self.assertEqual((done.stdout, done.stderr), ("", ""), page)
            self.assertTrue((SOURCE / "man" / page).read_bytes().isascii(), page)

    def test_the_man_page_names_every_command_option_and_variable(self):
        import json
        shown = subprocess.run(["mandoc", "-Tascii", SOURCE / "man/logbookctl.1"], capture_output=True, text=True,
                               timeout=60).stdout
        plain = re.sub(r".\x08", "", shown)
        for command in json.loads(run("__complete", "tree").stdout)["commands"]:
            self.assertIn(f"logbookctl {command['path']}".strip(), plain)
            for option in command["options"]:
                for name in option["names"]:
                    self.assertIn(name, plain)
        for variable in ("LOGBOOKCTL_PROJECT_DIR", "LOGBOOKCTL_RUNBOOK_DIR", "NO_COLOR"):
            self.assertIn(variable, plain)

    def test_the_runbook_page_has_every_entry(self):
        page = (SOURCE / "man/logbook-runbook.7").read_text()
        for line in run("__complete", "entries").stdout.splitlines():
            self.assertIn(f".SS {line.split(chr(9))[0]}\n", page)

    def test_the_library_page_names_every_public_header_and_its_example_compiles(self):
        page = (SOURCE / "man/logbook.3").read_text()
        example = page.split(".EX\n", 1)[1].split(".EE\n", 1)[0].replace("\\-", "-").replace("\\e", "\\").replace("\\(aq", "'")
        source = self.write("example.cpp", example)
        compiler = shutil.which("g++") or shutil.which("clang++-14")
        done = subprocess.run([compiler, "-std=c++20", "-fsyntax-only", "-I", SOURCE / "lib", source], capture_output=True,
                              text=True, timeout=120)
        self.assertEqual(done.stderr, "")
        for room in ("base", "doctor", "runbook", "probe", "settings", "secrets", "net", "logscan"):
            self.assertIn(f"logbook/{room}/", page)


if __name__ == "__main__":
    unittest.main()
