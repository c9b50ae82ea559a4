"""Whole-process figures of ps, stats, doctor, config drift and restart --dry-run on a real stack of four containers, beside
what the docker program takes for the nearest question, in turn; printed, never asserted.

    LOGBOOKCTL=build/release/bin/logbookctl /usr/bin/python3 tests/bench/containers.py [runs]
"""

import pathlib
import sys

sys.path[:0] = [str(pathlib.Path(__file__).parents[1] / "support"), str(pathlib.Path(__file__).parent)]
import engine as engines  # noqa: E402
from bench import take_in_turn  # noqa: E402
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
        take_in_turn({name: (words, env) for name, words in jobs.items()}, runs)


if __name__ == "__main__":
    main()
