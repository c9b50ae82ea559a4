"""`migrate heads|history|branches|check` on folders: the application's own chain, small faults, and hostile content."""

import json
import os
import pathlib
import re
import subprocess
import unittest
import xml.etree.ElementTree

from chain import rows, source, write_chain
from program import LOGBOOKCTL, ScratchCase, clean_environment, run, run_json

HEAD = "a17c4e9d2b61"


class Chain(ScratchCase):
    def setUp(self):
        super().setUp()
        self.folder = pathlib.Path(self.dir) / "backend/alembic/versions"

    def small(self, **files):
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (self.folder / f"{name}.py").write_text(text)

    def ask(self, *words, **options):
        return run("migrate", *words, cwd=self.dir, **options)

    def as_nobody(self):
        """What is in front of a program to be run without root's rights; its folders let everybody in."""
        if os.geteuid() != 0:
            return []
        for folder in (self.dir, *self.folder.parents[:2]):
            pathlib.Path(folder).chmod(0o755)
        return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]

    def refused(self, *words, says, code=1, program=()):
        done = subprocess.run([*program, LOGBOOKCTL, "migrate", *words], cwd=self.dir, env=clean_environment(), timeout=60,
                              capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (code, ""), done)
        self.assertRegex(done.stderr, says)
        self.assertIn("next: ", done.stderr)
        self.assertLess(len(done.stderr.splitlines()), 5)

    def test_the_applications_chain(self):
        write_chain(self.folder)
        self.assertEqual(self.ask("heads").stdout, f"{HEAD} (head)\n")
        lines = self.ask("history").stdout.splitlines()
        self.assertEqual((len(lines), lines[-1]), (337, "<base> -> 20260118_0001, change 0"))
        self.assertEqual(sum(" (mergepoint)" in line for line in lines), 14)
        self.assertEqual(sum(" (branchpoint)" in line for line in lines), 13)
        self.assertEqual(len(re.findall(r"^\S+ \(branchpoint\)", self.ask("branches").stdout, re.M)), 13)
        done, document = run_json("migrate", "history", cwd=self.dir)
        order = {one["revision"]: place for place, one in enumerate(document["revisions"])}
        for _, revision, parents, _ in rows():
            for parent in parents:
                self.assertLess(order[revision], order[parent])
        done, document = run_json("migrate", "heads", cwd=self.dir)
        self.assertEqual((document["revisions"], [one["revision"] for one in document["heads"]]), (337, [HEAD]))
        run_json("migrate", "branches", cwd=self.dir)
        # Six revisions are dated before one that they follow, and two files are merges by name only.
        done, document = run_json("migrate", "check", cwd=self.dir)
        found = [one["rule"] for one in document["findings"]]
        self.assertEqual((done.returncode, {one["severity"] for one in document["findings"]}), (0, {"warning"}))
        self.assertEqual(found.count("date"), 6)
        self.assertEqual(found.count("merge"), 2)
        self.assertEqual(self.ask("check", "--fail-on", "warn").returncode, 1)

    def test_the_picture_of_the_applications_chain(self):
        """All of it, in letters of 11 points, nothing on top of another."""
        write_chain(self.folder)
        dot = self.ask("graph")
        self.assertEqual((dot.returncode, dot.stderr), (0, ""))
        self.assertEqual(dot.stdout.count(" -> "), sum(len(parents) for _, _, parents, _ in rows()))
        picture = self.ask("graph", "--svg")
        self.assertEqual((picture.returncode, picture.stderr), (0, ""))
        space = {"svg": "http://www.w3.org/2000/svg"}
        nodes = xml.etree.ElementTree.fromstring(picture.stdout).findall(".//svg:g[@class='node']", space)
        self.assertEqual(len(nodes), 337)
        self.assertEqual({node.find("svg:text", space).text for node in nodes}, {revision for _, revision, _, _ in rows()})
        self.assertTrue(all(float(text.get("font-size")) >= 11 for node in nodes for text in node.findall("svg:text", space)))
        boxes = []
        for node in nodes:
            corners = [tuple(map(float, pair.split(","))) for polygon in node.findall("svg:polygon", space)
                       for pair in polygon.get("points").split()]
            boxes.append((min(x for x, _ in corners), min(y for _, y in corners), max(x for x, _ in corners),
                          max(y for _, y in corners)))
        boxes.sort(key=lambda box: box[1])
        for place, (left, top, right, bottom) in enumerate(boxes):
            for other in boxes[place + 1:]:
                if other[1] >= bottom:
                    break
                self.assertTrue(other[2] <= left or other[0] >= right, "two boxes overlap")
        self.assertEqual(sum(len(node.findall("svg:polygon", space)) == 2 for node in nodes), 1)  # the head
        done, document = run_json("migrate", "graph", cwd=self.dir)
        self.assertEqual((len(document["revisions"]), document["revisions"][0]["pending"]), (337, None))

    def test_a_title_cannot_break_out_of_the_picture(self):
        self.small(a=source("a", [], 'x"]; evil [label="y\\'), b=source("b", ["a"], "<b>&amp;</b>\\n\\"))
        done = self.ask("graph", "--svg")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        space = {"svg": "http://www.w3.org/2000/svg"}
        nodes = xml.etree.ElementTree.fromstring(done.stdout).findall(".//svg:g[@class='node']", space)
        self.assertEqual(len(nodes), 2)
        self.assertNotIn("evil", [node.find("svg:title", space).text for node in nodes])

    def test_without_graphviz(self):
        self.small(a=source("a", []))
        done = self.ask("graph", "--svg", env={"PATH": "/nonexistent"})
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("next: sudo apt-get install graphviz", done.stderr)
        self.assertEqual(self.ask("graph", env={"PATH": "/nonexistent"}).returncode, 0)

    def test_ranges(self):
        write_chain(self.folder)
        lines = self.ask("history", "-r", "20260119_0009:").stdout.splitlines()
        self.assertIn(f"-> {HEAD} (head)", lines[0])
        self.assertEqual(len(self.ask("history", "-r", ":head-1").stdout.splitlines()),
                         len(self.ask("history", "-r", ":head").stdout.splitlines()) - 1)
        self.assertEqual(len(self.ask("history", "-r", "20260118_0001:20260118_0003").stdout.splitlines()), 3)
        self.assertEqual(len(self.ask("history", "-r", "20260118_0003:+2").stdout.splitlines()), 3)
        self.assertEqual(self.ask("history", "-r", "head").returncode, 2)
        self.refused("history", "-r", "20260118_9999:", says="there is no revision or branch `20260118_9999`")
        self.refused("history", "-r", "head-2:head", says="the lower end is an identifier, or -2")
        self.refused("history", "-r", "2026:", says="several revisions begin with `2026`")
        self.refused("history", "-r", "head:base", says="do not lie on one line")

    def test_two_heads(self):
        self.small(a=source("a", []), b=source("b", ["a"]), c=source("c", ["a"]))
        done = self.ask("heads")
        self.assertEqual((done.returncode, sorted(done.stdout.split("\n"))), (0, ["", "b (head)", "c (head)"]))
        self.assertIn("there are 2 heads", done.stderr)
        self.assertIn("logbookctl migrate branches", done.stderr)
        self.assertEqual(self.ask("heads", "-q").stderr, "")
        done, document = run_json("migrate", "check", cwd=self.dir)
        self.assertEqual((done.returncode, [f["rule"] for f in document["findings"]]), (1, ["heads"]))

    def test_faults_are_named_by_file_and_line(self):
        self.small(a=source("a", []), b=source("b", ["x"]))
        self.refused("heads", says=r"b\.py:12: `b` follows `x`, which no file has")
        self.small(b=source("b", ["a"], more="depends_on = find()"))
        self.refused("heads", says=r"b\.py:15 only running it would tell `depends_on`", code=3)
        self.small(b=source("b", ["a"]), c="revision = 'c\n")
        self.refused("history", says=r"c\.py: line 1: a text has no end")
        done = self.ask("check")
        self.assertEqual(done.returncode, 1)
        self.assertIn("c.py: line 1", done.stdout.replace("\n", " ").replace("  ", " "))
        self.small(c=source("b", ["a"]))
        done = self.ask("heads")
        self.assertEqual((done.returncode, done.stdout), (0, "b (head)\nb (head)\n"))
        self.assertIn("an identifier that another file has, too", done.stderr)

    def test_check_for_machines(self):
        self.small(a=source("a", []), b=source("b", ["x&<"]), c=source("c" * 33, ["a"], "Add, it"))
        done = self.ask("check", "-o", "junit")
        self.assertEqual(done.returncode, 1)
        suite = xml.etree.ElementTree.fromstring(done.stdout)
        self.assertEqual((suite.get("tests"), suite.get("failures")), ("4", "2"))
        self.assertIn("`x&<`", suite.find("testcase[@name='b.py']/failure").get("message"))
        done = self.ask("check", "-o", "github")
        self.assertRegex(done.stdout, r"(?m)^::error file=backend/alembic/versions/b\.py,line=12,title=migrate parent::`b` follows")
        self.assertEqual(len(done.stdout.splitlines()), 2)
        done = self.ask("check", "-o", "toml")
        self.assertEqual(done.returncode, 2)

    def test_what_is_not_there(self):
        self.refused("heads", says="has no folder of migrations")
        self.refused("heads", "--dir", "nowhere", says="cannot read the folder .*/nowhere")
        self.folder.mkdir(parents=True)
        self.assertEqual((self.ask("heads").returncode, self.ask("heads").stdout), (0, ""))
        self.refused("history", "-r", "head-1:", says="there is no revision or branch")

    def test_hostile_folders(self):
        self.small(a=source("a", []))
        link = self.folder / "loop.py"
        link.symlink_to(link)
        self.refused("heads", says=r"loop\.py")
        link.unlink()
        os.mkfifo(link)
        self.refused("heads", says=r"loop\.py")
        link.unlink()
        link.mkdir()
        self.refused("heads", says=r"loop\.py")
        link.rmdir()
        with open(link, "wb") as big:
            big.truncate(1 << 30)
        self.refused("heads", says=r"loop\.py.*(large|bytes)")
        link.write_bytes(os.urandom(5000))
        self.refused("heads", says=r"loop\.py")
        link.write_bytes(b"\x7fELF\x02\x01\x01" + bytes(300))
        self.refused("heads", says=r"loop\.py")
        link.unlink()
        link.write_text(source("b", ["a"]))
        link.chmod(0)
        self.refused("heads", says="Permission denied", program=self.as_nobody())
        self.folder.chmod(0o700)
        self.refused("heads", says="cannot read the folder|has no folder", program=self.as_nobody())
        self.folder.chmod(0o755)
        link.unlink()
        # Not loaded by Alembic, so not looked at here.
        for name in ("__init__.py", ".#a.py", "a.pyc", "notes.txt", "b.py.stale"):
            (self.folder / name).write_bytes(b"\xff\x00")
        self.assertEqual(self.ask("heads").stdout, "a (head)\n")
        self.assertIn("it is set aside", self.ask("check").stdout)
        elsewhere = pathlib.Path(self.dir) / "by_link"
        elsewhere.symlink_to(self.folder)
        (self.folder / "again.py").symlink_to("a.py")
        self.assertEqual(self.ask("heads", "--dir", elsewhere).stdout, "a (head)\n")

    def test_a_folder_of_binaries(self):
        self.folder.mkdir(parents=True)
        for number in range(20):
            (self.folder / f"{number}.py").write_bytes(b"\x7fELF\x02\x01\x01" + os.urandom(3000))
        for words in (["heads"], ["history", "-v"], ["branches"], ["graph"]):
            self.refused(*words, says=r"\.py.* \(and 19 more like it")
        done = self.ask("check")
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        self.assertEqual(len(set(re.findall(r"\d+\.py", done.stdout))), 20)

    def test_hostile_files_of_plain_sql(self):
        self.folder.mkdir(parents=True)
        (self.folder / "1.sql").write_text("-- revision: r1\n-- down_revision: None\nCREATE TABLE a (b INT);\n")
        self.assertEqual(self.ask("heads").stdout, "r1 (head)\n")
        other = self.folder / "2.sql"
        other.symlink_to(other)
        self.refused("heads", says=r"2\.sql")
        other.unlink()
        with open(other, "wb") as big:
            big.truncate(1 << 30)
        self.refused("history", says=r"2\.sql.*(large|bytes)")
        for content, says in ((os.urandom(3000), r"2\.sql"), (b"SELECT 1;\n", "has no line `-- revision:`"),
                              (b"-- revision: r2\n-- down_revision: r9\n", "r9"), (b"-- revision: r2\n-- revision: r3\n", r"2\.sql:2")):
            other.write_bytes(content)
            self.refused("heads", says=says)
        other.write_text("-- \x1b[2J title\n-- revision: r2\n-- down_revision: r1\n")
        self.assertNotIn("\x1b", self.ask("history", "-v").stdout)
        # Beside Python nobody looks at it.
        other.write_bytes(os.urandom(3000))
        (self.folder / "a.py").write_text(source("a", []))
        self.assertEqual(self.ask("heads").stdout, "a (head)\n")

    def test_a_folder_without_end_costs_the_deadline(self):
        self.folder.mkdir(parents=True)
        for number in range(1000):
            (self.folder / f"{number}.py").write_text(source(f"r{number}", [f"r{number - 1}"] if number else []) + "x = 1\n" * 20000)
        self.assertEqual(self.ask("heads", "--timeout", "100ms").returncode, 124)

    def test_a_terminal_is_not_written_to_by_a_file(self):
        self.small(a=source("a", [], "evil \x1b[2J\x07 title"))
        for words in (["heads", "-v"], ["history"], ["check"]):
            self.assertNotRegex(self.ask(*words).stdout, "[\x1b\x07]")

    def test_nothing_is_written(self):
        write_chain(self.folder)
        before = {p: p.stat().st_mtime_ns for p in pathlib.Path(self.dir).rglob("*")}
        for words in (["heads"], ["history", "-v"], ["branches"], ["check"]):
            self.ask(*words)
        self.assertEqual({p: p.stat().st_mtime_ns for p in pathlib.Path(self.dir).rglob("*")}, before)


if __name__ == "__main__":
    unittest.main(verbosity=2)
