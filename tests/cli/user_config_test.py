"""The user's config file as an operator meets it: chosen, beaten by options and variables, refused when it cannot be
trusted."""

import json
import os
import unittest

import program

ENV = "ENVIRONMENT=development\nDB_NAME={}\n"


class Config(program.ScratchCase):
    def setUp(self):
        super().setUp()
        for name in ("one", "two"):
            (self.dir / name).mkdir()
            (self.dir / name / ".env").write_text(ENV.format(name))
            (self.dir / name / ".env").chmod(0o600)
        (self.dir / "empty").mkdir()
        (self.dir / "logbookctl").mkdir()

    def config(self, text, mode=0o600):
        return self.write("logbookctl/config.yaml", text, mode)

    def document(self, text=None, **more):
        """Writes the file as JSON, which is YAML, after checking it against its published schema."""
        import jsonschema
        value = text if text is not None else {"default": "one", "deployments": {
            name: {"folder": str(self.dir / name), **more} for name in ("one", "two")}}
        schema = json.loads((program.SOURCE / "lib/logbook/schemas/config.schema.json").read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(value, schema)
        return self.config(json.dumps(value))

    def run_in(self, *words, cwd="empty", env=None, **options):
        return program.run(*words, cwd=self.dir / cwd, env={"XDG_CONFIG_HOME": str(self.dir), **(env or {})}, **options)

    def shown(self, *words, **options):
        """The database's name that `config show` finds: it tells which folder was taken."""
        done = self.run_in("-o", "json", *words, "config", "show", **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return next(s["value"] for s in json.loads(done.stdout)["settings"] if s["name"] == "DB_NAME")

    def test_which_deployment_is_meant(self):
        self.document()
        self.assertEqual(self.shown(), "one")                                             # the default
        self.assertEqual(self.shown("-d", "two"), "two")
        self.assertEqual(self.shown("--deployment=two"), "two")
        self.assertEqual(self.shown(env={"LOGBOOKCTL_DEPLOYMENT": "two"}), "two")
        self.assertEqual(self.shown("-d", "one", env={"LOGBOOKCTL_DEPLOYMENT": "two"}), "one")
        self.assertEqual(self.shown(cwd="two"), "two")                                    # a project stands here
        self.assertEqual(self.shown("-d", "one", cwd="two"), "one")
        self.assertEqual(self.shown("-C", str(self.dir / "two")), "two")
        self.assertEqual(self.shown(env={"LOGBOOKCTL_PROJECT_DIR": str(self.dir / "two")}), "two")

    def test_home_and_the_tilde(self):
        (self.dir / ".config/logbookctl").mkdir(parents=True)
        path = self.dir / ".config/logbookctl/config.yaml"
        path.write_text("default: x\ndeployments: {x: {folder: ~/two}}\n")
        path.chmod(0o600)
        self.assertEqual(self.shown(env={"HOME": str(self.dir), "XDG_CONFIG_HOME": ""}), "two")

    def test_an_option_beats_a_variable_beats_the_file(self):
        self.document(output="json", engine="unix:///from/the/file.sock", project="of-the-file")
        self.assertEqual(json.loads(self.run_in("config", "check").stdout)["schema"], "logbookctl/config_check/1")
        self.assertNotIn('"schema"', self.run_in("-o", "table", "config", "check").stdout)
        self.assertNotIn('"schema"', self.run_in("config", "check", env={"LOGBOOKCTL_OUTPUT": "table"}).stdout)
        self.assertIn("/from/the/file.sock", self.run_in("ps").stderr)
        self.assertIn("/of/the/variable.sock", self.run_in("ps", env={"LOGBOOKCTL_HOST": "unix:///of/the/variable.sock"}).stderr)
        self.assertIn("/of/the/option.sock", self.run_in("-H", "unix:///of/the/option.sock", "ps").stderr)

    def test_the_projects_env_beats_the_file(self):
        compose = "services: {backend: {image: x}}\n"
        (self.dir / "one/docker-compose.yml").write_text(compose)
        self.document(project="of-the-file")
        words = lambda: self.run_in("-H", "unix:///nonexistent.sock", "config", "drift", env={"PATH": "/none"}).stdout
        (self.dir / "one/.env").write_text(ENV.format("one") + "LOG_LEVEL=DEBUG\n")
        self.assertIn("-p of-the-file", words())
        (self.dir / "one/.env").write_text(ENV.format("one") + "LOG_LEVEL=DEBUG\nCOMPOSE_PROJECT_NAME=of-env\n")
        self.assertNotIn("-p of-the-file", words())

    def test_the_public_address(self):
        self.document(url="https://127.0.0.1:1/")
        done = self.run_in("health", "--url")
        self.assertIn("127.0.0.1", done.stdout + done.stderr)
        self.assertNotEqual(done.returncode, 2)

    def test_a_wrong_file_stops_with_its_line(self):
        self.config("deployments:\n  main:\n    foldr: /srv\n")
        for words in (["config", "show"], ["doctor"], ["ps"]):
            done = self.run_in(*words)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn("config.yaml:3: there is no key `foldr`; nearest: folder", done.stderr)
        done = self.run_in("-o", "json", "ps")
        program.validate(json.loads(done.stdout))
        self.assertEqual(self.run_in("--help").returncode, 0)
        self.assertEqual(self.run_in("completion", "bash").returncode, 0)
        self.document()
        done = self.run_in("-d", "tow", "ps")
        self.assertEqual(done.returncode, 2)
        self.assertIn("nearest: -d two", done.stderr)

    def test_a_file_that_others_could_write_is_refused(self):
        for mode in (0o620, 0o602, 0o666):
            path = self.document()
            path.chmod(mode)
            done = self.run_in("config", "show")
            self.assertEqual(done.returncode, 2)
            self.assertIn("chmod go-w", done.stderr)
        if os.geteuid() == 0:
            os.chown(self.document(), 1234, 1234)
            self.assertIn("another user", self.run_in("config", "show").stderr)

    def test_hostile_files(self):
        for text in (b"\x00\x01", b"\xff\xfe", b"a: " * 100_000, b"{" * 5000, b"a: \x1b]0;x\x07", b"x" * 400_000):
            self.write("logbookctl/config.yaml", text)
            done = self.run_in("config", "show", binary=True)
            self.assertEqual(done.returncode, 2, text[:20])
            self.assertNotIn(b"\x1b", done.stderr)
            self.assertLess(len(done.stderr), 2000)
        (self.dir / "logbookctl/config.yaml").unlink()
        os.mkfifo(self.dir / "logbookctl/config.yaml")
        self.assertEqual(self.run_in("config", "show").returncode, 2)

    def test_schema_and_program_agree_on_the_keys(self):
        schema = json.loads((program.SOURCE / "lib/logbook/schemas/config.schema.json").read_text())
        values = {"folder": "/srv", "engine": "unix:///x", "project": "p", "url": "https://x", "output": "json", "color": "never",
                  "timeout": "3s", "default": "a", "deployments": {"a": {}}}
        inside = schema["properties"]["deployments"]["additionalProperties"]["properties"]
        for key in values:
            for body, known in (({key: values[key], **({} if key == "deployments" else {"deployments": {"a": {}}})},
                                 key in schema["properties"]),
                                ({"deployments": {"a": {key: values[key]}}}, key in inside)):
                self.config(json.dumps(body))
                done = self.run_in("config", "show", cwd="one")
                self.assertEqual("there is no key" not in done.stderr, known, (body, done.stderr))

    def test_completion_offers_the_names(self):
        self.document()
        self.assertEqual(self.run_in("__complete", "deployments").stdout.split(), ["one", "two"])
        self.config("{")
        self.assertEqual((self.run_in("__complete", "deployments").stdout, self.run_in("__complete", "deployments").returncode), ("", 0))


if __name__ == "__main__":
    unittest.main()
