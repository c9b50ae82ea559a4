"""Encrypted ways to the database and to Redis: verified by authority or fingerprint, else not a byte of a password, plain or
hashed, is sent. Who stands in between and takes the encryption away learns nothing."""

import contextlib
import hashlib
import socket
import tempfile
import threading
import unittest

import certificates
import mariadb
from program import ScratchCase, main, run
from redisserver import PASSWORD as CACHE_PASSWORD
from redisserver import RedisServer

APP_PASSWORD = "appPassword1"


class Between:
    """Stands between a client and a server; keeps all that the client sends. `change` is applied to the server's first bytes."""

    def __init__(self, port, change=lambda greeting: greeting):
        self._target, self._change = port, change
        self.heard, self.connections, self._sockets = b"", 0, []

    def __enter__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.close()
        for one in self._sockets:
            one.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            server = socket.create_connection(("127.0.0.1", self._target))
            self._sockets += [client, server]
            threading.Thread(target=self._carry, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self._carry, args=(server, client, False), daemon=True).start()

    def _carry(self, source, sink, from_client):
        first = True
        try:
            while piece := source.recv(65536):
                if from_client:
                    self.heard += piece
                elif first:
                    piece = self._change(piece)
                first = False
                sink.sendall(piece)
        except OSError:
            pass
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


def without_tls(greeting):
    """MySQL's first packet without the capability CLIENT_SSL (0x0800)."""
    assert greeting[4] == 10, greeting
    at = greeting.index(b"\0", 5) + 1 + 4 + 8 + 1  # version, connection, scramble, filler
    return greeting[:at + 1] + bytes([greeting[at + 1] & ~0x08]) + greeting[at + 2:]


def hashes(password):
    """What a login could carry of it, before any scramble."""
    one = hashlib.sha1(password.encode()).digest()
    return [password.encode(), one, hashlib.sha1(one).digest(), hashlib.sha256(password.encode()).digest()]


class Database(ScratchCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = certificates.make(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="logbook-tls-")) + "/tls")
        cls.folder.parent.chmod(0o755)
        cls.other = certificates.make(cls.folder.parent / "other")
        cls.db = cls.enterClassContext(mariadb.MariaDb(
            f"--ssl-cert={cls.folder}/cert.pem", f"--ssl-key={cls.folder}/key.pem", f"--ssl-ca={cls.folder}/ca.pem"))
        cls.db.sql(f"CREATE DATABASE station; CREATE USER 'app'@'%' IDENTIFIED BY '{APP_PASSWORD}' REQUIRE SSL; GRANT ALL ON "
                   "station.* TO 'app'@'%';")
        cls.pin = certificates.fingerprint(cls.folder / "cert.pem")

    def ask(self, port, *words, more="", host="127.0.0.1"):
        self.write(".env", f"DB_HOST={host}\nDB_PORT={port}\nDB_NAME=station\nDB_USER=app\nDB_PASSWORD={APP_PASSWORD}\n{more}")
        done = run("-C", self.dir, "mysql", "processlist", "--login", "app", *words)
        self.assertNotIn(APP_PASSWORD, done.stdout + done.stderr)
        return done

    def test_the_pinned_certificate_is_accepted(self):
        for spelling in (self.pin, self.pin.replace(":", ""), self.pin.lower()):
            done = self.ask(self.db.port, "--tls-fingerprint", spelling)
            self.assertEqual((done.returncode, done.stderr), (0, ""), spelling)
        # That account is let in over TLS only, so what was used is TLS.
        self.assertEqual(self.ask(self.db.port).returncode, 3)

    def test_by_the_authority_and_name(self):
        more = f"DB_SSL=true\nDB_SSL_CA={self.folder}/ca.pem\n"
        self.assertEqual(self.ask(self.db.port, more=more, host="localhost").returncode, 0)
        self.assertEqual(self.ask(self.db.port, "--tls-ca", self.folder / "ca.pem", host="localhost").returncode, 0)

    def test_another_certificate_hears_no_password(self):
        other = certificates.fingerprint(self.other / "cert.pem")
        for words in (("--tls-fingerprint", other), ("--tls-ca", self.other / "ca.pem")):
            with Between(self.db.port) as between:
                done = self.ask(between.port, *words, host="localhost")
                self.assertEqual(done.returncode, 3, words)
                self.assertIn("TLS", done.stderr)
                self.assertNotIn(b"app\0", between.heard)
                for one in hashes(APP_PASSWORD):
                    self.assertNotIn(one, between.heard)

    def test_who_shows_another_certificate_is_told_no_login(self):
        # The server itself is what stands at the end of the encrypted way here: it would note a login.
        self.db.sql("SET GLOBAL log_output = 'TABLE'; TRUNCATE TABLE mysql.general_log; SET GLOBAL general_log = ON")
        logins = "SELECT COUNT(*) FROM mysql.general_log WHERE command_type = 'Connect' AND argument LIKE 'app%'"
        for words in (("--tls-fingerprint", certificates.fingerprint(self.other / "cert.pem")),
                      ("--tls-ca", self.other / "ca.pem")):
            self.assertEqual(self.ask(self.db.port, *words, host="localhost").returncode, 3)
        self.assertEqual(self.db.sql(logins).split(), ["COUNT(*)", "0"])
        self.assertEqual(self.ask(self.db.port, "--tls-fingerprint", self.pin).returncode, 0)
        self.assertEqual(self.db.sql(logins).split(), ["COUNT(*)", "1"])
        self.db.sql("SET GLOBAL general_log = OFF")

    def test_who_takes_tls_away_hears_no_password(self):
        with Between(self.db.port, without_tls) as between:
            self.ask(between.port)  # without TLS asked for, a login is sent: the proxy does hear
            self.assertIn(b"app\0", between.heard)
        for words, more in ((("--tls-fingerprint", self.pin), ""), (("--tls-ca", self.folder / "ca.pem"), ""),
                            ((), f"DB_SSL=true\nDB_SSL_CA={self.folder}/ca.pem\n")):
            with Between(self.db.port, without_tls) as between:
                done = self.ask(between.port, *words, more=more, host="localhost")
                self.assertEqual((done.returncode, between.connections > 0), (3, True), done.stderr)
                # Not a login of any kind: neither the user's name nor an answer to the scramble.
                self.assertEqual(between.heard, b"")

    def test_tls_that_cannot_be_verified_is_not_tried(self):
        with Between(self.db.port) as between:
            done = self.ask(between.port, more="DB_SSL=true\n")
            self.assertEqual(done.returncode, 3)
            self.assertIn("DB_SSL_CA", done.stderr)
            self.assertIn("--tls-fingerprint", done.stderr)
            done = self.ask(between.port, more="DB_SSL=true\nDB_SSL_CA=/nonexistent/ca.pem\n")
            self.assertEqual(done.returncode, 3)
            self.assertEqual((between.connections, between.heard), (0, b""))

    def test_a_fingerprint_is_forty_digits(self):
        for wrong in ("", "abc", "zz" * 20, self.pin + "00"):
            with Between(self.db.port) as between:
                self.assertEqual(self.ask(between.port, "--tls-fingerprint", wrong).returncode, 2, wrong)
                self.assertEqual(between.heard, b"")

    def test_a_backup_is_as_careful_with_each_of_its_connections(self):
        self.db.sql("CREATE TABLE station.items (id INT PRIMARY KEY); INSERT INTO station.items VALUES (1)")
        self.addCleanup(self.db.sql, "DROP TABLE station.items")
        done = None
        for honest in range(12):  # connections, before the encryption is taken away
            met = []

            def change(greeting, honest=honest, met=met):
                met.append(greeting)
                return greeting if len(met) <= honest else without_tls(greeting)

            with Between(self.db.port, change) as between:
                self.write(".env", f"DB_HOST=localhost\nDB_PORT={between.port}\nDB_NAME=station\nDB_USER=app\nDB_PASSWORD={APP_PASSWORD}\n"
                                   f"DB_SSL=true\nDB_SSL_CA={self.folder}/ca.pem\n")
                done = run("-C", self.dir, "migrate", "backup", self.dir / "dumps")
                self.assertNotIn(b"app\0", between.heard)
                self.assertNotIn(APP_PASSWORD, done.stdout + done.stderr)
            if len(met) <= honest:
                break
            self.assertNotEqual(done.returncode, 0, honest)
        self.assertEqual((done.returncode, honest >= 3), (0, True), done)  # before, the dump, after


class Cache(ScratchCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = certificates.make(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="logbook-tls-")) + "/tls")
        cls.other = certificates.make(cls.folder.parent / "other")
        cls.cache = cls.enterClassContext(RedisServer(tls=cls.folder))

    def ask(self, port, *words, more="", host="127.0.0.1", verb="stats"):
        self.write(".env", f"REDIS_HOST={host}\nREDIS_PORT={port}\nREDIS_PASSWORD={CACHE_PASSWORD}\n{more}")
        done = run("-C", self.dir, "redis", verb, *words)
        self.assertNotIn(CACHE_PASSWORD, done.stdout + done.stderr)
        return done

    def test_by_authority_and_by_fingerprint(self):
        ca = f"REDIS_SSL=true\nREDIS_SSL_CA={self.folder}/ca.pem\n"
        for host in ("127.0.0.1", "localhost"):
            self.assertEqual(self.ask(self.cache.port, more=ca, host=host).returncode, 0)
        for verb in ("latency", "memory"):
            self.assertEqual(self.ask(self.cache.port, more=ca, verb=verb).returncode, 0)
        for kind in ("sha1", "sha256"):
            pin = certificates.fingerprint(self.folder / "cert.pem", kind)
            done = self.ask(self.cache.port, "--tls-fingerprint", pin)
            self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_what_cannot_be_verified_hears_no_password(self):
        pins = [certificates.fingerprint(self.other / "cert.pem", kind) for kind in ("sha1", "sha256")]
        wrong = [(["--tls-ca", self.other / "ca.pem"], ""), *[(["--tls-fingerprint", pin], "") for pin in pins]]
        for words, more in wrong:
            with Between(self.cache.port) as between:
                done = self.ask(between.port, *words, more=more)
                self.assertEqual(done.returncode, 3, words)
                self.assertTrue(between.heard.startswith(b"\x16\x03"))  # a handshake, and nothing that could be read
                self.assertNotIn(CACHE_PASSWORD.encode(), between.heard)
        # Nor within the encryption: the server itself would count it.
        def logins():
            return self.cache.cli("INFO", "commandstats").split("cmdstat_auth:calls=")[1].split(",")[0]
        before = int(logins())
        for words, _ in wrong:
            self.assertEqual(self.ask(self.cache.port, *words).returncode, 3)
        self.assertEqual(int(logins()), before + 1)  # of redis-cli, which asked just now

    def test_a_certificate_for_another_name(self):
        folder = certificates.make(self.dir / "named", names=("DNS:redis.station.example",))
        with RedisServer(tls=folder) as cache, Between(cache.port) as between:
            done = self.ask(between.port, "--tls-ca", folder / "ca.pem")
            self.assertEqual(done.returncode, 3)
            self.assertIn("mismatch", done.stderr)
            self.assertNotIn(CACHE_PASSWORD.encode(), between.heard)

    def test_a_server_without_tls_hears_no_password(self):
        with RedisServer() as plain, Between(plain.port) as between:
            self.assertEqual(self.ask(between.port).returncode, 0)
            self.assertIn(CACHE_PASSWORD.encode(), between.heard)  # without TLS asked for, the proxy does hear
            between.heard = b""
            for words in (["--tls-ca", self.folder / "ca.pem"],
                          ["--tls-fingerprint", certificates.fingerprint(self.folder / "cert.pem")]):
                done = self.ask(between.port, *words, "--timeout", "3s")
                self.assertIn(done.returncode, (3, 124), done.stderr)
                self.assertNotIn(CACHE_PASSWORD.encode(), between.heard)

    def test_tls_that_cannot_be_verified_is_not_tried(self):
        with Between(self.cache.port) as between:
            done = self.ask(between.port, more="REDIS_SSL=true\n")
            self.assertEqual(done.returncode, 3)
            self.assertIn("REDIS_SSL_CA", done.stderr)
            self.assertIn("--tls-fingerprint", done.stderr)
            self.assertEqual(between.connections, 0)
            # Nor by doctor.
            run("-C", self.dir, "doctor")
            self.assertEqual(between.connections, 0)

    def test_a_fingerprint_is_hex(self):
        for wrong in ("", "abc", "zz" * 20, "a" * 50):
            self.assertEqual(self.ask(self.cache.port, "--tls-fingerprint", wrong).returncode, 2, wrong)


if __name__ == "__main__":
    main()
