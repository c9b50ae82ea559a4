# The sandbox: real servers that end when they must, and nothing else that ends or goes with them.
import json
import os
import pathlib
import pwd
import signal
import subprocess
import tempfile
import time
import unittest

from program import LOGBOOKCTL, ScratchCase, clean_environment, run, run_json
from sandbox import Sandbox


def alive(pid):
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat[stat.rindex(")") + 2] not in "ZX"


def gone(pids, seconds=10):
    """Whether all end in time."""
    end = time.monotonic() + seconds
    while any(alive(pid) for pid in pids):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def command_line(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


class Up(unittest.TestCase):
    def test_whole_life(self):
        with Sandbox() as box:
            folder = box.folder
            state = box.state
            pids = [state["supervisor"]["pid"], *(s["pid"] for s in state["servers"])]
            with self.subTest("every step was named before it ran"):
                for word in ("redis-server", "empty database", "mariadbd", "logbookctl serve"):
                    self.assertIn(word, box.up_output.stderr)
            with self.subTest("the output says what to do next"):
                self.assertIn(f"logbookctl -C {folder} doctor", box.up_output.stdout)
            with self.subTest("status in JSON"):
                done, document = run_json("sandbox", "status", "--dir", folder)
                self.assertEqual(done.returncode, 0)
                self.assertTrue(document["all_alive"])
                self.assertEqual([p["role"] for p in document["processes"]],
                                 ["cache", "database", "backend", "supervisor"])
            with self.subTest("private"):
                self.assertEqual(folder.stat().st_mode & 0o777, 0o700)
                for name in (".env", "state.json", "cache/redis.conf", "database.log"):
                    self.assertEqual((folder / name).stat().st_mode & 0o777, 0o600, name)
                self.assertFalse((folder / "database/seed.sql").exists())
            with self.subTest("no secret in a command line, log or output"):
                secrets = [box.env[n] for n in ("DB_PASSWORD", "MYSQL_ROOT_PASSWORD", "REDIS_PASSWORD",
                                                "SECRET_KEY", "ENCRYPTION_KEY", "ENCRYPTION_SALT")]
                seen = b"".join(command_line(pid) for pid in pids)
                self.assertIn(b"mariadbd", seen)
                seen += b"".join((folder / f"{r}.log").read_bytes() for r in ("database", "cache", "backend"))
                seen += (box.up_output.stdout + box.up_output.stderr).encode()
                for secret in secrets:
                    self.assertGreaterEqual(len(secret), 32)
                    self.assertNotIn(secret.encode(), seen)
            with self.subTest("loopback only"):
                for role in ("database", "cache", "backend"):
                    self.assertEqual(self.listeners(box.port(role)), [f"0100007F:{box.port(role):04X}"], role)
            if os.geteuid() == 0:
                with self.subTest("servers are not root"):
                    nobody = pwd.getpwnam("nobody").pw_uid
                    for pid in pids[1:]:
                        status = pathlib.Path(f"/proc/{pid}/status").read_text()
                        self.assertIn(f"Uid:\t{nobody}\t{nobody}\t{nobody}\t{nobody}\n", status)
                        self.assertIn("Groups:\t \n", status)
            with self.subTest("the seed"):
                self.assertEqual(box.sql("SELECT version_num FROM alembic_version"), [["a17c4e9d2b61"]])
                self.assertEqual(box.sql("SELECT COUNT(*) FROM users WHERE status='active'"), [["3"]])
                self.assertEqual(box.sql("SELECT last_name FROM users WHERE username='jnovak'"), [["Novák"]])
                self.assertEqual(box.sql("SELECT @@character_set_database, @@collation_database"),
                                 [["utf8mb4", "utf8mb4_unicode_ci"]])
            with self.subTest("the application's account reaches its own database and nothing else"):
                self.assertEqual(box.sql("SELECT COUNT(*) FROM organizations", user="logbook_user"), [["1"]])
                for statement in ("SELECT * FROM mysql.global_priv", "CREATE DATABASE other",
                                  "CREATE USER x IDENTIFIED BY 'y'"):
                    with self.assertRaisesRegex(RuntimeError, "denied", msg=statement):
                        box.sql(statement, user="logbook_user")
                open_doors = box.sql("SELECT user, host FROM mysql.global_priv WHERE user <> 'mariadb.sys' AND "
                                     "COALESCE(JSON_VALUE(priv, '$.authentication_string'), '') IN ('', 'invalid')")
                self.assertEqual(open_doors, [], "an account without a password")
            with self.subTest("the cache wants its password"):
                self.assertEqual(box.redis("PING"), "PONG")
                bare = subprocess.run(["redis-cli", "-p", str(box.port("cache")), "PING"], capture_output=True,
                                      text=True, timeout=10, env=clean_environment())
                self.assertIn("NOAUTH", bare.stdout + bare.stderr)
            with self.subTest("a second up in the same folder is refused, and harms nothing"):
                again = run("sandbox", "up", "--dir", folder)
                self.assertEqual(again.returncode, 1)
                self.assertIn("is there already", again.stderr)
                self.assertTrue(box.status()["all_alive"])
        self.assertTrue(gone(pids))
        self.assertFalse(folder.exists())

    @staticmethod
    def listeners(port):
        return [line.split()[1] for name in ("tcp", "tcp6")
                for line in pathlib.Path(f"/proc/net/{name}").read_text().splitlines()[1:]
                if line.split()[3] == "0A" and int(line.split()[1].split(":")[1], 16) == port]

    def test_two_side_by_side(self):
        with Sandbox("--no-backend") as one, Sandbox("--no-backend") as two:
            ports = [box.port(role) for box in (one, two) for role in ("database", "cache")]
            self.assertEqual(len(set(ports)), 4)
            self.assertNotEqual(one.env["DB_PASSWORD"], two.env["DB_PASSWORD"])
            one.sql("DELETE FROM alembic_version")
            self.assertEqual(two.sql("SELECT COUNT(*) FROM alembic_version"), [["1"]])
            self.assertEqual(one.down().returncode, 0)
            self.assertTrue(two.status()["all_alive"])

    def test_foreground_ends_on_interrupt(self):
        with tempfile.TemporaryDirectory(prefix="logbook-box-") as scratch:
            os.chmod(scratch, 0o711)
            folder = pathlib.Path(scratch) / "box"
            process = subprocess.Popen([LOGBOOKCTL, "-o", "json", "sandbox", "up", "--no-backend", "--dir", folder],
                                       env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                       text=True)
            try:
                text = ""
                while not text.endswith("\n}\n"):
                    piece = process.stdout.readline()
                    self.assertTrue(piece, "it ended before it was up")
                    text += piece
                document = json.loads(text)
                process.send_signal(signal.SIGINT)
                self.assertEqual(process.wait(20), 0)
            finally:
                process.kill()
                process.communicate()
            self.assertTrue(gone([p["pid"] for p in document["processes"]]))
            self.assertFalse(folder.exists())


class Drills(unittest.TestCase):
    def test_a_server_that_stops_or_dies_takes_nothing_with_it(self):
        with Sandbox() as box:
            before = box.state
            box.signal("cache", signal.SIGKILL)
            box.signal("database", signal.SIGSTOP)
            self.assertTrue(gone([box.pid("cache")]))
            time.sleep(0.3)
            status = {p["role"]: p["alive"] for p in box.status()["processes"]}
            self.assertEqual(status, {"cache": False, "database": True, "backend": True, "supervisor": True})
            done = run("sandbox", "status", "--dir", box.folder)
            self.assertEqual(done.returncode, 1)
            self.assertIn("gone", done.stdout)
            self.assertEqual(box.state, before, "nothing was started again")
            # The end of the block takes the rest down, the stopped database included.

    def test_a_killed_supervisor_leaves_nobody(self):
        with Sandbox() as box:
            servers = [s["pid"] for s in box.state["servers"]]
            box.signal("supervisor", signal.SIGKILL)
            self.assertTrue(gone(servers))
            self.assertFalse(box.status()["all_alive"])
            self.assertEqual(box.down().returncode, 0)
            self.assertFalse(box.folder.exists())
            again = box.down()
            self.assertEqual(again.returncode, 0)
            self.assertIn("there is no sandbox", again.stdout)

    def test_a_stopped_supervisor_can_be_taken_down(self):
        with Sandbox("--no-backend") as box:
            pids = [box.pid(r) for r in ("supervisor", "database", "cache")]
            box.signal("supervisor", signal.SIGSTOP)
            self.assertEqual(box.down().returncode, 0)
            self.assertTrue(gone(pids))


class Down(ScratchCase):
    """What is not surely ours is not touched."""

    def state(self, folder, **changes):
        facts = folder.stat()
        document = {"schema": "logbookctl/sandbox_state/1", "device": facts.st_dev, "inode": facts.st_ino,
                    "created": "2026-11-22T04:12:09Z",
                    "supervisor": {"role": "supervisor", "pid": 4194303, "started": 1, "port": 0}, "servers": []}
        return {**document, **changes}

    def put(self, folder, document, mode=0o600):
        (folder / "state.json").write_text(document if isinstance(document, str) else json.dumps(document))
        (folder / "state.json").chmod(mode)

    def make(self, name, document=None):
        folder = self.dir / name
        folder.mkdir(mode=0o700)
        (folder / "precious").write_text("data")
        if document is not None:
            self.put(folder, document)
        return folder

    def refused(self, folder, why):
        done = run("sandbox", "down", "--dir", folder)
        self.assertEqual(done.returncode, 4, done.stdout + done.stderr)
        self.assertIn(why, done.stderr)

    def test_foreign_folders(self):
        plain = self.make("plain")
        self.refused(plain, "no state file")
        for name, text in (("garbage", "{]"), ("other", '{"schema":"x"}'), ("large", "[" * 70_000), ("empty", "")):
            self.refused(self.make(name, text), "not a sandbox of yours")
        ours = self.make("ours")
        self.put(ours, self.state(ours), 0o644)
        self.refused(ours, "private")
        (ours / "state.json").chmod(0o600)
        (self.dir / "link").symlink_to(ours)
        self.refused(self.dir / "link", "symbolic link")
        moved = self.make("moved", self.state(ours))
        self.refused(moved, "another folder")
        os.link(ours / "state.json", self.dir / "second-name")
        self.refused(ours, "private")
        for folder in (plain, ours, moved):
            self.assertEqual((folder / "precious").read_text(), "data")

    def test_hostile_numbers(self):
        folder = self.make("box")
        for pid in (-1, 0, 1, 2**40, "7", None, 1.5):
            hostile = {"role": "supervisor", "pid": pid, "started": 1, "port": 0}
            self.put(folder, self.state(folder, supervisor=hostile))
            self.refused(folder, "not a sandbox of yours")

    def test_a_recycled_number_is_never_signalled(self):
        bystander = subprocess.Popen(["sleep", "60"])
        try:
            folder = self.make("box")
            self.put(folder, self.state(
                folder, supervisor={"role": "supervisor", "pid": bystander.pid, "started": 1, "port": 0},
                servers=[{"role": "database", "pid": bystander.pid, "started": 2, "port": 4000}]))
            self.assertEqual(run("sandbox", "down", "--dir", folder).returncode, 0)
            self.assertIsNone(bystander.poll())
            self.assertFalse(folder.exists(), "what a sandbox of ours left behind is cleared away")
        finally:
            bystander.kill()
            bystander.wait()

    def test_json(self):
        done, document = run_json("sandbox", "down", "--dir", self.dir / "none")
        self.assertEqual((done.returncode, document["was_there"]), (0, False))
        done, document = run_json("sandbox", "status", "--dir", self.dir / "none")
        self.assertEqual((done.returncode, document["code"]), (1, "not_found"))


class Failures(ScratchCase):
    def test_what_cannot_be_made(self):
        self.write("file", "x")
        for folder, why in ((self.dir / "file", "is there already"), (self.dir / "no/such", "No such file"),
                            ("/proc/box", "cannot make")):
            done = run("sandbox", "up", "--dir", folder)
            self.assertEqual(done.returncode, 1)
            self.assertIn(why, done.stderr)
        self.assertEqual(os.listdir(self.dir), ["file"])

    @unittest.skipUnless(os.geteuid() == 0, "only root's servers run as another user")
    def test_a_folder_that_nobody_may_enter(self):
        closed = self.dir / "closed"
        closed.mkdir(mode=0o700)
        os.chmod(self.dir, 0o711)
        done = run("sandbox", "up", "--dir", closed / "box")
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"`nobody`, who may not enter {closed}", done.stderr)
        self.assertIn("sandbox up --dir", done.stderr)
        self.assertEqual(os.listdir(closed), [])

    @unittest.skipUnless(os.geteuid() == 0, "hiding a program of this machine needs root")
    def test_a_missing_package_is_named(self):
        for program, package in (("mariadbd", "mariadb-server-core"), ("redis-server", "redis-server")):
            hide = 'for p in $(which -a "$1"); do mount --bind /dev/null "$p"; done; shift; exec "$@"'
            done = subprocess.run(["unshare", "--mount", "sh", "-c", hide, "sh", program,
                                   LOGBOOKCTL, "sandbox", "up", "--dir", self.dir / "box"],
                                  env=clean_environment(), capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
            self.assertIn(f"there is no {program} on this machine", done.stderr)
            self.assertIn(f"apt-get install {package}", done.stderr)
        self.assertEqual(os.listdir(self.dir), [])

    @unittest.skipUnless(os.geteuid() == 0, "this run is an ordinary user's already")
    def test_an_ordinary_user(self):
        os.chmod(self.dir, 0o711)
        program = self.dir / "usr" / "bin" / "logbookctl"
        subprocess.run(["cmake", "--install", pathlib.Path(LOGBOOKCTL).parents[1], "--prefix", self.dir / "usr"],
                       check=True, capture_output=True)
        home = self.dir / "home"
        home.mkdir()
        os.chown(home, 65534, 65534)

        def ordinary(*arguments):
            return subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program, *arguments],
                                  env=clean_environment(), capture_output=True, text=True, timeout=120, cwd=home)
        up = ordinary("sandbox", "up", "--detach", "--dir", home / "box")
        try:
            self.assertEqual(up.returncode, 0, up.stdout + up.stderr)
            doctor = ordinary("doctor", "-C", home / "box", "--fail-on", "warn")
            self.assertEqual(doctor.returncode, 0, doctor.stdout + doctor.stderr)
        finally:
            down = ordinary("sandbox", "down", "--dir", home / "box")
        self.assertEqual(down.returncode, 0, down.stdout + down.stderr)
        self.assertEqual(os.listdir(home), [])

    def test_a_server_that_does_not_start_leaves_nothing(self):
        # The database cannot be made where no file may be larger than a few blocks.
        def small_files():
            import resource
            resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
        os.chmod(self.dir, 0o711)
        done = subprocess.run([LOGBOOKCTL, "sandbox", "up", "--detach", "--dir", self.dir / "box"],
                              env=clean_environment(), preexec_fn=small_files, capture_output=True, text=True,
                              timeout=90)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("could not prepare an empty database", done.stderr)
        self.assertFalse((self.dir / "box").exists())
        left = [int(p) for p in os.listdir("/proc") if p.isdigit() and str(self.dir).encode() in command_line(p)]
        self.assertTrue(gone(left), left)


if __name__ == "__main__":
    unittest.main()
