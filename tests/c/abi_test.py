"""The C ABI is the one that is written down: functions that the library exports, numbers, and where members stand. The
header is C99, for a compiler that is strict about it."""

import os
import pathlib
import subprocess
import tempfile
import unittest

from program import SOURCE

WRITTEN = [line.split() for line in (SOURCE / "tests/c/abi.txt").read_text().splitlines()
           if line and not line.startswith("#")]


def written(kind):
    return {words[1]: words[2:] for words in WRITTEN if words[0] == kind}


class Abi(unittest.TestCase):
    def test_exported_functions(self):
        listing = subprocess.run(["nm", "-D", "--defined-only", os.environ["LIBLOGBOOK"]], capture_output=True, text=True,
                                 check=True).stdout
        exported = {line.split()[-1] for line in listing.splitlines()}
        ours = {name for name in exported if name.startswith("logbook_")}
        self.assertEqual(ours, set(written("function")))

    def test_numbers_and_members_as_a_c_compiler_sees_them(self):
        asked = [f'    printf("constant {name} %d\\n", {name});' for name in written("constant")]
        for name in written("member"):
            struct, member = name.split(".")
            asked.append(f'    printf("member {name} %zu\\n", offsetof(struct {struct}, {member}));')
        uses = [f"    (void)&{name};" for name in written("function")]
        program = "\n".join(["#include <logbook/c/logbook.h>", "#include <stdio.h>", "int main(void) {", *asked, *uses,
                             "    return 0;", "}", ""])
        with tempfile.TemporaryDirectory() as scratch:
            source = pathlib.Path(scratch) / "probe.c"
            source.write_text(program)
            # -O1 leaves the functions out that are only named: nothing has to be linked.
            subprocess.run(["gcc", "-std=c99", "-pedantic-errors", "-Wall", "-Wextra", "-Werror", "-O1",
                            f"-I{SOURCE}/lib", source, "-o", f"{scratch}/probe"], check=True)
            said = subprocess.run([f"{scratch}/probe"], capture_output=True, text=True, check=True).stdout
        expected = [words for words in WRITTEN if words[0] != "function"]
        self.assertEqual([line.split() for line in said.splitlines()], expected)


if __name__ == "__main__":
    unittest.main()
