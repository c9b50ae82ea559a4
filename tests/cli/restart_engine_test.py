"""restart on false engines: circles and hostile text in labels, containers that vanish, calls that hang or fail."""

import json
import re
import subprocess
import time
import unittest

from hostile_engine_test import FalseEngine, reply
from program import LOGBOOKCTL, ScratchCase, clean_environment, validate

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Restart(ScratchCase):
    def setUp(self):
        super().setUp()
        self.changed = []

    def engine(self, needs, names=None, vanished=(), change=None, state="running"):
        """`needs`: {service: depends_on label}. `change(path)` answers what would change something."""
        services = list(needs)
        ids = {service: f"{i:064x}" for i, service in enumerate(services, 1)}

        def labels(service):
            return {"com.docker.compose.project": "p", "com.docker.compose.service": service, "com.docker.compose.version": "2.26.1",
                    "com.docker.compose.container-number": "1", "com.docker.compose.depends_on": needs[service],
                    "com.docker.compose.project.working_dir": str(self.dir)}

        def answer(path, connection):
            if re.search(r"/(start|stop|restart|kill|rename|exec)(\?|$)", path):
                self.changed.append(path)
                return change(path) if change else reply(status="204 No Content")
            if "/containers/json" in path:
                return reply([{"Id": ids[s], "Names": ["/" + (names or {}).get(s, f"p-{s}-1")], "Image": s, "State": state,
                               "Labels": labels(s)} for s in services])
            for s in services:
                if ids[s] in path and s not in vanished:
                    return reply({"Id": ids[s], "Name": "/" + (names or {}).get(s, f"p-{s}-1"),
                                  "State": {"Status": state, "StartedAt": "2026-11-22T07:00:00Z"}, "HostConfig": {},
                                  "Config": {"Labels": labels(s), "Env": ["DB_PASSWORD=hostile-canary"]}})
            return reply({"message": "no such thing"}, status="404 Not Found")
        return FalseEngine(self.dir, answer)

    def restart(self, *words, seconds=30):
        begun = time.monotonic()
        done = subprocess.run([LOGBOOKCTL, "-H", f"unix://{self.dir}/engine.sock", "-p", "p", "restart", *words],
                              env=clean_environment(), cwd="/", capture_output=True, text=True, timeout=seconds + 60)
        self.assertLess(time.monotonic() - begun, seconds)
        self.assertNotIn("internal error", done.stderr)
        self.assertNotIn("hostile-canary", done.stdout + done.stderr)
        return done

    def test_a_limit_that_is_given_holds_wherever_it_was_given(self):
        """Without one, restart would wait for 45 seconds: also one that equals the other commands' default is one."""
        (self.dir / "logbookctl").mkdir()
        config = self.dir / "logbookctl/config.yaml"
        for words, variables, text in ((["--timeout", "10s"], {}, ""), ([], {"LOGBOOKCTL_TIMEOUT": "1s"}, ""),
                                       ([], {}, "timeout: 1s\n")):
            config.write_text(text or "{}\n")
            config.chmod(0o600)
            with FalseEngine(self.dir, lambda path, connection: time.sleep(25)):
                done = subprocess.run([LOGBOOKCTL, "-H", f"unix://{self.dir}/engine.sock", "-p", "p", "restart", *words],
                                      env=clean_environment(XDG_CONFIG_HOME=str(self.dir), **variables), cwd="/",
                                      capture_output=True, text=True, timeout=20)
            self.assertIn(done.returncode, (3, 124), done.stderr)

    def test_a_circle_is_refused_before_anything_is_touched(self):
        with self.engine({"redis": "frontend:service_started:false", "frontend": "redis:service_started:false"}):
            for words in ((), ("--dry-run",), ("redis",)):
                done = self.restart(*words)
                self.assertEqual(done.returncode, 1)
                self.assertIn("circle: redis → frontend → redis", done.stderr)
        self.assertEqual(self.changed, [])

    def test_hostile_text_reaches_no_terminal(self):
        evil = "x\x1b[2J\x1b]0;owned\x07"
        with self.engine({evil: "", "redis": f"{evil}:service_started:false"}, names={evil: evil}):
            done = self.restart("--dry-run")
            self.assertNotRegex(done.stdout + done.stderr, CONTROL)
            done = self.restart("--dry-run", evil + "y")
            self.assertEqual(done.returncode, 2)
            self.assertNotRegex(done.stdout + done.stderr, CONTROL)

    def test_a_container_that_vanishes_is_left_out(self):
        with self.engine({"redis": "", "frontend": "", "backend": ""}, vanished=("backend", "redis")):
            done = self.restart("--dry-run", "-o", "json")
            document = json.loads(done.stdout)
            validate(document)
            self.assertEqual({s["service"] for s in document["steps"]}, {"frontend"})

    def test_a_backend_without_a_readable_database_is_not_started(self):
        with self.engine({"backend": ""}, state="exited"):
            done = self.restart()
            self.assertEqual(done.returncode, 4, done.stdout + done.stderr)
            self.assertIn("no backend is started", done.stdout)
        self.assertEqual(self.changed, [])

    def test_a_change_that_fails_or_hangs_ends_the_plan(self):
        with self.engine({"frontend": ""}, change=lambda path: reply({"message": "driver failed"}, status="500 Internal Server Error")):
            done = self.restart()
            self.assertEqual(done.returncode, 1)
            self.assertIn("driver failed", done.stdout)
            self.assertIn("go on", done.stdout)
        self.assertEqual(len(self.changed), 1)

        def hang(path):
            time.sleep(60)
        with self.engine({"frontend": ""}, change=hang):
            done = self.restart("--timeout", "2s", seconds=20)
            self.assertEqual(done.returncode, 124, done.stdout + done.stderr)
            self.assertIn("out of time", done.stdout)


if __name__ == "__main__":
    unittest.main()
