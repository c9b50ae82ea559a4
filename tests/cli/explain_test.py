"""explain: what it finds, what it refuses to guess, its limits, the site's own entries, and its JSON."""

import os
import pty
import shlex
import subprocess
import time
import unittest

from program import LOGBOOKCTL, ScratchCase, clean_environment, run, run_json

LOGIN_LINE = ("(pymysql.err.OperationalError) (1045, \"Access denied for user 'intranet_user'@'172.18.0.5' "
              "(using password: YES)\")")
# As the real backend wrote it, with the cause far above the last line.
RECORDED = """\
2026-11-22 08:00:04 | DEBUG    | app.core.security_middleware:__call__:1131 - Request: GET /api/v1/inventory/items | IP: 172.18.0.1
2026-11-22 08:00:04 | ERROR    | main:unhandled_exception_handler:2148 - Unhandled OperationalError on GET /api/v1/inventory/items: (pymysql.err.OperationalError) (1054, "Unknown column 'inventory_items.notes' in 'field list'")
[SQL: SELECT count(*) AS count_1
FROM inventory_items]
(Background on this error at: https://sqlalche.me/e/20/e3q8)
Traceback (most recent call last):
  File "/app/app/api/v1/endpoints/inventory.py", line 594, in list_items
    items, total = await service.get_items(
pymysql.err.OperationalError: (1054, "Unknown column 'inventory_items.notes' in 'field list'")
"""
JSON_LINE = ('{"timestamp":"2026-11-22T08:00:04Z","level":"ERROR","message":"Health check - database error: '
             '(pymysql.err.OperationalError) (2003, \\"Can\'t connect to MySQL server on \'mysql\'\\")",'
             '"module":"main","function":"health_check","line":2269,"request_id":null}')
ENTRY = """\
- slug: station.radio
  title: The radio bridge is off
  meaning: Ask the station officer.
  causes: [A power cut]
  fix: [Switch it on.]
  proves: ping -c 1 radio.local
  codes: [RADIO-7]
  patterns: ['radio bridge \\w+ lost']
"""


def best(document):
    return document["matches"][0]["slug"] if document["matches"] else None


class Finding(unittest.TestCase):
    def test_a_slug_a_code_a_status_and_an_errno(self):
        for question, slug in (("db.host", "db.host"), ("DB.HOST", "db.host"), ("LB-AUTH-006", "auth.bad_login"),
                               ("lb-auth-006", "auth.bad_login"), ("404", "http.404"), ("http 404", "http.404"),
                               ("1045", "db.login"), ("ERROR 1045", "db.login"), ("noauth", "cache.login")):
            done, document = run_json("explain", question)
            self.assertEqual((done.returncode, best(document)), (0, slug), question)

    def test_a_log_line_in_text_and_in_json_form(self):
        self.assertEqual(best(run_json("explain", LOGIN_LINE)[1]), "db.login")
        self.assertEqual(best(run_json("explain", "-", stdin=JSON_LINE + "\n")[1]), "db.connect")
        # As `docker compose logs` shows it, with colours.
        self.assertEqual(best(run_json("explain", "-", stdin="\x1b[36mbackend  | \x1b[0m" + JSON_LINE)[1]), "db.connect")

    def test_a_pasted_traceback_gives_the_cause_before_its_wrapper(self):
        _, document = run_json("explain", "-", stdin=RECORDED)
        slugs = [match["slug"] for match in document["matches"]]
        self.assertEqual(slugs[0], "sql.schema_behind")
        self.assertIn("code.unhandled", slugs)
        self.assertEqual(document["matches"][0]["line"], 2)
        self.assertEqual(document["lines"], RECORDED.count("\n"))

    def test_an_answer_of_the_api(self):
        _, document = run_json("explain", '{"detail":"Service temporarily unavailable","code":"LB-SYS-002"}')
        self.assertEqual((best(document), document["matches"][0]["by"]), ("db.connect", "code"))

    def test_plain_words_without_quotes(self):
        _, document = run_json("explain", "database", "locked", "out", "after", "password", "change")
        self.assertEqual((best(document), document["matches"][0]["by"]), ("db.login", "words"))

    def test_what_destroys_data_is_answered_first(self):
        log = RECORDED + "hint: run `docker compose down -v` and start again\n"
        self.assertEqual(best(run_json("explain", "-", stdin=log)[1]), "danger.down_volumes")

    def test_nothing_known_is_said_not_guessed(self):
        for question in ("hello", "LB-FOO-999", "2026-11-22 | INFO | all is well"):
            done = run("explain", question)
            self.assertEqual((done.returncode, done.stdout), (3, ""), question)
            self.assertIn("nothing known about", done.stderr)
            done, document = run_json("explain", question)
            self.assertEqual((done.returncode, document["known"], document["matches"]), (3, False, []))

    def test_a_slip_of_the_pen_names_the_nearest(self):
        self.assertIn("nearest: db.host", run("explain", "db.hots").stderr)
        self.assertIn("nearest: LB-AUTH-006", run("explain", "LB-AUHT-006").stderr)

    def test_the_screen_has_every_part(self):
        shown = run("explain", "db.host").stdout
        for label in ("causes", "fix", "never", "published", "wrong", "proves", "see also"):
            self.assertRegex(shown, rf"(?m)^    {label} ")
        self.assertTrue(shown.splitlines()[0].startswith("The backend looks for its database"))
        self.assertTrue(shown.splitlines()[-1].startswith("db.host"))
        quiet = run("-q", "explain", "db.host").stdout
        self.assertEqual(quiet.count("\n"), 1)

    def test_commands_name_the_projects_folder_quoted(self):
        shown = run("-C", "/srv/the logbook", "explain", "db.host").stdout
        self.assertIn("logbookctl -C '/srv/the logbook' doctor --only db.host", shown)
        self.assertIn("docker compose --project-directory '/srv/the logbook' config", shown)

    def test_the_list_has_every_entry_once(self):
        _, document = run_json("explain", "--list")
        slugs = [entry["slug"] for entry in document["entries"]]
        self.assertEqual(len(slugs), len(set(slugs)))
        self.assertGreater(len(slugs), 100)
        shown = run("explain", "--list").stdout
        for slug in slugs:
            self.assertRegex(shown, rf"(?m)^{slug} ")

    def test_no_text_at_all_is_a_wrong_command_line(self):
        done = run("explain")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--list", done.stderr)


class Proofs(unittest.TestCase):
    def test_every_proof_and_every_command_of_ours_is_one_that_the_program_takes(self):
        """Parsed by the program itself: `--help` behind it answers 0 exactly when each word before it is known."""
        _, document = run_json("explain", "--list")
        commands = set()
        for entry in document["entries"]:
            match = run_json("explain", entry["slug"])[1]["matches"][0]
            for text in [match["proves"], *(step["command"] for step in match["fix"])]:
                for part in text.replace("&&", "|").replace(";", "|").split("|"):
                    if part.strip().startswith("logbookctl "):
                        commands.add(part.strip())
        self.assertGreater(len(commands), 20)
        for command in sorted(commands):
            words = shlex.split(command)[1:]
            done = run(*words, "--help")
            self.assertEqual(done.returncode, 0, f"{command}: {done.stderr}")
            # The noun's or the root's help would hide a wrong verb.
            verbs = []
            for word in words:
                if not word.startswith("-") and word in ("doctor", "health", "explain", "config", "secrets", "check",
                                                         "show", "generate", "drift", "ps", "stats", "logs", "scan",
                                                         "restart", "mysql", "redis", "migrate", "processlist",
                                                         "locks", "status", "slow", "kill", "memory", "latency",
                                                         "backup", "upgrade", "plan", "heads", "history", "current"):
                    verbs.append(word)
            self.assertIn("Usage: logbookctl " + " ".join(verbs[:2] if verbs[0] in ("config", "secrets", "logs", "migrate", "mysql", "redis") else verbs[:1]),
                          done.stdout, command)

    def test_only_names_checks_that_doctor_has(self):
        checks = {check["check"] for check in run_json("doctor", "--list")[1]["checks"]}
        _, document = run_json("explain", "--list")
        slugs = {entry["slug"] for entry in document["entries"]}
        self.assertEqual(checks - slugs, set(), "checks without an entry")
        offered = {line.split("\t")[0] for line in run("__complete", "checks").stdout.splitlines()}
        self.assertEqual(offered, checks, "what completion offers for --only")
        for entry in document["entries"]:
            match = run_json("explain", entry["slug"])[1]["matches"][0]
            for text in [match["proves"], *(step["command"] for step in match["fix"])]:
                if "--only " in text:
                    self.assertIn(text.split("--only ")[1].split()[0], checks, entry["slug"])


class Limits(unittest.TestCase):
    def test_a_line_of_more_than_64_KiB_is_cut_and_said(self):
        done, document = run_json("explain", "-", stdin="x" * 70_000 + LOGIN_LINE + "\n" + LOGIN_LINE + "\n")
        self.assertEqual((best(document), document["matches"][0]["line"]), ("db.login", 2))
        self.assertIn("64 KiB", document["limits"])
        self.assertIn("64 KiB", run("explain", "-", stdin="x" * 70_000 + "\n" + LOGIN_LINE).stderr)

    def test_more_than_16_MiB_is_cut_and_said(self):
        line = "2026-11-22 08:07:30 | INFO     | nothing to see\n"
        done, document = run_json("explain", "-", stdin=LOGIN_LINE + "\n" + line * (17 * 2**20 // len(line)))
        self.assertEqual(best(document), "db.login")
        self.assertIn("16 MiB", document["limits"])

    def test_an_input_that_does_not_end_is_judged_at_the_deadline(self):
        reader = subprocess.Popen([LOGBOOKCTL, "--timeout", "700ms", "explain", "-"], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=clean_environment())
        with reader:
            begun = time.monotonic()
            reader.stdin.write(LOGIN_LINE.encode() + b"\n")
            reader.stdin.flush()
            out, err = reader.stdout.read(), reader.stderr.read()
            self.assertEqual(reader.wait(20), 0)
            self.assertLess(time.monotonic() - begun, 15)
            self.assertIn(b"db.login", out)
            self.assertIn(b"had not ended", err)
            reader.stdin.close()

    def test_an_input_that_never_comes_ends_at_the_deadline(self):
        with subprocess.Popen([LOGBOOKCTL, "--timeout", "300ms", "explain", "-"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=clean_environment()) as reader:
            out, err = reader.stdout.read(), reader.stderr.read()
            self.assertEqual(reader.wait(20), 124)
            self.assertEqual(out, b"")
            self.assertIn(b"deadline", err)

    def test_empty_input(self):
        for text in ("", "\n \n"):
            done = run("explain", "-", stdin=text)
            self.assertEqual(done.returncode, 1)
            self.assertIn("standard input is empty", done.stderr)
            self.assertIn("next:", done.stderr)

    def test_a_terminal_is_told_what_is_waited_for(self):
        main, terminal = pty.openpty()
        with subprocess.Popen([LOGBOOKCTL, "--timeout", "500ms", "explain", "-"], stdin=terminal,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=clean_environment()) as reader:
            os.close(terminal)
            self.assertIn(b"Ctrl-D", reader.stderr.readline())
            reader.wait(20)
            reader.stdout.read()
        os.close(main)

    def test_binary_garbage(self):
        garbage = bytes(range(256)) * 400
        done = run("explain", "-", stdin=garbage.decode("latin-1"))
        self.assertEqual(done.returncode, 3)
        self.assertNotRegex(done.stderr + done.stdout, r"[\x00-\x08\x0b-\x1f\x7f]")

    def test_a_matched_line_with_control_characters_is_shown_harmless(self):
        done = run("explain", "-", stdin="a\n\x1b]0;owned\x07 \x1b[2J " + LOGIN_LINE + "\x08\x08\n")
        self.assertEqual(done.returncode, 0)
        self.assertNotRegex(done.stdout, r"[\x00-\x08\x0b-\x1f\x7f]")

    def test_standard_input_closed(self):
        done = subprocess.run(f"exec {LOGBOOKCTL} explain - <&-", shell=True, env=clean_environment(),
                              capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, 1)
        self.assertIn("standard input", done.stderr)


class SiteEntries(ScratchCase):
    def explain(self, *words):
        return run("explain", *words, env={"LOGBOOKCTL_RUNBOOK_DIR": str(self.dir)})

    def test_a_sites_entry_is_found_by_slug_code_and_pattern(self):
        self.write("radio.yaml", ENTRY)
        for words in (("station.radio",), ("RADIO-7",), ("09:12 radio bridge north lost",)):
            done = self.explain(*words)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn("The radio bridge is off", done.stdout)
        self.assertIn("radio.yaml", self.explain("station.radio").stdout)

    def test_a_known_slug_replaces_ours(self):
        self.write("own.yaml", ENTRY.replace("station.radio", "db.login").replace("RADIO-7", "1045"))
        shown = self.explain("db.login").stdout
        self.assertIn("The radio bridge is off", shown)
        # Ours is gone with its patterns: its lines are no longer claimed for the new entry.
        self.assertEqual(self.explain(LOGIN_LINE).returncode, 3)

    def test_a_broken_file_is_told_with_its_line_and_left_out(self):
        self.write("a.yaml", "- slug: x.y\n  titel: wrong\n")
        self.write("b.yaml", ENTRY)
        self.write("c.txt", "not looked at")
        done = self.explain("station.radio")
        self.assertEqual(done.returncode, 0)
        self.assertIn("a.yaml:2", done.stderr)
        self.assertIn("nearest: title", done.stderr)
        self.assertEqual(done.stderr.count("left out"), 1)

    def test_hostile_files_are_left_out(self):
        os.mkfifo(self.dir / "fifo.yaml")
        (self.dir / "folder.yaml").mkdir()
        self.write("binary.yaml", bytes(range(256)))
        self.write("large.yaml", "#" * (2 << 20))
        self.write("bomb.yaml", "- &a [x]\n- [*a, *a]\n")
        self.write("deep.yaml", "[" * 10_000)
        self.write("pattern.yaml", ENTRY.replace("radio bridge \\w+ lost", "a(b"))
        self.write("slow.yaml", ENTRY.replace("radio bridge \\w+ lost", "(a{1,9999}){9999}"))
        self.write("many.yaml", ENTRY + ENTRY)
        done = self.explain("db.host")
        self.assertEqual(done.returncode, 0)
        for name in ("fifo", "folder", "binary", "large", "bomb", "deep", "pattern", "slow", "many"):
            self.assertIn(f"{name}.yaml", done.stderr)
        self.assertNotRegex(done.stderr, r"[\x00-\x08\x0b-\x1f\x7f]")


if __name__ == "__main__":
    unittest.main()
