"""Every route, method and role, from the API's own description: whoever may not, does not; and nobody reaches what belongs to
another organization."""

import unittest
import uuid

from api_stack import ApiStack, Client
from openapi import Document
from program import main

OPEN = {"/health", "/health/db", "/health/redis", "/openapi.json", "/docs", "/redoc", "/docs/assets/{name}",
        "/api/v1/auth/login", "/api/v1/auth/refresh"}
TABLES = ("users", "positions", "user_positions", "inventory_items", "organizations")


class Policies(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = stack = cls.enterClassContext(ApiStack())
        cls.document = Document(stack.client().get("/openapi.json").body)
        cls.nobody_role = stack.new_role(stack.organization, "Nothing", [])
        cls.outsider = stack.new_member(stack.organization, "outsider", roles=["nothing"])
        cls.target = stack.new_member(stack.organization, "target")
        cls.port = stack.server.port

    def guarded(self):
        return [one for one in self.document.operations if one[1] not in OPEN]

    @staticmethod
    def filled(path, value):
        while "{" in path:
            path = path[:path.index("{")] + value + path[path.index("}") + 1:]
        return path

    def test_what_is_open_is_on_a_short_list(self):
        for method, path, operation in self.document.operations:
            self.assertEqual(bool(operation.get("security")), path not in OPEN, (method, path))

    def test_nobody_without_a_sign_in(self):
        for method, path, _ in self.guarded():
            for bearer in (None, "", "x.y.z"):
                answer = Client(self.port, bearer=bearer).request(method, self.filled(path, self.target))
                self.assertEqual((answer.status, answer.code[:8]), (401, "LB-AUTH-"), (method, path, bearer))

    def test_nobody_without_the_permission(self):
        client = self.stack.bearer(self.outsider)
        for method, path, operation in self.guarded():
            if operation.get("x-permissions"):
                # Said before anything is told of what is asked for, or of what was sent.
                for body in (None, {}):
                    answer = client.request(method, self.filled(path, self.target), body)
                    self.assertEqual((answer.status, answer.body.get("code")), (403, "LB-PERM-001"), (method, path))

    def test_each_permission_lets_in(self):
        for number, (method, path, operation) in enumerate(self.guarded()):
            for permission in operation.get("x-permissions", []):
                name = f"only{number}{permission}".replace(".", "")
                self.stack.new_role(self.stack.organization, name, [permission])
                user = self.stack.new_member(self.stack.organization, name, roles=[name])
                answer = self.stack.bearer(user).request(method, self.filled(path, str(uuid.uuid4())), {} if method != "GET" else None)
                self.assertNotEqual(answer.body.get("code") if isinstance(answer.body, dict) else None, "LB-PERM-001",
                                    (method, path, permission))
                self.assertIn(answer.status, (200, 201, 204, 400, 404, 422), (method, path, permission, answer.text))

    def test_methods_that_are_not_there(self):
        client = self.stack.bearer(self.stack.admin)
        paths = {}
        for method, path, _ in self.document.operations:
            paths.setdefault(path, set()).add(method)
        for path, methods in paths.items():
            for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT"} - methods:
                answer = client.request(method, self.filled(path, self.target))
                self.assertEqual(answer.status, 405, (method, path, answer.text))
                self.assertEqual(methods | ({"HEAD"} if "GET" in methods else set()), set(answer.headers["allow"].split(", ")) - {"OPTIONS"})

    def test_another_organizations_ids(self):
        stack = self.stack
        other = stack.new_organization("Second Company")
        theirs = [stack.new_member(other, f"their{n}", roles=["it_manager"]) for n in range(2)]
        item = str(uuid.uuid4())
        stack.sql("INSERT INTO inventory_items (id, organization_id, name, `condition`, status, tracking_type, quantity, quantity_issued, "
                  f"active, barcode) VALUES ('{item}', '{other}', 'Their axe', 'good', 'available', 'individual', 1, 0, 1, 'THEIR-1')")
        ids = [*theirs, stack.role(other, "member"), item]
        state = lambda: [stack.sql(f"SELECT * FROM {table} WHERE " + ("organization_id" if table != "organizations" else "id") + f"='{other}'")
                         if table != "user_positions" else
                         stack.sql(f"SELECT p.* FROM user_positions p JOIN users u ON u.id = p.user_id WHERE u.organization_id='{other}'")
                         for table in TABLES]
        before = state()
        admin, own_role = stack.bearer(stack.admin), stack.role(stack.organization, "member")
        bodies = [None, {}, {"first_name": "Mine"}, {"name": "Mine"}, {"role_ids": [own_role]}, {"role_ids": [stack.role(other, "member")]}]
        for method, path, _ in self.guarded():
            if "{" not in path:
                continue
            for one in ids:
                for body in bodies if method in ("POST", "PUT", "PATCH") else bodies[:1]:
                    answer = admin.request(method, self.filled(path, one), body)
                    self.assertIn(answer.status, (400, 404, 422), (method, path, body, answer.text))
                    self.assertNotIn("Their axe", answer.text)
                    self.assertNotIn("their0", answer.text)
        # As a member of a body: a role of theirs, an item made theirs.
        for body in ({"role_ids": [stack.role(other, "member")]},):
            self.assertIn(admin.put(f"/users/{self.target}/roles", body).status, (400, 404, 422))
        for name, value in (("organization_id", other), ("assigned_to_user_id", theirs[0])):
            answer = admin.post("/inventory/items", {"name": "Axe", name: value})
            self.assertTrue(answer.status in (400, 404, 422) or answer.body["organization_id"] == stack.organization, answer.text)
        for path in ("/users", "/users/with-roles", "/roles", "/inventory/items", "/inventory/lookup?code=THEIR"):
            answer = admin.get(path)
            for word in ("their0", "Their axe", "THEIR-1", other):
                self.assertNotIn(word, answer.text, path)
        self.assertEqual(state(), before)


if __name__ == "__main__":
    main()
