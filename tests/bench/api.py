"""What a request costs: `logbookctl serve` beside nginx's `return 200` and Debian's FastAPI on one worker, asked in turn by wrk;
then what needs the database. Printed, never asserted. Needs the packages of group `bench` (cli/install_packages.sh bench).

    LOGBOOKCTL=build/release/bin/logbookctl /usr/bin/python3 tests/bench/api.py [rounds] [seconds]
"""

import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
from api_stack import ApiStack  # noqa: E402
from nginx import Nginx  # noqa: E402
from ports import free_port  # noqa: E402

FASTAPI = """
from fastapi import FastAPI
app = FastAPI()

@app.get("/health")
async def health():
    return {"status": "healthy", "ready": True}
"""
TICK = os.sysconf("SC_CLK_TCK")


def family(pid):
    """The process and its children."""
    text = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in text for one in family(int(child)))]


def cpu_seconds(pid):
    total = 0
    for one in family(pid):
        fields = pathlib.Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def memory_mib(pid):
    return sum(int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{one}/status").read_text()).group(1)) for one in family(pid)) / 1024


class Figures:
    def __init__(self, name, pid, url, headers=(), script=None, connections=64):
        self.name, self.pid, self.url, self.headers, self.script, self.connections = name, pid, url, headers, script, connections
        self.rates, self.costs, self.p99, self.bad = [], [], [], 0

    def take(self, seconds):
        words = ["wrk", "-t1", f"-c{self.connections}", f"-d{seconds}s", "--latency", self.url]
        for header in self.headers:
            words += ["-H", header]
        if self.script:
            words += ["-s", self.script]
        before = cpu_seconds(self.pid)
        said = subprocess.run(words, capture_output=True, text=True, check=True, timeout=seconds + 60).stdout
        used = cpu_seconds(self.pid) - before
        count = int(re.search(r"(\d+) requests in", said).group(1))
        bad = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
        self.bad += int(bad.group(1)) if bad else 0
        number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()
        self.p99.append(float(number) * {"us": 1e-3, "ms": 1, "s": 1e3}[unit])
        self.rates.append(float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1)))
        self.costs.append(used / max(count, 1) * 1e6)

    def row(self):
        return (f"{self.name:34} {statistics.median(self.rates):9.0f} {statistics.median(self.costs):10.1f} "
                f"{statistics.median(self.p99):8.2f} {memory_mib(self.pid):8.1f} {self.bad:8}")


def take_in_turn(figures, rounds, seconds):
    for one in figures:
        one.take(1)
        one.rates, one.costs, one.p99, one.bad = [], [], [], 0
    for _ in range(rounds):
        for one in figures:
            one.take(seconds)
    print(f"{'':34} {'req/s':>9} {'cpu us/req':>10} {'p99 ms':>8} {'RSS MiB':>8} {'not 2xx':>8}   (medians of {rounds} rounds of "
          f"{seconds} s, in turn)")
    for one in figures:
        print(one.row())


def beside_others(stack, rounds, seconds):
    port, other = free_port(), free_port()
    front = f"server {{\nlisten 127.0.0.1:{port};\naccess_log off;\nlocation / {{ return 200 '{{\"status\":\"healthy\"}}'; }}\n}}\n"
    with tempfile.TemporaryDirectory() as scratch, Nginx(front) as nginx:
        pathlib.Path(scratch, "hello.py").write_text(FASTAPI)
        fastapi = subprocess.Popen(["/usr/bin/python3", "-m", "uvicorn", "hello:app", "--port", str(other), "--no-access-log", "--log-level",
                                    "error"], cwd=scratch)
        try:
            time.sleep(3)
            take_in_turn([Figures("nginx, return 200", nginx.process.pid, f"http://127.0.0.1:{port}/health"),
                          Figures("logbookctl serve, /health", stack.server.process.pid, f"http://127.0.0.1:{stack.server.port}/health"),
                          Figures("FastAPI, hello", fastapi.pid, f"http://127.0.0.1:{other}/health")], rounds, seconds)
        finally:
            fastapi.terminate()
            fastapi.wait(20)


def on_the_database(stack, rounds, seconds):
    base = f"http://127.0.0.1:{stack.server.port}/api/v1"
    pid = stack.server.process.pid
    bearer = f"Authorization: Bearer {stack.new_session(stack.admin)}"
    with tempfile.TemporaryDirectory() as scratch:
        post = pathlib.Path(scratch, "post.lua")
        post.write_text("wrk.method = 'POST'\nwrk.body = '{\"name\":\"Axe\"}'\nwrk.headers['Content-Type'] = 'application/json'\n")
        stack.new_members(stack.organization, [{"username": f"few{n}"} for n in range(2)])
        take_in_turn([Figures("GET /users, 3 users", pid, base + "/users", [bearer]),
                      Figures("GET /auth/check", pid, base + "/auth/check", [bearer]),
                      Figures("POST /inventory/items", pid, base + "/inventory/items", [bearer], str(post))], rounds, seconds)
        stack.new_members(stack.organization, [{"username": f"many{n}"} for n in range(497)])
        take_in_turn([Figures("GET /users, 500 users", pid, base + "/users", [bearer])], rounds, seconds)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with ApiStack(LOG_LEVEL="WARNING", DB_POOL_MAX="10") as stack:
        print(f"idle memory {memory_mib(stack.server.process.pid):.1f} MiB")
        beside_others(stack, rounds, seconds)
        print()
        on_the_database(stack, rounds, seconds)


if __name__ == "__main__":
    main()
