"""Whole-process figures of ps, stats, doctor, config drift and restart --dry-run on a real stack of four containers, beside
what the docker program takes for the nearest question, in turn; printed, never asserted.

    LOGBOOKCTL=build/release/bin/logbookctl /usr/bin/python3 tests/bench/containers.py [runs]
"""

import pathlib
import statistics
import sys

sys.path[:0] = [str(pathlib.Path(__file__).parents[1] / "support"), str(pathlib.Path(__file__).parent)]
import engine as engines  # noqa: E402
from bench import measure  # noqa: E402
from program import LOGBOOKCTL  # noqa: E402


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with engines.Engine() as engine, engines.Stack(engine, "base", 2) as stack:
        env = engine.environment(PATH=f"{pathlib.Path(stack.program[0]).parent}:/usr/sbin:/usr/bin:/sbin:/bin")
        ours = [LOGBOOKCTL, "-C", str(stack.folder)]
        compose = [*stack.program, "--project-directory", str(stack.folder)]
        jobs = {
            "logbookctl ps": [*ours, "ps"],
            "docker compose ps": [*compose, "ps"],
            "logbookctl stats": [*ours, "stats"],
            "docker stats --no-stream": ["docker", "stats", "--no-stream"],
            "logbookctl logs show --tail 100": [*ours, "logs", "show", "--tail", "100"],
            "docker compose logs --tail=100": [*compose, "logs", "--tail=100"],
            "logbookctl restart --dry-run": [*ours, "restart", "--dry-run"],
            "docker compose up --dry-run": [*compose, "--dry-run", "up", "-d"],
            "logbookctl health": [*ours, "health"],
            "logbookctl config drift": [*ours, "config", "drift"],
            "docker compose config": [*compose, "config", "-q"],
            "logbookctl doctor": [*ours, "doctor"],
        }
        figures = {name: [] for name in jobs}
        for name, words in list(jobs.items()):
            try:
                measure(words, env)  # once to warm up
            except RuntimeError as problem:
                print(f"left out: {name}: {problem}")
                del jobs[name]
        for _ in range(runs):
            for name, words in jobs.items():
                figures[name].append(measure(words, env))
    print(f"{'':34} {'wall ms':>9} {'min':>7} {'max':>7} {'cpu ms':>8} {'peak MiB':>9}   (medians of {runs} runs, in turn)")
    for name, rows in figures.items():
        if not rows:
            continue
        wall, cpu, peak = zip(*rows)
        print(f"{name:34} {statistics.median(wall) * 1000:9.1f} {min(wall) * 1000:7.1f} {max(wall) * 1000:7.1f} "
              f"{statistics.median(cpu) * 1000:8.1f} {statistics.median(peak):9.1f}")


if __name__ == "__main__":
    main()
