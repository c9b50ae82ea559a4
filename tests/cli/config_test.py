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


if __name__ == "__main__":
    unittest.main()
