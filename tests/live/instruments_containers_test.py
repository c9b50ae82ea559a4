"""The instruments on a deployment of containers: clients by their containers' names, logins from the containers' own
environment, and the same answers through a client inside where no address leads to the server."""

import json
import subprocess
import unittest

import engine as engines
import sqlload
from program import LOGBOOKCTL, validate

# In the backend's container: the first connection keeps a row locked, the second one waits for it.
HOLD = """
import os, threading, time, pymysql
def connect():
    return pymysql.connect(host=os.environ["DB_HOST"], user=os.environ["DB_USER"], password=os.environ["DB_PASSWORD"],
                           database=os.environ["DB_NAME"], autocommit=False)
first, second = connect(), connect()
first.cursor().execute("CREATE TABLE IF NOT EXISTS held (id INT PRIMARY KEY, note VARCHAR(80))")
first.cursor().execute("REPLACE INTO held VALUES (1, 'a')")
first.commit()
first.cursor().execute("UPDATE held SET note = 'geheim1' WHERE id = 1")
threading.Thread(target=lambda: second.cursor().execute("UPDATE held SET note = 'geheim2' WHERE id = 1"), daemon=True).start()
time.sleep(120)
"""


@engines.needs_engine
class Instruments(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.engine = cls.enterClassContext(engines.Engine())
        cls.stack = cls.enterClassContext(engines.Stack(cls.engine))

    def ask(self, *words, program=()):
        """Asked from another folder, so that only the engine tells."""
        done = subprocess.run([*program, LOGBOOKCTL, *words], cwd="/", text=True, capture_output=True, timeout=60,
                              env=self.engine.environment())
        for secret in ("DB_PASSWORD", "MYSQL_ROOT_PASSWORD", "REDIS_PASSWORD"):
            self.assertNotIn(self.stack.env[secret], done.stdout + done.stderr)
        return done

    def ask_json(self, *words, program=()):
        done = self.ask("-o", "json", *words, program=program)
        document = json.loads(done.stdout)
        validate(document)
        return done, document

    def test_1_who_blocks_is_named_by_its_container_and_ended_through_a_client_inside(self):
        backend = self.stack.names["backend"]
        self.engine.docker("exec", "-d", backend, "python3", "-c", HOLD)
        ways = {}
        for name, program in (("outside", ()), ("inside", ("unshare", "-n"))):
            def blocked():
                done, document = self.ask_json("mysql", "locks", "--over", "0s", program=program)
                self.assertIn(done.returncode, (0, 1), done.stderr)
                return document if document["waiters"] else None
            ways[name] = sqlload.until(blocked, every=0.3, seconds=30)
        self.assertIn("a client inside", ways["inside"]["server"])
        for document in ways.values():
            self.assertIn("as root", document["server"])
            (root,) = document["blockers"]
            self.assertEqual((root["connection"]["container"], root["waiters"][0]["connection"]["container"]), (backend, backend))
            self.assertEqual(root["waiters"][0]["connection"]["statement"], "UPDATE held SET note = ? WHERE id = ?")
        self.assertEqual(ways["inside"]["blockers"][0]["id"], ways["outside"]["blockers"][0]["id"])
        blocker = ways["inside"]["blockers"][0]["id"]
        words = self.ask("mysql", "locks", program=("unshare", "-n")).stdout
        self.assertIn(f"({backend})", words)
        self.assertNotIn("geheim", words)
        done, document = self.ask_json("mysql", "kill", str(blocker), f"--confirm={blocker}", program=("unshare", "-n"))
        self.assertEqual((done.returncode, document["outcome"]), (0, "ended"), done.stderr)
        sqlload.until(lambda: self.ask_json("mysql", "locks")[1]["waiters"] == 0, every=0.3)

    def test_2_processlist_and_status_by_both_ways(self):
        for program in ((), ("unshare", "-n")):
            done, document = self.ask_json("mysql", "processlist", program=program)
            self.assertEqual(done.returncode, 0, done.stderr)
            done, document = self.ask_json("mysql", "status", program=program)
            figures = {one["id"]: one for one in document["judgements"]}
            self.assertIn(" of ", figures["connections"]["figure"])
            self.assertIn("process", figures["pool"]["figure"])

    def test_3_redis_by_both_ways_against_its_containers_limit(self):
        limit = self.engine.inspect(self.stack.names["cache"])["HostConfig"]["Memory"]
        told = []
        for program in ((), ("unshare", "-n")):
            done, document = self.ask_json("redis", "stats", program=program)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(document["container_memory_limit"], limit or None)
            told.append([(title, list(fields)) for title, fields in document["info"].items()
                         if title not in ("Commandstats", "Latencystats", "Errorstats", "Keyspace")])
        self.assertEqual(told[0], told[1])
        done, document = self.ask_json("redis", "latency", program=("unshare", "-n"))
        self.assertEqual((done.returncode, document["round_trip"]), (0, None))
        self.assertEqual(self.ask("redis", "memory").returncode, 0)
        done = self.ask("redis", "memory", program=("unshare", "-n"))
        self.assertEqual(done.returncode, 3)
        self.assertIn("inside its container", done.stderr)


if __name__ == "__main__":
    engines.main()
