"""`migrate heads` and `migrate history -v` beside Alembic on the application's chain, in turn, and on longer chains of a
fork and a merge every ten revisions, whole processes; printed, never asserted.

    LOGBOOKCTL=build/release/bin/logbookctl /usr/bin/python3 tests/bench/revisions.py [runs]
"""

import pathlib
import sys
import tempfile

sys.path[:0] = [str(pathlib.Path(__file__).parents[1] / "support"), str(pathlib.Path(__file__).parent)]
from bench import take_in_turn  # noqa: E402
from chain import source, write_chain  # noqa: E402
from program import LOGBOOKCTL, clean_environment  # noqa: E402


def write_long_chain(folder, count):
    folder.mkdir(parents=True)
    for i in range(count):
        parents = [] if i == 0 else [f"r{i - 2}"] if i % 10 == 3 else [f"r{i - 1}", f"r{i - 2}"] if i % 10 == 4 else [f"r{i - 1}"]
        (folder / f"r{i}_change.py").write_text(source(f"r{i}", parents, f"change {i}", "2026-01-18"))
    return folder


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    env = clean_environment()
    with tempfile.TemporaryDirectory() as scratch:
        root = pathlib.Path(scratch)
        chain = write_chain(root / "app/versions")
        (root / "alembic.ini").write_text(f"[alembic]\nscript_location = {root / 'app'}\n")
        alembic = ["/usr/bin/python3", "-m", "alembic", "-c", str(root / "alembic.ini")]
        jobs = {
            "logbookctl --version": [LOGBOOKCTL, "--version"],
            "337: logbookctl migrate heads": [LOGBOOKCTL, "migrate", "heads", "--dir", str(chain)],
            "337: alembic heads": [*alembic, "heads"],
            "337: logbookctl migrate history -v": [LOGBOOKCTL, "migrate", "history", "-v", "--dir", str(chain)],
            "337: alembic history --verbose": [*alembic, "history", "--verbose"],
        }
        for count in (5000, 10000, 20000):
            folder = write_long_chain(root / f"long{count}/versions", count)
            for what in ("heads", "history"):
                jobs[f"{count}: logbookctl migrate {what}"] = [LOGBOOKCTL, "migrate", what, "--dir", str(folder)]
        take_in_turn({name: (words, env) for name, words in jobs.items()}, runs)


if __name__ == "__main__":
    main()
