"""What `serve` does with its database before it listens: an empty one gets the core's tables, any other is looked at and
never changed; and the first account."""

import json
import os
import pty
import re
import signal
import subprocess
import threading
import time
import unittest

from api_stack import DATABASE, ApiStack, Client, Server
from program import LOGBOOKCTL, SOURCE, clean_environment

PASSWORD = "Rosenb4um!Feuer#82"
TABLES = re.findall(r"CREATE TABLE `(\w+)`", (SOURCE / "lib/logbook/backend/migrations/core_0001.sql").read_text())


class Start(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = cls.enterClassContext(ApiStack(load=False, serve=False))

    def setUp(self):
        self.stack.database.sql(f"DROP DATABASE {DATABASE}; CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4 "
                                "COLLATE utf8mb4_unicode_ci")

    def run_serve(self, *options, seconds=40, **changes):
        done = subprocess.run([LOGBOOKCTL, "serve", "--port", "0", "--db-retries", "1", *options], cwd=self.stack.folder,
                              env=clean_environment(**{**self.stack.settings, **changes}), capture_output=True, text=True,
                              timeout=seconds, stdin=subprocess.DEVNULL)
        return done.returncode, done.stderr

    def password_file(self, text=PASSWORD + "\n", mode=0o600):
        path = self.stack.folder / "password"
        path.unlink(missing_ok=True)
        path.write_text(text)
        path.chmod(mode)
        return str(path)

    def create(self, name="chief", *options, **changes):
        return self.run_serve("--create-admin", name, "--password-file", self.password_file(), *options, **changes)

    def schema(self):
        return self.stack.database.sql(f"SELECT table_name, column_name, column_type, is_nullable FROM "
                                       f"information_schema.columns WHERE table_schema='{DATABASE}' ORDER BY 1, 2")

    def make_tables(self, stamp="a17c4e9d2b61"):
        self.stack.database.sql(f"USE {DATABASE};" + (SOURCE / "lib/logbook/backend/migrations/core_0001.sql").read_text()
                                + "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);"
                                + (f"INSERT INTO alembic_version VALUES ('{stamp}');" if stamp else ""))

    def test_an_empty_database_gets_its_tables_and_an_account(self):
        code, log = self.create("chief", "--organization", "Maple Hollow", "--email", "chief@maple.example.org")
        self.assertEqual(code, 0, log)
        self.assertIn("Database schema created: core_0001", log)
        self.assertNotIn(PASSWORD, log)
        self.assertEqual(self.stack.sql("SELECT version_num FROM alembic_version"), [["core_0001"]])
        self.assertEqual(self.stack.sql("SELECT name, slug, active FROM organizations"), [["Maple Hollow", "maple-hollow", "1"]])
        self.assertEqual(self.stack.sql("SELECT username, email, status, must_change_password FROM users"),
                         [["chief", "chief@maple.example.org", "active", "0"]])
        self.assertEqual(self.stack.verify_chain(), 1)
        roles = dict(self.stack.sql("SELECT slug, permissions FROM positions"))
        self.assertEqual(json.loads(roles["it_manager"]), ["*"])
        self.assertEqual({slug: len(json.loads(text)) for slug, text in roles.items()},
                         {"it_manager": 1, "member": 20, "fire_chief": 93, "deputy_chief": 77, "assistant_chief": 70, "captain": 45,
                          "lieutenant": 40, "engineer": 20, "firefighter": 19})
        server = self.stack.start()
        try:
            client = Client(server.port)
            answer = client.login("chief", PASSWORD)
            self.assertEqual(answer.status, 200, answer.text)
            self.assertEqual(client.get("/auth/me").body["permissions"], ["*", *client.get("/auth/me").body["permissions"][1:]])
            self.assertEqual(client.get("/users").status, 200)
        finally:
            self.assertEqual(server.stop(), 0, server.log)
        # A second one is refused, whatever it is called, and changes nothing.
        before = self.stack.database.sql(f"CHECKSUM TABLE {', '.join(f'{DATABASE}.{t}' for t in TABLES if t != 'sessions')}")
        code, log = self.create("another")
        self.assertEqual(code, 1)
        self.assertIn("already", log)
        self.assertEqual(before, self.stack.database.sql(
            f"CHECKSUM TABLE {', '.join(f'{DATABASE}.{t}' for t in TABLES if t != 'sessions')}"))

    def test_what_is_no_name_or_password(self):
        for name in ("ab", "a" * 101, "j.doe", "chief@example.org", "chief;", "ch ief", "chéf"):
            code, log = self.create(name)
            self.assertEqual(code, 1, (name, log))
        for text, mode in (("short1!A", 0o600), ("alllowercase123!", 0o600), ("", 0o600), (PASSWORD, 0o644), (PASSWORD, 0o640)):
            code, log = self.run_serve("--create-admin", "chief", "--password-file", self.password_file(text, mode))
            self.assertEqual(code, 1, (text, mode, log))
        for options in (("--organization", ""), ("--organization", " "), ("--organization", "x" * 256), ("--email", "none"),
                        ("--email", "@x"), ("--email", "a@b@c")):
            code, log = self.create("chief", *options)
            self.assertEqual(code, 1, (options, log))
        code, log = self.run_serve("--create-admin", "chief", "--password-file", "/nowhere/at/all")
        self.assertEqual(code, 1)
        self.assertEqual(self.stack.one("SELECT COUNT(*) FROM users") if "users" in self.schema() else "0", "0")

    def test_asks_without_an_echo(self):
        def at_terminal(*answers):
            pid, fd = pty.fork()
            if pid == 0:
                os.chdir(self.stack.folder)
                os.execve(LOGBOOKCTL, [LOGBOOKCTL, "serve", "--db-retries", "1", "--create-admin", "chief"],
                          clean_environment(**self.stack.settings))
            shown, end = b"", time.monotonic() + 40
            waiting = list(answers)
            while time.monotonic() < end:
                try:
                    shown += os.read(fd, 4096)
                except OSError:
                    break
                if waiting and shown.rstrip().endswith(b":") and (b"Password of chief" in shown):
                    asked = shown.count(b"Once more:")
                    if asked == len(answers) - len(waiting):
                        os.write(fd, waiting.pop(0).encode() + b"\n")
            os.close(fd)
            return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode()
        code, shown = at_terminal(PASSWORD, PASSWORD + "x")
        self.assertEqual(code, 1, shown)
        self.assertIn("not the same", shown)
        code, shown = at_terminal(PASSWORD, PASSWORD)
        self.assertEqual(code, 0, shown)
        self.assertNotIn(PASSWORD, shown)
        code, log = self.run_serve("--create-admin", "chief")
        self.assertEqual(code, 1)

    def test_two_at_once(self):
        path = self.password_file()
        runs = [subprocess.Popen([LOGBOOKCTL, "serve", "--db-retries", "1", "--create-admin", f"chief{i}", "--organization", f"O{i}",
                                  "--password-file", path], cwd=self.stack.folder,
                                 env=clean_environment(**self.stack.settings), stderr=subprocess.PIPE, text=True) for i in range(4)]
        ends = [(run.communicate(timeout=90)[1], run.returncode) for run in runs]
        self.assertEqual(sorted(code for _, code in ends), [0, 1, 1, 1], ends)
        self.assertEqual(self.stack.one("SELECT COUNT(*) FROM users"), "1")
        self.assertEqual(self.stack.one("SELECT COUNT(*) FROM organizations"), "1")
        self.assertEqual(self.stack.sql("SELECT version_num FROM alembic_version"), [["core_0001"]])
        self.assertEqual(sum("Database schema created" in log for log, _ in ends), 1)
        self.assertEqual(self.stack.verify_chain(), 1)

    def test_what_is_missing_is_listed_and_nothing_is_changed(self):
        self.make_tables()
        server = self.stack.start()
        self.assertEqual(server.stop(), 0)
        self.stack.sql("ALTER TABLE users CHANGE `rank` grade VARCHAR(100) NULL; DROP TABLE item_issuances;"
                       "ALTER TABLE inventory_items ADD KEY k (organization_id), DROP KEY uq_item_org_barcode;"
                       "ALTER TABLE sessions DROP KEY ix_sessions_token, ADD KEY ix_sessions_token (token)")
        before = self.schema()
        code, log = self.run_serve()
        self.assertEqual(code, 1, log)
        for words in ("column users.rank", "table item_issuances", "unique key on inventory_items (organization_id, barcode)",
                      "unique key on sessions (token)"):
            self.assertIn(words, log)
        self.assertNotIn("Server started", log)
        self.assertEqual(self.schema(), before)

    def test_an_unstamped_database_is_the_wipe_trap(self):
        for stamp in (None, "20260118_0001"):
            self.setUp()
            self.make_tables(stamp)
            before = self.schema()
            code, log = self.run_serve()
            self.assertEqual(code, 1, log)
            self.assertIn("drop every table", log)
            self.assertEqual(self.schema(), before)
        self.setUp()
        self.stack.sql("CREATE TABLE users (id INT)")
        self.assertEqual(self.run_serve()[0], 1)
        self.assertEqual(self.stack.sql("SHOW TABLES"), [["users"]])

    def test_making_the_tables_goes_on_where_it_was_cut_short(self):
        self.make_tables("core_0001")
        self.stack.sql("DROP TABLE item_issuances; DROP TABLE checkout_records")
        code, log = self.create()
        self.assertEqual(code, 0, log)
        # But a table that went away later is a loss that nobody may paint over.
        self.stack.sql("DROP TABLE item_issuances")
        code, log = self.run_serve()
        self.assertEqual(code, 1)
        self.assertIn("table item_issuances", log)

    def test_waits_for_whoever_migrates(self):
        with_lock = subprocess.Popen(
            ["mariadb", "--no-defaults", f"--socket={self.stack.database.dir}/sock", "--user=root",
             "--password=rootPassword1234", "-e", "SELECT GET_LOCK('the_logbook_migrations', 1); SELECT SLEEP(4)"],
            stdout=subprocess.DEVNULL)
        time.sleep(0.7)
        began = time.monotonic()
        code, log = self.create()
        self.assertEqual(code, 0, log)
        self.assertGreater(time.monotonic() - began, 1)
        with_lock.wait(20)

    def test_records_of_both_formats(self):
        self.make_tables()
        for form in ("text", "json"):
            server = Server({**self.stack.settings, "LOG_FORMAT": form}, self.stack.folder) if form == "text" else None
            if server:
                Client(server.port).get("/auth/me", headers={"X-Request-ID": "abc123"})
                server.stop()
                self.assertRegex(server.log, r"(?m)^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \| INFO     \| serve:\w+:\d+ - "
                                             r"GET /api/v1/auth/me → 401 \(\d+ms\) \[rid=abc123\]$")
                continue
            run = subprocess.Popen([LOGBOOKCTL, "serve", "--port", "0"], cwd=self.stack.folder, stderr=subprocess.PIPE, text=True,
                                   env=clean_environment(**self.stack.settings, LOG_FORMAT="json"))
            records = []
            for line in run.stderr:
                records.append(json.loads(line))
                if found := re.search(r"Server started on port (\d+)", records[-1]["message"]):
                    Client(int(found.group(1))).get("/auth/me", headers={"X-Request-ID": "abc123"})
                    run.send_signal(signal.SIGTERM)
            self.assertEqual(run.wait(20), 0)
            run.stderr.close()
            asked = [r for r in records if "/auth/me" in r["message"]]
            self.assertEqual([r["request_id"] for r in asked], ["abc123"])
            self.assertTrue(all({"timestamp", "level", "message", "module", "function", "line"} <= r.keys() for r in records))
            path = self.stack.folder / "json.log"
            path.write_text("".join(json.dumps(r) + "\n" for r in records))
            read = subprocess.run([LOGBOOKCTL, "logs", "requests", "--file", str(path)], env=clean_environment(),
                                  capture_output=True, text=True, timeout=30)
            self.assertIn("/api/v1/auth/me", read.stdout, read.stderr)

    def test_a_crash_leaves_a_trace(self):
        if os.environ.get("LOGBOOK_BUILD") == "sanitize":
            self.skipTest("the sanitizer tells of crashes itself")
        self.make_tables()
        server = self.stack.start()
        server.process.send_signal(signal.SIGSEGV)
        server.process.wait(20)
        self.assertEqual(server.process.returncode, -signal.SIGSEGV)
        server.stop()
        self.assertRegex(server.log, r"(?m)^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \| CRITICAL \| .*Crashed by signal 11")


if __name__ == "__main__":
    unittest.main()
