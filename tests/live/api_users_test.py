# Members and their roles against `serve` on a real database: shapes, rules, other organizations' ids, statement counts.
import threading
import time
import unittest
import uuid

from api_stack import PASSWORD, ApiStack, quoted
from program import main

LINE = ["id", "organization_id", "username", "email", "first_name", "middle_name", "last_name", "full_name", "membership_number",
        "phone", "mobile", "photo_url", "status", "membership_type", "compliance_exempt", "hire_date", "rank", "station", "platoon"]
MEMBER = ["username", "email", "first_name", "middle_name", "last_name", "membership_number", "date_of_birth", "hire_date", "id",
          "organization_id", "photo_url", "personal_email", "status", "membership_type", "compliance_exempt", "email_verified",
          "mfa_enabled", "last_login_at", "created_at", "updated_at", "phone", "mobile", "rank", "station", "platoon",
          "address_street", "address_city", "address_state", "address_zip", "address_country", "emergency_contacts", "full_name",
          "roles"]


class Users(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = ApiStack().__enter__()
        cls.addClassCleanup(cls.stack.__exit__, None, None, None)

    def setUp(self):
        # Each test has an organization of its own, with one administrator.
        self.organization = self.stack.new_organization(self.id())
        self.admin = self.new("boss", roles=["it_manager", "member"])
        self.api = self.stack.bearer(self.admin)

    def new(self, username, **columns):
        return self.stack.new_member(self.organization, username, **columns)

    def with_permissions(self, username, *permissions, **columns):
        """(id, client) of a member who has exactly these."""
        role = self.stack.new_role(self.organization, f"role of {username}", list(permissions))
        user = self.new(username, roles=[], **columns)
        self.stack.sql(f"INSERT INTO user_positions (user_id, position_id) VALUES ({quoted(user)}, {quoted(role)})")
        return user, self.stack.bearer(user)

    def role(self, slug):
        return self.stack.role(self.organization, slug)

    def body(self, username, **fields):
        return {"username": username, "email": f"{username}@station.example.org", "first_name": "John", "last_name": "Doe",
                "password": PASSWORD, **fields}

    def assert_error(self, answer, status, code=None):
        self.assertEqual((answer.status, answer.body.get("code")), (status, code or f"LB-API-{status}"), answer.text)

    def column(self, user, name):
        return self.stack.one(f"SELECT {name} FROM users WHERE id={quoted(user)}")

    def test_list(self):
        for name, first, last in (("c", "Zoe", "Abel"), ("a", "Amy", "Abel"), ("b", "Bob", None)):
            self.new(f"list-{name}", first_name=first, last_name=last, status="archived" if name == "c" else "active", platoon="A",
                     compliance_exempt=1, phone="555-1", mobile="555-2", hire_date="2020-02-29")
        self.new("list-gone", deleted_at="2026-01-01 00:00:00")
        answer = self.api.get("/users")
        self.assertEqual(answer.status, 200)
        self.assertEqual([line["username"] for line in answer.body], ["list-b", "list-a", "list-c", "boss"])
        for line in answer.body:
            self.assertEqual(list(line), LINE)
            self.assertEqual((line["platoon"], line["compliance_exempt"], line["email"], line["phone"], line["mobile"]),
                             (None, False, None, None, None))
            self.assertEqual(line["organization_id"], self.organization)
        self.assertEqual((answer.body[0]["full_name"], answer.body[1]["hire_date"], answer.body[2]["status"]),
                         ("Bob", "2020-02-29", "archived"))
        # What the organization shows.
        self.stack.sql("UPDATE organizations SET settings='{\"contact_info_visibility\": {\"enabled\": true, \"show_phone\": false}}' "
                       f"WHERE id={quoted(self.organization)}")
        line = self.api.get("/users").body[1]
        self.assertEqual((line["email"], line["phone"], line["mobile"]), ("list-a@station.example.org", None, "555-2"))
        self.assertEqual(self.api.get("/users/").status, 404)

    def test_who_may_what(self):
        target = self.new("target")
        role = self.role("member")
        spare = self.stack.new_role(self.organization, "Spare", [])
        for permission, allowed in (("users.view", {"list", "with", "one", "roles"}), ("members.view", {"list", "one"}),
                                    ("members.manage", {"list", "with", "one", "roles", "profile", "contact", "delete"}),
                                    ("users.edit", {"profile", "contact"}), ("users.update_positions", {"put", "add", "take"}),
                                    ("members.assign_roles", {"put", "add", "take"}), ("users.*", {"list", "with", "one", "roles",
                                    "profile", "contact", "put", "add", "take", "create"}), ("users.create", {"create"}), ("training.view", set())):
            name = permission.replace(".", "-").replace("*", "all")
            _, client = self.with_permissions(name, permission)
            doomed = self.new(f"doomed-{name}")
            calls = {
                "list": lambda: client.get("/users"), "with": lambda: client.get("/users/with-roles"),
                "one": lambda: client.get(f"/users/{target}/with-roles"), "roles": lambda: client.get(f"/users/{target}/roles"),
                "profile": lambda: client.patch(f"/users/{target}/profile", {"first_name": "T"}),
                "contact": lambda: client.patch(f"/users/{target}/contact-info", {"phone": "1"}),
                "put": lambda: client.put(f"/users/{target}/roles", {"role_ids": [role]}),
                "add": lambda: client.post(f"/users/{target}/roles/{spare}"),
                "take": lambda: client.delete(f"/users/{target}/roles/{spare}"),
                "create": lambda: client.post("/users", self.body(f"made-{name}", password="weak")),
                "delete": lambda: client.delete(f"/users/{doomed}")}
            for what, call in calls.items():
                answer = call()
                if what in allowed:
                    self.assertNotEqual(answer.status, 403, (permission, what, answer.text))
                else:
                    self.assert_error(answer, 403, "LB-PERM-001")
        anonymous = self.stack.client()
        for method, path in (("GET", "/users"), ("POST", "/users"), ("GET", "/users/with-roles"), ("DELETE", f"/users/{target}"),
                             ("GET", f"/users/{target}/with-roles"), ("PATCH", f"/users/{target}/profile"),
                             ("PATCH", f"/users/{target}/contact-info"), ("GET", f"/users/{target}/roles"),
                             ("PUT", f"/users/{target}/roles"), ("POST", f"/users/{target}/roles/{role}"),
                             ("DELETE", f"/users/{target}/roles/{role}")):
            self.assert_error(anonymous.request(method, path), 401, "LB-AUTH-001")

    def test_other_organizations(self):
        other = self.stack.new_organization("Other of " + self.id())
        stranger = self.stack.new_member(other, "stranger", rank="captain")
        their_role, our_role = self.stack.role(other, "member"), self.role("member")
        before = self.stack.sql(f"SELECT * FROM users WHERE id={quoted(stranger)}")
        for user in (stranger, str(uuid.uuid4())):
            for answer in (self.api.get(f"/users/{user}/with-roles"), self.api.get(f"/users/{user}/roles"),
                           self.api.patch(f"/users/{user}/profile", {"first_name": "Hacked", "rank": "firefighter"}),
                           self.api.patch(f"/users/{user}/contact-info", {"email": "hacked@station.example.org"}),
                           self.api.put(f"/users/{user}/roles", {"role_ids": [our_role]}),
                           self.api.post(f"/users/{user}/roles/{our_role}"), self.api.delete(f"/users/{user}/roles/{their_role}"),
                           self.api.delete(f"/users/{user}"), self.api.delete(f"/users/{user}?hard=true")):
                self.assertEqual((answer.status, answer.body), (404, {"detail": "User not found", "code": "LB-API-404"}))
        self.assertEqual(self.stack.sql(f"SELECT * FROM users WHERE id={quoted(stranger)}"), before)
        # Their roles are none here, and their members are in no list.
        self.assert_error(self.api.put(f"/users/{self.admin}/roles", {"role_ids": [their_role]}), 400)
        self.assert_error(self.api.post(f"/users/{self.admin}/roles/{their_role}"), 404)
        self.assert_error(self.api.post("/users", self.body("x-role", role_ids=[their_role])), 400)
        for path in ("/users", "/users/with-roles"):
            self.assertEqual([line["username"] for line in self.api.get(path).body], ["boss"])
        # The same name and address may be had in two organizations.
        self.assertEqual(self.api.post("/users", self.body("stranger")).status, 201)

    def test_ids_that_are_none(self):
        answer = self.api.get("/users/not-a-uuid/with-roles")
        self.assertEqual((answer.status, answer.detail), (422, [{"field": "path.user_id", "message": "Invalid ID format."}]))
        self.assertEqual(self.api.delete(f"/users/{self.admin}/roles/1").detail[0]["field"], "path.role_id")
        self.assertEqual(self.api.get(f"/users/{self.admin.upper()}/with-roles").body["username"], "boss")

    def test_create(self):
        member = self.role("member")
        answer = self.api.post("/users", self.body(
            "jdoe", email="JDoe@Station.Example.ORG", phone="555-1", role_ids=[self.role("it_manager")], rank="captain", evil="x",
            hire_date="2020-02-29", password_hash="x", status="archived", membership_number="",
            emergency_contacts=[{"name": "N", "relationship": "R", "phone": "1", "email": "n@station.example.org"}]))
        self.assertEqual(answer.status, 201, answer.text)
        self.assertEqual(list(answer.body), [*MEMBER, "temporary_password"])
        body = answer.body
        self.assertEqual((body["email"], body["full_name"], body["status"], body["membership_type"], body["address_country"]),
                         ("JDoe@station.example.org", "John Doe", "active", "active", "USA"))
        self.assertEqual((body["membership_number"], body["temporary_password"], body["last_login_at"], body["rank"]),
                         (None, None, None, "captain"))
        self.assertEqual([role["slug"] for role in body["roles"]], ["it_manager", "member"])
        self.assertEqual(list(body["roles"][0]), ["id", "name", "slug", "description", "permissions", "is_system", "priority"])
        self.assertEqual(body["emergency_contacts"], [{"name": "N", "relationship": "R", "phone": "1",
                                                       "email": "n@station.example.org", "is_primary": False}])
        self.assertRegex(body["created_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        row = self.stack.sql("SELECT status, membership_type, notification_preferences, email_verified, mfa_enabled, "
                             "failed_login_attempts, must_change_password, compliance_exempt, created_at = updated_at, "
                             "created_at > UTC_TIMESTAMP() - INTERVAL 60 SECOND AND created_at <= UTC_TIMESTAMP() "
                             f"FROM users WHERE id={quoted(body['id'])}")[0]
        self.assertEqual(row, ["active", "active", "{}", "0", "0", "0", "1", "0", "1", "1"])
        client = self.stack.client("jdoe")
        self.assert_error(client.get("/users"), 403, "LB-AUTH-004")
        # Without a password nobody knows it, and the role `member` comes by itself.
        answer = self.api.post("/users", {k: v for k, v in self.body("nopass").items() if k != "password"})
        self.assertEqual((answer.status, [role["id"] for role in answer.body["roles"]]), (201, [member]))
        self.assertTrue(self.column(answer.body["id"], "password_hash").startswith("$argon2id$"))
        self.assertGreaterEqual(self.stack.verify_chain(), 2)

    def test_create_refuses(self):
        for change, field in (({"username": "ab"}, "username"), ({"username": "x" * 101}, "username"), ({"email": "a@b.local"}, "email"),
                              ({"email": "none"}, "email"), ({"first_name": ""}, "first_name"), ({"last_name": "x" * 101}, "last_name"),
                              ({"password": "Sh0rt!"}, "password"), ({"password": "x" * 129}, "password"), ({"phone": "1" * 21}, "phone"),
                              ({"role_ids": ["1"]}, "role_ids.0"), ({"date_of_birth": "2021-02-29"}, "date_of_birth"),
                              ({"emergency_contacts": [{"name": "N"}]}, "emergency_contacts.0.relationship"),
                              ({"send_welcome_email": "x"}, "send_welcome_email"), ({"username": None}, "username")):
            answer = self.api.post("/users", {**self.body("refused"), **change})
            self.assert_error(answer, 422, "LB-VAL-001")
            self.assertEqual(answer.detail[0]["field"], field)
        for password in ("alllowercase12!", "ALLUPPERCASE12!", "NoDigitsHere!!x", "NoSpecial12345x", "Abc-Truth!Stack#2", "Xaaa-Truth!Stack#2"):
            self.assert_error(self.api.post("/users", self.body("refused", password=password)), 400)
        self.assert_error(self.api.post("/users", self.body("refused", role_ids=[str(uuid.uuid4())])), 400)
        self.assertEqual(self.stack.one(f"SELECT COUNT(*) FROM users WHERE organization_id={quoted(self.organization)}"), "1")

    def test_duplicates(self):
        self.assertEqual(self.api.post("/users", self.body("dup", membership_number="M-1")).status, 201)
        for change, field in (({"email": "other@station.example.org"}, "username"), ({"username": "other"}, "email"),
                              ({"username": "DUP", "email": "x@station.example.org"}, "username"),
                              ({"username": "other", "email": "DÚP@station.example.org".replace("Ú", "U")}, "email"),
                              ({"username": "other", "email": "o@station.example.org", "membership_number": "m-1"}, "membership_number")):
            answer = self.api.post("/users", {**self.body("dup"), **change})
            self.assert_error(answer, 409)
            self.assertEqual(answer.detail["field"], field, answer.text)
        # Collation: accents and blanks behind do not make another name; two empty numbers do not collide.
        self.assertEqual(self.api.post("/users", {**self.body("dup"), "username": "düp", "email": "u@station.example.org"}).status, 409)
        for name in ("empty1", "empty2"):
            self.assertEqual(self.api.post("/users", self.body(name, membership_number="")).status, 201)
        # A deleted member keeps his name and address.
        gone = self.new("gone", deleted_at="2026-01-01 00:00:00")
        self.assertEqual(self.api.post("/users", self.body("gone")).detail["field"], "username")
        self.assertEqual(self.api.post("/users", {**self.body("gone"), "username": "gone2"}).detail["field"], "email")
        # An archived one is named.
        archived = self.new("arch1", first_name="Ar", last_name="Chived", status="archived")
        detail = self.api.post("/users", {**self.body("arch1"), "username": "arch2"}).detail
        self.assertEqual((detail["existing_user_id"], detail["existing_member_name"], detail["existing_status"],
                          detail["reactivate_url"]), (archived, "Ar Chived", "archived", f"/api/v1/users/{archived}/reactivate"))
        self.assertTrue(gone)

    def test_the_same_member_from_many_at_once(self):
        answers = []

        def create():
            answers.append(self.stack.bearer(self.admin).post("/users", self.body("racer")))
        threads = [threading.Thread(target=create) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        statuses = sorted(a.status for a in answers)
        self.assertEqual((statuses.count(201), set(statuses) <= {201, 409, 503}), (1, True), statuses)
        self.assertEqual(self.stack.one("SELECT COUNT(*) FROM users WHERE username='racer' AND organization_id="
                                        f"{quoted(self.organization)}"), "1")

    def test_membership_numbers_that_are_made(self):
        self.stack.sql("UPDATE organizations SET settings='{\"other\": [1], \"membership_id\": {\"enabled\": true, "
                       "\"auto_generate\": true, \"prefix\": \"FD-\", \"next_number\": 9}}' WHERE id=" + quoted(self.organization))
        self.new("taken", membership_number="FD-0010")
        made = [self.api.post("/users", self.body(f"numbered{i}")).body["membership_number"] for i in range(3)]
        self.assertEqual(made, ["FD-0009", "FD-0011", "FD-0012"])
        self.assertEqual(self.api.post("/users", self.body("own", membership_number="7")).body["membership_number"], "7")
        settings = self.stack.one(f"SELECT settings FROM organizations WHERE id={quoted(self.organization)}")
        self.assertIn('"other":[1]', settings.replace(" ", ""))
        self.assertIn('"next_number":13', settings.replace(" ", ""))

    def test_ceilings(self):
        clerk, client = self.with_permissions("clerk", "users.create", "members.manage", "users.update_positions")
        target = self.new("subject")
        self.assert_error(client.post("/users", self.body("puppet", role_ids=[self.role("it_manager")])), 403)
        self.assert_error(client.post("/users", self.body("puppet", rank="fire_chief")), 403)
        self.assert_error(client.patch(f"/users/{target}/profile", {"rank": "fire_chief"}), 403)
        self.assert_error(client.patch(f"/users/{clerk}/profile", {"rank": "fire_chief"}), 403)
        self.assert_error(client.put(f"/users/{clerk}/roles", {"role_ids": [self.role("it_manager")]}), 403)
        self.assert_error(client.post(f"/users/{target}/roles/{self.role('it_manager')}"), 403)
        self.assertEqual(self.stack.one("SELECT COUNT(*) FROM users WHERE username='puppet'"), "0")
        self.assertEqual(self.column(target, "`rank` IS NULL"), "1")
        # What allows nothing beyond, what stays, and what is taken, is no grant.
        plain = self.stack.new_role(self.organization, "Plain", ["users.create"])
        self.assertEqual(client.put(f"/users/{self.admin}/roles", {"role_ids": [self.role("it_manager"), self.role("member"), plain]})
                         .status, 200)
        self.assertEqual(client.patch(f"/users/{target}/profile", {"rank": "rookie"}).status, 200)
        self.assertEqual(client.delete(f"/users/{self.admin}/roles/{self.role('it_manager')}").status, 200)

    def test_the_last_administrator(self):
        it, member = self.role("it_manager"), self.role("member")
        self.new("sleeper", roles=["it_manager"], status="leave")
        _, client = self.with_permissions("assigner", "users.update_positions", "users.edit")
        self.assert_error(client.put(f"/users/{self.admin}/roles", {"role_ids": [member]}), 400)
        self.assert_error(client.put(f"/users/{self.admin}/roles", {"role_ids": []}), 400)
        self.assert_error(client.delete(f"/users/{self.admin}/roles/{it}"), 400)
        self.assert_error(self.api.delete(f"/users/{self.admin}/roles/{it}"), 400)
        self.assertEqual(len(self.api.get(f"/users/{self.admin}/roles").body["roles"]), 2)
        # A captain may manage members by his rank alone: then the role may go, and the rank may not.
        captain = self.new("captain", rank="captain")
        self.assertEqual(client.delete(f"/users/{self.admin}/roles/{it}").status, 200)
        chief = self.stack.bearer(captain)
        self.assert_error(chief.patch(f"/users/{captain}/profile", {"rank": "firefighter"}), 400)
        self.assert_error(chief.patch(f"/users/{captain}/profile", {"rank": None}), 400)
        self.assertEqual(self.column(captain, "`rank`"), "captain")

    def test_two_administrators_take_it_from_each_other(self):
        second = self.new("second", roles=["it_manager"])
        it, codes = self.role("it_manager"), []

        def take(client, user):
            codes.append(client.delete(f"/users/{user}/roles/{it}").status)
        clients = [(self.stack.bearer(self.admin), second), (self.stack.bearer(second), self.admin)]
        threads = [threading.Thread(target=take, args=pair) for pair in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(codes.count(200), 1, codes)
        self.assertEqual(self.stack.one(f"SELECT COUNT(*) FROM user_positions WHERE position_id={quoted(it)}"), "1")

    def test_delete(self):
        user = self.new("leaving", membership_number="M-9")
        client = self.stack.bearer(user)
        self.assertEqual(client.get("/auth/me").status, 200)
        self.assert_error(self.api.delete(f"/users/{user}?hard=true"), 409)
        self.assertEqual(self.api.delete(f"/users/{user}?hard=perhaps").detail[0]["field"], "query.hard")
        answer = self.api.delete(f"/users/{user}")
        self.assertEqual((answer.status, answer.text), (204, ""))
        self.assert_error(client.get("/auth/me"), 401, "LB-AUTH-002")
        self.assertEqual(self.stack.sql("SELECT membership_number, previous_membership_number, username, "
                                        "deleted_at <= UTC_TIMESTAMP(), status FROM users WHERE id=" + quoted(user))[0],
                         [None, "M-9", "leaving", "1", "active"])
        self.assert_error(self.api.delete(f"/users/{user}"), 404)
        self.assert_error(self.stack.client().login("leaving"), 401, "LB-AUTH-006")
        answer = self.api.delete(f"/users/{self.admin}")
        self.assertEqual((answer.status, answer.detail), (400, "You cannot delete your own account"))
        self.assertEqual(self.api.post("/users", self.body("heir", membership_number="M-9")).status, 201)

    def test_profile(self):
        user = self.new("profiled", roles=["member"], email_verified=1)
        own = self.stack.bearer(user)
        answer = own.patch(f"/users/{user}/profile", {"first_name": "Jane", "phone": "", "address_city": "Springfield",
                                                      "email": "ignored@station.example.org", "date_of_birth": "1990-05-06",
                                                      "status": "archived", "must_change_password": True})
        self.assertEqual(answer.status, 200)
        self.assertEqual(list(answer.body), [*MEMBER, "notification_preferences"])
        self.assertEqual((answer.body["first_name"], answer.body["phone"], answer.body["email"], answer.body["date_of_birth"]),
                         ("Jane", None, "profiled@station.example.org", "1990-05-06"))
        self.assertEqual(self.column(user, "updated_at > '2026-01-01 00:00:00'"), "1")
        for field in ("rank", "station", "platoon", "hire_date", "membership_number"):
            self.assert_error(own.patch(f"/users/{user}/profile", {field: None}), 403)
        answer = self.api.patch(f"/users/{user}/profile", {"rank": "firefighter", "station": "7", "hire_date": "2020-01-02",
                                                           "membership_number": "N-1", "platoon": "B"})
        self.assertEqual((answer.body["rank"], answer.body["station"], answer.body["hire_date"], answer.body["platoon"]),
                         ("firefighter", "7", "2020-01-02", "B"))
        self.assertIn("apparatus.view", own.get("/auth/me").body["permissions"], "by rank")
        other = self.new("profiled2")
        answer = self.api.patch(f"/users/{other}/profile", {"membership_number": "n-1"})
        self.assertEqual((answer.status, answer.detail["field"]), (409, "membership_number"))
        self.assertEqual(self.api.patch(f"/users/{other}/profile", {}).status, 200)
        self.assertEqual(self.api.patch(f"/users/{other}/profile", {"emergency_contacts": None}).body["emergency_contacts"], [])

    def test_contact_info(self):
        user = self.new("contacted", email_verified=1, notification_preferences={"layout": [1], "event_reminders": True})
        own = self.stack.bearer(user)
        path = f"/users/{user}/contact-info"
        body = own.patch(path, {"phone": "555-7", "notification_preferences": {"event_reminders": False, "evil": 1}}).body
        self.assertEqual((body["phone"], body["notification_preferences"]), ("555-7", {"layout": [1], "event_reminders": False}))
        self.assertTrue(body["email_verified"])
        self.assertIsNone(own.patch(path, {"phone": None}).body["phone"])
        body = own.patch(path, {"email": "New@STATION.example.org"}).body
        self.assertEqual((body["email"], body["email_verified"]), ("New@station.example.org", False))
        answer = own.patch(path, {"email": "boss@station.example.org"})
        self.assertEqual((answer.status, answer.detail["field"]), (409, "email"))
        self.assertEqual(own.patch(path, {"email": "x@y.test"}).status, 422)
        self.assertEqual(own.patch(path, {"email": None}).body["email"], "New@station.example.org")
        stranger = self.stack.bearer(self.new("uninvolved"))
        self.assert_error(stranger.patch(path, {"phone": "1"}), 403, "LB-PERM-001")

    def test_what_others_see(self):
        private = {"date_of_birth": "1990-05-06", "personal_email": "p@station.example.org", "address_street": "1 Elm",
                   "address_city": "S"}
        user = self.new("seen", phone="555-9", emergency_contacts=[{"name": "N", "relationship": "R", "phone": "1"}], **private)
        _, viewer = self.with_permissions("viewer", "users.view")
        _, editor = self.with_permissions("editor", "users.edit")
        _, directory = self.with_permissions("directory", "members.view")
        listed = {line["id"]: line for line in viewer.get("/users/with-roles").body}[user]
        for body in (listed, viewer.get(f"/users/{user}/with-roles").body, directory.get(f"/users/{user}/with-roles").body,
                     editor.patch(f"/users/{user}/profile", {"middle_name": "Q"}).body):
            self.assertEqual([body[name] for name in private], [None] * 4)
            self.assertEqual((body["phone"], body["email"], body["emergency_contacts"]), (None, None, []))
        self.assertIsNone(directory.get(f"/users/{user}/with-roles").body["mfa_enabled"])
        self.assertFalse(listed["mfa_enabled"])
        for client in (self.api, self.stack.bearer(user)):
            body = client.get(f"/users/{user}/with-roles").body
            self.assertEqual({name: body[name] for name in private}, private)
            self.assertEqual(len(body["emergency_contacts"]), 1)
        viewed = self.stack.sql("SELECT JSON_VALUE(event_data, '$.restricted_pii_disclosed') FROM audit_logs WHERE "
                                f"event_type='user_viewed' AND event_data LIKE '%{user}%' ORDER BY id")
        self.assertEqual([row[0] for row in viewed].count("1") + [row[0] for row in viewed].count("true"), 1)

    def test_roles_of_a_member(self):
        user = self.new("holder")
        member, spare = self.role("member"), self.stack.new_role(self.organization, "Spare", ["users.view"], priority=50)
        answer = self.api.get(f"/users/{user}/roles")
        self.assertEqual(list(answer.body), ["user_id", "username", "full_name", "roles"])
        self.assertEqual([role["id"] for role in answer.body["roles"]], [member])
        answer = self.api.post(f"/users/{user}/roles/{spare}")
        self.assertEqual((answer.status, [role["id"] for role in answer.body["roles"]]), (200, [spare, member]))
        self.assert_error(self.api.post(f"/users/{user}/roles/{spare}"), 400)
        self.assertEqual(self.stack.sql(f"SELECT assigned_by, assigned_at <= UTC_TIMESTAMP() FROM user_positions WHERE "
                                        f"user_id={quoted(user)} AND position_id={quoted(spare)}")[0], [self.admin, "1"])
        self.assertEqual([r["id"] for r in self.api.delete(f"/users/{user}/roles/{spare}").body["roles"]], [member])
        self.assert_error(self.api.delete(f"/users/{user}/roles/{spare}"), 404)
        self.assert_error(self.api.post(f"/users/{user}/roles/{uuid.uuid4()}"), 404)
        answer = self.api.put(f"/users/{user}/roles", {"role_ids": [spare, spare.upper()]})
        self.assertEqual([role["id"] for role in answer.body["roles"]], [spare])
        self.assertEqual(self.api.put(f"/users/{user}/roles", {"role_ids": []}).body["roles"], [])
        self.assertEqual(self.api.put(f"/users/{user}/roles", {}).detail[0]["field"], "role_ids")

    def test_what_i_may_do(self):
        user, client = self.with_permissions("asking", "zebra.view", "users.view", rank="engineer")
        body = client.get("/roles/my/permissions").body
        self.assertEqual((body["user_id"], body["roles"]), (user, ["role of asking"]))
        self.assertEqual(body["permissions"], sorted(client.get("/auth/me").body["permissions"]))
        self.assertLess({"zebra.view", "users.view", "apparatus.maintenance"}, set(body["permissions"]))
        self.assert_error(self.stack.client().get("/roles/my/permissions"), 401, "LB-AUTH-001")

    def test_statements_do_not_grow(self):
        counts = {}
        for wanted in (3, 300):
            have = int(self.stack.one(f"SELECT COUNT(*) FROM users WHERE organization_id={quoted(self.organization)}"))
            self.stack.new_members(self.organization, [{"username": f"many{i}"} for i in range(have, wanted)],
                                   roles=("member", "it_manager"))
            for path in ("/users", "/users/with-roles"):
                client = self.stack.bearer(self.admin)
                self.assertEqual(len(client.get(path).body), wanted)
                measured = []
                for _ in range(3):
                    time.sleep(1.01)
                    before = self.statements()
                    body = client.get(path).body
                    measured.append(self.statements() - before)
                self.assertEqual(len(body), wanted)
                self.assertEqual(len(set(measured)), 1, measured)
                counts.setdefault(path, []).append(measured[0])
        self.assertEqual(counts, {"/users": [4, 4], "/users/with-roles": [6, 6]})

    def statements(self):
        return int(self.stack.sql("SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'")[0][1])


if __name__ == "__main__":
    main()
