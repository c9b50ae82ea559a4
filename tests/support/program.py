"""Runs the built logbookctl as a user would, with nothing of this machine's settings leaking in."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

LOGBOOKCTL = os.environ.get("LOGBOOKCTL", "")
SOURCE = pathlib.Path(os.environ.get("LOGBOOK_SOURCE", pathlib.Path(__file__).parents[2]))


def clean_environment(**extra):
    """A small environment: a known PATH, a UTF-8 locale, and what the sanitizers need."""
    kept = {k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS") or k in ("TMPDIR", "LD_LIBRARY_PATH")}
    return {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/nonexistent",
            "LANG": "C.UTF-8", **kept, **extra}


def run(*args, env=None, cwd=None, timeout=60, stdin="", binary=False):
    """The finished process: returncode, stdout, stderr. Fails the test when it hangs past `timeout`."""
    return subprocess.run([LOGBOOKCTL, *map(str, args)], env=clean_environment(**(env or {})), cwd=cwd,
                          timeout=timeout, input=stdin.encode() if binary else stdin, capture_output=True,
                          text=not binary, errors=None if binary else "surrogateescape")


def run_json(*args, **options):
    """Runs with `-o json`; returns (finished process, parsed standard output), checked against its schema."""
    done = run("-o", "json", *args, **options)
    document = json.loads(done.stdout)
    validate(document)
    if document["schema"].startswith("logbookctl/error/"):
        assert document["exit"] == done.returncode, f"the document says {document['exit']}, the program {done.returncode}"
    return done, document


def validate(document):
    """Checks a document against the published schema that it names: "logbookctl/doctor/1" → doctor.schema.json."""
    import jsonschema
    name = document["schema"].split("/")[1]
    schema = json.loads((SOURCE / "lib/logbook/schemas" / f"{name}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema)


class ScratchCase(unittest.TestCase):
    """A test with a private folder in self.dir."""

    def setUp(self):
        self._scratch = tempfile.TemporaryDirectory(prefix="logbook-test-")
        self.addCleanup(self._scratch.cleanup)
        self.dir = pathlib.Path(self._scratch.name)

    def write(self, name, text, mode=0o600):
        path = self.dir / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(mode)
        return path


def main():
    """unittest.main, with exit code 77 (ctest: skipped) when every test was skipped."""
    result = unittest.main(module="__main__", exit=False, verbosity=2).result
    if not result.wasSuccessful():
        sys.exit(1)
    sys.exit(77 if result.skipped and result.testsRun <= len(result.skipped) else 0)
