"""Our own reading of Compose files against Compose's: for every case both must see the same services, with the same
environment, needs, ports and mounts. The law is Compose v2 (support/compose_v2.sh)."""

import json
import os
import pathlib
import subprocess
import unittest

import program

PROBE = os.environ.get("COMPOSE_PROBE", "")
SUPPORT = pathlib.Path(__file__).parents[1] / "support"

# The shape of the application's base stack, its production overlay, and the Unraid stack.
BASE = """
services:
  mysql:
    image: mysql:8.0
    container_name: intranet-mysql
    restart: unless-stopped
    environment:
      MYSQL_ROOT_PASSWORD: ${MYSQL_ROOT_PASSWORD:?set it}
      MYSQL_DATABASE: ${DB_NAME:-intranet_db}
      TZ: ${TZ:-America/New_York}
    volumes: ["mysql_data:/var/lib/mysql"]
    healthcheck: {test: ["CMD", "sh", "/healthcheck.sh"], interval: 10s, retries: 30}
    deploy: {resources: {limits: {memory: 1024M}}}
    networks: [intranet-network]
  redis:
    image: redis:7-alpine
    container_name: intranet-redis
    command: ["redis-server", "--requirepass", "${REDIS_PASSWORD}"]
    volumes:
      - redis_data:/data
    networks: [intranet-network]
  backend:
    build: {context: ./backend, target: development}
    container_name: intranet-backend
    ports:
      - "${BACKEND_PORT:-3001}:3001"
    environment:
      - ENVIRONMENT=${ENVIRONMENT:-development}
      - DB_HOST=mysql
      - DB_PASSWORD=${DB_PASSWORD}
      - EMPTY=
      - PASSED
      - NOT_SET_ANYWHERE
    volumes:
      - ./backend:/app
      - uploads:/app/uploads
      - ${SSL_CERTS_DIR:-./infrastructure/certs}:/etc/ssl/logbook:ro
    depends_on:
      mysql: {condition: service_healthy}
      redis: {condition: service_healthy}
    networks: [intranet-network]
  frontend:
    image: nginx
    ports: ["127.0.0.1:${FRONTEND_PORT:-3000}:80", "8443:443/tcp", "5353:53/udp"]
    depends_on: [backend]
    networks: [intranet-network]
  mailhog:
    image: mailhog
    profiles: [development]
    ports: ["127.0.0.1:1025:1025"]
volumes: {mysql_data: , redis_data: , uploads: {name: shared_uploads}}
networks: {intranet-network: {driver: bridge}}
"""
PRODUCTION = """
services:
  mysql:
    environment: [MYSQL_DATABASE=other, ADDED=1]
  backend:
    ports: !reset []
    environment:
      ENVIRONMENT: production
      DEBUG: "false"
    command: uvicorn main:app --workers 1
    volumes: !override
      - uploads:/app/uploads
      - backups:/backups
  backup:
    image: mysql:8.0
    depends_on: [mysql]
volumes: {backups: }
"""
ENV = "DB_PASSWORD=p$$w\nMYSQL_ROOT_PASSWORD='r$x'\nREDIS_PASSWORD=\"q\"\nPASSED=through\n"

CASES = {
    "the base stack": ({"docker-compose.yml": BASE, ".env": ENV}, {}),
    "the shell wins over .env": ({"docker-compose.yml": BASE, ".env": ENV}, {"DB_PASSWORD": "shell", "BACKEND_PORT": "9"}),
    "a profile": ({"docker-compose.yml": BASE, ".env": ENV + "COMPOSE_PROFILES=development\n"}, {}),
    "all profiles": ({"docker-compose.yml": BASE, ".env": ENV}, {"COMPOSE_PROFILES": "*"}),
    "the production overlay": ({"docker-compose.yml": BASE, "docker-compose.prod.yml": PRODUCTION, ".env": ENV +
                                "COMPOSE_FILE=docker-compose.yml:docker-compose.prod.yml\n"}, {}),
    "an override file": ({"docker-compose.yml": BASE, "docker-compose.override.yml": PRODUCTION, ".env": ENV}, {}),
    "compose.yaml before docker-compose.yml": ({"compose.yaml": "services: {a: {image: x}}", ".env": "",
                                                "docker-compose.yml": "services: {b: {image: x}}"}, {}),
    "a name in the file": ({"compose.yml": "name: from-file\nservices: {a: {image: x}}", ".env": ""}, {}),
    "a name in .env": ({"compose.yml": "name: from-file\nservices: {a: {image: x}}",
                        ".env": "COMPOSE_PROJECT_NAME=from-env\n"}, {}),
    "merge keys": ({"compose.yml": "x-a: &a {restart: always, environment: {A: 1, B: two}}\n"
                    "services: {a: {<<: *a, image: x}, b: {<<: *a, image: y, restart: 'no'}}", ".env": ""}, {}),
    "env_file beneath environment": ({"compose.yml": "services: {a: {image: x, env_file: [one.env, {path: none.env, "
                                      "required: false}], environment: {B: mine}}}", ".env": "Z=outer\n",
                                      "one.env": "A=1\nB=theirs\nC=${Z}\nexport D='q r'\n"}, {}),
    "dollars": ({"compose.yml": "services: {a: {image: x, environment: {A: 'a$$b', B: '${V}', C: '$${V}', "
                 "D: '${U:-d}${V:+e}'}}}", ".env": "V=v$$w\n"}, {}),
    "kinds of values": ({"compose.yml": "services: {a: {image: x, environment: {A: true, B: 12, C: ~, D: '', E: \"null\","
                         " F: yes}}}", ".env": ""}, {}),
    "long ports and mounts": ({"compose.yml": "services:\n a:\n  image: x\n  ports: [{target: 80, published: '8080', "
                               "host_ip: 127.0.0.1}, '9000', '[::1]:81:81', '7000-7001:70']\n  volumes: [{type: volume, source: v, target: "
                               "/v}, {type: bind, source: /tmp, target: /t, read_only: true}, /anonymous]\nvolumes: {v: }",
                               ".env": ""}, {}),
    "overlays of lists": ({"compose.yml": "services: {a: {image: x, ports: ['1:1', '2:2'], volumes: ['one:/a', 'two:/b'], "
                           "depends_on: [b]}, b: {image: y}}\nvolumes: {one: , two: , three: }",
                           "compose.override.yml": "services: {a: {ports: ['2:2', '3:3'], volumes: ['three:/a'], depends_on: "
                           "{b: {condition: service_healthy}}}}", ".env": ""}, {}),
    "healthchecks": ({"compose.yml": "services: {a: {image: x, healthcheck: {test: [CMD, a], interval: 5s}}, "
                      "b: {image: x, healthcheck: {disable: true}}, c: {image: x}}", ".env": ""}, {}),
    "memory": ({"compose.yml": "services: {a: {image: x, mem_limit: 768m}, b: {image: x, deploy: {resources: {limits: "
                "{memory: 1.5G}}}}}", ".env": ""}, {}),
    "labels and resets of one name": ({"compose.yml": "services: {a: {image: x, environment: {A: 1, B: 2}, restart: always}}",
                                       "compose.override.yml": "services: {a: {environment: {A: !reset null}, restart: !reset null}}",
                                       ".env": ""}, {}),
}


def normal(document):
    """Compose's JSON in the probe's shape."""
    def port(p):
        return {"host_ip": p.get("host_ip", ""), "published": str(p.get("published", "")), "target": p["target"],
                "protocol": p.get("protocol", "tcp")}

    def service(s):
        limits = s.get("deploy", {}).get("resources", {}).get("limits", {})
        check = s.get("healthcheck")
        return {"image": s.get("image", ""), "built": "build" in s, "container_name": s.get("container_name", ""),
                "restart": s.get("restart", ""),
                "environment": {k: None if v is None else v.replace("$$", "$")
                                for k, v in (s.get("environment") or {}).items()},
                "depends_on": {k: v["condition"] for k, v in s.get("depends_on", {}).items()},
                "ports": [port(p) for p in s.get("ports", [])],
                "mounts": [{"type": m["type"], "source": m.get("source", ""), "target": m["target"]}
                           for m in s.get("volumes", [])],
                "healthcheck": bool(check) and not check.get("disable", False),
                "memory": int(limits.get("memory", s.get("mem_limit", 0)))}
    return {"project": document["name"], "services": {k: service(v) for k, v in document["services"].items()}}


def comparable(model, folder):
    """Without what both may spell differently: the order of lists, paths relative or absolute, names of volumes."""
    for service in model["services"].values():
        service["ports"] = sorted(service["ports"], key=json.dumps)
        for mount in service["mounts"]:
            if mount["type"] == "bind":
                mount["source"] = os.path.normpath(os.path.join(folder, mount["source"]))
        service["mounts"] = sorted(service["mounts"], key=json.dumps)
    return {"project": model["project"], "services": model["services"]}


class AgainstCompose(program.ScratchCase):
    @classmethod
    def setUpClass(cls):
        done = subprocess.run(["sh", SUPPORT / "compose_v2.sh"], capture_output=True, text=True)
        if done.returncode != 0:
            raise unittest.SkipTest("Compose v2 cannot be had: " + done.stderr.strip())
        cls.compose = done.stdout.strip()

    def probe(self, folder, environment, *words):
        done = subprocess.run([PROBE, folder, *words], env=program.clean_environment(**environment),
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_both_see_the_same(self):
        for number, (what, (files, environment)) in enumerate(CASES.items()):
            with self.subTest(what):
                folder = self.dir / f"case{number}"
                folder.mkdir()
                for name, text in files.items():
                    (folder / name).write_text(text)
                done = subprocess.run([self.compose, "config", "--format", "json"], cwd=folder, capture_output=True,
                                      text=True, env=program.clean_environment(**environment))
                self.assertEqual(done.returncode, 0, done.stderr)
                theirs = comparable(normal(json.loads(done.stdout)), folder)
                own = self.probe(folder, environment)
                self.assertEqual((own["read_by"], own["problems"]), ("logbookctl", []))
                self.assertEqual(comparable(own, folder), theirs)
                through = self.probe(folder, environment, self.compose)
                self.assertNotEqual(through["read_by"], "logbookctl", through["problems"])
                self.assertEqual(comparable(through, folder), theirs)

    def test_a_refusal_of_compose_is_told_and_our_reading_stands_in(self):
        self.write("compose.yml", "services: {a: {image: x, nonsense: 1}}")
        self.write(".env", "")
        read = self.probe(self.dir, {}, self.compose)
        self.assertEqual(read["read_by"], "logbookctl")
        self.assertIn("refuses the files", read["problems"][0])
        self.assertEqual(list(read["services"]), ["a"])


class OurOwn(program.ScratchCase):
    def test_what_only_compose_follows_is_told(self):
        self.write("compose.yml", "include: [other.yml]\nservices: {a: {extends: {service: b}}, b: {image: '${X:?say it}'}}")
        done = subprocess.run([PROBE, self.dir], capture_output=True, text=True, env=program.clean_environment())
        problems = " ".join(json.loads(done.stdout)["problems"])
        for word in ("`include`", "`extends`", "X"):
            self.assertIn(word, problems)


if __name__ == "__main__":
    unittest.main()
