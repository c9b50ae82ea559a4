"""The C ABI from Python, on a real database: open, handle, listen, doctor, close; and what misuse is answered with."""

import ctypes
import os
import pathlib
import subprocess
import threading
import unittest
import urllib.error
import urllib.request

from api_stack import ApiStack
from program import SOURCE, ScratchCase, clean_environment, validate

if "sanitize" in os.environ.get("LOGBOOK_BUILD", ""):
    raise SystemExit(77)  # a sanitized library cannot be loaded into a program that is not

from liblogbook import Api, Failure, Options, Request, byref, doctor, lib  # noqa: E402

INVALID, UNREACHABLE, CONFLICT, UNSUPPORTED = 1, 6, 11, 14


class Embedded(ScratchCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = cls.enterClassContext(ApiStack(serve=False))
        cls.token = ("Authorization", "Bearer " + cls.stack.new_session(cls.stack.admin))

    def test_requests_without_a_socket(self):
        with Api(self.stack.settings) as api:
            health = api.request("GET", "/health")
            self.assertEqual((health.status, health.body["status"]), (200, "healthy"))
            refused = api.request("GET", "/api/v1/users")
            self.assertEqual((refused.status, refused.body["code"]), (401, "LB-AUTH-001"))
            self.assertIn(("WWW-Authenticate", "Bearer"), refused.headers)
            users = api.request("GET", "/api/v1/users", headers=[self.token])
            self.assertEqual((users.status, [user["username"] for user in users.body]), (200, ["admin"]))
            made = api.request("POST", "/api/v1/inventory/items", {"name": "Ünïcode 🚒"}, headers=[self.token])
            self.assertEqual((made.status, made.body["name"]), (201, "Ünïcode 🚒"))
            self.assertEqual(api.request("HEAD", "/health").data, b"")
            self.assertEqual(api.request("GET", "/nothing").status, 404)
            lines = [line for level, line in api.log if level == "INFO"]
            self.assertTrue(any(line.startswith("POST /api/v1/inventory/items → 201 (") for line in lines), api.log)
        self.stack.verify_chain()

    def test_many_threads_and_a_listener_at_once(self):
        with Api(self.stack.settings) as api:
            port = api.listen()
            with self.assertRaises(Failure) as refused:
                api.listen()
            self.assertEqual(refused.exception.number, CONFLICT)
            statuses = []

            def ask():
                for _ in range(20):
                    statuses.append(api.request("GET", "/api/v1/inventory/items", headers=[self.token]).status)
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=20) as reply:
                        statuses.append(reply.status)

            threads = [threading.Thread(target=ask) for _ in range(8)]
            [thread.start() for thread in threads]
            [thread.join(60) for thread in threads]
            self.assertEqual(statuses, [200] * 320)
        with self.assertRaises(urllib.error.URLError):  # nothing listens after the end
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5)

    def test_settings_from_a_file_are_beaten_by_the_given(self):
        env = self.write(".env", "".join(f"{name}={value}\n" for name, value in {**self.stack.settings, "ENABLE_DOCS": "true",
                                                                                "DB_NAME": "elsewhere"}.items()))
        with Api({"DB_NAME": self.stack.settings["DB_NAME"], "ENABLE_DOCS": "false"}, env_file=env) as api:
            self.assertEqual(api.request("GET", "/health").body["status"], "healthy")
            self.assertEqual(api.request("GET", "/docs").status, 404)
        with self.assertRaises(Failure) as refused:
            Api({}, env_file=self.dir / "none")
        self.assertIn("none", refused.exception.words)

    def test_open_says_what_is_wrong_and_keeps_secrets(self):
        for changed, named in (({"DB_PORT": "ports"}, "DB_PORT"), ({"ALGORITHM": "none"}, "ALGORITHM")):
            with self.assertRaises(Failure) as refused:
                Api({**self.stack.settings, **changed})
            self.assertIn(named, refused.exception.words)
            for secret in ("DB_PASSWORD", "SECRET_KEY", "REDIS_PASSWORD"):
                self.assertNotIn(self.stack.settings[secret], refused.exception.words)

    def test_open_looks_at_the_database(self):
        with self.assertRaises(Failure) as refused:
            Api({**self.stack.settings, "DB_PORT": "1"})
        self.assertEqual(refused.exception.number, UNREACHABLE)
        for name, made in (("lacking", "CREATE TABLE lacking.users LIKE the_logbook.users; "
                                        "CREATE TABLE lacking.alembic_version SELECT 'a17c4e9d2b61' AS version_num"), ("empty", "SELECT 1")):
            self.stack.database.sql(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci; "
                                    f"GRANT ALL ON {name}.* TO 'logbook'@'%'; {made}")
        with self.assertRaises(Failure) as refused:
            Api({**self.stack.settings, "DB_NAME": "lacking"})
        self.assertEqual(refused.exception.number, UNSUPPORTED)
        self.assertIn("organizations", refused.exception.words)
        with Api({**self.stack.settings, "DB_NAME": "empty"}) as api:
            self.assertEqual(api.request("GET", "/health").status, 200)
        self.assertEqual(self.stack.database.sql("SELECT version_num FROM empty.alembic_version").split()[-1], "core_0001")

    def test_the_embedding_programs(self):
        env = self.write(".env", "".join(f"{name}={value}\n" for name, value in self.stack.settings.items()))
        library = pathlib.Path(os.environ["LIBLOGBOOK"]).parent
        for compiler, source in (("gcc", "embed.c"), ("g++", "embed.cpp")):
            program = self.dir / source.replace(".", "_")
            subprocess.run([compiler, *(["-std=c++20"] if compiler == "g++" else []), SOURCE / "tests/consumer" / source, "-o", program,
                            f"-I{SOURCE}/lib", f"-L{library}", "-llogbook", f"-Wl,-rpath,{library}"], check=True, timeout=120)
            for target, expected in (("/health", '200 {"status":"healthy",'),
                                     ("/api/v1/users", '401 {"detail":"Could not validate credentials","code":"LB-AUTH-001"}')):
                said = subprocess.run([program, env, target], capture_output=True, text=True, timeout=30, env=clean_environment())
                self.assertEqual((said.returncode, said.stderr), (0, ""), said)
                self.assertTrue(said.stdout.startswith(expected), said.stdout)

    def test_misuse_is_a_failure_and_no_crash(self):
        handle, response = ctypes.c_void_p(), ctypes.c_void_p()
        self.assertEqual(lib.logbook_open(None, byref(handle)), INVALID)
        self.assertEqual(lib.logbook_open(byref(Options()), byref(handle)), INVALID)  # size is not set
        self.assertIn("size", lib.logbook_error().decode())
        self.assertEqual(lib.logbook_handle(None, byref(Request()), byref(response)), INVALID)
        self.assertEqual(lib.logbook_listen(None, b"127.0.0.1", 0, None), INVALID)
        self.assertEqual(lib.logbook_doctor(None, 1000, byref(response)), INVALID)
        lib.logbook_close(None)
        lib.logbook_response_free(None)
        lib.logbook_free(None)
        with Api(self.stack.settings) as api:
            for header in (("X\r\nY", "1"), ("X", "1\r\nSet-Cookie: a=b"), ("", "1")):
                with self.assertRaises(Failure) as refused:
                    api.request("GET", "/health", headers=[header])
                self.assertEqual(refused.exception.number, INVALID)
            request = Request(ctypes.sizeof(Request), None, b"/health")
            self.assertEqual(lib.logbook_handle(api.handle, byref(request), byref(response)), INVALID)
            # Of a program that was compiled with a shorter struct, the rest is zero.
            request = Request(24, b"GET", b"/health", None, 99)
            self.assertEqual(lib.logbook_handle(api.handle, byref(request), byref(response)), 0)
            self.assertEqual(lib.logbook_response_status(response), 200)
            lib.logbook_response_free(response)

    def test_errors_belong_to_their_thread(self):
        lib.logbook_open(None, None)
        mine = lib.logbook_error()
        other = []
        thread = threading.Thread(target=lambda: other.append(lib.logbook_error()))
        thread.start()
        thread.join()
        self.assertEqual(other, [b""])
        self.assertEqual(lib.logbook_error(), mine)
        self.assertTrue(mine)

    def test_doctor(self):
        document = doctor(self.dir)
        validate(document)
        self.assertEqual((document["verdict"], document["project"]), ("problem", str(self.dir)))
        secret = "verySecretPassword1234"
        self.write(".env", f"DB_HOST=127.0.0.1\nDB_PORT={self.stack.database.port}\nDB_USER=logbook\nDB_PASSWORD={secret}\n")
        document = doctor(self.dir)
        validate(document)
        self.assertNotIn(secret, str(document))
        self.assertIn("db.login", str(document))


if __name__ == "__main__":
    unittest.main()
