"""`redis stats|latency|memory` on real servers: INFO byte for byte, every verdict by a real state that earns it."""

import json
import socket
import subprocess
import time
import unittest

from program import LOGBOOKCTL, ScratchCase, clean_environment, main, run, run_json
from redisserver import PASSWORD, RedisServer


class Case(ScratchCase):
    def point_at(self, cache, password=PASSWORD, more=""):
        self.write(".env", f"REDIS_HOST=127.0.0.1\nREDIS_PORT={cache.port}\nREDIS_PASSWORD={password}\n{more}")

    def ask(self, *words):
        return run("-C", self.dir, "redis", *words)

    def ask_json(self, *words):
        return run_json("-C", self.dir, "redis", *words)

    def level(self, figure, *words):
        done, document = self.ask_json("stats", *words)
        return {one["id"]: one for one in document["judgements"]}[figure]["level"], done.returncode


class Stats(Case):
    @classmethod
    def setUpClass(cls):
        cls.cache = cls.enterClassContext(RedisServer("--rename-command", "FLUSHALL", "", "--rename-command", "DEBUG", ""))

    def setUp(self):
        super().setUp()
        self.point_at(self.cache)

    def test_info_is_told_byte_for_byte(self):
        self.cache.cli("SET", "a", "1", "EX", "100")
        self.cache.cli("SELECT", "x", check=False)
        self.cache.cli("LPUSH", "a", "1", check=False)
        # What changes from one INFO to the next by itself.
        moving = ("server_time_usec uptime_in_seconds lru_clock used_memory allocator mem_ rss_overhead total_ "
                  "instantaneous client_recent used_cpu expires avg_ttl cmdstat_ latency_percentiles expire_cycle keyspace_ "
                  "reply_buffer current_eviction clients_normal number_of_cached aof_ io_threaded db0 lazyfree").split()
        raw = self.cache.cli("INFO", "everything", binary=True).decode()
        _, document = self.ask_json("stats")
        again = self.cache.cli("INFO", "everything", binary=True).decode()
        told, wanted = [], []
        for title, fields in document["info"].items():
            for name, value in fields.items():
                told += [(title, name, one) for one in (value if isinstance(value, list) else [value])]
        title = ""
        for line in raw.split("\r\n"):
            if line.startswith("# "):
                title = line[2:]
            elif line:
                wanted.append((title, *line.split(":", 1)))
        # Every field of theirs is in ours, in their order, and the other way round.
        names = [one[:2] for one in wanted if not one[1].startswith(("cmdstat_", "latency_percentiles"))]
        self.assertEqual([one[:2] for one in told if not one[1].startswith(("cmdstat_", "latency_percentiles"))], names)
        self.assertGreater(len(names), 150)
        still = [one for one in wanted if f"{one[1]}:{one[2]}" in again and not one[1].startswith(tuple(moving))]
        self.assertGreater(len(still), 90)
        for one in still:
            self.assertIn(one, told)

    def test_a_healthy_cache_is_well(self):
        done = self.ask("stats")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("all figures are well", done.stdout)
        self.assertNotIn(PASSWORD, done.stdout)
        line = self.ask("stats", "--nagios")
        self.assertEqual(line.returncode, 0)
        self.assertRegex(line.stdout, r"^REDIS OK - all figures are well \| .*'clients'=[0-9.e-]+;80;95.*\n$")
        self.assertRegex(line.stdout, r"'fragmentation'=[0-9.]+;; ")  # too little in use to judge

    def test_few_lookups_give_no_verdict_and_many_do(self):
        self.cache.cli("CONFIG", "RESETSTAT")
        self.cache.cli("GET", "nothing")
        self.assertEqual(self.level("hit_rate"), ("unjudged", 0))
        subprocess.run(["redis-cli", "-p", str(self.cache.port), "--no-auth-warning", "--pipe"], input=(
            b"AUTH " + PASSWORD.encode() + b"\r\n" + b"GET nothing\r\n" * 1200), capture_output=True, timeout=30)
        self.assertEqual(self.level("hit_rate"), ("fail", 1))
        self.assertEqual(self.level("hit_rate", "--hit-rate", "0,0"), ("ok", 0))
        self.assertEqual(self.ask("stats", "--nagios").returncode, 2)
        self.cache.cli("CONFIG", "RESETSTAT")

    def test_rates_between_two_readings(self):
        process = subprocess.Popen([LOGBOOKCTL, "-C", self.dir, "-o", "json", "redis", "stats",
                                    "--watch", "--interval", "300ms"], env=clean_environment(), stdout=subprocess.PIPE, text=True)
        try:
            first, second = json.loads(process.stdout.readline()), json.loads(process.stdout.readline())
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
        self.assertIsNone(first["rates"])
        self.assertGreater(second["rates"]["seconds"], 0.2)
        self.assertGreater(second["rates"]["commands"], 0)

    def test_thresholds_are_numbers(self):
        for wrong in ("80", "a,b", "80,95,99", "-1,5", ",", "nan,1"):
            self.assertEqual(self.ask("stats", "--memory", wrong).returncode, 2, wrong)

    def test_a_wrong_password_is_told_apart_and_not_shown(self):
        self.point_at(self.cache, "wrongPassword77")
        done = self.ask("stats")
        self.assertEqual(done.returncode, 3)
        self.assertIn("WRONGPASS", done.stderr)
        self.assertNotIn("wrongPassword77", done.stdout + done.stderr)
        line = self.ask("stats", "--nagios")
        self.assertEqual(line.returncode, 3)
        self.assertTrue(line.stdout.startswith("REDIS UNKNOWN - "))

    def test_a_user_of_the_access_lists(self):
        self.cache.cli("ACL", "SETUSER", "watcher", "on", ">watcherPassword1", "+info", "+ping")
        file = self.write("watcher", "watcherPassword1\n")
        done, document = self.ask_json("stats", "--user", "watcher", "--password-file", file)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("as watcher", document["server"])
        self.assertIn("the slow log", " ".join(document["missing"]))
        self.cache.cli("ACL", "SETUSER", "watcher", "-info")
        done = self.ask("stats", "--user", "watcher", "--password-file", file)
        self.assertEqual(done.returncode, 3)
        self.assertIn("+info", done.stderr)
        file.chmod(0o640)
        self.assertIn("chmod 600", self.ask("stats", "--user", "watcher", "--password-file", file).stderr)

    # ---- latency and memory

    def test_round_trips_are_counted_whole(self):
        done, document = self.ask_json("latency", "--samples", "300")
        self.assertEqual(done.returncode, 0, done.stderr)
        trip = document["round_trip"]
        self.assertEqual((trip["samples"], sum(bar["count"] for bar in trip["histogram"])), (300, 300))
        self.assertTrue(0 < trip["least_us"] <= trip["p50_us"] <= trip["p95_us"] <= trip["p99_us"] <= trip["most_us"])
        self.assertEqual(document["monitor_threshold_ms"], 0)
        self.assertIn("ping", document["commands_us"])
        self.assertGreaterEqual(self.cache.cli("INFO", "commandstats").count("cmdstat_ping:calls="), 1)
        self.assertEqual(self.ask("latency", "--samples", "50", "--over", "0s").returncode, 1)

    def test_what_delayed_it_is_told_and_arguments_are_not(self):
        self.cache.cli("CONFIG", "SET", "latency-monitor-threshold", "1")
        self.cache.cli("CONFIG", "SET", "slowlog-log-slower-than", "1000")
        self.cache.cli("EVAL", "local t = redis.call('TIME'); local s = t[1] * 1000000 + t[2]; repeat t = redis.call('TIME') "
                       "until t[1] * 1000000 + t[2] > s + 30000; return 'geheim'", "0")
        _, document = self.ask_json("latency", "--samples", "10")
        self.assertIn("command", [one["name"] for one in document["events"]])
        (slow,) = [one for one in document["slow_commands"] if one["command"].upper() == "EVAL"]
        self.assertGreaterEqual(slow["took_us"], 30_000)
        self.assertEqual(slow["arguments"], 2)
        words = self.ask("latency", "--samples", "10").stdout
        self.assertIn("the slow log names them", " ".join(words.split()))
        self.assertNotIn("geheim", words + json.dumps(document))
        self.cache.cli("CONFIG", "SET", "latency-monitor-threshold", "0")
        self.cache.cli("SLOWLOG", "RESET")

    def test_memory_is_what_the_server_says_of_each_key(self):
        with RedisServer() as cache:
            self.point_at(cache)
            for number in range(20):
                cache.cli("SET", f"rate_limit:auth:login:10.0.0.{number}", "x" * 50, "EX", "500")
            cache.cli("SET", "token:eyJhbGciOiJIUzI1NiJ9.geheim", "y" * 9000)
            cache.cli("RPUSH", "queue:mails", *["z" * 200] * 30)
            _, document = self.ask_json("memory")
            groups = {one["prefix"]: one for one in document["groups"]}
            self.assertEqual(set(groups), {"rate_limit:auth:login:*", "token:*", "queue:mails"})
            self.assertEqual((groups["rate_limit:auth:login:*"]["keys"], groups["rate_limit:auth:login:*"]["without_ttl"]), (20, 0))
            for prefix, key in (("token:*", "token:eyJhbGciOiJIUzI1NiJ9.geheim"), ("queue:mails", "queue:mails")):
                self.assertEqual(groups[prefix]["bytes"], int(cache.cli("MEMORY", "USAGE", key)))
                self.assertEqual(groups[prefix]["without_ttl"], 1)
            self.assertEqual((document["keys"], document["sampled_keys"], document["whole"]), (22, 22, True))
            self.assertEqual(document["largest"][0]["name"], "token:*")
            self.assertNotIn("geheim", json.dumps(document) + self.ask("memory").stdout)
            self.assertIn("geheim", self.ask("memory", "--show-keys").stdout)
            sent = cache.cli("INFO", "commandstats")
            for never in ("keys", "monitor", "flushall", "config|set", "debug"):
                self.assertNotIn(f"cmdstat_{never}:", sent)

    def test_the_sample_is_bounded(self):
        with RedisServer() as cache:
            self.point_at(cache)
            cache.cli("EVAL", "for i = 1, 5000 do redis.call('SET', 'k:' .. i, i) end", "0")
            before = int(cache.cli("INFO", "stats").split("total_commands_processed:")[1].split("\r")[0].split("\n")[0])
            _, document = self.ask_json("memory", "--keys", "150")
            after = int(cache.cli("INFO", "stats").split("total_commands_processed:")[1].split("\r")[0].split("\n")[0])
            self.assertEqual((document["keys"], document["sampled_keys"], document["whole"]), (5000, 150, False))
            self.assertLess(after - before, 150 * 3 + 30)

    def test_memory_without_the_right_says_which(self):
        self.cache.cli("ACL", "SETUSER", "counter", "on", ">counterPassword1", "+@all", "-memory", "~*")
        file = self.write("counter", "counterPassword1")
        self.cache.cli("SET", "one", "1")
        done = self.ask("memory", "--user", "counter", "--password-file", file)
        self.assertEqual(done.returncode, 3)
        self.assertIn("MEMORY", done.stderr)


class Faults(Case):
    def test_full_and_refusing_writes(self):
        with RedisServer("--maxmemory", "2mb") as cache:
            self.point_at(cache)
            for number in range(40):
                cache.cli("SET", f"k{number}", "x" * 40_000, check=False)
            self.assertEqual(self.level("memory"), ("fail", 1))
            self.assertEqual(self.level("errors")[0], "warn")
            self.assertIn("OOM", self.ask("stats").stdout)

    def test_full_and_making_room(self):
        with RedisServer("--maxmemory", "2mb", "--maxmemory-policy", "allkeys-lru") as cache:
            self.point_at(cache)
            for number in range(40):
                cache.cli("SET", f"k{number}", "x" * 40_000)
            self.assertEqual(self.level("memory"), ("ok", 0))
            self.assertEqual(self.level("evictions"), ("warn", 0))
            self.assertEqual(self.level("evictions", "--fail-on", "warn"), ("warn", 1))

    def test_a_save_that_fails(self):
        with RedisServer("--dbfilename", "no-such-folder.rdb") as cache:
            cache.cli("SET", "a", "1")
            self.point_at(cache)
            cache.dir.joinpath("no-such-folder.rdb").mkdir()  # the save's last step, a rename, fails
            cache.cli("BGSAVE")
            for _ in range(100):
                if "rdb_last_bgsave_status:err" in cache.cli("INFO", "persistence"):
                    break
                time.sleep(0.05)
            self.assertEqual(self.level("persistence"), ("fail", 1))
            self.assertIn("MISCONF", self.ask("stats").stdout)

    def test_a_replica_of_nowhere(self):
        with RedisServer("--replicaof", "127.0.0.1 1") as cache:
            self.point_at(cache)
            self.assertEqual(self.level("replication"), ("fail", 1))
            self.assertIn("READONLY", self.ask("stats").stdout)

    def test_clients_refused(self):
        with RedisServer("--maxclients", "5") as cache:
            self.point_at(cache)
            held = [socket.create_connection(("127.0.0.1", cache.port)) for _ in range(7)]
            try:
                for one in held:
                    one.settimeout(5)
                self.assertIn(b"max number of clients", held[-1].recv(100))
            finally:
                for one in held:
                    one.close()
            time.sleep(0.2)
            self.assertEqual(self.level("rejected"), ("warn", 0))

    def test_info_renamed_away_is_said(self):
        with RedisServer("--rename-command", "INFO", "") as cache:
            self.point_at(cache)
            done = self.ask("stats")
            self.assertEqual(done.returncode, 3)
            self.assertIn("renamed away", done.stderr)


if __name__ == "__main__":
    main()
