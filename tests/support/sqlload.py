"""Connections of a scripted load: each has its own thread, so that a statement that waits for a lock holds up nobody else."""

import queue
import threading
import time

import pymysql


class Client:
    """One connection. `run` sends a statement and waits for its end; `start` sends it and goes on."""

    def __init__(self, port, user, password, database=None, host="127.0.0.1", **options):
        self.connection = pymysql.connect(host=host, port=port, user=user, password=password, database=database,
                                          autocommit=False, charset="utf8mb4", connect_timeout=20, **options)
        self.id = self.connection.thread_id()
        self.errors = []
        self._jobs = queue.Queue()
        self._idle = threading.Event()
        self._idle.set()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self):
        while (sql := self._jobs.get()) is not None:
            try:
                with self.connection.cursor() as cursor:
                    cursor.execute(sql)
                    self.rows = cursor.fetchall()
            except Exception as problem:  # a killed statement is part of the play
                self.errors.append(problem)
            self._idle.set()

    def start(self, sql):
        self._idle.clear()
        self._jobs.put(sql)
        return self

    def run(self, sql):
        self.start(sql)
        self.wait()
        if self.errors:
            raise self.errors[-1]
        return self.rows

    def wait(self, seconds=30):
        if not self._idle.wait(seconds):
            raise TimeoutError("the statement has not ended")
        return self

    def close(self):
        self._jobs.put(None)
        try:
            self.connection._force_close()
        except Exception:
            pass


def until(what, seconds=20, every=0.05):
    """The first true value of `what()`."""
    end = time.monotonic() + seconds
    while True:
        value = what()
        if value:
            return value
        if time.monotonic() > end:
            raise TimeoutError(f"it did not come: {what}")
        time.sleep(every)
