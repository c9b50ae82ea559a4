"""`health --url` against a real nginx with real certificates, in front of a real stack: for each way in which a public
face fails, the layer's state, a sentence that names the cause, and a next step that can be pasted."""

import os
import re
import signal
import tempfile
import time
import unittest

from nginx import Authority, Nginx
from ports import free_port
from program import ScratchCase, run, run_json
from sandbox import Sandbox

DAY = 86400


def tls(port, lines, inside):
    return f"server {{\nlisten 127.0.0.1:{port} ssl;\nserver_name localhost;\n{lines}\n{inside}\n}}\n"


def plain(port, inside):
    return f"server {{\nlisten 127.0.0.1:{port};\n{inside}\n}}\n"


class Faces(ScratchCase):
    @classmethod
    def setUpClass(cls):
        cls.box = Sandbox().__enter__()
        cls.addClassCleanup(cls.box.__exit__, None, None, None)
        scratch = tempfile.TemporaryDirectory(prefix="logbook-tls-")
        cls.addClassCleanup(scratch.cleanup)
        ca = cls.authority = Authority(scratch.name)
        ca.leaf("good")
        ca.leaf("ended", start=-30, end=-2)
        ca.leaf("ending", end=5)
        ca.leaf("early", start=3, end=60)
        ca.leaf("elsewhere", names="DNS:other.test,DNS:*.third.test")
        ca.self_signed("own")
        cls.backend = cls.box.port("backend")
        cls.ports = {name: free_port() for name in (
            "good", "ended", "ending", "early", "elsewhere", "own", "alone", "rooted", "to_https", "circle", "ring_a",
            "away", "no_host", "down", "empty", "hung", "html", "plain", "no_tls", "downgrade")}
        p = cls.ports
        passes = f"location / {{ proxy_pass http://127.0.0.1:{cls.backend}; proxy_read_timeout 1s; }}"
        good = ca.lines("good-chain", "good")
        (ca.folder / "rooted.pem").write_text((ca.folder / "good-chain.pem").read_text() + ca.root.read_text())
        nobody = free_port()
        servers = "".join(tls(p[name], ca.lines(f"{name}-chain", name), passes)
                          for name in ("good", "ended", "ending", "early", "elsewhere"))
        servers += tls(p["own"], ca.lines("own", "own"), passes)
        servers += tls(p["alone"], ca.lines("good", "good"), passes)
        servers += tls(p["rooted"], ca.lines("rooted", "good"), passes)
        servers += plain(p["to_https"], f"return 301 https://localhost:{p['good']}$request_uri;")
        servers += tls(p["circle"], good, "return 301 https://$http_host$request_uri;")
        servers += tls(p["ring_a"], good, f"return 302 http://localhost:{p['plain']}/ring;")
        servers += tls(p["away"], good, f"return 302 https://localhost:{p['good']}$request_uri;")
        servers += tls(p["downgrade"], good, f"return 302 http://localhost:{p['plain']}/health;")
        servers += tls(p["no_host"], good, "default_type text/plain; return 400 'Invalid host header';")
        servers += tls(p["down"], good, f"location / {{ proxy_pass http://127.0.0.1:{nobody}; }}")
        servers += tls(p["empty"], good, "return 503;")
        servers += tls(p["hung"], good, passes)
        servers += tls(p["html"], good, "default_type text/html; return 200 '<!doctype html><title>The Logbook</title>';")
        servers += plain(p["plain"], f"location = /ring {{ return 302 https://localhost:{p['ring_a']}/health; }}\n{passes}")
        cls.front = Nginx(servers).__enter__()
        cls.addClassCleanup(cls.front.__exit__, None, None, None)

    def ask(self, name, scheme="https", host="localhost", trusted=True, **more):
        """(exit code, the public layer, the whole document); the table says the same."""
        self.url = f"{scheme}://{host}:{self.ports[name]}"
        env = {"SSL_CERT_FILE": str(self.authority.root)} if trusted else {}
        self.options = {"cwd": self.dir, "env": env, **more}
        done, document = run_json("health", "--url", self.url, **self.options)
        layer = document["layers"][0]
        self.assertEqual(layer["layer"], "public")
        table = run("health", "--url", self.url, **self.options)
        self.assertEqual(table.returncode, done.returncode, table.stdout)
        for step in layer["next"]:
            if step["command"]:
                self.assertIn(step["command"], table.stdout, "a command was broken or left out")
        return done.returncode, layer, document

    def fails(self, name, state, words, command, verdict="unhealthy", nagios=2, **more):
        code, layer, document = self.ask(name, **more)
        self.assertEqual((code, layer["state"], document["verdict"]), (1, state, verdict), layer)
        self.assertRegex(layer["said"], words)
        commands = [step["command"] for step in layer["next"]]
        self.assertTrue(any(re.search(command, c) for c in commands), commands)
        monitor = run("health", "--nagios", "--url", self.url, **self.options)
        self.assertEqual(monitor.returncode, nagios, monitor.stdout)
        return layer

    def test_healthy_chain(self):
        for host in ("localhost", "127.0.0.1"):
            code, layer, document = self.ask("good", host=host)
            self.assertEqual((code, layer["state"], layer["next"]), (0, "healthy", []), layer)
            self.assertIn(layer["certificate_days_left"], (59, 60))
            self.assertGreaterEqual(layer["timings_ms"]["tls"], 0)
            self.assertEqual(document["verdict"], "healthy")
        # A page's address, or a slash at the end, means the same site.
        for tail in ("/", "/health", "/login?next=1"):
            done, document = run_json("health", "--url", self.url + tail, **self.options)
            self.assertEqual((done.returncode, document["layers"][0]["how"]), (0, self.url + "/health"))

    def test_address_from_allowed_origins(self):
        self.write(".env", f"ALLOWED_ORIGINS=http://localhost:1,https://localhost:{self.ports['good']}\n")
        done, document = run_json("health", "--url", cwd=self.dir, env={"SSL_CERT_FILE": str(self.authority.root)})
        self.assertEqual((done.returncode, document["layers"][0]["state"]), (0, "healthy"))
        self.write(".env", "ALLOWED_ORIGINS=http://localhost:1\n")
        done = run("health", "--url", cwd=self.dir)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("ALLOWED_ORIGINS", done.stderr)

    def test_ended(self):
        day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 2 * DAY))
        layer = self.fails("ended", "untrusted", rf"certificate of logbook\.test ended on {day}T.*browsers refuse",
                           "^sudo certbot renew$")
        self.assertIn(layer["certificate_days_left"], (-2, -1))

    def test_ends_soon(self):
        layer = self.fails("ending", "degraded", r"ends in 4 d \d+ h, on \d{4}-", "^sudo certbot renew$",
                           verdict="degraded", nagios=1)
        self.assertEqual(layer["certificate_days_left"], 4)

    def test_not_yet_good(self):
        self.fails("early", "untrusted", r"good only from \d{4}-.* clock says \d{4}-", "^timedatectl$")

    def test_wrong_name(self):
        layer = self.fails("elsewhere", "untrusted", r"is for other\.test, \*\.third\.test, not for localhost",
                           "^sudo certbot certificates$")
        self.assertTrue(any("server_name localhost;" in s["text"] for s in layer["next"]))

    def test_self_signed(self):
        self.fails("own", "untrusted", "self-signed", "^sudo certbot --nginx -d localhost$")

    def test_unknown_authority(self):
        layer = self.fails("good", "untrusted", "ends at Station Intermediate, whose issuer Station Root is missing or not "
                           "trusted", "^SSL_CERT_FILE=", trusted=False)
        self.assertIn(layer["certificate_days_left"], (59, 60))
        self.fails("rooted", "untrusted", "authority Station Root, which this machine does not trust", "^SSL_CERT_FILE=",
                   trusted=False)

    def test_incomplete_chain(self):
        self.fails("alone", "untrusted", "own certificate alone: the intermediate certificate Station Intermediate is "
                   "missing", r"^ssl_certificate /etc/letsencrypt/live/localhost/fullchain\.pem;$")

    def test_no_tls_at_all(self):
        layer = self.fails("plain", "foreign", rf"listen {self.ports['plain']} ssl;", ".")
        self.assertIsNone(layer["certificate_days_left"])

    def test_unreadable_authorities_are_not_the_sites_fault(self):
        done, document = run_json("health", "--url", f"https://localhost:{self.ports['good']}", cwd=self.dir,
                                  env={"SSL_CERT_FILE": str(self.dir / "none.pem")})
        layer = document["layers"][0]
        self.assertEqual((done.returncode, layer["state"]), (3, "unreachable"), layer)
        self.assertIn("none.pem", layer["said"])
        self.assertIn("SSL_CERT_FILE", layer["next"][0]["text"])

    def test_folder_of_authorities(self):
        folder = self.dir / "trusted"
        folder.mkdir()
        (folder / "root.pem").write_text(self.authority.root.read_text())
        import subprocess
        subprocess.run(["openssl", "rehash", folder], check=True, capture_output=True)
        code, layer, _ = self.ask("good", env={"SSL_CERT_DIR": str(folder)})
        self.assertEqual((code, layer["state"]), (0, "healthy"), layer)

    def test_plain_http_leads_to_https(self):
        code, layer, document = self.ask("to_https", scheme="http")
        self.assertEqual((code, layer["state"]), (0, "healthy"), document)
        self.assertEqual(layer["how"], f"https://localhost:{self.ports['good']}/health")
        second = document["layers"][1]
        self.assertEqual((second["layer"], second["state"]), ("plain http", "healthy"))
        self.assertIn(f"301 to https://localhost:{self.ports['good']}/", second["said"])

    def test_sent_elsewhere(self):
        self.fails("away", "redirect", rf"HTTP 302 to https://localhost:{self.ports['good']}/health, which is healthy",
                   r"^location = /health \{ proxy_pass http://127\.0\.0\.1:\d+; \}$", verdict="degraded", nagios=1)
        self.fails("downgrade", "redirect", rf"HTTP 302 to http://localhost:{self.ports['plain']}/health",
                   "^location = /health", verdict="degraded", nagios=1)

    def test_circle(self):
        for name, way in (("circle", rf"https://localhost:{self.ports['circle']}/health$"),
                          ("ring_a", rf"http://localhost:{self.ports['plain']}/ring → https://localhost:"
                                     rf"{self.ports['ring_a']}/health$")):
            self.fails(name, "redirect_loop", "in a circle: .*" + way, r"X-Forwarded-Proto \$scheme;$")

    def test_host_not_accepted(self):
        layer = self.fails("no_host", "bad_host", "Invalid host header.*does not accept the name",
                           rf"^ALLOWED_ORIGINS=https://localhost:{self.ports['no_host']}$")
        self.assertIn("logbookctl explain config.hosts", [s["command"] for s in layer["next"]])

    def test_backend_down(self):
        self.fails("down", "bad_gateway", "HTTP 502: the proxy in front is up, and nobody behind it", "^logbookctl doctor$")

    def test_nobody_to_pass_to(self):
        self.fails("empty", "bad_gateway", "HTTP 503: the proxy in front is up", "^logbookctl doctor$")

    def test_backend_hung(self):
        self.box.signal("backend", signal.SIGSTOP)
        try:
            self.fails("hung", "bad_gateway", "HTTP 504: .* does not answer in time", "^logbookctl doctor$")
        finally:
            self.box.signal("backend", signal.SIGCONT)
        self.assertEqual(self.ask("hung")[0], 0)

    def test_html(self):
        self.fails("html", "foreign", "HTTP 200 with text/html: <!doctype html>", r"^location = /health \{ proxy_pass")

    def test_nobody_listens(self):
        self.ports["none"] = free_port()
        self.fails("none", "refused", "does not accept connections", rf"^sudo ss -ltnp 'sport = :{self.ports['none']}'$")


class Frontend(ScratchCase):
    """A real nginx as the frontend's container has it: /api and /health are passed on, /docs is not."""

    def setUp(self):
        super().setUp()
        self.box = Sandbox().__enter__()
        self.addCleanup(self.box.__exit__, None, None, None)
        self.port = free_port()
        front = Nginx(plain(self.port, f"location /health {{ proxy_pass http://127.0.0.1:{self.box.port('backend')}; "
                                       "proxy_read_timeout 1s; }\nlocation / { return 404; }")).__enter__()
        self.addCleanup(front.__exit__)
        with self.box.env_path.open("a") as env:
            env.write(f"FRONTEND_PORT={self.port}\n")

    def layers(self, *options):
        done, document = run_json("health", "-C", self.box.folder, *options)
        return done.returncode, {layer["layer"]: layer for layer in document["layers"]}, document

    def test_frontend(self):
        code, layers, _ = self.layers()
        self.assertEqual((code, layers["frontend"]["state"]), (0, "healthy"), layers)
        self.assertEqual(layers["frontend"]["how"], f"http://127.0.0.1:{self.port}/health")
        done, document = run_json("doctor", "-C", self.box.folder)
        self.assertEqual(done.returncode, 0, document)
        proxy = next(f for f in document["findings"] if f["check"] == "frontend.proxy")
        self.assertEqual(proxy["outcome"], "pass")

        _, _, document = self.layers("--docs")
        docs = next(l for l in document["layers"] if l["how"] == f"http://127.0.0.1:{self.port}/docs")
        self.assertEqual((docs["state"], docs["judged"]), ("absent", False))
        self.assertRegex(docs["said"], "404: the frontend does not pass it on; ask the backend's own port")

        os.kill(self.box.pid("backend"), signal.SIGSTOP)
        try:
            code, layers, _ = self.layers("--timeout", "4s")
            self.assertEqual((code, layers["backend"]["state"], layers["frontend"]["state"]), (1, "silent", "bad_gateway"))
            self.assertIn("504", layers["frontend"]["said"])
        finally:
            os.kill(self.box.pid("backend"), signal.SIGCONT)

        os.kill(self.box.pid("backend"), signal.SIGTERM)
        end = time.monotonic() + 20
        while (found := self.layers())[1]["backend"]["state"] != "refused" and time.monotonic() < end:
            time.sleep(0.1)
        code, layers, _ = found
        self.assertEqual((code, layers["backend"]["state"], layers["frontend"]["state"]), (1, "refused", "bad_gateway"))
        self.assertIn("502", layers["frontend"]["said"])
        self.assertIn("logbookctl doctor", [s["command"] for s in layers["frontend"]["next"]])
        done, document = run_json("doctor", "-C", self.box.folder)
        self.assertEqual(done.returncode, 1)
        proxy = next(f for f in document["findings"] if f["check"] == "frontend.proxy")
        self.assertEqual(proxy["outcome"], "fail")
        self.assertEqual(document["roots"], ["backend.port"])
        root = next(f for f in document["findings"] if f["check"] == "backend.port")
        self.assertIn("frontend.proxy", root["explains"])


if __name__ == "__main__":
    unittest.main()
