"""`secrets generate` and `secrets check`, as an operator runs them. No server: the database is a closed port."""

import concurrent.futures
import os
import re
import shutil
import stat
import subprocess
import time
import unittest

import program

KEYS = ["SECRET_KEY", "ENCRYPTION_KEY", "ENCRYPTION_SALT"]
SIX = KEYS + ["DB_PASSWORD", "MYSQL_ROOT_PASSWORD", "REDIS_PASSWORD"]
CLOSED = "DB_HOST=127.0.0.1\nDB_PORT=1\n"
EXAMPLE = CLOSED + """# The Logbook
ENVIRONMENT=production
DB_NAME=the_logbook
SECRET_KEY=CHANGE_ME_TO_A_LONG_VALUE   # python -c "import secrets"
ENCRYPTION_KEY="GENERATE_WITH_openssl_rand_hex_32"
ENCRYPTION_SALT=
export DB_PASSWORD = 'CHANGE_ME'
REDIS_PASSWORD=t7Hq2Lm9Zx4Vb8Nc
"""
WORD = ["--fresh-install", "--confirm=the_logbook"]


def values(text):
    return dict(re.findall(r"^(?:export )?(\w+) *= *['\"]?([^'\"\n#]*?)['\"]?(?: +#.*)?$", text, re.M))


class Generate(program.ScratchCase):
    def write_secrets(self, *args, **options):
        return program.run("-C", self.dir, "secrets", "generate", "--write", *args, **options)

    def files(self):
        return {p.name: p.read_bytes() for p in self.dir.iterdir()}

    def test_prints_lines_that_a_shell_can_read(self):
        done = program.run("secrets", "generate", cwd=self.dir)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"\ASECRET_KEY=[0-9a-f]{64}\nENCRYPTION_KEY=[0-9a-f]{64}\n"
                                      r"ENCRYPTION_SALT=[0-9a-f]{32}\n\Z")
        every = program.run("secrets", "generate", "--all", cwd=self.dir).stdout
        self.assertEqual([line.split("=")[0] for line in every.splitlines()], SIX)
        self.assertEqual(self.files(), {}, "it left something behind")
        self.assertNotEqual(every, program.run("secrets", "generate", "--all", cwd=self.dir).stdout)

    def test_prints_json(self):
        done, document = program.run_json("secrets", "generate", "--all", cwd=self.dir)
        self.assertEqual(done.returncode, 0)
        self.assertEqual([s["name"] for s in document["secrets"]], SIX)
        self.assertNotIn("***", done.stdout)

    def test_fills_what_is_missing_and_keeps_the_rest(self):
        self.write(".env", EXAMPLE, 0o644)
        done = self.write_secrets(*WORD)
        self.assertEqual(done.returncode, 0, done.stderr)
        text = (self.dir / ".env").read_text()
        after = values(text)
        for name in SIX:
            self.assertNotIn(after[name], done.stdout + done.stderr)
        self.assertEqual(after["REDIS_PASSWORD"], "t7Hq2Lm9Zx4Vb8Nc")
        # Put the old values back, and the old file must come out.
        back = text.replace(after["SECRET_KEY"], "CHANGE_ME_TO_A_LONG_VALUE") \
            .replace(after["ENCRYPTION_KEY"], "GENERATE_WITH_openssl_rand_hex_32") \
            .replace(after["ENCRYPTION_SALT"], "").replace(after["DB_PASSWORD"], "CHANGE_ME")
        self.assertEqual(back, EXAMPLE + f"MYSQL_ROOT_PASSWORD={after['MYSQL_ROOT_PASSWORD']}\n")
        self.assertEqual(stat.S_IMODE((self.dir / ".env").stat().st_mode), 0o600)
        backup, = self.dir.glob(".env.backup-*")
        self.assertRegex(backup.name, r"^\.env\.backup-\d{8}T\d{6}Z$")
        self.assertEqual(backup.read_text(), EXAMPLE)
        self.assertEqual(stat.S_IMODE(backup.stat().st_mode), 0o600)
        self.assertIn("0600", done.stdout)
        self.assertEqual(program.run("-C", self.dir, "secrets", "check").returncode, 0)

    def test_a_second_run_changes_nothing(self):
        self.write(".env", EXAMPLE)
        self.assertEqual(self.write_secrets(*WORD).returncode, 0)
        before, time_before = self.files(), (self.dir / ".env").stat().st_mtime_ns
        for _ in range(2):
            done = self.write_secrets()
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("nothing to write", done.stdout)
        after = self.files()
        before.pop(".env.lock"), after.pop(".env.lock")
        self.assertEqual(after, before)
        self.assertEqual((self.dir / ".env").stat().st_mtime_ns, time_before)

    def test_only_the_mode_is_wrong(self):
        self.write(".env", EXAMPLE)
        self.assertEqual(self.write_secrets(*WORD).returncode, 0)
        before = (self.dir / ".env").read_bytes()
        (self.dir / ".env").chmod(0o664)
        _, document = program.run_json("-C", self.dir, "secrets", "generate", "--write", "--dry-run")
        self.assertTrue(document["mode_tightened"])
        self.assertEqual(stat.S_IMODE((self.dir / ".env").stat().st_mode), 0o664)
        self.assertIn("0600", self.write_secrets().stdout)
        self.assertEqual(stat.S_IMODE((self.dir / ".env").stat().st_mode), 0o600)
        self.assertEqual((self.dir / ".env").read_bytes(), before)

    def test_an_unreachable_database_counts_as_data(self):
        self.write(".env", EXAMPLE, 0o640)
        before = self.files()
        done = self.write_secrets()
        self.assertEqual(done.returncode, 4)
        for words in ("SECRET_KEY", "audit log", "ENCRYPTION_KEY", "medical screenings", "DB_PASSWORD", "1045",
                      "A placeholder may be the key", "--fresh-install --confirm=the_logbook"):
            self.assertIn(words, done.stderr)
        self.assertEqual((self.dir / ".env").read_bytes(), before[".env"])
        self.assertEqual(stat.S_IMODE((self.dir / ".env").stat().st_mode), 0o640)
        self.assertEqual(list(self.dir.glob(".env.backup*")), [])
        done, document = program.run_json("-C", self.dir, "secrets", "generate", "--write")
        self.assertEqual((done.returncode, document["code"], document["exit"]), (4, "declined", 4))

    def test_missing_values_need_the_proof_too(self):
        self.write(".env", CLOSED + "".join(f"{n}=t7Hq2Lm9Zx4Vb8Nc{i}aK5wYd3RfG6j\n" for i, n in enumerate(SIX[:-1])))
        done = self.write_secrets()
        self.assertEqual(done.returncode, 4)
        self.assertIn("REDIS_PASSWORD not written", done.stderr)

    def test_the_word_needs_the_right_name(self):
        self.write(".env", EXAMPLE)
        for args in (["--fresh-install"], ["--fresh-install", "--confirm=other"], ["--fresh-install", "--confirm=the"]):
            done = self.write_secrets(*args)
            self.assertEqual(done.returncode, 4, args)
            self.assertIn("--confirm=the_logbook", done.stderr)
        self.assertEqual((self.dir / ".env").read_text(), EXAMPLE)

    def test_the_printed_command_is_the_one_that_works(self):
        folder = self.dir / "a folder"
        folder.mkdir()
        (folder / ".env").write_text(EXAMPLE)
        done = program.run("-C", folder, "secrets", "generate", "--write")
        command = re.search(r"logbookctl (-C .* --fresh-install --confirm=\S+)", done.stderr)[1]
        done = subprocess.run(f"'{program.LOGBOOKCTL}' {command}", shell=True, env=program.clean_environment(),
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_replacing_needs_both_words(self):
        self.write(".env", EXAMPLE)
        self.assertEqual(self.write_secrets(*WORD).returncode, 0)
        before = values((self.dir / ".env").read_text())
        self.assertEqual(self.write_secrets("--replace", "SECRET_KEY").returncode, 4)
        self.assertEqual(self.write_secrets("--replace", "SECRET_KEY", *WORD).returncode, 4)
        refused = self.write_secrets("--replace", "SECRET_KEY", "--confirm=SECRET_KEY")
        self.assertEqual(refused.returncode, 4)
        self.assertIn("audit log", refused.stderr)
        self.assertEqual(values((self.dir / ".env").read_text()), before)
        self.assertEqual(self.write_secrets("--replace", "SECRET_KEY", "--confirm=SECRET_KEY", *WORD).returncode, 0)
        after = values((self.dir / ".env").read_text())
        self.assertEqual([n for n in before if before[n] != after[n]], ["SECRET_KEY"])

    def test_a_dry_run_tells_the_truth_and_changes_nothing(self):
        self.write(".env", EXAMPLE, 0o644)
        before = self.files()
        self.assertEqual(self.write_secrets("--dry-run").returncode, 4)
        done, document = program.run_json("-C", self.dir, "secrets", "generate", "--write", "--dry-run", *WORD)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(self.files(), before)
        self.assertTrue(document["dry_run"])
        self.assertIsNone(document["backup"])
        _, real = program.run_json("-C", self.dir, "secrets", "generate", "--write", *WORD)
        self.assertEqual(real["written"], document["written"])
        self.assertEqual(real["kept"], document["kept"])
        self.assertEqual([w["reason"] for w in real["written"]],
                         ["placeholder", "placeholder", "missing", "placeholder", "missing"])

    def test_makes_the_first_file(self):
        done = program.run("-C", self.dir, "secrets", "generate", "--write", "--fresh-install", "--confirm=intranet_db",
                           "--timeout", "20s")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(list(values((self.dir / ".env").read_text())), SIX)
        self.assertEqual(stat.S_IMODE((self.dir / ".env").stat().st_mode), 0o600)
        self.assertEqual(list(self.dir.glob(".env.backup*")), [])

    def test_line_ends_quotes_and_duplicates(self):
        self.write(".env", b"\xef\xbb\xbf" + (CLOSED + "SECRET_KEY=\"CHANGE_ME\"\nSECRET_KEY='change_me'\n# end")
                   .replace("\n", "\r\n").encode())
        self.assertEqual(program.run("-C", self.dir, "secrets", "generate", "--write", "--fresh-install",
                                     "--confirm=intranet_db").returncode, 0)
        lines = (self.dir / ".env").read_bytes().split(b"\r\n")
        self.assertEqual(lines[0], b"\xef\xbb\xbfDB_HOST=127.0.0.1")
        self.assertEqual(lines[2], b'SECRET_KEY="CHANGE_ME"')
        self.assertRegex(lines[3], rb"^SECRET_KEY='[0-9a-f]{64}'$")
        self.assertEqual(lines[4], b"# end")
        self.assertNotIn(b"\n", b"".join(lines))

    def test_a_symbolic_link_stays_one(self):
        (self.dir / "real").mkdir()
        self.write("real/site.env", EXAMPLE)
        (self.dir / ".env").symlink_to("real/site.env")
        self.assertEqual(self.write_secrets(*WORD).returncode, 0)
        self.assertTrue((self.dir / ".env").is_symlink())
        self.assertNotIn("CHANGE_ME", (self.dir / "real/site.env").read_text())
        self.assertEqual(len(list((self.dir / "real").glob("site.env.backup-*"))), 1)

    def test_two_writers_do_not_mix(self):
        self.write(".env", EXAMPLE)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            runs = list(pool.map(lambda _: self.write_secrets(*WORD), range(8)))
        self.assertEqual({r.returncode for r in runs}, {0}, [r.stderr for r in runs])
        self.assertEqual(sum("written to" in r.stdout for r in runs), 1)
        self.assertEqual(len(list(self.dir.glob(".env.backup-*"))), 1)

    def test_a_held_lock_is_said_and_not_waited_for_ever(self):
        self.write(".env", EXAMPLE)
        with subprocess.Popen(["flock", str(self.dir / ".env.lock"), "sleep", "30"]) as holder:
            try:
                while subprocess.run(["flock", "-n", str(self.dir / ".env.lock"), "true"]).returncode == 0:
                    time.sleep(0.02)
                done = self.write_secrets(*WORD, "--timeout", "300ms")
                self.assertEqual(done.returncode, 1)
                self.assertIn("locked", done.stderr)
                self.assertEqual((self.dir / ".env").read_text(), EXAMPLE)
            finally:
                holder.terminate()

    def test_what_is_no_env_is_left_alone(self):
        for name, make in {
            "binary": lambda p: p.write_bytes(b"A=1\0\xff" * 10),
            "large": lambda p: (p.write_bytes(b""), os.truncate(p, 100 << 20)),
            "folder": lambda p: p.mkdir(),
            "fifo": os.mkfifo,
            "broken": lambda p: p.write_text("SECRET_KEY='CHANGE_ME\n"),
        }.items():
            with self.subTest(name):
                folder = self.dir / name
                folder.mkdir()
                make(folder / ".env")
                for command in (["secrets", "generate", "--write", "--fresh-install", "--confirm=intranet_db"],
                                ["secrets", "check"], ["config", "check"], ["config", "show"]):
                    done = program.run("-C", folder, *command)
                    self.assertEqual(done.returncode, 1, command)
                    self.assertIn(".env", done.stderr)
                    self.assertIn("next:", done.stderr)
                    self.assertNotIn("CHANGE_ME", done.stderr)
                self.assertEqual([p.name for p in folder.iterdir()], [".env"])

    def test_no_file_and_no_folder(self):
        for command in (["secrets", "check"], ["config", "check"], ["config", "show"]):
            done = program.run("-C", self.dir, *command)
            self.assertEqual(done.returncode, 1)
            self.assertIn("next:", done.stderr)
        done = program.run("-C", self.dir / "nowhere", "secrets", "generate", "--write", "--fresh-install",
                           "--confirm=intranet_db")
        self.assertEqual(done.returncode, 1)
        self.assertFalse((self.dir / "nowhere").exists())

    def test_usage(self):
        for args, words in ((["--replace", "SECRT_KEY", "--write"], "nearest: SECRET_KEY"),
                            (["--replace", "SECRET_KEY"], "--write"), (["--dry-run"], "--write"),
                            (["--fresh-install"], "--write"), (["--wriet"], "nearest: --write")):
            done = program.run("secrets", "generate", *args, cwd=self.dir)
            self.assertEqual((done.returncode, done.stdout), (2, ""), args)
            self.assertIn(words, done.stderr)

    def test_this_shell_is_named_where_it_wins(self):
        self.write(".env", EXAMPLE)
        done = self.write_secrets(*WORD, env={"SECRET_KEY": "t7Hq2Lm9Zx4Vb8NcaK5wYd3RfG6jt7Hq2L"})
        self.assertIn("unset SECRET_KEY", done.stderr)
        self.assertNotIn("t7Hq2Lm9Zx4Vb8NcaK5", done.stdout + done.stderr)

    def test_nothing_is_lost_when_standard_output_is_full(self):
        self.write(".env", EXAMPLE)
        with open("/dev/full", "w") as full:
            done = subprocess.run([program.LOGBOOKCTL, "-C", self.dir, "secrets", "generate"],
                                  env=program.clean_environment(), stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("No space left", done.stderr)


@unittest.skipUnless(os.geteuid() == 0, "another user's files can only be made by root")
class AsAnotherUser(program.ScratchCase):
    """An operator who is not root, and not always the owner."""

    USER = 65534  # nobody

    def run_as_user(self, folder, *args):
        return subprocess.run(["setpriv", f"--reuid={self.USER}", f"--regid={self.USER}", "--clear-groups",
                               str(self.program), "-C", str(folder), "secrets", "generate", "--write", *args],
                              env=program.clean_environment(**self.environment), capture_output=True, text=True,
                              timeout=60)

    def setUp(self):
        super().setUp()
        self.dir.chmod(0o755)
        # The build tree may be closed to this user; a copy of program and library is not.
        self.program = self.dir / "logbookctl"
        shutil.copy(program.LOGBOOKCTL, self.program)
        library = re.search(r"liblogbook\S* => (\S+)", subprocess.run(
            ["ldd", program.LOGBOOKCTL], capture_output=True, text=True, check=True).stdout)[1]
        self.environment = {"LD_LIBRARY_PATH": str(self.dir)}
        shutil.copy(library, self.dir)
        for path in self.dir.iterdir():
            path.chmod(0o755)

    def site(self, folder_owner, file_owner, folder_mode=0o755, file_mode=0o600):
        folder = self.dir / "site"
        folder.mkdir()
        path = folder / ".env"
        path.write_text(EXAMPLE)
        path.chmod(file_mode)
        os.chown(path, file_owner, file_owner)
        os.chown(folder, folder_owner, folder_owner)
        folder.chmod(folder_mode)
        return folder

    def test_ones_own(self):
        folder = self.site(self.USER, self.USER)
        done = self.run_as_user(folder, *WORD)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((folder / ".env").stat().st_uid, self.USER)

    def test_a_read_only_folder(self):
        folder = self.site(0, self.USER)
        done = self.run_as_user(folder, *WORD)
        self.assertEqual(done.returncode, 1)
        self.assertIn("Permission denied", done.stderr)
        self.assertEqual((folder / ".env").read_text(), EXAMPLE)

    def test_somebody_elses_file_keeps_its_owner_or_stays(self):
        folder = self.site(self.USER, 0, file_mode=0o644)
        done = self.run_as_user(folder, *WORD)
        self.assertEqual(done.returncode, 1)
        self.assertIn("owner", done.stderr)
        self.assertEqual((folder / ".env").read_text(), EXAMPLE)
        self.assertEqual((folder / ".env").stat().st_uid, 0)
        self.assertEqual(list(folder.glob(".*.tmp")), [])

    def test_an_unreadable_file(self):
        folder = self.site(self.USER, 0, file_mode=0o600)
        done = self.run_as_user(folder, *WORD)
        self.assertEqual(done.returncode, 1)
        self.assertIn("Permission denied", done.stderr)
        self.assertEqual([p.name for p in folder.iterdir()], [".env"])

    def test_root_keeps_the_owner(self):
        folder = self.site(self.USER, self.USER)
        done = program.run("-C", folder, "secrets", "generate", "--write", *WORD)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((folder / ".env").stat().st_uid, self.USER)
        self.assertEqual((folder / ".env").stat().st_gid, self.USER)
        # And the owner can go on with it.
        after = self.run_as_user(folder)
        self.assertEqual(after.returncode, 0, after.stderr)


class Check(program.ScratchCase):
    def test_a_sound_file(self):
        self.write(".env", program.run("secrets", "generate", "--all").stdout)
        done, document = program.run_json("-C", self.dir, "secrets", "check")
        self.assertEqual((done.returncode, document["findings"]), (0, []))
        self.assertIn("sound", program.run("-C", self.dir, "secrets", "check").stdout)

    def test_an_example_file(self):
        self.write(".env", EXAMPLE, 0o644)
        done, document = program.run_json("-C", self.dir, "secrets", "check")
        self.assertEqual(done.returncode, 1)
        found = {(f["level"], f["rule"], f["setting"], f["line"]) for f in document["findings"]}
        self.assertLessEqual({("fail", "secret.placeholder", "SECRET_KEY", 6),
                              ("fail", "secret.placeholder", "ENCRYPTION_KEY", 7),
                              ("fail", "secret.missing", "ENCRYPTION_SALT", 8),
                              ("fail", "secret.placeholder", "DB_PASSWORD", 9),
                              ("fail", "secret.missing", "MYSQL_ROOT_PASSWORD", None)}, found)
        self.assertIn("secret.file_mode", {f["rule"] for f in document["findings"]})
        self.assertEqual(document["failed"], sum(f["level"] == "fail" for f in document["findings"]))

    def test_no_value_is_shown_at_any_width(self):
        self.write(".env", "SECRET_KEY=hunter2hunter2\nDB_PASSWORD='hunter2hunter2@%'\nA_TOKEN=hunter2hunter2\n")
        for width in (20, 40, 72, 200):
            done = program.run("-C", self.dir, "secrets", "check", env={"COLUMNS": str(width)})
            self.assertEqual(done.returncode, 1)
            self.assertNotIn("hunter2", done.stdout + done.stderr)
            if width >= 40:
                for line in done.stdout.splitlines():
                    if "logbookctl " not in line and "chmod " not in line and str(self.dir) not in line:
                        self.assertLessEqual(len(line), width, line)


if __name__ == "__main__":
    unittest.main()
