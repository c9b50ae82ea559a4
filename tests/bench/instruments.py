"""Whole-process figures of the instruments on a running sandbox, beside what the servers' own clients take for the nearest
question, in turn; then the list of thousands of connections, and what each instrument costs the server. Printed, never asserted.

    LOGBOOKCTL=build/release/bin/logbookctl /usr/bin/python3 tests/bench/instruments.py [runs] [connections]
"""

import json
import pathlib
import resource
import socket
import subprocess
import sys
import tempfile
import time

sys.path[:0] = [str(pathlib.Path(__file__).parents[1] / "support"), str(pathlib.Path(__file__).parent)]
import mariadb  # noqa: E402
from bench import take_in_turn  # noqa: E402
from program import LOGBOOKCTL, clean_environment  # noqa: E402
from sandbox import Sandbox  # noqa: E402


def client_options(folder, port, user, password):
    path = pathlib.Path(folder) / f"{user}.cnf"
    path.write_text(f"[client]\nhost=127.0.0.1\nport={port}\nprotocol=tcp\nuser={user}\npassword={password}\n")
    path.chmod(0o600)
    return path


def beside_the_own_clients(runs):
    env = clean_environment()
    with tempfile.TemporaryDirectory() as scratch, Sandbox() as box:
        ours = [LOGBOOKCTL, "-C", str(box.folder)]
        options = client_options(scratch, box.port("database"), "root", box.env["MYSQL_ROOT_PASSWORD"])
        cache = {**env, "REDISCLI_AUTH": box.env["REDIS_PASSWORD"]}
        jobs = {
            "logbookctl --version": ([LOGBOOKCTL, "--version"], env),
            "logbookctl redis stats": ([*ours, "redis", "stats"], env),
            "redis-cli INFO": (["redis-cli", "-p", str(box.port("cache")), "INFO", "everything"], cache),
            "logbookctl mysql processlist": ([*ours, "mysql", "processlist"], env),
            "mariadb -e SHOW FULL PROCESSLIST": (["mariadb", f"--defaults-file={options}", "-e", "SHOW FULL PROCESSLIST"], env),
            "logbookctl mysql locks": ([*ours, "mysql", "locks"], env),
            "logbookctl mysql status": ([*ours, "mysql", "status"], env),
            "logbookctl redis memory": ([*ours, "redis", "memory"], env),
        }
        take_in_turn(jobs, runs)
        print("\nwhat one reading costs the server:")
        for words in (["mysql", "processlist"], ["mysql", "locks"], ["mysql", "status"], ["redis", "stats"], ["redis", "memory"]):
            done = subprocess.run([*ours, "-o", "json", *words], env=env, capture_output=True, text=True)
            print(f"  {' '.join(words):20} {json.loads(done.stdout)['cost']}")


def thousands(runs, connections):
    """Logged-in connections of the plainest kind: a socket each, that said its password and then nothing."""
    import pymysql
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory() as scratch, mariadb.MariaDb(f"--max-connections={connections + 20}",
                                                                   "--thread-handling=pool-of-threads",
                                                                   "--open-files-limit=20000", "--back-log=1000") as db:
        folder = pathlib.Path(scratch)
        (folder / ".env").write_text(f"DB_HOST=127.0.0.1\nDB_PORT={db.port}\nDB_NAME=mysql\nDB_USER=root\n"
                                     f"DB_PASSWORD={mariadb.PASSWORD}\nMYSQL_ROOT_PASSWORD={mariadb.PASSWORD}\n")
        (folder / ".env").chmod(0o600)
        held = []
        begun = time.monotonic()
        for _ in range(connections):
            held.append(pymysql.connect(host="127.0.0.1", port=db.port, user="root", password=mariadb.PASSWORD,
                                        connect_timeout=30))
        print(f"\n{len(held)} connections, made in {time.monotonic() - begun:.0f} s")
        options = client_options(scratch, db.port, "root", mariadb.PASSWORD)
        env = clean_environment()
        take_in_turn({
            f"logbookctl mysql processlist ({connections})": ([LOGBOOKCTL, "-C", scratch, "mysql", "processlist"], env),
            f"the same with -o json ({connections})": ([LOGBOOKCTL, "-C", scratch, "-o", "json", "mysql", "processlist"], env),
            f"mariadb -e SHOW FULL PROCESSLIST ({connections})":
                (["mariadb", f"--defaults-file={options}", "-e", "SHOW FULL PROCESSLIST"], env),
        }, runs)
        done = subprocess.run([LOGBOOKCTL, "-C", scratch, "-o", "json", "mysql", "processlist"], env=env, capture_output=True, text=True)
        document = json.loads(done.stdout)
        print(f"listed: {len(document['processes'])}, by {document['cost']}")
        for one in held:
            one._sock.shutdown(socket.SHUT_RDWR)


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 21
    connections = int(sys.argv[2]) if len(sys.argv) > 2 else 5000
    beside_the_own_clients(runs)
    thousands(max(runs // 3, 3), connections)


if __name__ == "__main__":
    main()
