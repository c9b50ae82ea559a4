"""config drift on real stacks of both generations of Compose: each verdict is made for real, and nothing is changed."""

import contextlib
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import engine as engines
from program import LOGBOOKCTL, clean_environment, validate

SECRETS = ("DB_PASSWORD", "MYSQL_ROOT_PASSWORD", "REDIS_PASSWORD", "SECRET_KEY", "ENCRYPTION_KEY", "ENCRYPTION_SALT")


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.engine = cls.enterClassContext(engines.Engine())

    def run_drift(self, stack, *words, env=None, cwd="/"):
        """The finished process, twice asked (words and JSON), with every secret searched for in both."""
        before = self.state(stack)
        environment = clean_environment(DOCKER_HOST=self.engine.address, **(env or {}))
        environment["PATH"] = f"{self.folder_of(stack)}:{environment['PATH']}"
        asked = [subprocess.run([LOGBOOKCTL, "-C", stack.folder, *words, "config", "drift", *format], cwd=cwd, text=True,
                                capture_output=True, timeout=60, env=environment) for format in ([], ["-o", "json"])]
        self.assertEqual(self.state(stack), before, "looking changed something")
        self.assertEqual(asked[0].returncode, asked[1].returncode)
        document = json.loads(asked[1].stdout)
        validate(document)
        secrets = [v for n, v in {**self.made_with, **stack.env, **(env or {})}.items() if n in SECRETS]
        for done in asked:
            for secret in secrets:
                self.assertNotIn(secret, done.stdout + done.stderr)
        return asked[0], document

    def state(self, stack):
        return self.engine.docker("ps", "-aq", "--no-trunc").stdout, (stack.folder / ".env").read_bytes()

    def folder_of(self, stack):
        """A folder for PATH with the Compose program of this generation under its usual name."""
        if not hasattr(stack, "programs"):
            stack.programs = self.enterContext(tempfile.TemporaryDirectory())
            os.symlink(stack.program[0], pathlib.Path(stack.programs) / "docker-compose")
        return stack.programs

    def found(self, document):
        return {(f["verdict"], f["name"], f["service"]) for f in document["findings"] if f["matters"]}

    def commands(self, document):
        return "\n".join(s["command"] or "" for r in document["remedies"] for s in r["steps"])

    @contextlib.contextmanager
    def edited(self, stack, **values):
        """.env with other values meanwhile."""
        old = dict(stack.env)
        stack.env = {**old, **values}
        stack.write_env()
        try:
            yield
        finally:
            stack.env = old
            stack.write_env()

    def every_verdict(self, stack):
        backend = "backend"
        self.made_with = dict(stack.env)
        with self.subTest("healthy"):
            done, document = self.run_drift(stack)
            self.assertEqual((done.returncode, document["findings"], document["unknown"]), (0, [], []), document)
            self.assertIn("no drift", done.stdout)
            self.assertIn("docker-compose " + ("1.29" if stack.generation == 1 else "2."), document["compose"]["read_by"])
        with self.subTest("stale"):
            with self.edited(stack, ENVIRONMENT="staging"):
                done, document = self.run_drift(stack)
                self.assertEqual((done.returncode, self.found(document)), (1, {("stale", "ENVIRONMENT", backend)}))
                prints = document["findings"][0]["fingerprints"]
                self.assertEqual(prints["env"], prints["compose"])
                self.assertNotEqual(prints["compose"], prints["container"])
                spelling = "docker-compose" if stack.generation == 1 else "docker compose"
                self.assertIn(f"{spelling} up -d --no-deps backend", self.commands(document))
                self.assertIn("doctor --only db.wipe_trap", self.commands(document))
        with self.subTest("keys and passwords"):
            for name in ("ENCRYPTION_KEY", "SECRET_KEY", "DB_PASSWORD", "MYSQL_ROOT_PASSWORD", "REDIS_PASSWORD"):
                with self.edited(stack, **{name: "f00d" * 16}):
                    done, document = self.run_drift(stack)
                    self.assertEqual(done.returncode, 1)
                    self.assertNotIn(" up -d", self.commands(document))
                    self.assertTrue(document["remedies"][0]["danger"])
                    self.assertNotIn("f00d", done.stdout)
        with self.subTest("hard-coded and not passed"):
            with self.edited(stack, DB_HOST="elsewhere", SMTP_HOST="mail.example.org", HIPAA_PASSWORD_HISTORY_COUNT="12"):
                done, document = self.run_drift(stack)
                self.assertEqual(self.found(document), {("hard_coded", "DB_HOST", backend), ("not_passed", "SMTP_HOST", backend)})
                self.assertIn("SMTP_HOST: ${SMTP_HOST}", self.commands(document))
        with self.subTest("shadowed"):
            done, document = self.run_drift(stack, env={"ENVIRONMENT": "production", "SECRET_KEY": "of-this-shell-" + "x" * 40})
            self.assertEqual((done.returncode, self.found(document)), (1, {("shadowed", "ENVIRONMENT", backend),
                                                                           ("shadowed", "SECRET_KEY", backend)}))
            self.assertIn("unset ENVIRONMENT", self.commands(document))
            self.assertIn("this shell", done.stdout)


@engines.needs_engine
class Drift(Case):
    def tearDown(self):
        self.engine.clean()

    def test_base_stack_by_compose_2(self):
        with engines.Stack(self.engine, "base", 2) as stack:
            self.every_verdict(stack)
            self.plugin_at_home(stack)
            self.redefined(stack)
            self.recreated_is_in_step_again(stack)
            self.without_engine(stack)

    def test_unraid_stack_by_compose_1(self):
        with engines.Stack(self.engine, "unraid", 1) as stack:
            self.every_verdict(stack)

    @contextlib.contextmanager
    def override(self, text):
        path = self.stack_folder / "docker-compose.override.yml"
        path.write_text(text)
        try:
            yield
        finally:
            path.unlink()

    def plugin_at_home(self, stack):
        with self.subTest("a plugin of docker's in the user's home"), tempfile.TemporaryDirectory() as home:
            plugins = pathlib.Path(home) / ".docker/cli-plugins"
            plugins.mkdir(parents=True)
            os.symlink(stack.program[0], plugins / "docker-compose")
            done, document = self.run_drift(stack, env={"HOME": home})
            self.assertEqual((done.returncode, document["findings"]), (0, []))
            self.assertRegex(document["compose"]["read_by"], r"^docker compose 2\.")

    def redefined(self, stack):
        self.stack_folder = stack.folder
        with self.subTest("another definition"), self.override("services: {redis: {stop_grace_period: 17s}}\n"):
            done, document = self.run_drift(stack)
            self.assertEqual((done.returncode, self.found(document)), (1, {("redefined", "definition", "redis")}), document)
            self.assertIn("up -d --no-deps redis", self.commands(document))
        with self.subTest("a volume that moved"):
            database = stack.services["database"]
            (at,) = [m["Destination"] for m in self.engine.inspect(stack.names["database"])["Mounts"] if m["Type"] == "volume"]
            with self.override(f"services: {{{database}: {{volumes: ['elsewhere:{at}']}}}}\nvolumes: {{elsewhere: {{}}}}\n"):
                done, document = self.run_drift(stack)
                self.assertEqual((done.returncode, self.found(document)), (1, {("redefined", at, database)}), document)
                self.assertEqual(document["findings"][0]["stake"], "stored_data")
                self.assertNotIn(" up -d", self.commands(document))
                self.assertIn("left behind", document["remedies"][0]["danger"])

    def recreated_is_in_step_again(self, stack):
        with self.edited(stack, ENVIRONMENT="staging"):
            stack.compose("up", "-d", "--no-deps", "backend")  # the advice
            done, document = self.run_drift(stack)
            self.assertEqual((done.returncode, document["findings"]), (0, []), done.stdout)
            done, document = self.run_drift(stack, cwd=stack.folder)
            self.assertEqual(done.returncode, 0)
            # Made from files that were named by hand: the labels say which.
            (stack.folder / "more.yml").write_text('services: {backend: {environment: {ENABLE_DOCS: "false"}}}\n')
            stack.compose("-f", "docker-compose.yml", "-f", "more.yml", "up", "-d", "--no-deps", "backend")
            done, document = self.run_drift(stack)
            self.assertEqual((done.returncode, document["findings"]), (0, []), done.stdout)
            self.assertTrue(document["compose"]["files"][-1].endswith("more.yml"))
            stack.env["ENVIRONMENT"] = "production"
            stack.write_env()
            done, document = self.run_drift(stack)
            self.assertIn("-f docker-compose.yml -f more.yml up -d --no-deps backend", self.commands(document))

    def without_engine(self, stack):
        done, document = self.run_drift(stack, "-H", "unix:///nonexistent/docker.sock")
        self.assertEqual((done.returncode, document["complete"], document["engine"]), (3, False, None))
        self.assertIn("/nonexistent/docker.sock", done.stdout)
        self.assertEqual(re.findall("Traceback", done.stderr), [])


if __name__ == "__main__":
    engines.main()
