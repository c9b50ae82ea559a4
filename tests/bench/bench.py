"""Whole-process figures, printed, never asserted: start, config check, and doctor on a healthy sandbox, beside the same
questions asked by hand (curl, mariadb, redis-cli), taken in turn so that a noisy machine disturbs both alike.

    LOGBOOKCTL=build/release/bin/logbookctl /usr/bin/python3 tests/bench/bench.py [runs]
"""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
from program import LOGBOOKCTL, clean_environment  # noqa: E402
from sandbox import Sandbox  # noqa: E402


def measure(words, env):
    """(wall, cpu, peak MiB) of one finished process and its children."""
    start = time.perf_counter()
    process = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{words}: exit {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def take_in_turn(jobs, runs):
    """Each job {name: (words, environment)} once to warm up, then all of them in turn; prints the medians. A job that
    fails at first is left out, and told."""
    figures = {}
    for name, (words, environment) in jobs.items():
        try:
            measure(words, environment)
            figures[name] = []
        except RuntimeError as problem:
            print(f"left out: {name}: {problem}")
    for _ in range(runs):
        for name, rows in figures.items():
            rows.append(measure(*jobs[name]))
    width = max(map(len, figures))
    print(f"{'':{width}} {'wall ms':>9} {'min':>7} {'max':>7} {'cpu ms':>8} {'peak MiB':>9}   (medians of {runs} runs, in turn)")
    for name, rows in figures.items():
        wall, cpu, peak = zip(*rows)
        print(f"{name:{width}} {statistics.median(wall) * 1000:9.1f} {min(wall) * 1000:7.1f} {max(wall) * 1000:7.1f} "
              f"{statistics.median(cpu) * 1000:8.1f} {statistics.median(peak):9.1f}")


def by_hand(box, scratch):
    """What the published page has an operator type, as one shell script: three URLs, four SQL statements, INFO."""
    options = scratch / "client.cnf"
    options.write_text(f"[client]\nhost=127.0.0.1\nport={box.port('database')}\nprotocol=tcp\nuser=logbook_user\n"
                       f"password={box.env['DB_PASSWORD']}\n")
    options.chmod(0o600)
    backend = f"http://127.0.0.1:{box.port('backend')}"
    sql = f"mariadb --defaults-file={options} {box.env['DB_NAME']} -e"
    script = scratch / "by_hand.sh"
    script.write_text(f"""set -e
curl -sf {backend}/health
curl -sf {backend}/health/db
curl -sf {backend}/health/redis
{sql} 'SELECT * FROM alembic_version'
{sql} 'SELECT COUNT(*) FROM users'
{sql} 'SHOW GLOBAL STATUS LIKE "Threads_connected"'
{sql} 'SELECT @@max_connections, NOW()'
redis-cli -p {box.port('cache')} INFO
df -h /
""")
    return ["sh", str(script)], {**clean_environment(), "REDISCLI_AUTH": box.env["REDIS_PASSWORD"]}


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 21
    env = clean_environment()
    with tempfile.TemporaryDirectory() as scratch, Sandbox() as box:
        jobs = {
            "logbookctl --version": ([LOGBOOKCTL, "--version"], env),
            "logbookctl config check": ([LOGBOOKCTL, "-C", str(box.folder), "config", "check"], env),
            "logbookctl explain db.host": ([LOGBOOKCTL, "explain", "db.host"], env),
            "logbookctl doctor (healthy)": ([LOGBOOKCTL, "-C", str(box.folder), "doctor"], env),
            "the same by hand": by_hand(box, pathlib.Path(scratch)),
        }
        take_in_turn(jobs, runs)


if __name__ == "__main__":
    main()
