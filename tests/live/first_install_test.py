"""The proof of a first install for `secrets generate --write`: a real engine is asked for the database's container, its
volume or its folder."""

import subprocess
import unittest

import engine as engines
from program import LOGBOOKCTL, clean_environment

SIX = ("SECRET_KEY", "ENCRYPTION_KEY", "ENCRYPTION_SALT", "DB_PASSWORD", "MYSQL_ROOT_PASSWORD", "REDIS_PASSWORD")


@engines.needs_engine
class FirstInstall(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.engine = cls.enterClassContext(engines.Engine())

    def tearDown(self):
        self.engine.clean()

    def stack(self, shape="base", generation=2):
        """A project whose .env has no secret yet; nothing is started."""
        stack = engines.Stack(self.engine, shape, generation)
        self.addCleanup(stack.remove)
        stack.env = {name: value for name, value in stack.env.items() if name not in SIX}
        stack.write_env()
        return stack

    def generate(self, stack, env=None, *words):
        environment = clean_environment(**({"DOCKER_HOST": self.engine.address} if env is None else env))
        return subprocess.run([LOGBOOKCTL, "-C", stack.folder, *words, "secrets", "generate", "--write"], text=True, cwd="/",
                              capture_output=True, timeout=60, env=environment)

    def assert_generates(self, stack, *evidence, **options):
        done = self.generate(stack, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        values = dict(line.split("=", 1) for line in (stack.folder / ".env").read_text().split("\n") if "=" in line)
        self.assertTrue(all(len(values[name]) >= 32 for name in SIX), values.keys())
        said = " ".join(done.stdout.split())
        for words in evidence:
            self.assertIn(words, said)
        self.assertNotIn("ALTER USER", said)  # there is no database that keeps old passwords
        return values

    def assert_refused(self, stack, *evidence, **options):
        before = (stack.folder / ".env").read_bytes()
        done = self.generate(stack, **options)
        self.assertEqual(done.returncode, 4, done.stdout + done.stderr)
        self.assertEqual((stack.folder / ".env").read_bytes(), before)
        for words in evidence:
            self.assertIn(words, done.stderr)

    def test_from_a_fresh_folder_through_up_and_down_to_a_removed_volume(self):
        for generation in (2, 1):
            with self.subTest(generation=generation):
                stack = self.stack(generation=generation)
                values = self.assert_generates(stack, "no volume `the-logbook_mysql_data`", "no container `intranet-mysql`")
                stack.compose("up", "-d", "mysql")
                self.engine.wait_for("intranet-mysql", "healthy")
                stack.write_env()  # the secrets are lost again
                self.assert_refused(stack, "container `intranet-mysql` exists (running)")
                (stack.folder / ".env").write_text("".join(f"{n}={v}\n" for n, v in values.items()))
                stack.down()
                stack.write_env()
                self.assert_refused(stack, "volume `the-logbook_mysql_data` exists")
                # Another project's name in this shell hides nothing.
                self.assert_refused(stack, "volume `the-logbook_mysql_data` exists",
                                    env={"DOCKER_HOST": self.engine.address, "COMPOSE_PROJECT_NAME": "other"})
                self.engine.docker("volume", "rm", "the-logbook_mysql_data")
                self.assert_generates(stack)

    def test_a_stopped_or_foreign_container_of_that_name_counts(self):
        stack = self.stack()
        self.engine.docker("create", "--name", "intranet-mysql", "redis:7-alpine")
        self.assert_refused(stack, "`intranet-mysql` exists (created)")
        self.engine.clean()
        self.engine.docker("create", "--name", "other", "--label", "com.docker.compose.project=the-logbook", "--label",
                           "com.docker.compose.service=mysql", "redis:7-alpine")
        self.assert_refused(stack, "`other` exists")

    def test_bind_folders(self):
        stack = self.stack("unraid", 1)
        data = stack.folder / "appdata/mysql"
        self.assert_generates(stack, f"no folder `{data}`")
        data.mkdir(parents=True)
        stack.write_env()
        self.assert_generates(stack, f"nothing in the folder `{data}`")
        (data / "ibdata1").write_text("x")
        stack.write_env()
        self.assert_refused(stack, f"folder `{data}` is not empty")

    def test_external_and_named_volumes(self):
        stack = self.stack()
        for declared in ("{external: true, name: by_hand}", "{name: by_hand}"):
            path = stack.folder / "docker-compose.override.yml"
            path.write_text(f"volumes:\n  mysql_data: {declared}\n")
            stack.write_env()
            self.assert_generates(stack, "no volume `by_hand`")
            self.engine.docker("volume", "create", "by_hand")
            stack.write_env()
            self.assert_refused(stack, "volume `by_hand` exists")
            self.engine.docker("volume", "rm", "by_hand")

    def test_what_cannot_be_asked_proves_nothing(self):
        stack = self.stack()
        self.assert_refused(stack, env={"DOCKER_HOST": "unix:///nonexistent/docker.sock"})
        # A database elsewhere, or one whose data has no named place.
        override = stack.folder / "docker-compose.override.yml"
        override.write_text("services: {backend: {environment: {DB_HOST: db.example.org}}}\n")
        self.assert_refused(stack, "`db.example.org`, not the Compose service `mysql`")
        override.write_text("services: {mysql: {volumes: !override []}}\n")
        self.assert_refused(stack, "name no place")
        override.unlink()
        self.engine.pause()
        try:
            self.assert_refused(stack)
        finally:
            self.engine.resume()

    def test_a_folder_of_another_machine_cannot_be_looked_at(self):
        address, certificates = self.engine.serve_tls()
        env = {"DOCKER_HOST": address, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(certificates)}
        self.assert_refused(self.stack("unraid", 1), "engine's machine", env=env)
        self.assert_generates(self.stack("base", 2), "no volume `the-logbook_mysql_data`", env=env)


if __name__ == "__main__":
    engines.main()
