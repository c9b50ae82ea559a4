"""`config check` and `config show`, as an operator runs them."""

import unittest

import program

SOUND = """ENVIRONMENT=production
SECRET_KEY=8f2ada62471e6f97bf192875dff877dbef106ebb926dbd44bbadbbd52256b96e
ENCRYPTION_KEY=8386fc02c91256b970792d9b250d400e72111481631d72c12a1e7b02acba53ff
ENCRYPTION_SALT=7e645ef3f7d36a8a3de6a2b564c849b7
DB_PASSWORD=5gAHOdXgKSbiz1deslB9VA2lQBY7bnli1eTe7W7T
MYSQL_ROOT_PASSWORD=b7bnli1eTe7W7T5gAHOdXgKSbiz1deslB9VA2lQB
REDIS_PASSWORD=VwNwJom9auPWLKReHSUaUHZj8eUukJP0Gr0E8q3N
VOTE_SIGNING_KEY=b96e8f2ada62471e6f97bf192875dff877dbef106ebb926dbd44bbadbbd52256
ALLOWED_ORIGINS=https://logbook.example.org
ENABLE_DOCS=false
SECURITY_ENFORCE_HTTPS=true
SECURITY_REQUIRE_TLS=false
"""
SECRETS = [line.split("=")[1] for line in SOUND.splitlines() if "KEY=" in line or "PASSWORD=" in line or "SALT=" in line]


class Check(program.ScratchCase):
    def check(self, text, *args):
        self.write(".env", text)
        done, document = program.run_json("-C", self.dir, "config", "check", *args)
        return done.returncode, document

    def test_a_sound_production_file(self):
        code, document = self.check(SOUND)
        self.assertEqual(code, 0)
        self.assertTrue(document["armed"])
        self.assertFalse(document["blocks_start"])
        self.assertEqual({f["severity"] for f in document["findings"]}, {"warning"})
        self.assertIn("would start", program.run("-C", self.dir, "config", "check").stdout)

    def test_what_blocks(self):
        code, document = self.check(SOUND + "DEBUG=true\n")
        self.assertEqual(code, 1)
        self.assertTrue(document["blocks_start"])
        self.assertEqual([f["rule"] for f in document["findings"] if f["severity"] == "critical"], ["gate.debug"])
        done = program.run("-C", self.dir, "config", "check")
        self.assertEqual(done.returncode, 1)
        self.assertIn("refuse to start", done.stdout)
        self.assertIn("write DEBUG=false", done.stdout)

    def test_good_secrets_alone_do_not_cure_it(self):
        _, document = self.check("".join(line + "\n" for line in SOUND.splitlines()
                                         if not line.startswith(("ENABLE_DOCS", "SECURITY_"))))
        self.assertEqual({f["rule"] for f in document["findings"] if f["severity"] == "critical"},
                         {"gate.db_ssl", "gate.redis_ssl", "gate.enable_docs", "gate.enforce_https"})

    def test_judged_as_another_environment(self):
        text = SOUND.replace("ENVIRONMENT=production", "ENVIRONMENT=development") + "DEBUG=true\n"
        self.assertEqual(self.check(text)[0], 0)
        for environment in ("production", "staging"):
            code, document = self.check(text, "--as", environment)
            self.assertEqual((code, document["environment"], document["armed"]), (1, environment, True))
        self.assertEqual(self.check(SOUND + "DEBUG=true\n", "--as", "development")[0], 0)
        done = program.run("-C", self.dir, "config", "check", "--as", "prod")
        self.assertEqual(done.returncode, 2)

    def test_criticals_that_do_not_block_here_are_said(self):
        code, document = self.check("ENVIRONMENT=development\n")
        self.assertEqual((code, document["armed"], document["blocks_start"]), (0, False, False))
        self.assertIn("gate.secret_key", {f["rule"] for f in document["findings"]})
        self.assertIn("in production it would not", program.run("-C", self.dir, "config", "check").stdout)

    def test_armed_everywhere(self):
        code, document = self.check("SECURITY_BLOCK_INSECURE_DEFAULTS=true\n")
        self.assertEqual((code, document["environment"], document["armed"]), (1, "development", True))

    def test_a_malformed_value_blocks_everywhere(self):
        code, document = self.check(SOUND.replace("production", "development") + "DEBUG=\n")
        self.assertEqual(code, 1)
        self.assertEqual(document["findings"][0]["rule"], "gate.malformed")

    def test_advice_is_marked_as_ours_and_never_blocks(self):
        code, document = self.check(SOUND + "LOG_LEVEL=DEBUG\nMYSQL_ROOT_PASSWORD=CHANGE_ME\n")
        self.assertEqual(code, 0)
        ours = {f["rule"]: f for f in document["findings"] if f["ours"]}
        self.assertEqual(set(ours), {"ours.not_passed", "ours.placeholder"})
        self.assertIn("LOG_LEVEL", ours["ours.not_passed"]["message"])
        self.assertIn("ours:", program.run("-C", self.dir, "config", "check").stdout)

    def test_compose_s_refusal_is_reported_with_its_line(self):
        self.write(".env", SOUND + "NOTE='never closed\n")
        done, document = program.run_json("-C", self.dir, "config", "check")
        self.assertEqual(done.returncode, 1)
        self.assertIn(".env:13:", document["what"])

    def test_narrow_plain_and_quiet(self):
        self.write(".env", "ENVIRONMENT=production\nDEBUG=true\n")
        for width in (20, 40, 71, 72, 120):
            done = program.run("-C", self.dir, "config", "check", env={"COLUMNS": str(width)})
            self.assertEqual(done.returncode, 1)
            for line in done.stdout.splitlines():
                if "logbookctl " not in line and str(self.dir) not in line:
                    self.assertLessEqual(len(line), max(width, 40), line)
        plain = program.run("-C", self.dir, "config", "check", env={"LANG": "C"}).stdout
        self.assertTrue(plain.isascii())
        self.assertIn("FAIL", plain)
        quiet = program.run("-C", self.dir, "-q", "config", "check")
        self.assertEqual(quiet.returncode, 1)
        self.assertNotIn("gate.debug", quiet.stdout)


class Show(program.ScratchCase):
    def show(self, *args, **options):
        done, document = program.run_json("-C", self.dir, "config", "show", *args, **options)
        self.assertEqual(done.returncode, 0)
        return {s["name"]: s for s in document["settings"]}

    def test_secrets_are_masked_everywhere(self):
        self.write(".env", SOUND + "SMTP_PASSWORD=abc\nMY_API_TOKEN=0123456789\nCOPY=VwNwJom9auPWLKReHSUaUHZj8eUukJP0Gr0E8q3N\n"
                                   "LINK=x${DB_PASSWORD}y\n")
        for args in ([], ["--all"], ["-o", "json"], ["--all", "-o", "json"]):
            done = program.run("-C", self.dir, "config", "show", *args)
            for secret in SECRETS + ["0123456789"]:
                self.assertNotIn(secret, done.stdout + done.stderr)
        shown = self.show()
        self.assertEqual(shown["SMTP_PASSWORD"]["value"], "***")
        self.assertEqual(shown["COPY"]["value"], "***")
        self.assertEqual(shown["LINK"]["value"], "x***y")

    def test_sources(self):
        self.write(".env", "DB_HOST=mysql\nAPP_NAME=The Logbook\nDB_HOST=db # the last one counts\n")
        shown = self.show(env={"DB_PORT": "3307", "UNRELATED": "x"})
        self.assertEqual({n: (s["value"], s["source"], s["line"]) for n, s in shown.items()},
                         {"DB_HOST": ("db", ".env", 3), "DB_PORT": ("3307", "environment", None),
                          "APP_NAME": ("The Logbook", ".env", 2)})
        everything = self.show("--all")
        self.assertEqual((everything["DB_POOL_MAX"]["value"], everything["DB_POOL_MAX"]["source"]), ("10", "default"))
        self.assertTrue(everything["DB_HOST"]["passed"])
        self.assertFalse(everything["LOG_LEVEL"]["passed"])
        self.assertIsNone(everything["APP_NAME"]["passed"])

    def test_what_the_compose_file_drops_is_said(self):
        self.write(".env", "LOG_LEVEL=DEBUG\nDB_HOST=mysql\n")
        out = program.run("-C", self.dir, "config", "show").stdout
        self.assertIn("does not pass to the backend: LOG_LEVEL", out)
        self.assertIn(".env:1", out)

    def test_a_hostile_value_cannot_drive_the_terminal(self):
        self.write(".env", 'MOTD="\\0033[2J\x1b]0;x\x07\\r\\nDB_HOST fake"\n')
        out = program.run("-C", self.dir, "config", "show", binary=True).stdout
        self.assertNotIn(b"\x1b", out)
        self.assertNotIn(b"\x07", out)

    def test_narrow(self):
        self.write(".env", SOUND + "A_VERY_LONG_NAME_OF_A_SETTING_THAT_NOBODY_KNOWS=value and more of it\n")
        for width in (20, 40, 60, 100):
            done = program.run("-C", self.dir, "config", "show", env={"COLUMNS": str(width)})
            self.assertEqual(done.returncode, 0)
            self.assertIn("value and", done.stdout)

COMPOSE = """services:
  backend:
    image: logbook-backend
    environment:
      ENVIRONMENT: ${ENVIRONMENT:-development}
      DB_HOST: mysql
      SECRET_KEY: ${SECRET_KEY}
      ENCRYPTION_KEY: ${ENCRYPTION_KEY}
      ENCRYPTION_SALT: ${ENCRYPTION_SALT}
      DB_PASSWORD: ${DB_PASSWORD}
      REDIS_PASSWORD: ${REDIS_PASSWORD}
      VOTE_SIGNING_KEY: ${VOTE_SIGNING_KEY:-}
      ALLOWED_ORIGINS: ${ALLOWED_ORIGINS}
      DEBUG: ${DEBUG:-false}
      SECURITY_REQUIRE_TLS: ${SECURITY_REQUIRE_TLS:-true}
      ENABLE_DOCS: ${ENABLE_DOCS:-true}
"""
PRODUCTION = """services:
  backend:
    environment:
      ENVIRONMENT: production
      ENABLE_DOCS: "false"
      SECURITY_ENFORCE_HTTPS: "true"
"""


class Rendered(program.ScratchCase):
    """Where Compose files are, what they hand to the backend counts."""

    def setUp(self):
        super().setUp()
        # The production file sets these: .env does not.
        self.text = "".join(line + "\n" for line in SOUND.splitlines()
                            if not line.startswith(("ENABLE_DOCS", "SECURITY_ENFORCE", "ENVIRONMENT")))
        self.write("docker-compose.yml", COMPOSE)
        self.write("prod.yml", PRODUCTION)

    def ask(self, text, *words, **options):
        self.write(".env", text)
        return program.run_json("-C", self.dir, "config", *words, **options)

    def test_the_production_file_is_judged_with_the_base(self):
        done, document = self.ask("COMPOSE_FILE=docker-compose.yml:prod.yml\n" + self.text, "check")
        self.assertEqual((done.returncode, document["environment"], document["armed"]), (0, "production", True), document)
        self.assertEqual(document["judged"]["service"], "backend")
        self.assertEqual([f.rsplit("/", 1)[1] for f in document["judged"]["compose_files"]], ["docker-compose.yml", "prod.yml"])
        words = " ".join(program.run("-C", self.dir, "config", "check").stdout.split())
        self.assertIn("service backend of docker-compose.yml and prod.yml as production", words)
        # The same .env without that file: development, documentation on.
        done, document = self.ask(self.text, "check", "--as", "production")
        self.assertEqual(done.returncode, 1)
        self.assertLessEqual({"gate.enable_docs", "gate.enforce_https"}, {f["rule"] for f in document["findings"]})

    def test_a_name_that_is_not_passed_cannot_help(self):
        text = self.text + "ENVIRONMENT=production\nENABLE_DOCS=false\nSECURITY_ENFORCE_HTTPS=true\n"
        done, document = self.ask(text, "check")
        blocking = {f["rule"] for f in document["findings"] if f["severity"] == "critical"}
        self.assertEqual((done.returncode, blocking), (1, {"gate.enforce_https"}))
        self.assertIn("SECURITY_ENFORCE_HTTPS", {f["setting"] for f in document["findings"] if f["rule"] == "ours.not_passed"})

    def test_without_a_backend_or_a_readable_file_env_alone_is_judged_and_said_so(self):
        for compose in ("services: {mysql: {image: mysql}}\n", "services: [\n"):
            self.write("docker-compose.yml", compose)
            done, document = self.ask(SOUND, "check")
            self.assertEqual((done.returncode, document["judged"]), (0, None))
            self.assertIn(".env alone was judged", program.run("-C", self.dir, "config", "check").stdout)

    def test_show_names_the_source_of_each(self):
        text = "COMPOSE_FILE=docker-compose.yml:prod.yml\n" + self.text + "DB_HOST=elsewhere\nLOG_LEVEL=DEBUG\nBACKEND_PORT=3005\n"
        done, document = self.ask(text, "show", env={"DEBUG": "true"})
        shown = {s["name"]: s for s in document["settings"]}
        self.assertEqual({n: (shown[n]["value"], shown[n]["source"], shown[n]["compose_file"]) for n in
                          ("DB_HOST", "ENABLE_DOCS", "DEBUG", "SECURITY_REQUIRE_TLS", "LOG_LEVEL", "BACKEND_PORT")},
                         {"DB_HOST": ("mysql", "compose", "docker-compose.yml"), "ENABLE_DOCS": ("false", "compose", "prod.yml"),
                          "DEBUG": ("true", "environment", None), "SECURITY_REQUIRE_TLS": ("false", ".env", None),
                          "LOG_LEVEL": ("INFO", "default", None), "BACKEND_PORT": ("3005", ".env", None)})
        self.assertEqual((shown["LOG_LEVEL"]["withheld"], shown["LOG_LEVEL"]["passed"]), (True, False))
        self.assertTrue(shown["DB_HOST"]["passed"])
        words = program.run("-C", self.dir, "config", "show", env={"COLUMNS": "140"}).stdout
        self.assertIn("the Compose files do not pass to the backend: LOG_LEVEL", words)
        self.assertIn("is not passed on", words)
        self.assertIn("prod.yml", words)
        for secret in SECRETS:
            self.assertNotIn(secret, words + done.stdout)

    def test_a_secret_of_the_compose_file_itself_is_masked(self):
        self.write("docker-compose.yml", COMPOSE.replace("${SECRET_KEY}", "hard-coded-in-the-compose-file-0123456789"))
        done, document = self.ask(self.text, "show")
        self.assertNotIn("hard-coded-in-the", done.stdout)
        self.assertEqual(next(s for s in document["settings"] if s["name"] == "SECRET_KEY")["source"], "compose")

    def test_doctor_judges_the_same(self):
        for text, outcome in (("COMPOSE_FILE=docker-compose.yml:prod.yml\n" + self.text, "pass"),
                              (self.text + "ENVIRONMENT=production\nENABLE_DOCS=false\nSECURITY_ENFORCE_HTTPS=true\n", "fail")):
            self.write(".env", text)
            _, document = program.run_json("-C", self.dir, "doctor", "--only", "config.gate")
            found = next(f for f in document["findings"] if f["check"] == "config.gate")
            self.assertEqual(found["outcome"], outcome, found)


class Drift(program.ScratchCase):
    """Without an engine: what files and shell alone can tell. (tests/live/drift_test.py has the rest.)"""

    def drift(self, text, env=None):
        self.write(".env", text)
        done, document = program.run_json("-C", self.dir, "-H", "unix:///nonexistent/docker.sock", "config", "drift",
                                          env={**(env or {}), "PATH": "/nonexistent"})
        return done, document, {(f["verdict"], f["name"]) for f in document["findings"] if f["matters"]}

    def test_what_can_be_told_is_told(self):
        self.write("docker-compose.yml", COMPOSE)
        done, document, found = self.drift(SOUND.replace("SECURITY_ENFORCE_HTTPS=true\n", ""))
        self.assertEqual((done.returncode, found, document["complete"]), (3, set(), False))
        done, document, found = self.drift(SOUND + "DB_HOST=db\n", env={"ENVIRONMENT": "staging"})
        self.assertEqual((done.returncode, found), (1, {("not_passed", "SECURITY_ENFORCE_HTTPS"), ("hard_coded", "DB_HOST"),
                                                        ("shadowed", "ENVIRONMENT")}))
        for secret in SECRETS:
            self.assertNotIn(secret, done.stdout + done.stderr)

    def test_without_compose_files_or_env_nothing_can_be_told(self):
        done, document, found = self.drift(SOUND)
        self.assertEqual((done.returncode, found), (3, set()))
        self.assertIn("no Compose files", " ".join(document["unknown"]))
        (self.dir / ".env").unlink()
        done = program.run("-C", self.dir, "-H", "unix:///nonexistent/docker.sock", "config", "drift")
        self.assertEqual(done.returncode, 3)

    def test_hostile_names_and_values_do_not_reach_the_terminal(self):
        self.write("docker-compose.yml", 'services: {"back\\e[31mend": {image: x-backend, environment: {"DB_HOST": "\\e]0;x\\a", "A\\nB": "1"}}}\n')
        self.write(".env", "DB_HOST=other\n")
        done = program.run("-C", self.dir, "-H", "unix:///nonexistent/docker.sock", "config", "drift", binary=True)
        self.assertEqual(done.returncode, 1)
        self.assertNotIn(b"\x1b", done.stdout + done.stderr)

    def test_narrow_and_plain(self):
        self.write("docker-compose.yml", COMPOSE)
        self.write(".env", SOUND + "DB_HOST=db\n")
        for width in (40, 80, 200):
            done = program.run("-C", self.dir, "-H", "unix:///nonexistent/docker.sock", "config", "drift",
                               env={"COLUMNS": str(width), "LANG": "C", "LC_ALL": "C"})
            self.assertEqual(done.returncode, 1)
            self.assertTrue(done.stdout.isascii())
            self.assertIn("hard-coded", done.stdout)



if __name__ == "__main__":
    unittest.main()
