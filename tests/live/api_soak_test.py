"""The API under mixed load for a while: neither memory nor descriptors grow, and no answer is a fault.

LOGBOOK_SOAK_SECONDS says for how long; a minute where it says nothing."""

import os
import pathlib
import random
import re
import threading
import time
import unittest

from api_stack import ApiStack, Client
from program import main

SECONDS = float(os.environ.get("LOGBOOK_SOAK_SECONDS", 60))
SANITIZED = "sanitize" in os.environ.get("LOGBOOK_BUILD", "")


class Soak(unittest.TestCase):
    def resident(self):
        return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{self.pid}/status").read_text()).group(1)) / 1024

    def descriptors(self):
        return len(list(pathlib.Path(f"/proc/{self.pid}/fd").iterdir()))

    def one_person(self, number, ending, faults, counts):
        """Everything that somebody does in a day, again and again, now and then from a new connection."""
        chance = random.Random(number)
        organization_admin = self.stack.bearer(self.stack.admin)
        while not ending.is_set():
            jobs = [("GET", "/users", None, (200,)), ("GET", "/users/with-roles", None, (200,)), ("GET", "/health", None, (200,)),
                    ("POST", "/inventory/items", {"name": f"Axe {chance.random()}"}, (201,)), ("GET", "/inventory/items?limit=20", None, (200,)),
                    ("GET", "/inventory/lookup?code=INV", None, (200,)), ("POST", "/inventory/items", {"quantity": -1}, (422,)),
                    ("GET", "/users/none/with-roles", None, (404, 422)), ("GET", "/nowhere", None, (404,)), ("GET", "/auth/me", None, (200,))]
            for method, path, body, expected in chance.sample(jobs, len(jobs)):
                answer = organization_admin.request(method, path, body)
                counts[number] += 1
                if answer.status not in expected:
                    faults.append((method, path, answer.status, answer.text[:300]))
                    ending.set()
            if chance.random() < 0.2:
                organization_admin.close()
            if chance.random() < 0.05:  # a sign-in costs 64 MiB for a moment
                visitor = Client(self.stack.server.port)
                status = [visitor.login("admin").status, visitor.post("/auth/logout").status]
                if status != [200, 200]:
                    faults.append(("sign-in and out", status))
                    ending.set()
                visitor.close()

    def test_nothing_grows(self):
        with ApiStack(HIPAA_SESSION_TIMEOUT_MINUTES="0", ACCESS_TOKEN_EXPIRE_MINUTES="600") as self.stack:
            self.pid = self.stack.server.process.pid
            ending, faults, counts = threading.Event(), [], [0] * 4
            people = [threading.Thread(target=self.one_person, args=(n, ending, faults, counts)) for n in range(len(counts))]
            for one in people:
                one.start()
            ending.wait(SECONDS / 4)  # until every connection, thread and buffer that is kept is there
            early, begun = self.resident(), sum(counts)
            ending.wait(SECONDS * 3 / 4)
            late, done = self.resident(), sum(counts)
            ending.set()
            for one in people:
                one.join(60)
            self.assertEqual(faults, [])
            self.assertGreater(done, begun + 50)
            # A sanitizer keeps what was freed for a while.
            if not SANITIZED:
                self.assertLess(late, early + 8 + early * 0.2, f"{done} requests: from {early:.1f} to {late:.1f} MiB")
            end = time.monotonic() + 30
            while self.descriptors() > 64 and time.monotonic() < end:  # what the clients have left behind is closed
                time.sleep(0.2)
            self.assertLessEqual(self.descriptors(), 64)
            self.assertGreater(self.stack.verify_chain(), 0)


if __name__ == "__main__":
    main()
