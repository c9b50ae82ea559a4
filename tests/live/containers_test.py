"""ps and stats on real stacks of real containers, made by both generations of Compose."""

import json
import re
import signal
import subprocess
import time
import unittest

import engine as engines
from program import LOGBOOKCTL, clean_environment, validate

ROLES = ["database", "cache", "backend", "frontend"]


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.engine = cls.enterClassContext(engines.Engine())

    def run_with(self, *words, env=None, cwd=None, timeout=60):
        return subprocess.run([LOGBOOKCTL, *map(str, words)], cwd=cwd or "/", capture_output=True, text=True,
                              timeout=timeout, env=clean_environment(DOCKER_HOST=self.engine.address, **(env or {})))

    def json_of(self, *words, **options):
        done = self.run_with("-o", "json", *words, **options)
        document = json.loads(done.stdout)
        validate(document)
        return done.returncode, document

    def ids(self):
        return self.engine.docker("ps", "-aq", "--no-trunc").stdout


@engines.needs_engine
class BaseStack(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stack = cls.enterClassContext(engines.Stack(cls.engine, "base", 2))

    def setUp(self):
        self.before = self.ids(), (self.stack.folder / ".env").read_bytes()

    def tearDown(self):
        self.assertEqual((self.ids(), (self.stack.folder / ".env").read_bytes()), self.before, "reading changed something")

    def services(self, *words, code=0, **options):
        returned, document = self.json_of(*words, "ps", **options)
        self.assertEqual(returned, code, document)
        return {s["role"]: s for s in document["services"]}

    def test_all_well(self):
        found = self.services("-C", self.stack.folder)
        self.assertEqual(list(found), ROLES)
        for role, name in self.stack.names.items():
            told = self.engine.inspect(name)
            container = found[role]["container"]
            self.assertEqual((container["name"], container["id"], container["image"], container["state"]),
                             (name, told["Id"], told["Config"]["Image"], "running"))
            self.assertEqual(container["health"], told["State"].get("Health", {}).get("Status", "none"))
            self.assertGreaterEqual(container["uptime_seconds"], 0)
            self.assertEqual(found[role]["service"], self.stack.services[role])
        self.assertIn("local socket only", found["database"]["container"]["health_doubt"])
        self.assertIn("503", found["backend"]["container"]["health_doubt"])
        self.assertIsNone(found["cache"]["container"]["health_doubt"])
        port = int(self.stack.env["BACKEND_PORT"])
        self.assertIn({"host_address": "127.0.0.1", "host_port": port, "container_port": 3001, "protocol": "tcp"},
                      found["backend"]["container"]["ports"])

    def test_in_words_at_any_width_and_without_a_secret(self):
        for width in ("200", "80", "40"):
            for locale in ("C.UTF-8", "C"):
                done = self.run_with("ps", "-C", self.stack.folder, env={"COLUMNS": width, "LANG": locale, "LC_ALL": locale})
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                for word in (*ROLES, *self.stack.names.values(), "healthy", "all 4 services run", "local socket only"):
                    self.assertIn(word, re.sub(r"\n +", " ", done.stdout), done.stdout)
                for name in ("DB_PASSWORD", "MYSQL_ROOT_PASSWORD", "REDIS_PASSWORD", "SECRET_KEY", "ENCRYPTION_KEY"):
                    self.assertNotIn(self.stack.env[name], done.stdout)
                if locale == "C":
                    done.stdout.encode("ascii")

    def test_found_without_its_folder(self):
        self.assertEqual(list(self.services()), ROLES)  # the only one of this engine
        self.assertEqual(list(self.services("-p", "the-logbook")), ROLES)
        self.assertEqual(list(self.services(cwd=self.stack.folder)), ROLES)
        done = self.run_with("-p", "the-logbok", "ps")
        self.assertEqual(done.returncode, 3)
        self.assertIn("nearest: -p the-logbook", done.stderr)

    def test_stopped_and_paused_services_are_not_well(self):
        self.engine.docker("stop", "-t", "1", "intranet-redis")
        self.engine.docker("pause", "intranet-mysql")
        try:
            found = self.services("-C", self.stack.folder, code=1)
            self.assertEqual((found["cache"]["container"]["state"], found["cache"]["well"]), ("exited", False))
            self.assertEqual((found["database"]["container"]["state"], found["database"]["well"]), ("paused", False))
            self.assertTrue(found["frontend"]["well"])
            words = self.run_with("ps", "-C", self.stack.folder).stdout
            self.assertIn("2 of 4 services run · logbookctl doctor", words)
            code, document = self.json_of("stats", "-C", self.stack.folder)
            usage = {s["role"]: s["usage"] for s in document["services"]}
            self.assertIsNone(usage["cache"])
            self.assertIsNotNone(usage["frontend"])
        finally:
            self.engine.docker("unpause", "intranet-mysql")
            self.engine.docker("start", "intranet-redis")
            for role in ("database", "cache", "backend"):
                self.engine.wait_for(self.stack.names[role], "healthy")

    def test_stats_agree_with_the_docker_program(self):
        """A health check's own process comes and goes, and a server's threads too, so what the other program saw is held
        against our readings before and after it; a formula of ours that is wrong is wrong in every round."""
        def ours():
            code, document = self.json_of("stats", "-C", self.stack.folder)
            self.assertEqual(code, 0)
            self.assertEqual([s["role"] for s in document["services"]], ROLES)
            return document["services"]

        def differences():
            before = ours()
            told = [json.loads(self.engine.docker("stats", "--no-stream", "--format", "{{json .}}", service["container"]).stdout)
                    for service in before]
            for first, their, last in zip(before, told, ours()):
                used, limit = their["MemUsage"].split(" / ")
                # The docker program shows two digits after the point.
                self.assertAlmostEqual(first["usage"]["memory_limit_bytes"] / in_bytes(limit), 1, places=3)
                for name, theirs, slack in (("memory_bytes", in_bytes(used), 0.1 * in_bytes(used) + (4 << 20)),
                                            ("processes", int(their["PIDs"]), 5)):
                    least, most = sorted((first["usage"][name], last["usage"][name]))
                    if not least - slack <= theirs <= most + slack:
                        yield first["role"], name, least, most, theirs

        found = []
        for _ in range(4):
            found = list(differences())
            if not found:
                return
        self.fail(found)

    def test_stats_watch_goes_on_until_interrupted(self):
        process = subprocess.Popen([LOGBOOKCTL, "-o", "json", "stats", "--watch", "-C", self.stack.folder], text=True,
                                   stdout=subprocess.PIPE, env=clean_environment(DOCKER_HOST=self.engine.address))
        try:
            for _ in range(2):
                document = json.loads(process.stdout.readline())
                validate(document)
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(20), 130)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()

    def test_an_engine_that_hangs_costs_its_deadline(self):
        self.engine.pause()
        try:
            begun = time.monotonic()
            done = self.run_with("ps", "-C", self.stack.folder, "--timeout", "2s")
            self.assertLess(time.monotonic() - begun, 10)
            self.assertIn(done.returncode, (3, 124))
            self.assertIn("engine", done.stderr)
        finally:
            self.engine.resume()


def in_bytes(text):
    number, unit = re.fullmatch(r"([\d.]+)([A-Za-z]+)", text).groups()
    return float(number) * {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}[unit]


@engines.needs_engine
class Shapes(Case):
    def tearDown(self):
        self.engine.clean()

    def test_unraid_by_compose_1(self):
        with engines.Stack(self.engine, "unraid", 1) as stack:
            code, document = self.json_of("ps", "-C", stack.folder)
            self.assertEqual(code, 0, document)
            self.assertEqual({s["role"]: s["container"]["name"] for s in document["services"]}, stack.names)
            self.assertEqual(next(s["service"] for s in document["services"] if s["role"] == "database"), "db")

    def test_two_deployments_are_asked_about_and_a_missing_service_is_named(self):
        with engines.Stack(self.engine, "base", 2) as one:
            self.engine.docker("rm", "-f", "intranet-frontend")
            code, document = self.json_of("ps", "-C", one.folder)
            self.assertEqual(code, 1)
            missing = next(s for s in document["services"] if s["service"] == "frontend")
            self.assertIsNone(missing["container"])
            self.assertIn("docker compose up -d --no-deps frontend", self.run_with("ps", "-C", one.folder).stdout)
            labels = ["--label", "com.docker.compose.project=second", "--label", "com.docker.compose.project.working_dir=/srv/x"]
            for service in ("backend", "redis"):
                self.engine.docker("create", *labels, "--label", f"com.docker.compose.service={service}", "--name",
                                   f"second-{service}-1", "redis:7-alpine")
            done = self.run_with("ps")
            self.assertEqual(done.returncode, 3)
            self.assertIn("2 deployments", done.stderr)
            for choice in ("-p the-logbook", "-p second"):
                self.assertIn(choice, done.stderr)
            one.compose("down", "-t", "1")
            code, document = self.json_of("ps", "-C", one.folder)  # after `down` the files still say what belongs to it
            self.assertEqual((code, [s["container"] for s in document["services"]]), (1, [None] * 4))


class NoEngine(unittest.TestCase):
    def test_a_stopped_engine_is_named_with_the_next_step(self):
        for command in ("ps", "stats"):
            done = subprocess.run([LOGBOOKCTL, "-H", "unix:///nonexistent/docker.sock", command], capture_output=True,
                                  text=True, timeout=30, env=clean_environment())
            self.assertEqual(done.returncode, 3)
            self.assertIn("unix:///nonexistent/docker.sock", done.stderr)
            self.assertIn("next:", done.stderr)


if __name__ == "__main__":
    engines.main()
