"""Roles against `serve` on a real database: shapes, ceilings, system roles, the last administrator, other organizations'."""

import json
import re
import threading
import unittest
import uuid

from api_stack import ApiStack, quoted
from program import SOURCE

SHAPE = ["id", "organization_id", "name", "slug", "description", "permissions", "is_system", "priority", "created_at", "updated_at",
         "user_count"]
NAMES = re.findall(r'\{"([a-z_]+(?:\.[a-z_]+)+)",', (SOURCE / "lib/logbook/backend/permission_catalogue.cpp").read_text())


class Roles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = cls.enterClassContext(ApiStack())

    def setUp(self):
        self.organization = self.stack.new_organization(self.id())
        self.admin = self.stack.new_member(self.organization, "boss", roles=["it_manager", "member"])
        self.api = self.stack.bearer(self.admin)
        self.addCleanup(lambda: self.assertGreaterEqual(self.stack.verify_chain(), 0))

    def with_permissions(self, username, *permissions):
        """(the role's id, a client of a member who has exactly these)"""
        role = self.stack.new_role(self.organization, f"role of {username}", list(permissions))
        user = self.stack.new_member(self.organization, username, roles=[])
        self.stack.sql(f"INSERT INTO user_positions (user_id, position_id) VALUES ({quoted(user)}, {quoted(role)})")
        return role, self.stack.bearer(user)

    def make(self, name="Quartermaster", **fields):
        answer = self.api.post("/roles", {"name": name, **fields})
        self.assertEqual(answer.status, 201, answer.text)
        return answer.body

    def role(self, slug):
        return self.stack.role(self.organization, slug)

    def assert_error(self, answer, status, code=None):
        self.assertEqual((answer.status, answer.body.get("code")), (status, code or f"LB-API-{status}"), answer.text)

    def audits(self, kind):
        return [json.loads(text) for (text,) in self.stack.sql(
            f"SELECT JSON_COMPACT(event_data) FROM audit_logs WHERE organization_id={quoted(self.organization)} "
            f"AND event_type={quoted(kind)} ORDER BY id")]

    def test_the_list(self):
        self.stack.new_role(self.organization, "zeta", [], priority=50)
        self.stack.new_role(self.organization, "Alpha", ["users.view"], priority=50)
        gone = self.stack.new_member(self.organization, "gone", roles=["member"], deleted_at="2026-01-01 00:00:00")
        answer = self.api.get("/roles")
        self.assertEqual(answer.status, 200)
        self.assertEqual([role["slug"] for role in answer.body], ["it_manager", "alpha", "zeta", "member"])
        self.assertTrue(all(list(role) == SHAPE for role in answer.body))
        manager, alpha, _, member = answer.body
        self.assertEqual((manager["permissions"], manager["is_system"], manager["user_count"]), (["*"], True, 1))
        self.assertEqual((alpha["permissions"], alpha["user_count"], alpha["description"]), (["users.view"], 0, None))
        self.assertEqual(member["user_count"], 1, f"{gone} is deleted")
        self.assertEqual(alpha["created_at"], "2026-01-01T00:00:00Z")
        self.assertEqual(self.api.get(f"/roles/{alpha['id']}").body, alpha)
        self.assertEqual(self.api.get("/roles/").status, 404)

    def test_the_catalogue(self):
        answer = self.api.get("/roles/permissions")
        self.assertEqual(answer.status, 200)
        self.assertEqual(len(answer.body), 105)
        self.assertEqual(list(answer.body[0]), ["name", "description", "category"])
        self.assertEqual([entry["name"] for entry in answer.body], NAMES)

    def test_create(self):
        role = self.make("  Quarter-Master & Co.  ", description="Keeps things", permissions=["inventory.view", "inventory.view"],
                         priority=100)
        self.assertEqual(list(role), SHAPE)
        self.assertEqual({k: role[k] for k in ("slug", "description", "permissions", "is_system", "priority", "user_count")},
                         {"slug": "quarter_master_co", "description": "Keeps things", "permissions": ["inventory.view"],
                          "is_system": False, "priority": 100, "user_count": 0})
        self.assertEqual(self.stack.sql(f"SELECT permissions, is_system, priority, organization_id FROM positions "
                                        f"WHERE id={quoted(role['id'])}"), [['["inventory.view"]', "0", "100", self.organization]])
        self.assertEqual(self.api.get(f"/roles/{role['id']}").body, role)
        self.assertEqual([event["role_id"] for event in self.audits("role_created")], [role["id"]])
        plain = self.make("x")
        self.assertEqual((plain["permissions"], plain["priority"], plain["description"]), ([], 0, None))
        self.assertEqual([self.make("Member")["slug"], self.make("MEMBER!")["slug"], self.make("!?")["slug"], self.make("é")["slug"],
                          self.make("n" * 100)["slug"], self.make("n" * 100)["slug"]],
                         ["member_2", "member_3", "role", "role_2", "n" * 100, "n" * 98 + "_2"])

    def test_what_is_refused(self):
        wrong = [({}, "name"), ({"name": ""}, "name"), ({"name": "n" * 101}, "name"), ({"name": None}, "name"),
                 ({"name": "x", "slug": "member"}, "slug"), ({"name": "x", "is_system": True}, "is_system"),
                 ({"name": "x", "priority": 101}, "priority"), ({"name": "x", "priority": -1}, "priority"),
                 ({"name": "x", "permissions": ["*"]}, "permissions.0"), ({"name": "x", "permissions": ["users.*"]}, "permissions.0"),
                 ({"name": "x", "permissions": ["users.view", "nope.nope"]}, "permissions.1"),
                 ({"name": "x", "permissions": "users.view"}, "permissions"), ({"name": "x", "description": "d" * 2001}, "description")]
        before = self.stack.one("SELECT COUNT(*) FROM positions")
        for body, field in wrong:
            answer = self.api.post("/roles", body)
            self.assert_error(answer, 422, "LB-VAL-001")
            self.assertEqual([e["field"] for e in answer.detail], [field], body)
        role = self.make()["id"]
        for body, field in wrong[1:3] + wrong[4:]:
            answer = self.api.patch(f"/roles/{role}", {k: v for k, v in body.items() if k != "name" or field == "name"})
            self.assert_error(answer, 422, "LB-VAL-001")
        self.assertEqual(int(self.stack.one("SELECT COUNT(*) FROM positions")), int(before) + 1)
        self.assert_error(self.api.get("/roles/not-a-uuid"), 422, "LB-VAL-001")
        for method in ("GET", "PATCH", "DELETE"):
            self.assert_error(self.api.request(method, f"/roles/{uuid.uuid4()}", {} if method == "PATCH" else None), 404)

    def test_update(self):
        role = self.make(description="old", permissions=["users.view"], priority=5)
        answer = self.api.patch(f"/roles/{role['id']}", {"name": "Steward", "permissions": ["forms.view"], "priority": 0})
        self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual({k: answer.body[k] for k in ("name", "slug", "description", "permissions", "priority")},
                         {"name": "Steward", "slug": "quartermaster", "description": "old", "permissions": ["forms.view"], "priority": 0})
        answer = self.api.patch(f"/roles/{role['id']}", {"description": None, "name": None, "permissions": None, "priority": None})
        self.assertEqual({k: answer.body[k] for k in ("name", "description", "permissions", "priority")},
                         {"name": "Steward", "description": None, "permissions": ["forms.view"], "priority": 0})
        self.assertEqual([(e["permissions_before"], e["permissions"]) for e in self.audits("role_updated")],
                         [(["users.view"], ["forms.view"]), (["forms.view"], ["forms.view"])])

    def test_system_roles(self):
        member = self.role("member")
        for body in ({"name": "Other"}, {"priority": 11}, {"name": "Other", "description": "x"}):
            self.assert_error(self.api.patch(f"/roles/{member}", body), 403)
        answer = self.api.patch(f"/roles/{member}", {"name": "Member", "priority": 10, "description": "all", "permissions": []})
        self.assertEqual((answer.status, answer.body["description"], answer.body["permissions"]), (200, "all", []))
        self.assert_error(self.api.delete(f"/roles/{member}"), 403)
        self.assertEqual(self.role("member"), member)

    def test_delete(self):
        role = self.make(permissions=["forms.view"])["id"]
        user = self.stack.new_member(self.organization, "holder", roles=["quartermaster"])
        answer = self.api.delete(f"/roles/{role}")
        self.assertEqual((answer.status, answer.text), (204, ""))
        self.assertEqual(self.stack.one(f"SELECT COUNT(*) FROM user_positions WHERE user_id={quoted(user)}"), "0")
        self.assert_error(self.api.delete(f"/roles/{role}"), 404)
        self.assertEqual([e["slug"] for e in self.audits("role_deleted")], ["quartermaster"])

    def test_nobody_goes_beyond_his_own_permissions(self):
        own, clerk = self.with_permissions("clerk", "positions.view", "positions.create", "positions.edit", "positions.delete",
                                           "inventory.view")
        strong = self.make("Strong", permissions=["inventory.view", "users.delete"])["id"]
        weak = self.make("Weak", permissions=["inventory.view"])["id"]
        self.assert_error(clerk.post("/roles", {"name": "x", "permissions": ["inventory.view", "forms.view"]}), 403, "LB-PERM-001")
        self.assertEqual(clerk.post("/roles", {"name": "x", "permissions": ["inventory.view"]}).status, 201)
        self.assert_error(clerk.patch(f"/roles/{weak}", {"permissions": ["users.view"]}), 403, "LB-PERM-001")
        self.assert_error(clerk.patch(f"/roles/{own}", {"permissions": ["positions.view", "users.view"]}), 403, "LB-PERM-001")
        for body in ({"permissions": []}, {"name": "mine"}):
            self.assert_error(clerk.patch(f"/roles/{strong}", body), 403, "LB-PERM-001")
        self.assert_error(clerk.delete(f"/roles/{strong}"), 403, "LB-PERM-001")
        self.assert_error(clerk.patch(f"/roles/{self.role('it_manager')}", {"permissions": []}), 403, "LB-PERM-001")
        self.assertEqual(clerk.patch(f"/roles/{weak}", {"permissions": []}).status, 200)
        self.assertEqual(clerk.delete(f"/roles/{weak}").status, 204)

    def test_who_may(self):
        _, nobody = self.with_permissions("nobody", "members.view", "users.view")
        role = self.make()["id"]
        calls = {"view": [("GET", "/roles", None), ("GET", f"/roles/{role}", None), ("GET", "/roles/permissions", None)],
                 "create": [("POST", "/roles", {"name": "x"})], "edit": [("PATCH", f"/roles/{role}", {})],
                 "delete": [("DELETE", f"/roles/{uuid.uuid4()}", None)]}
        everything = [call for some in calls.values() for call in some]
        for method, path, body in everything:
            self.assert_error(nobody.request(method, path, body), 403, "LB-PERM-001")
            self.assert_error(self.stack.client().request(method, path, body), 401, "LB-AUTH-001")
        for module in ("positions", "roles"):
            if f"{module}.view" not in NAMES and module == "positions":
                self.fail("the catalogue lacks positions.view")
            for action, allowed in calls.items():
                _, client = self.with_permissions(f"{module}-{action}", f"{module}.{action}")
                for method, path, body in everything:
                    status = client.request(method, path, body).status
                    if (method, path, body) in allowed:
                        self.assertIn(status, (200, 201, 404), (module, action, method, path))
                    else:
                        self.assertEqual(status, 403, (module, action, method, path))

    def test_the_last_administrator(self):
        manager = self.role("it_manager")
        self.assert_error(self.api.patch(f"/roles/{manager}", {"permissions": ["members.view"]}), 400)
        self.assertEqual(self.api.get(f"/roles/{manager}").body["permissions"], ["*"])
        # members.manage through another role, then only through that one.
        other = self.make("Keeper", permissions=["members.manage", "positions.edit", "positions.delete", "positions.view"])["id"]
        self.stack.new_member(self.organization, "second", roles=["keeper"])
        self.assertEqual(self.api.patch(f"/roles/{manager}", {"permissions": NAMES}).status, 200)
        self.assertEqual(self.api.delete(f"/roles/{other}").status, 204)
        for status, answer in ((400, self.api.patch(f"/roles/{manager}", {"permissions": ["positions.edit"]})),
                               (200, self.api.patch(f"/roles/{manager}", {"permissions": ["members.manage", "positions.edit"]}))):
            self.assertEqual(answer.status, status, answer.text)

    def test_two_administrators_cannot_take_it_from_each_other(self):
        roles = []
        for name in ("one", "two"):
            roles.append(self.make(name, permissions=["members.manage", "positions.edit", "positions.view"])["id"])
        clients = [self.stack.bearer(self.stack.new_member(self.organization, f"u-{name}", roles=[name])) for name in ("one", "two")]
        self.stack.sql(f"UPDATE users SET status='inactive' WHERE id={quoted(self.admin)}")
        answers = [None, None]

        def run(i):
            answers[i] = clients[i].patch(f"/roles/{roles[1 - i]}", {"permissions": ["positions.edit"]}).status
        threads = [threading.Thread(target=run, args=(i,)) for i in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        self.assertIn(sorted(answers), ([200, 400], [200, 403]))

    def test_another_organizations_roles(self):
        other = self.stack.new_organization("Other Company")
        boss = self.stack.bearer(self.stack.new_member(other, "other-boss", roles=["it_manager"]))
        role = self.make(permissions=["forms.view"])
        for method, body in (("GET", None), ("PATCH", {"name": "stolen"}), ("DELETE", None)):
            self.assert_error(boss.request(method, f"/roles/{role['id']}", body), 404)
        self.assertNotIn(role["id"], boss.get("/roles").text)
        self.assertEqual(boss.post("/roles", {"name": "Quartermaster"}).body["slug"], "quartermaster")
        self.assertEqual(self.api.get(f"/roles/{role['id']}").body, role)

    def test_same_name_at_once(self):
        slugs = []

        def run():
            slugs.append(self.stack.bearer(self.admin).post("/roles", {"name": "Rush"}).body["slug"])
        threads = [threading.Thread(target=run) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        self.assertEqual(sorted(slugs), ["rush"] + [f"rush_{n}" for n in range(2, 7)])


if __name__ == "__main__":
    unittest.main()
