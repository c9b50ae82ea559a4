"""`logs grep` and `logs scan` beside ripgrep and GNU grep on the same plain file and json-file, taken in turn so that a
noisy machine disturbs all alike. Printed, never asserted.

    LOGBOOKCTL=build/release/bin/logbookctl /usr/bin/python3 tests/bench/logs.py [MB of plain text, 1000] [runs, 5]
"""

import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
from program import LOGBOOKCTL, clean_environment  # noqa: E402

TRACE = ["  File \"/usr/lib/python3/dist-packages/sqlalchemy/engine/base.py\", line 1969, in _exec_single_context",
         "    self.dialect.do_execute("] * 12
LITERAL = "QueuePool limit of size"
# Forty as an operator would collect them. The catalogue has seven times as many; ripgrep does not end on those in time.
FORTY = [r"\(1045, ", "Access denied for user '", r"\(1049, ", "Unknown database '", r"\(1040, ", "Too many connections",
         r"QueuePool limit of size \d+ overflow \d+ reached", r"\(1205, ", "Lock wait timeout exceeded", r"\(1213, ",
         "Deadlock found when trying", r"\(1062, ", "Duplicate entry '[^'\\n]*' for key", r"\(1406, ", "Data too long for column",
         r"\(1146, ", "Unknown column '", r"\(2003, ", "Can't connect to MySQL server on '", "gone away",
         "MissingGreenlet", "Multiple head revisions", "Can't locate revision identified by '", "Target database is not up to date",
         "NOAUTH", "WRONGPASS", "MISCONF", "command not allowed when used memory", "Rate limit exceeded for key:",
         "Signature verification failed", "Refresh token replay detected", "SMTPAuthenticationError", "CERTIFICATE_VERIFY_FAILED",
         "AUDIT LOG INTEGRITY FAILURE", r"Unhandled \w+ on [A-Z]+ /", "Exception in ASGI application", r"HTTP 5\d\d on [A-Z]+ /",
         "No space left on device", r"\[Errno 98\]", "SECURITY FAILURE"]


def generate(folder, megabytes):
    """The two files; 0.5 % of the records are errors of ten kinds, some with a traceback."""
    random.seed(22)
    plain, engine = folder / "plain.log", folder / "engine.json"
    with open(plain, "w") as text, open(engine, "w") as packed:
        size = number = 0
        # One megabyte of varied records, repeated with fresh times: generating must not take the whole morning.
        while size < megabytes * 1_000_000:
            lines = []
            for _ in range(5000):
                stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(1_795_000_000 + number // 100))
                chance = random.random()
                rid = "%016x" % random.getrandbits(64)
                if chance < 0.001:
                    lines += [f"{stamp} | ERROR    | main:handler:2148 - Unhandled ProgrammingError on GET /api/v1/ranks: (1146, \"no\")",
                              "Traceback (most recent call last):", *TRACE, "ProgrammingError: (1146, \"no\")"]
                elif chance < 0.005:
                    lines.append(f"{stamp} | WARNING  | app.core.database:connect:127 - {random.choice(['Lock wait timeout exceeded', LITERAL + ' 10 overflow 20 reached', 'Deadlock found when trying'])} [rid={rid}]")
                elif chance < 0.5:
                    lines.append(f"{stamp} | INFO     | app.core.security_middleware:__call__:1158 - GET /api/v1/users/{rid} → 200 ({random.randrange(5, 90)}ms) [rid={rid}]")
                else:
                    lines.append(f"{stamp} | DEBUG    | app.core.security_middleware:__call__:1131 - Request: GET /api/v1/inventory/items | IP: 172.18.0.1 | Country: PRIVATE | Request-ID: {rid}")
                number += 1
            body = "\n".join(lines) + "\n"
            size += len(body)
            text.write(body)
            packed.writelines('{"log":%s,"stream":"stdout","time":"2026-11-22T08:00:00.123456789Z"}\n' % json.dumps(line + "\n", ensure_ascii=False)
                              for line in lines)
    return plain, engine


def measure(words, env):
    """(wall, cpu, peak MiB, peak MiB without the pages of files and libraries). The output goes to a file, since GNU grep
    stops at once when it knows that nobody reads; the peaks are asked of the process while it runs, since what wait4 tells
    counts this interpreter's memory before exec."""
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        process = subprocess.Popen(words, env=env, stdout=out, stderr=subprocess.DEVNULL)
        peak = own = 0
        while True:
            try:
                status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
                running = os.readlink(f"/proc/{process.pid}/exe") != os.path.realpath(sys.executable)
                if running and "VmHWM:" in status:
                    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
                    own = max(own, int(status.split("RssAnon:")[1].split()[0]) / 1024)
            except OSError:
                pass
            done, status, usage = os.wait4(process.pid, os.WNOHANG)
            if done:
                break
            time.sleep(0.005)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            raise RuntimeError(f"{words}: exit {process.returncode}")
        return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, peak, own


def main():
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    env = clean_environment()
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR", "/tmp")) as scratch:
        folder = pathlib.Path(scratch)
        (folder / "forty").write_text("\n".join(FORTY) + "\n")
        jobs = {}
        for path in generate(folder, megabytes):
            size = path.stat().st_size
            ours = [LOGBOOKCTL, "--timeout", "10m", "-C", str(folder), "logs"]
            jobs[f"{path.suffix} one literal: logs grep"] = ([*ours, "grep", "--count", "-f", str(path), LITERAL], size)
            jobs[f"{path.suffix} one literal: rg -F"] = (["rg", "-c", "-F", LITERAL, str(path)], size)
            jobs[f"{path.suffix} one literal: grep -F"] = (["grep", "-c", "-F", LITERAL, str(path)], size)
            jobs[f"{path.suffix} a text that is not there: logs grep"] = ([*ours, "grep", "--count", "-f", str(path), "no such text"], size)
            jobs[f"{path.suffix} 40 signatures: logs grep -E"] = ([*ours, "grep", "--count", "-E", "-f", str(path), *(word for one in FORTY for word in ("-e", one))], size)
            jobs[f"{path.suffix} 40 signatures: rg -f"] = (["rg", "-c", "-f", str(folder / "forty"), str(path)], size)
            jobs[f"{path.suffix} 40 signatures: grep -E -f"] = (["grep", "-c", "-E", "-f", str(folder / "forty"), str(path)], size)
            jobs[f"{path.suffix} whole runbook: logs scan"] = ([*ours, "scan", "-f", str(path)], size)
        jobs = {name: job for name, job in jobs.items() if shutil.which(job[0][0])}
        figures = {name: [] for name in jobs}
        for words, _ in jobs.values():
            measure(words, env)
        for _ in range(runs):
            for name, (words, _) in jobs.items():
                figures[name].append(measure(words, env))
    print(f"{'':48} {'wall s':>8} {'cpu s':>8} {'GB/s cpu':>9} {'peak MiB':>9} {'own MiB':>8}   (medians of {runs} runs, in turn)")
    for name, rows in figures.items():
        wall, cpu, peak, own = (statistics.median(column) for column in zip(*rows))
        print(f"{name:48} {wall:8.2f} {cpu:8.2f} {jobs[name][1] / cpu / 1e9:9.2f} {peak:9.1f} {own:8.1f}")


if __name__ == "__main__":
    main()
