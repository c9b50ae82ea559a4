"""Our `.env` reader against Compose's own: every case is given to both, and both must say the same.

The law is Compose v2 (support/compose_v2.sh). Where it cannot be had, Debian 12's 1.29 judges the cases on which the
two versions agree, and the test says so.
"""

import concurrent.futures
import json
import pathlib
import subprocess
import unittest

import program

HERE = pathlib.Path(__file__).parent

# (what it is about, the file, the names to compare, the surrounding environment)
CASES = []
# Files that both must refuse.
REFUSED = []
# Where we differ on purpose: (what, file, names, our values, the reason).
DIFFERENT = [
    ("a sign of another script in a name", "V=x\n€=y\n".encode(), ["V"], {"V": "x"},
     "Compose asks Unicode's tables what a letter is and refuses this sign; we take every character beyond ASCII for "
     "a letter. No setting of the application has such a name."),
    ("a value that doubles itself", "".join(["A=aaaaaaaa\n"] + ["A=$A$A\n"] * 40).encode(), ["V"], None,
     "Compose goes on until its memory is gone; we refuse a value past 1 MiB."),
    ("defaults nested beyond all use", ("V=" + "${N:-" * 40 + "x" + "}" * 40 + "\n").encode(), ["V"], None,
     "Compose follows any depth; we stop at 32."),
]
# What 1.29 reads differently from v2, seen by running both; left out where only 1.29 can be had.
V2_ONLY = {
    "a colon assigns", "a colon without a blank", "CR LF in a quoted value of two lines", "a CR alone",
    "a tab before the hash", "the surrounding environment wins", "an empty surrounding value wins too",
    "a backslash at the end of single quotes", "two backslashes in single quotes",
    "a single quote escaped in double quotes", "escapes without quotes", "octal escapes",
    "octal escapes that are too short", "text after a closing quote", "an assignment after a closing quote", "$NAME",
    "$NAME at the end", "a name that goes on", "set nowhere", "a later line is not seen", "two dollars",
    "two dollars in double quotes", "an escaped dollar", "in double quotes", "not in single quotes", ":- empty",
    "- unset, empty, set", ":+ unset, empty, set", "+ unset, empty, set", ":? and ? on what is set", "nested defaults",
    "nested thrice, with text", "a nested default that is not used", "a default with $NAME",
    "a default with a dollar doubled", "a value is not read twice",
}


def case(what, text, names="V", **environment):
    CASES.append((what, text if isinstance(text, bytes) else text.encode(), names.split(), environment))


def refused(what, text, **environment):
    REFUSED.append((what, text if isinstance(text, bytes) else text.encode(), environment))


# Plain values and blanks.
case("plain", "V=abc\n")
case("no line feed at the end", "V=abc")
case("empty", "V=\n")
case("empty at the end of the file", "V=")
case("blanks around the equals sign", "V = abc\n")
case("tabs around the equals sign", "V\t=\tabc\n")
case("blanks before the name", "   V=abc\n")
case("trailing blanks", "V=abc   \t\n")
case("unquoted blanks inside", "V=The Logbook of Station 7\n")
case("empty lines and comments", "\n\n# comment\n   # another\nV=abc\n\n#last")
case("equals signs in the value", "V=a=b==c\n")
case("a colon assigns", "V: abc\n")
case("a colon without a blank", "V:abc\n")
case("a URL as value", "V=redis://:p%40ss@redis:6379/0?x=1&y=2\n")
case("a byte order mark", b"\xef\xbb\xbfV=abc\n")
case("CR LF", "V=abc\r\nW=def\r\n", "V W")
case("CR LF with quotes", "V=\"abc\"\r\nW='def'\r\n", "V W")
case("CR LF and an empty value", "V=\r\nW=x\r\n", "V W")
case("CR LF in a quoted value of two lines", "V=\"a\r\nb\"\r\n")
case("a CR alone", "V=a\rb\n")
case("UTF-8", "V=Feuerwehr Zürich – ünïcode ✔\n")
case("a no-break space at the end", "V=abc\u00a0\n")
# Comments.
case("an inline comment", "V=abc # comment\n")
case("a tab before the hash", "V=abc\t# not a comment?\n")
case("a hash inside", "V=abc#def\n")
case("a hash at the start", "V=#abc\n")
case("a comment instead of a value", "V= # comment\n")
case("two blanks before the comment", "V=abc  # a # b\n")
case("a comment after double quotes", "V=\"abc\" # comment\n")
case("a comment after single quotes", "V='abc' # comment\nW=x\n", "V W")
case("a comment right after the quote", "V=\"abc\"# comment\nW=x\n", "V W")
case("a hash inside quotes", "V=\"a # b\"\nW='a # b'\n", "V W")
# Names.
case("export", "export V=abc\n")
case("export and tabs", "export\t  V=abc\n")
case("export, and the assignment on the next line", "export\nV=abc\n", "V")
case("export and a blank, and the assignment on the next line", "export \nV=abc\n", "V")
case("export and nothing", "V=x\nexport \n\n", "V")
case("a name that begins with export", "exported=abc\n", "exported")
case("export as a name", "export=abc\n", "export")
case("a name alone is inherited", "V\nW=x\n", "V W", V="outer")
case("a name alone, set nowhere", "V\nW=x\n", "V W")
case("export of a name alone", "export V\nW=x\n", "V W", V="outer")
case("a dot, a dash and brackets in the name", "A.B=1\nA-B=2\nA[0]=3\n", "A.B A-B A[0]")
case("a name that begins with a digit", "1A=x\nV=y\n", "1A V")
case("lower case", "vAr_1=x\n", "vAr_1")
case("duplicates: the last wins", "V=1\nV=2\nV=3\n")
case("duplicates see the earlier value", "V=1\nV=${V}2\n")
case("the surrounding environment wins", "V=file\nW=${V}\n", "V W", V="outer")
case("an empty surrounding value wins too", "V=file\nW=${V:-fallback}\n", "V W", V="")
# Quotes and escapes.
case("double quotes", 'V="a b"\n')
case("single quotes", "V='a b'\n")
case("empty quotes", "V=\"\"\nW=''\n", "V W")
case("a quote inside an unquoted value", "V=it's \"so\"\n")
case("the other quote inside", "V=\"it's\"\nW='say \"x\"'\n", "V W")
case("an escaped double quote", 'V="a\\"b"\n')
case("a backslash before a single quote", "V='a\\'b'\n")
case("escapes in double quotes", 'V="a\\nb\\tc\\rd\\\\e"\n')
case("a backslash at the end of single quotes", "V='a\\\\'\nW=x\n", "V W")
case("two backslashes in single quotes", "V='a\\\\b'\n")
case("a backslash at the end of double quotes", 'V="a\\\\"\nW=x\n', "V W")
case("a single quote escaped in double quotes", 'V="a\\\'b"\n')
case("escapes in single quotes", "V='a\\nb\\tc'\n")
case("escapes without quotes", "V=a\\nb\\\\c\\$d\n")
case("rare escapes", 'V="\\a\\b\\f\\v"\n')
case("escapes that are none", 'V="\\q\\c\\x41\\u0041"\n')
case("octal escapes", 'V="\\0101\\0012\\0377"\n')
case("octal escapes that are too short", 'V="\\01\\0 \\09"\n')
case("two lines in double quotes", 'V="one\ntwo"\nW=x\n', "V W")
case("two lines in single quotes", "V='one\ntwo\n# three\n'\nW=x\n", "V W")
case("text after a closing quote", "V=\"a\"b\nW=x\n", "V W")
case("an assignment after a closing quote", "V=\"a\" W=b\n", "V W")
case("blanks within quotes", 'V="  a  "\n')
# Variables.
case("$NAME", "A=1\nV=x$A-y\n")
case("$NAME at the end", "A=1\nV=x$A\n")
case("${NAME}", "A=1\nV=x${A}y\n")
case("a name that goes on", "A=1\nV=$A_B$A\n")
case("set nowhere", "V=x${NOPE}y$NOPE\n")
case("from the environment", "V=${A}\n", "V", A="outer")
case("a later line is not seen", "V=$A\nA=1\n")
case("two dollars", "V=a$$b$$$$c\n")
case("two dollars in double quotes", 'V="a$$b"\n')
case("two dollars in single quotes", "V='a$$b'\n")
case("an escaped dollar", 'V="a\\$b\\${c}"\n')
case("a dollar before a digit", "V=a$1b$\n")
case("a dollar before other characters", "V=a$-b$ c$.\n")
case("in double quotes", "A=1\nV=\"x${A}$A\"\n")
case("not in single quotes", "A=1\nV='x${A}$A'\n")
case(":- unset", "V=${A:-d}\n")
case(":- empty", "A=\nV=${A:-d}\n")
case(":- set", "A=1\nV=${A:-d}\n")
case("- unset, empty, set", "E=\nA=1\nV=${N-d}\nW=${E-d}\nX=${A-d}\n", "V W X")
case(":+ unset, empty, set", "E=\nA=1\nV=${N:+d}\nW=${E:+d}\nX=${A:+d}\n", "V W X")
case("+ unset, empty, set", "E=\nA=1\nV=${N+d}\nW=${E+d}\nX=${A+d}\n", "V W X")
case(":? and ? on what is set", "E=\nA=1\nV=${A:?gone}\nW=${E?gone}\n", "V W")
case("an empty default", "V=a${N:-}b\n")
case("nested defaults", "V=${N:-${M:-deep}}\n")
case("nested thrice, with text", "B=2\nV=a${N:-b${M:-c${B}d}e}f\n")
case("a nested default that is not used", "A=1\nV=${A:-${M:-deep}}\n")
case("two expressions in one line", "A=1\nV=${N:-x} and ${A} and ${M:-y}\n")
case("text after an expression with a brace", "V=${N:-x} }\n")
case("a default with blanks and marks", "V=${N:-a b, c?d+e:f-g}\n")
case("a default with a URL", "V=${N:-http://h:80/p}\n")
case("a default with $NAME", "A=1\nV=${N:-$A$A}\n")
case("a default with braces of its own", "V=${N:-{a}}\nW=${N:-{}}\n", "V W")
case("a default with a dollar doubled", "V=${N:-a$$b}\n")
case("a value is not read twice", "A='${B}'\nB=1\nV=$A\n")
case("an expression over two lines of text", "A=1\nV=\"${A}\n${N:-x}\"\n")
case("in a comment", "V=a # ${broken\n")
case("a colon without an operator, escaped", "V='${A:b}'\n")

refused("an unterminated double quote", 'V="abc\nW=x\n')
refused("an unterminated single quote", "V='abc\n")
refused("a quote that only an escaped one closes", 'V="abc\\"\n')
refused("a name alone at the end of the file", "W=x\nV", V="outer")
refused("export at the end of the file", "V=x\nexport ")
refused("no name", "=x\n")
refused("no name before a colon", ":x\n")
refused("a word after the last quote", "V='a'b")
refused("a name with a blank", "A B=1\n")
refused("a name with a slash", "A/B=1\n")
refused("a dollar in the name", "A$B=1\n")
refused("a sentence", "this is no assignment!\n")
refused(":? on what is unset", "V=${N:?gone}\n")
refused(":? on what is empty", "N=\nV=${N:?gone}\n")
refused("? on what is unset", "V=${N?gone}\n")
refused("an unclosed expression", "V=${A\n")
refused("an unclosed default", "V=${A:-x\n")
refused("an empty expression", "V=${}\n")
refused("a digit in the braces", "V=${1}\n")
refused("a blank in the braces", "V=${A B}\n")
refused("a dot in the braces", "V=${A.B}\n")
refused("a wrong operator", "V=${A:b}\n")
refused("a default over two lines", 'V="${N:-a\nb}"\n')
refused("a broken default that is not used", "A=1\nV=${A:-${}\n")


def compose():
    """(the command, whether it is v2)"""
    done = subprocess.run(["sh", HERE.parent / "support" / "compose_v2.sh"], capture_output=True, text=True)
    if done.returncode == 0:
        return done.stdout.strip(), True
    print("law: Compose 1.29, since v2 cannot be had:", done.stderr.strip())
    return "/usr/bin/docker-compose", False


class AgainstCompose(program.ScratchCase):
    @classmethod
    def setUpClass(cls):
        cls.command, cls.v2 = compose()

    def folder(self, number, text):
        folder = self.dir / f"case{number}"
        folder.mkdir()
        (folder / ".env").write_bytes(text)
        (folder / ".env").chmod(0o600)
        return folder

    def ask_compose(self, folder, names, environment):
        """{name: value or None}, or the text of the refusal."""
        lines = "".join(f"      - {json.dumps(name)}\n" for name in names)
        version = "" if self.v2 else "version: '3'\n"
        (folder / "docker-compose.yml").write_text(
            f"{version}services:\n  s:\n    image: x\n    environment:\n{lines}")
        as_json = ["--format", "json"] if self.v2 else []
        done = subprocess.run([self.command, "-p", "x", "config", *as_json], cwd=folder,
                              env=program.clean_environment(**environment), capture_output=True, text=True)
        if done.returncode != 0:
            return done.stderr
        if self.v2:
            document = json.loads(done.stdout)
        else:
            import yaml
            document = yaml.safe_load(done.stdout)
        seen = document["services"]["s"].get("environment") or {}
        # `config` doubles each dollar sign, so that its output is a compose file again.
        return {name: None if seen.get(name) is None else str(seen[name]).replace("$$", "$") for name in names}

    def ask_us(self, folder, names, environment):
        done = program.run("-o", "json", "config", "show", "--all", cwd=folder, env=environment)
        document = json.loads(done.stdout)
        if done.returncode != 0:
            return document["what"]
        seen = {s["name"]: s["value"] for s in document["settings"] if s["source"] != "default"}
        return {name: seen.get(name) for name in names}

    def both(self, job):
        number, (text, names, environment) = job
        folder = self.folder(number, text)
        return self.ask_compose(folder, names, environment), self.ask_us(folder, names, environment)

    def answers(self, jobs):
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            return list(pool.map(self.both, enumerate(jobs)))

    def test_the_same_values(self):
        cases = [c for c in CASES if self.v2 or c[0] not in V2_ONLY]
        self.assertGreaterEqual(len(cases), 60)
        answers = self.answers([(text, names, environment) for _, text, names, environment in cases])
        for (what, text, _, _), (theirs, ours) in zip(cases, answers):
            with self.subTest(what, file=text):
                self.assertEqual(ours, theirs)

    def test_the_same_refusals(self):
        answers = self.answers([(text, ["V"], environment) for _, text, environment in REFUSED])
        for (what, text, _), (theirs, ours) in zip(REFUSED, answers):
            with self.subTest(what, file=text):
                if self.v2:  # 1.29 only warns of most of them
                    self.assertIsInstance(theirs, str, "Compose accepts it")
                self.assertIsInstance(ours, str, "we accept it")

    def test_the_differences_are_the_ones_we_chose(self):
        for number, (what, text, names, expected, reason) in enumerate(DIFFERENT):
            with self.subTest(what, reason=reason):
                ours = self.ask_us(self.folder(f"-different{number}", text), names, {})
                if expected is None:
                    self.assertIsInstance(ours, str)
                else:
                    self.assertEqual(ours, expected)

    def test_every_name_of_a_difference_between_versions_is_a_case(self):
        self.assertEqual(V2_ONLY - {what for what, *_ in CASES}, set())


if __name__ == "__main__":
    unittest.main()
