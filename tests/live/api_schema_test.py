"""Requests made of the API's own description, right ones and wrong ones: never a 5xx, and every reply is one that the
description promises."""

import collections
import os
import random
import unittest

from api_stack import ApiStack, Client
from openapi import Document, Maker
from program import main


class Described(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = cls.enterClassContext(ApiStack())
        cls.document = Document(cls.stack.client().get("/openapi.json").body)

    def test_every_reply_is_described(self):
        count = 20_000 if os.environ.get("LOGBOOK_LONG_TESTS") else 600
        chance = random.Random(7)
        stack, organization = self.stack, self.stack.organization
        members = stack.new_members(organization, [{"username": f"member{n}"} for n in range(8)])
        admins = [stack.admin, *stack.new_members(organization, [{"username": f"chief{n}"} for n in range(2)], roles=["it_manager"])]
        known = members + admins + [row[0] for row in stack.sql("SELECT id FROM positions")]
        maker = Maker(self.document, chance, known)
        client, seen, fine = None, collections.Counter(), collections.Counter()
        for number in range(count):
            method, path, operation = chance.choice(self.document.operations)
            wrong = chance.random() < 0.5
            target, body = maker.request(path, operation, wrong)
            if client is None:
                # Some requests end the session that they come with, or take the caller's rights away.
                stack.sql(f"UPDATE users SET status='active', deleted_at=NULL, must_change_password=0 WHERE id='{admins[0]}'")
                client = Client(stack.server.port, bearer=stack.new_session(admins[0]))
            answer = client.request(method, target, body, headers={"X-Forwarded-For": "10.%d.%d.%d" % tuple(
                chance.randrange(1, 255) for _ in range(3))})
            client.cookies.clear()
            what = (number, method, target[:200], str(body)[:300], answer.status, answer.text[:300])
            self.assertLess(answer.status, 500, what)
            documented, schema = self.document.reply_schema(operation, answer.status)
            self.assertTrue(documented, what)
            if schema is not None:
                self.assertIsNone(self.document.valid(schema, answer.body), what)
            seen[answer.status] += 1
            fine[method, path] += answer.status < 300
            if answer.status == 401 or (method, path) in (("POST", "/api/v1/auth/logout"), ("POST", "/api/v1/auth/change-password")):
                client = None
            if answer.status == 201 and isinstance(answer.body, dict) and "id" in answer.body and len(known) < 200:
                known.append(answer.body["id"])
        for status in (200, 201, 404, 422):
            self.assertGreater(seen[status], 0, seen)
        never = [one for one, times in fine.items() if not times]
        self.assertLess(len(never), len(fine) / 2, never)
        self.assertGreater(stack.verify_chain(), 0)


if __name__ == "__main__":
    main()
