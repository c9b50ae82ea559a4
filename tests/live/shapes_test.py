"""The deployment is found and judged in its other shapes: the production overlay, whose backend publishes no port, and
containers that Compose named itself, by both generations."""

import json
import re
import subprocess
import unittest

import engine as engines
from program import LOGBOOKCTL, clean_environment, validate

OVERLAY = """
services:
  mysql: {ports: !reset []}
  backend:
    ports: !reset []
    environment: {ENVIRONMENT: production, DEBUG: "false", ENABLE_DOCS: "false", SECURITY_ENFORCE_HTTPS: "true",
                  SECURITY_REQUIRE_TLS: "false"}
  frontend:
    ports: !override ["127.0.0.1:${FRONTEND_PORT:-3000}:80"]
"""


@engines.needs_engine
class Shapes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.engine = cls.enterClassContext(engines.Engine())

    def tearDown(self):
        self.engine.clean()

    def json_of(self, stack, *words, code=0, env=None):
        done = subprocess.run([LOGBOOKCTL, "-C", stack.folder, "-o", "json", *words], cwd="/", capture_output=True, text=True,
                              timeout=60, env=clean_environment(**(env or {"DOCKER_HOST": self.engine.address})))
        document = json.loads(done.stdout)
        validate(document)
        self.assertEqual(done.returncode, code, document)
        return document

    def found(self, stack):
        services = self.json_of(stack, "ps")["services"]
        return {s["role"]: s["container"]["name"] for s in services}

    def assert_healthy(self, stack):
        self.assertEqual(self.found(stack), stack.names)
        document = self.json_of(stack, "doctor", "--timeout", "20s")
        self.assertEqual((document["verdict"], document["roots"]), ("healthy", []), document)
        plan = self.json_of(stack, "restart", "--dry-run")
        self.assertEqual((plan["outcome"], plan["stale"], plan["refusal"]), ("planned", [], None))

    def test_the_production_overlay(self):
        stack = engines.Stack(self.engine, "base", 2, COMPOSE_FILE="docker-compose.yml:docker-compose.production.yml",
                              ALLOWED_ORIGINS="https://logbook.example.org")
        (stack.folder / "docker-compose.production.yml").write_text(OVERLAY)
        with stack:
            self.assert_healthy(stack)
            checked = self.json_of(stack, "config", "check")
            self.assertEqual(checked["environment"], "production")
            layers = {layer["layer"]: layer for layer in self.json_of(stack, "health")["layers"]}
            self.assertEqual(layers["backend"]["state"], "healthy")
            self.assertRegex(layers["backend"]["how"], r"http://10\.214\.\d+\.\d+:3001/health")
            self.no_way_over_the_network(stack)

    def no_way_over_the_network(self, stack):
        """An engine on another machine, or a rootless one: neither a port nor an address of the backend is to be had."""
        address, certificates = self.engine.serve_tls()
        for role in ("database", "cache", "backend"):
            self.engine.wait_for(stack.names[role], "healthy")
        # Code of the application beside which the client runs must not be imported.
        self.engine.docker("exec", "-u", "0", stack.names["backend"], "sh", "-c", "echo 'import nowhere' > http.py")
        far = {"DOCKER_HOST": address, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(certificates)}
        backend = self.json_of(stack, "health", env=far)["layers"][0]
        self.assertEqual((backend["state"], backend["how"]),
                         ("healthy", "http://127.0.0.1:3001/health inside intranet-backend"), backend)
        pages = {layer["how"]: layer["said"] for layer in self.json_of(stack, "health", "--docs", env=far)["layers"]}
        self.assertIn("ENABLE_DOCS=false", pages["http://127.0.0.1:3001/docs inside intranet-backend"])
        document = self.json_of(stack, "doctor", "--timeout", "30s", env=far)
        self.assertEqual((document["verdict"], document["roots"]), ("healthy", []), document)

    def named_by_compose(self, generation, sign):
        stack = engines.Stack(self.engine, "base", generation)
        path = stack.folder / "docker-compose.yml"
        path.write_text(re.sub(r"(?m)^    container_name: .*\n", "", path.read_text()))
        stack.names = {role: f"the-logbook{sign}{service}{sign}1" for role, service in stack.services.items()}
        with stack:
            self.assert_healthy(stack)
            logs = self.json_of(stack, "logs", "show", "-s", "backend", "--tail", "1", code=0)
            self.assertTrue(logs)

    def test_names_of_compose_2(self):
        self.named_by_compose(2, "-")

    def test_names_of_compose_1(self):
        self.named_by_compose(1, "_")


if __name__ == "__main__":
    engines.main()
