"""Heads, history, ranges, identifiers and the steps of an upgrade held against real Alembic: the recorded chain of the
application, and random graphs with branches, merges, dependencies, labels, circles, missing parents and duplicates. Where
Alembic answers, our text is its text, line for line; where it refuses, we refuse. One difference is meant: a circle with a way in and a way out escapes Alembic, which then lists
an order that no upgrade could go by, or hangs; we name the circle. Inside a line, what Alembic takes from a set stands in any
order, so those lists are compared as sets. Two such sets also decide which line comes first, and which labels spread: where
the answers differ, Alembic is asked again with these two sets in the order of the files, which is ours.

Alembic runs in one process for all graphs (a start costs it half a second); so does our side, as revision_probe."""

import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from chain import write_chain
from program import clean_environment

PROBE = os.environ.get("REVISION_PROBE", "")
GRAPHS = 2500 if os.environ.get("LOGBOOK_LONG_TESTS") else 300

# Run by Debian's Python: the same protocol as revision_probe's.
ALEMBIC = r'''
import contextlib, io, json, logging, sys, warnings
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
sys.dont_write_bytecode = True
from alembic import command, util
from alembic.config import Config
from alembic.script import ScriptDirectory

class Text(io.StringIO):
    encoding = "utf-8"

def settle():
    from alembic.script.revision import RevisionMap
    normalize, spread = RevisionMap._normalize_depends_on, RevisionMap._add_branches
    def in_order_of_the_file(self, revisions, map_):
        normalize(self, revisions, map_)
        for one in revisions:
            kept = one._normalized_resolved_dependencies
            one._normalized_resolved_dependencies = tuple(d for d in dict.fromkeys(one._resolved_dependencies) if d in kept)
    def in_order_of_the_files(self, revisions, map_):
        known = list(map_.values())
        spread(self, sorted(revisions, key=lambda one: known.index(one) if one in known else -1), map_)
    RevisionMap._normalize_depends_on, RevisionMap._add_branches = in_order_of_the_file, in_order_of_the_files

if sys.argv[1:] == ["settled"]:
    settle()

def ask(words):
    folder, what, verbose = words[0], words[1], len(words) > 2 and words[2] == "verbose"
    first = words[3] if len(words) > 3 else ""
    second = words[4] if len(words) > 4 else ""
    out = Text()
    config = Config(stdout=out)
    config.set_main_option("script_location", folder.rsplit("/", 1)[0])
    if what == "heads":
        command.heads(config, verbose=verbose, resolve_dependencies=first == "all")
    elif what == "branches":
        command.branches(config, verbose=verbose)
    elif what == "show":
        for one in ScriptDirectory.from_config(config).get_revisions(first):
            out.write(one.revision + "\n")
    elif what == "upgrade":
        rows = tuple(one for one in first.split(",") if one)
        for step in ScriptDirectory.from_config(config)._upgrade_revs(second, rows):
            out.write(step.revision.revision + "\n")
    elif len(words) > 5:
        current = words[5].split(",")
        script = ScriptDirectory.from_config(config)
        for one in script.walk_revisions(base=first or "base", head=second or "heads"):
            one._db_current_indicator = one.revision in current
            out.write(one.cmd_format(verbose=verbose, include_branches=True, include_doc=True, include_parents=True) + "\n")
    else:
        command.history(config, rev_range=f"{first}:{second}" if first or second else None, verbose=verbose)
    return out.getvalue()

for line in sys.stdin:
    words = line.rstrip("\n").split("\t")
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            answer = {"text": ask(words)}
    except BaseException as problem:
        answer = {"refused": f"{type(problem).__name__}: {problem}"}
    print(json.dumps(answer), flush=True)
'''


class Side:
    """One long-lived process that answers questions."""

    def __init__(self, words, **env):
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        text=True, env=clean_environment(**env))

    def ask(self, question):
        self.process.stdin.write("\t".join(question) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"the process ended at {question}: {self.process.wait()}")
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


def normal(text):
    """Lists that come from a set in one order: labels in parentheses, what a branch point leads to."""
    lines = []
    for line in text.split("\n"):
        line = re.sub(r"(?<= )\(([\w, ]*)\)", lambda m: "(" + ", ".join(sorted(m[1].split(", "))) + ")", line)
        line = re.sub(r"^(Branches into|Branch names): (.*)$",
                      lambda m: f"{m[1]}: " + ", ".join(sorted(m[2].split(", "))), line)
        lines.append(line)
    out, run = [], []
    for line in lines:
        if re.match(r"^ +-> ", line):  # the followers below a branch point
            run.append(line)
            continue
        out += sorted(run) + [line]
        run = []
    return "\n".join(out + sorted(run))


def source_of(revision, parents, depends, labels, doc, rng):
    def value(items):
        if not items:
            return rng.choice(["None", "()", "[]"]) if rng.random() < 0.3 else "None"
        if len(items) == 1 and rng.random() < 0.7:
            return repr(items[0])
        text = ", ".join(map(repr, items)) + ("," if len(items) == 1 or rng.random() < 0.3 else "")
        return rng.choice([f"({text})", f"[{text}]", text, f"(\n    {text}\n)"])
    lines = [f'"""{doc}\n\nRevision ID: {revision}\nRevises: {", ".join(parents)}\n"""' if doc else "",
             f"revision = {revision!r}", f"down_revision = {value(parents)}"]
    if depends or rng.random() < 0.5:
        lines.append(f"depends_on = {value(depends)}")
    if labels or rng.random() < 0.5:
        lines.append(f"branch_labels = {value(labels)}")
    return "\n".join(lines) + "\n\n\ndef upgrade():\n    pass\n"


class Graph:
    """A random versions folder."""

    def __init__(self, folder, rng):
        self.folder = folder / "versions"
        self.folder.mkdir(parents=True)
        self.ids, self.labels = [], []
        size = rng.choice([0, 1, 2, 3, 5, 8, 12, 20])
        fault = rng.random()
        prefix = rng.choice(["", "20260118_", "abc"])
        for number in range(size):
            one = prefix + rng.choice(["%04d" % number, "%08x" % rng.getrandbits(32), "r%d" % number])
            self.ids.append(one)
        files = []
        for number, one in enumerate(self.ids):
            before = self.ids[:number]
            parents, depends, labels = [], [], []
            if before and rng.random() < 0.93:
                count = 1 if rng.random() < 0.8 else min(len(before), rng.choice([2, 2, 3]))
                near = before[-4:] if rng.random() < 0.8 else before
                parents = rng.sample(near, min(count, len(near)))
            if before and rng.random() < 0.12:
                depends = rng.sample(before, min(len(before), rng.choice([1, 1, 2])))
            if rng.random() < 0.12:
                labels = [f"label{number}"] + (["other%d" % number] if rng.random() < 0.3 else [])
                self.labels += labels
            files.append([one, parents, depends, labels])
        if size and fault < 0.05:
            files[rng.randrange(size)][1] = ["nowhere"]
        elif size and fault < 0.10:
            files[rng.randrange(size)][1] = [rng.choice(self.ids)]  # perhaps a circle
        elif size and fault < 0.13:
            files.append([rng.choice(self.ids), [rng.choice(self.ids)], [], []])  # twice the same identifier
        elif size and fault < 0.15:
            files[rng.randrange(size)][3] = [rng.choice(self.labels + self.ids)]
        elif size and fault < 0.17:
            files[rng.randrange(size)][2] = [rng.choice(self.labels + ["nothing"])]
        elif size and fault < 0.18:
            files[rng.randrange(size)][0] = "a-b"
        for number, (one, parents, depends, labels) in enumerate(files):
            doc = rng.choice(["", f"change {number}", f"change {number}\n\nwith more\nto say", f"über {number} → it, (x)"])
            name = f"{one}_{number}.py".replace("/", "_")
            (self.folder / name).write_text(source_of(one, parents, depends, labels, doc, rng))

    def words(self, rng):
        """An identifier, of any kind."""
        one = rng.choice(self.ids) if self.ids else "none"
        label = rng.choice(self.labels) if self.labels and rng.random() < 0.7 else one
        step = rng.choice([1, 1, 2, 3, 50])
        return rng.choice([one, one, one[:5], one[:3], "head", "heads", "base", "", label, f"{label}@head", f"{label}@heads",
                           f"{label}@base", f"{one}-{step}", f"{one}+{step}", f"head-{step}", f"-{step}", f"+{step}",
                           f"{label}@{one}", f"{label}@+{step}", f"{label}@-{step}", f"{label}@{one}-{step}",
                           f"{label}@{one}+{step}", "nobody", f"{one}@", f"@{one}", f"{label}@head-{step}"])


@unittest.skipUnless(PROBE, "REVISION_PROBE names no program")
class AgainstAlembic(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        python = "/usr/bin/python3"
        cls.ours = Side([PROBE])
        cls.addClassCleanup(cls.ours.close)
        cls.theirs = Side([python, "-c", ALEMBIC], PYTHONHASHSEED="0")
        cls.addClassCleanup(cls.theirs.close)
        cls.settled = Side([python, "-c", ALEMBIC, "settled"], PYTHONHASHSEED="0")
        cls.addClassCleanup(cls.settled.close)

    def agree(self, question):
        ours = self.ours.ask(question)
        if "circle" in ours.get("refused", "") and self.has_circle(question[0]):
            return
        theirs = self.theirs.ask(question)
        self.assertEqual("text" in ours, "text" in theirs, f"{question}\nours: {ours}\nAlembic: {theirs}")
        if "text" not in ours:
            self.assertTrue(ours["refused"])
            return
        if normal(ours["text"]) == normal(theirs["text"]):
            return
        self.undecided += 1
        self.assertEqual(normal(ours["text"]), normal(self.settled.ask(question)["text"]), question)

    def has_circle(self, folder):
        """Judged by Python itself, file by file."""
        follows = {}
        for path in pathlib.Path(folder).iterdir():
            names = {}
            exec(compile(path.read_text(), path, "exec"), names)
            both = [names["down_revision"], names.get("depends_on")]
            follows.setdefault(names["revision"], set()).update(
                one for some in both if some for one in ([some] if isinstance(some, str) else some))
            for label in [names["branch_labels"]] if isinstance(names.get("branch_labels"), str) else names.get("branch_labels") or ():
                follows.setdefault(label, set()).add(names["revision"])
        left = dict(follows)
        while ready := [one for one, below in left.items() if not below & left.keys()]:
            for one in ready:
                del left[one]
        return bool(left)

    def test_the_applications_chain(self):
        self.undecided = 0
        with tempfile.TemporaryDirectory() as scratch:
            folder = str(write_chain(pathlib.Path(scratch) / "versions"))
            words = [["heads"], ["heads", "verbose"], ["heads", "verbose", "all"], ["branches"], ["branches", "verbose"],
                     ["history"], ["history", "verbose"]]
            for ends in ("20260119_0009 20260201_0016", "head-5 head", "base 20260120_0013b", "20260118_0003 +4", "-3 heads",
                         "a17c4 ", "a17c4e9d2b61-10 ", "20260201 head", " 20260118_0007", "head base", "merge_all head"):
                words.append(["history", "short", *ends.split(" ")])
            for one in ("head-2", "head", "heads", "base", "a17c", "20260118_0001+3", "20260813_0007", "dc01", "dc01a", "-1"):
                words.append(["show", "short", one])
            for ends in ("20260119_0009 head", "20260119_0009 +3", "a17c4e9d2b61 head", "a17c4e9d2b61 20260119_0009", " heads",
                         "20260201_0016 head-4", "20260118_0001 20260201", "20260118_0003 20260118_0003+4", " base", "20260201_0016 -1"):
                words.append(["upgrade", "short", *ends.split(" ")])
            for question in words:
                with self.subTest(question=question):
                    self.agree([folder, *question])
        self.assertEqual(self.undecided, 0)

    def test_random_graphs(self):
        self.undecided = 0
        asked = 0
        with tempfile.TemporaryDirectory() as scratch:
            for seed in range(GRAPHS):
                rng = random.Random(seed)
                graph = Graph(pathlib.Path(scratch) / str(seed), rng)
                folder = str(graph.folder)
                questions = [[folder, "heads", "short"], [folder, "heads", "verbose", "all"], [folder, "branches", "short"],
                             [folder, "branches", "verbose"], [folder, "history", "short"], [folder, "history", "verbose"]]
                for _ in range(10):
                    questions.append([folder, "show", "short", graph.words(rng)])
                    questions.append([folder, "history", "short", graph.words(rng), graph.words(rng)])
                if graph.ids:
                    questions.append([folder, "history", "short", "", "", ",".join(rng.sample(graph.ids, 1))])
                for _ in range(6):
                    rows = rng.sample(graph.ids, min(len(graph.ids), rng.choice([0, 1, 1, 1, 2])))
                    questions.append([folder, "upgrade", "short", ",".join(rows), graph.words(rng)])
                for question in questions:
                    with self.subTest(seed=seed):
                        self.agree(question)
                asked += len(questions)
                shutil.rmtree(graph.folder.parent)
        self.assertLess(self.undecided, asked // 20)
        print(f"{GRAPHS} graphs, {asked} questions, {self.undecided} whose order Alembic leaves to a set", file=sys.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
