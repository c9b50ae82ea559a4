"""`migrate heads` and `migrate history -v` beside Alembic on the application's chain, in turn, and on longer chains of a
fork and a merge every ten revisions, whole processes; printed, never asserted.

    LOGBOOKCTL=build/release/bin/logbookctl /usr/bin/python3 tests/bench/revisions.py [runs]
"""

import pathlib
import statistics
import sys
import tempfile

sys.path[:0] = [str(pathlib.Path(__file__).parents[1] / "support"), str(pathlib.Path(__file__).parent)]
from bench import measure  # noqa: E402
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
        alembic = ["/usr/bin/alembic", "-c", str(root / "alembic.ini")]
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
        figures = {name: [] for name in jobs}
        for words in jobs.values():
            measure(words, env)  # once to warm up: Alembic writes its .pyc files
        for _ in range(runs):
            for name, words in jobs.items():
                figures[name].append(measure(words, env))
    print(f"{'':38} {'wall ms':>9} {'min':>7} {'max':>7} {'cpu ms':>8} {'peak MiB':>9}   (medians of {runs} runs, in turn)")
    for name, rows in figures.items():
        wall, cpu, peak = zip(*rows)
        print(f"{name:38} {statistics.median(wall) * 1000:9.1f} {min(wall) * 1000:7.1f} {max(wall) * 1000:7.1f} "
              f"{statistics.median(cpu) * 1000:8.1f} {statistics.median(peak):9.1f}")


if __name__ == "__main__":
    main()
