"""The plan of the house, enforced: which room may include which, where vendor headers may stand, that every command
and check is in its catalogue, and that every file says its duty first. (Headers that compile alone: CMake target
public_headers_alone.)"""

import os
import pathlib
import re
import unittest

SOURCE = pathlib.Path(os.environ.get("LOGBOOK_SOURCE", pathlib.Path(__file__).parents[2]))
LIBRARY = SOURCE / "lib" / "logbook"

ALL = "*"
# Room → rooms it may include, beside base and redact; `redact` itself only base.
ROOMS = {
    "base": set(), "redact": set(), "host": set(), "net": set(), "crypto": set(),
    "settings": {"host"},
    "docker": {"net"},
    "yaml": set(),
    "deployment": {"host", "crypto", "settings", "docker", "net", "yaml"},
    "revision": {"host", "net"},
    "logscan": set(),
    "logsource": {"host", "docker", "deployment", "logscan"},
    "migration": {"host", "net", "docker", "deployment", "revision", "logscan", "logsource"},
    "runbook": {"host", "logscan", "yaml"},
    "secrets": {"host", "crypto", "settings"},
    "probe": {"net", "docker", "deployment"},
    "instrument": {"net", "deployment"},
    "restart": {"host", "docker", "deployment", "probe", "migration", "logscan", "logsource"},
    "doctor": {"host", "net", "crypto", "settings", "docker", "deployment", "revision", "logscan", "logsource",
               "migration", "runbook", "secrets", "probe", "instrument", "restart"},
    "api": {"crypto"},
    "backend": {"host", "api", "net", "crypto", "settings", "revision"},
    "server": {"api"},
    "c": {"net", "settings", "api", "doctor", "backend", "server"},
    "sandbox": {ALL},
}
# Vendor header prefix → rooms whose .cpp files may include it. tl/expected.hpp is for everybody.
VENDORS = {
    "fmt/": {ALL},
    "boost/json": {"base"},
    "boost/": {"base", "server"},
    "curl/": {"net"}, "mysql": {"net"}, "errmsg.h": {"net"}, "mariadb": {"net"}, "hiredis": {"net"},
    "openssl/": {"crypto", "net"},
    "yaml.h": {"yaml"},
    "hs": {"logscan"}, "hs/": {"logscan"},
    "archive": {"docker", "report"}, "simdjson": {"logsource"}, "zlib.h": {"host"}, "argon2.h": {"crypto"},
    "CLI/": set(),
}
INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]', re.M)


def room_of(path):
    return path.relative_to(LIBRARY).parts[0]


def library_files():
    return sorted(p for p in LIBRARY.rglob("*") if p.suffix in (".h", ".cpp"))


def includes_of(path):
    return INCLUDE.findall(path.read_text())


class Rooms(unittest.TestCase):
    def test_every_room_is_in_the_table(self):
        rooms = {p.name for p in LIBRARY.iterdir() if p.is_dir()} - {"schemas"}
        self.assertEqual(rooms - ROOMS.keys(), set())

    def test_the_table_has_no_ring(self):
        def reach(room, seen):
            for other in ROOMS[room] - {ALL}:
                self.assertNotEqual(other, room)
                if other not in seen:
                    seen.add(other)
                    reach(other, seen)
            return seen
        for room in ROOMS:
            self.assertNotIn(room, reach(room, set()), f"{room} reaches itself")

    def test_rooms_include_only_what_the_table_allows(self):
        for path in library_files():
            room = room_of(path)
            common = {"base"} if room in ("base", "redact") else {"base", "redact"}
            allowed = ROOMS[room] | common | {room}
            for name in includes_of(path):
                if not name.startswith("logbook/") or ALL in allowed:
                    continue
                other = name.split("/")[1]
                self.assertIn(other, allowed, f"{path.relative_to(SOURCE)}: room {room} may not include {name}")

    def test_vendor_headers_stand_only_in_their_rooms_sources(self):
        for path in library_files():
            for name in includes_of(path):
                for prefix, rooms in VENDORS.items():
                    exact = prefix.endswith("/") or "." in prefix
                    if not (name.startswith(prefix) if exact else re.match(rf"{prefix}(\.h|/|_)", name)):
                        continue
                    where = f"{path.relative_to(SOURCE)} includes {name}"
                    self.assertEqual(path.suffix, ".cpp", where + " in a header")
                    self.assertTrue(ALL in rooms or room_of(path) in rooms, where)
                    break

    def test_few_sources_of_the_program_read_cli11(self):
        reading = {str(p.relative_to(SOURCE)) for p in (SOURCE / "cli").rglob("*.[ch]*") if p.suffix in (".h", ".cpp")
                   and any(name.startswith("CLI/") for name in includes_of(p))}
        self.assertEqual(reading, {"cli/command.cpp", "cli/command_line.cpp", "cli/help.h", "cli/tree.cpp"})

    def test_a_source_includes_its_own_header_first(self):
        for path in library_files():
            own = path.with_suffix(".h")
            if path.suffix == ".cpp" and own.exists():
                self.assertEqual(includes_of(path)[0], str(own.relative_to(SOURCE / "lib")), path)

    def test_the_program_includes_public_headers_only(self):
        public = set()
        for listing in LIBRARY.rglob("CMakeLists.txt"):
            words = re.sub(r"#.*", "", listing.read_text()).replace(")", " ").split()
            if "PUBLIC_HEADERS" in words:
                for word in words[words.index("PUBLIC_HEADERS") + 1:]:
                    if word.endswith(".h"):
                        public.add(str((listing.parent / word).relative_to(SOURCE / "lib")))
        self.assertTrue(public)
        for path in (SOURCE / "cli").rglob("*"):
            if path.suffix in (".h", ".cpp"):
                for name in includes_of(path):
                    if name.startswith("logbook/"):
                        self.assertIn(name, public, f"{path.relative_to(SOURCE)} includes {name}, which is not public")
        # A public header may lean on public headers only, or an embedder could not compile it.
        for name in public:
            for other in includes_of(SOURCE / "lib" / name):
                if other.startswith("logbook/"):
                    self.assertIn(other, public, f"{name} includes {other}, which is not public")


class Catalogues(unittest.TestCase):
    def test_every_command_is_in_its_catalogue(self):
        catalogue = (SOURCE / "cli/commands/catalogue.cpp").read_text()
        files = [p for p in (SOURCE / "cli/commands").glob("*.cpp") if p.stem != "catalogue"]
        self.assertTrue(files)
        for path in files:
            self.assertRegex(catalogue, rf"\badd_{path.stem}\(", f"{path.name} is not in commands/catalogue.cpp")
            self.assertRegex(path.read_text(), rf"\nvoid add_{path.stem}\(", f"{path.name} does not define add_{path.stem}")

    def test_every_check_is_in_its_catalogue(self):
        catalogue = (LIBRARY / "doctor/catalogue.cpp").read_text()
        files = list((LIBRARY / "doctor/checks").glob("*.cpp"))
        self.assertTrue(files)
        for path in files:
            self.assertRegex(catalogue, rf"\bcheck_{path.stem}\(\)", f"{path.name} is not in doctor/catalogue.cpp")
            area, claim = path.stem.split("_", 1)
            self.assertIn(f'"{area}.{claim}"', path.read_text(), f"{path.name}: the id does not follow the file's name")

    def test_every_route_is_in_its_catalogue(self):
        routes = LIBRARY / "backend/routes"
        catalogue = (LIBRARY / "backend/routes.cpp").read_text()
        files = list(routes.glob("*.cpp"))
        self.assertTrue(files)
        for path in files:
            self.assertIn(f"{path.stem}_route(", catalogue, f"{path.name} is not in backend/routes.cpp")

    def test_every_source_is_built(self):
        for folder, listing in ((LIBRARY, None), (SOURCE / "cli", SOURCE / "cli/CMakeLists.txt")):
            for path in folder.rglob("*.cpp"):
                text = (listing or LIBRARY / room_of(path) / "CMakeLists.txt").read_text()
                self.assertIn(path.name, text, f"{path.relative_to(SOURCE)} is in no CMakeLists.txt")

    def test_every_test_is_registered(self):
        listed = (SOURCE / "tests/CMakeLists.txt").read_text() + (SOURCE / "tests/fuzz/CMakeLists.txt").read_text()
        for path in (SOURCE / "tests").rglob("*"):
            if path.name.endswith(("_test.cpp", "_test.py", "_fuzz.cpp")):
                self.assertTrue(path.stem in listed, f"{path.relative_to(SOURCE)} is not registered")


class Files(unittest.TestCase):
    def test_every_file_opens_with_its_duty(self):
        for path in list(library_files()) + [p for p in (SOURCE / "cli").rglob("*") if p.suffix in (".h", ".cpp")]:
            self.assertTrue(path.read_text().startswith("// "), f"{path.relative_to(SOURCE)} does not say its duty first")

    def test_the_root_holds_what_the_plan_names(self):
        import subprocess
        listing = subprocess.run(["git", "-C", str(SOURCE), "ls-files"], capture_output=True, text=True)
        if listing.returncode != 0:
            self.skipTest("not a git checkout")
        top = {line.split("/")[0] for line in listing.stdout.splitlines()}
        named = {"CMakeLists.txt", "CMakePresets.json", "cli", "lib", "tests", "completions", "man", "README.md",
                 "LICENSE", "CHANGELOG.md"}
        self.assertEqual({name for name in top if not name.startswith(".")} - named, set())


if __name__ == "__main__":
    unittest.main()
