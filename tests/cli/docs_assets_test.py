"""Where the documentation pages' files come from: only packages whose hash is pinned are opened, wherever they were found.
No network is used: a false npm hands out what each test wants."""

import base64
import gzip
import hashlib
import io
import subprocess
import tarfile
import unittest

from program import SOURCE, ScratchCase

LOGO = b"https://cdn.redoc.ly/redoc/logo-mini.svg"
SWAGGER = {"swagger-ui-bundle.js": b"bundle", "swagger-ui.css": b"css", "favicon-32x32.png": b"png", "LICENSE": b"licence",
           "NOTICE": b"notice", "swagger-ui-bundle.js.LICENSE.txt": b"more"}
REDOC = {"bundles/redoc.standalone.js": b'src:"' + LOGO + b'"}', "LICENSE": b"licence", "bundles/redoc.standalone.js.LICENSE.txt": b"more"}


def package(files):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo("package/" + name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return packed.getvalue()


def integrity(data):
    return "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()


class Fetch(ScratchCase):
    def setUp(self):
        super().setUp()
        for name in ("script", "bin", "offered", "home"):
            (self.dir / name).mkdir()
        self.script = self.dir / "script/fetch.sh"
        self.script.write_bytes((SOURCE / "lib/logbook/backend/docs/fetch.sh").read_bytes())
        self.npm = self.write("bin/npm", f'''#!/bin/sh
echo "$@" >>"{self.dir}/asked"
for word; do name=$word; done
name=$(echo "$name" | tr @ -)
cp "{self.dir}/offered/$name.tgz" . || exit 1
''', 0o755)
        self.swagger, self.redoc = package(SWAGGER), package(REDOC)
        self.offer(self.swagger, self.redoc)
        self.pin(self.swagger, self.redoc)

    def offer(self, swagger, redoc):
        (self.dir / "offered/swagger-ui-dist-1.0.0.tgz").write_bytes(swagger)
        (self.dir / "offered/redoc-2.0.0.tgz").write_bytes(redoc)

    def pin(self, swagger, redoc):
        self.write("script/packages.txt", f"# comment\nswagger-ui-dist 1.0.0 {integrity(swagger)}\nredoc 2.0.0 {integrity(redoc)}\n")

    def fetch(self, into="out", path=None):
        return subprocess.run(["sh", self.script, self.dir / into], capture_output=True, text=True, timeout=60,
                              env={"PATH": path or f"{self.dir}/bin:/usr/bin:/bin", "HOME": str(self.dir / "home")})

    def asked(self):
        log = self.dir / "asked"
        return len(log.read_text().splitlines()) if log.exists() else 0

    def test_files_are_taken_once_and_kept(self):
        done = self.fetch()
        self.assertEqual(done.returncode, 0, done)
        out = self.dir / "out"
        self.assertEqual(gzip.decompress((out / "swagger-ui.css.gz").read_bytes()), b"css")
        self.assertEqual(gzip.decompress((out / "favicon.png.gz").read_bytes()), b"png")
        self.assertNotIn(LOGO, gzip.decompress((out / "redoc.standalone.js.gz").read_bytes()))
        self.assertEqual(self.asked(), 2)
        self.assertEqual((self.fetch().returncode, self.fetch("other").returncode, self.asked()), (0, 0, 2))
        self.npm.unlink()  # the cache is enough
        self.assertEqual(self.fetch("third").returncode, 0)
        self.assertEqual((self.dir / "third/swagger-ui.css.gz").read_bytes(), (out / "swagger-ui.css.gz").read_bytes())

    def test_another_package_under_the_same_name_is_refused(self):
        self.offer(package({**SWAGGER, "swagger-ui.css": b"evil"}), self.redoc)
        done = self.fetch()
        self.assertEqual(done.returncode, 1)
        self.assertIn("swagger-ui-dist@1.0.0 is not the package whose hash is pinned", done.stderr)
        self.assertEqual(list((self.dir / "out").glob("*.gz")), [])
        self.assertEqual(list((self.dir / "home").rglob("*.tgz")), [])

    def test_a_poisoned_cache_is_fetched_anew(self):
        self.assertEqual(self.fetch().returncode, 0)
        (kept,) = (self.dir / "home").rglob("redoc-2.0.0.tgz")
        kept.write_bytes(package({**REDOC, "LICENSE": b"evil"}))
        self.assertEqual(self.fetch("again").returncode, 0)
        self.assertEqual(gzip.decompress((self.dir / "again/redoc.LICENSE.txt.gz").read_bytes()), b"licence")
        self.assertEqual(self.asked(), 3)

    def test_new_pins_make_it_begin_anew(self):
        self.assertEqual(self.fetch().returncode, 0)
        newer = package({**SWAGGER, "swagger-ui.css": b"newer"})
        self.offer(newer, self.redoc)
        self.pin(newer, self.redoc)
        self.assertEqual(self.fetch().returncode, 0)
        self.assertEqual(gzip.decompress((self.dir / "out/swagger-ui.css.gz").read_bytes()), b"newer")

    def test_what_is_missing_is_said(self):
        bare = self.dir / "bare"
        bare.mkdir()
        for name in "sh cat sha512sum cut tr basenc base64 mkdir rm mktemp mv tar gzip sed grep wc tail dirname timeout env".split():
            (bare / name).symlink_to(f"/usr/bin/{name}")
        done = self.fetch(path=str(bare))
        self.assertEqual((done.returncode, done.stderr), (1, "npm is not installed\n"))
        (self.dir / "offered/redoc-2.0.0.tgz").unlink()
        done = self.fetch()
        self.assertEqual(done.returncode, 1)
        self.assertIn("npm pack redoc@2.0.0 failed:", done.stderr)
        self.assertFalse((self.dir / "out/done").exists())

    def test_a_file_that_left_the_package_is_a_failure(self):
        less = package({name: data for name, data in SWAGGER.items() if name != "NOTICE"})
        self.offer(less, self.redoc)
        self.pin(less, self.redoc)
        self.assertNotEqual(self.fetch().returncode, 0)
        quiet = package({**REDOC, "bundles/redoc.standalone.js": b"no logo"})
        self.offer(self.swagger, quiet)
        self.pin(self.swagger, quiet)
        done = self.fetch()
        self.assertEqual(done.returncode, 1)
        self.assertIn("holds no logo", done.stderr)

    def test_the_real_pins_name_what_the_script_knows(self):
        lines = [line.split() for line in (SOURCE / "lib/logbook/backend/docs/packages.txt").read_text().splitlines()
                 if line and not line.startswith("#")]
        self.assertEqual([line[0] for line in lines], ["swagger-ui-dist", "redoc"])
        for _, version, pin in lines:
            self.assertRegex(version, r"^\d+\.\d+\.\d+$")
            self.assertEqual(len(base64.b64decode(pin.removeprefix("sha512-"))), 64)


if __name__ == "__main__":
    unittest.main()
