# Sign-in, refresh, sign-out and password change against `serve` on a real database.
import json
import threading
import time
import unittest

from api_stack import PASSWORD, SECRET_KEY, ApiStack, Client, hash_password, quoted, signed_token
from program import main

NEW_PASSWORD = "Wasserwerfer!47-Xp"
ME = ["id", "username", "email", "first_name", "last_name", "full_name", "organization_id", "timezone", "roles", "positions", "rank",
      "platoon", "membership_type", "permissions", "is_active", "email_verified", "mfa_enabled", "mfa_enrollment_required",
      "password_expired", "must_change_password"]


class Auth(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = ApiStack().__enter__()
        cls.addClassCleanup(cls.stack.__exit__, None, None, None)
        cls.organization = cls.stack.organization

    def member(self, username, **columns):
        return self.stack.new_member(self.organization, username, **columns)

    def column(self, user, name):
        return self.stack.one(f"SELECT {name} FROM users WHERE id={quoted(user)}")

    def sessions(self, user):
        return int(self.stack.one(f"SELECT COUNT(*) FROM sessions WHERE user_id={quoted(user)}"))

    def assert_error(self, answer, status, code):
        self.assertEqual((answer.status, answer.body.get("code")), (status, code), answer.text)

    def test_sign_in(self):
        client = self.stack.client()
        answer = client.login("admin")
        self.assertEqual(answer.status, 200)
        self.assertEqual(list(answer.body), ["token_type", "expires_in", "user"])
        self.assertEqual((answer.body["token_type"], answer.body["expires_in"]), ("bearer", 1800))
        self.assertEqual(list(answer.body["user"]), ME)
        self.assertEqual(answer.body["user"]["roles"], ["IT Manager", "Member"])
        self.assertIn("*", answer.body["user"]["permissions"])
        self.assertNotIn("token", json.dumps(answer.body).replace("token_type", ""))
        kinds = {text.split("=")[0]: text.split("; ", 1)[1] for text in answer.set_cookies}
        self.assertEqual(kinds, {"access_token": "HttpOnly; Max-Age=1800; Path=/; SameSite=strict",
                                 "refresh_token": "HttpOnly; Max-Age=604800; Path=/api/v1/auth/; SameSite=strict",
                                 "csrf_token": "Max-Age=1800; Path=/; SameSite=strict"})
        me = client.get("/auth/me")
        self.assertEqual((me.status, me.body), (200, answer.body["user"]))
        self.assertEqual(client.get("/auth/check").body,
                         {"authenticated": True, "user_id": self.stack.admin, "username": "admin"})
        self.assertEqual(client.get("/auth/session-settings").body,
                         {"session_timeout_minutes": 15, "password_max_age_days": 90})
        row = self.stack.sql(f"SELECT ip_address, token, refresh_token, expires_at = created_at + INTERVAL 1800 SECOND "
                             f"FROM sessions WHERE token={quoted(answer.cookies['access_token'])}")[0]
        self.assertEqual(row, [client.address, answer.cookies["access_token"], answer.cookies["refresh_token"], "1"])
        self.assertEqual(self.stack.client("ADMIN@station.example.org").get("/auth/check").body["username"], "admin")
        self.assertEqual(client.login(" admin@STATION.example.org ").status, 200)

    def test_bearer_and_cookie(self):
        user = self.member("bearer")
        token = self.stack.new_session(user)
        client = self.stack.client()
        for scheme in ("Bearer", "bearer", "BEARER"):
            self.assertEqual(client.get("/auth/check", headers={"Authorization": f"{scheme} {token}"}).status, 200)
        self.assert_error(client.get("/auth/check"), 401, "LB-AUTH-001")
        for wrong in ("Bearer abc", "Basic abc", "Bearer", "Bearer ", token, f"Token {token}", f"Bearer {token}x",
                      f"Bearer {token.upper()}", f"Bearer {token} {token}"):
            answer = client.get("/auth/check", headers={"Authorization": wrong})
            self.assert_error(answer, 401, "LB-AUTH-002")
            self.assertEqual(answer.headers["www-authenticate"], "Bearer")
        # The cookie wins, even where it is the worse one.
        answer = client.get("/auth/check", headers={"Authorization": f"Bearer {token}", "Cookie": "access_token=broken"})
        self.assert_error(answer, 401, "LB-AUTH-002")

    def test_tokens_without_a_session_of_their_own(self):
        user, other = self.member("tokens"), self.member("tokens-other")
        good = self.stack.new_session(user)
        now = int(time.time())
        claims = {"sub": user, "username": "tokens", "org_id": self.organization, "iat": now, "exp": now + 600,
                  "type": "access", "jti": "x"}
        refresh = self.stack.one(f"SELECT refresh_token FROM sessions WHERE token={quoted(good)}")
        for token in (signed_token(claims), refresh, signed_token({**claims, "exp": now - 1}),
                      signed_token(claims, key="another key that is long enough, too")):
            self.assert_error(Client(self.stack.server.port, bearer=token).get("/auth/me"), 401, "LB-AUTH-002")
        # A row of one user with another's token; a row that has expired; an account that went.
        strange = signed_token({**claims, "sub": other, "jti": "y"})
        foreign = signed_token({**claims, "org_id": str(other), "jti": "z"})
        for number, token in enumerate((strange, foreign)):
            self.stack.sql(f"INSERT INTO sessions (id, user_id, token, expires_at, last_activity) VALUES ('strange{number}', "
                           f"{quoted(user)}, {quoted(token)}, UTC_TIMESTAMP() + INTERVAL 1 HOUR, UTC_TIMESTAMP())")
            self.assert_error(Client(self.stack.server.port, bearer=token).get("/auth/me"), 401, "LB-AUTH-002")
        client = self.stack.bearer(user)
        self.assertEqual(client.get("/auth/me").status, 200)
        for change, back, status, code in (
                ("status='leave'", "status='active'", 403, "LB-AUTH-003"),
                ("status=NULL", "status='active'", 403, "LB-AUTH-003"),
                ("deleted_at=UTC_TIMESTAMP()", "deleted_at=NULL", 401, "LB-AUTH-002")):
            self.stack.sql(f"UPDATE users SET {change} WHERE id={quoted(user)}")
            self.assert_error(client.get("/auth/me"), status, code)
            self.stack.sql(f"UPDATE users SET {back} WHERE id={quoted(user)}")
            self.assertEqual(client.get("/auth/me").status, 200)
        self.stack.sql(f"UPDATE sessions SET expires_at=UTC_TIMESTAMP() WHERE user_id={quoted(user)}")
        self.assert_error(client.get("/auth/me"), 401, "LB-AUTH-002")

    def test_idle_sessions(self):
        user = self.member("idle")
        for seconds, status in ((898, 200), (903, 401)):
            client = self.stack.bearer(user)
            self.stack.sql(f"UPDATE sessions SET last_activity=UTC_TIMESTAMP() - INTERVAL {seconds} SECOND "
                           f"WHERE token={quoted(client.bearer)}")
            self.assertEqual(client.get("/auth/check").status, status)
            rows = self.stack.sql("SELECT last_activity >= UTC_TIMESTAMP() - INTERVAL 3 SECOND FROM sessions "
                                  f"WHERE token={quoted(client.bearer)}")
            self.assertEqual(rows, [["1"]] if status == 200 else [], "seen, or deleted")
        self.stack.server.wait_for(r"Session idle timeout: 15m > 15m", 3)

    def test_refusals_look_alike(self):
        self.member("refused")
        self.member("refused-nopass", password=None)
        answers = []
        for name in ("refused", "refused-nopass", "nobody-at-all", "nobody@station.example.org"):
            answer = self.stack.client().login(name, "Wrong-Passw0rd!!")
            self.assert_error(answer, 401, "LB-AUTH-006")
            self.assertEqual(answer.headers["www-authenticate"], "Bearer")
            self.assertEqual(answer.cookies, {})
            answers.append((answer.text, sorted(set(answer.headers) - {"date", "x-request-id"})))
        self.assertEqual(len(set(map(str, answers))), 1)

    def test_refusals_cost_the_same_statements(self):
        self.member("cost")
        counts = []
        for name in ("cost", "nobody-at-all"):
            client = self.stack.client()
            before = self.statements()
            client.login(name, "Wrong-Passw0rd!!")
            counts.append(self.statements() - before)
        self.assertEqual(counts[0], counts[1])

    def statements(self):
        return int(self.stack.sql("SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'")[0][1])

    def test_names_that_can_be_no_account(self):
        for name in ("j.doe", "a b c", "ab", "x" * 101, "a@b", "a@@b.example", "@b.example", "a@.b", "ä-umlaut", "a;b", ""):
            answer = self.stack.client().login(name)
            self.assert_error(answer, 422, "LB-VAL-001")
            self.assertEqual(answer.detail[0]["field"], "username", name)
        for password in ("short", "x" * 129):
            self.assertEqual(self.stack.client().login("admin", password).detail[0]["field"], "password")
        answer = self.stack.client().post("/auth/login", {"username": "admin"})
        self.assertEqual(answer.detail, [{"field": "password", "message": "This field is required."}])

    def test_lockout(self):
        user = self.member("locked")
        for attempt in range(1, 6):
            self.assert_error(self.stack.client().login("locked", "Wrong-Passw0rd!!"), 401, "LB-AUTH-006")
            self.assertEqual(self.column(user, "failed_login_attempts"), str(attempt))
            self.assertEqual(self.column(user, "locked_until IS NOT NULL"), "1" if attempt == 5 else "0")
        # Locked: the right one is refused as well, and nothing counts.
        self.assert_error(self.stack.client().login("locked"), 401, "LB-AUTH-006")
        self.assert_error(self.stack.client().login("locked", "Wrong-Passw0rd!!"), 401, "LB-AUTH-006")
        self.assertEqual(self.column(user, "failed_login_attempts"), "5")
        self.assertEqual(self.column(user, "TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), locked_until) BETWEEN 880 AND 900"), "1")
        # The time passes; the counter stays, so the next failure locks again; a success clears it.
        self.stack.sql(f"UPDATE users SET locked_until=UTC_TIMESTAMP() - INTERVAL 1 SECOND WHERE id={quoted(user)}")
        self.assert_error(self.stack.client().login("locked", "Wrong-Passw0rd!!"), 401, "LB-AUTH-006")
        self.assertEqual(self.column(user, "locked_until > UTC_TIMESTAMP()"), "1")
        self.stack.sql(f"UPDATE users SET locked_until=UTC_TIMESTAMP() - INTERVAL 1 SECOND WHERE id={quoted(user)}")
        self.assertEqual(self.stack.client().login("locked").status, 200)
        self.assertEqual(self.column(user, "CONCAT(failed_login_attempts, IFNULL(locked_until, 'none'))"), "0none")

    def test_lockout_counts_every_one_of_many_at_once(self):
        user = self.member("hammered")
        codes = []

        def guess():
            codes.append(self.stack.client().login("hammered", "Wrong-Passw0rd!!").status)
        threads = [threading.Thread(target=guess) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertLessEqual(set(codes), {401, 503})
        counted = int(self.column(user, "failed_login_attempts"))
        self.assertEqual(counted, min(5, codes.count(401)))
        if counted == 5:
            self.assertEqual(self.column(user, "locked_until > UTC_TIMESTAMP()"), "1")

    def test_accounts_that_get_no_session(self):
        for name, columns, status, code in (
                ("inactive", {"status": "inactive"}, 403, "LB-AUTH-003"), ("archived", {"status": "archived"}, 403, "LB-AUTH-003"),
                ("mfa", {"mfa_enabled": 1, "mfa_secret": "x"}, 403, "LB-API-403"),
                ("deleted", {"deleted_at": "2026-01-01 00:00:00"}, 401, "LB-AUTH-006")):
            user = self.member(name, **columns)
            answer = self.stack.client().login(name)
            self.assert_error(answer, status, code)
            self.assertEqual((answer.cookies, self.sessions(user)), ({}, 0), name)
            self.assert_error(self.stack.client().login(name, "Wrong-Passw0rd!!"), 401, "LB-AUTH-006")
        self.assertIn("multi-factor", self.stack.client().login("mfa").detail)
        closed = self.stack.new_organization("Closed", active=0)
        self.stack.new_member(closed, "closed-member")
        self.assert_error(self.stack.client().login("closed-member"), 401, "LB-AUTH-006")

    def test_the_oldest_organization_first(self):
        younger = self.stack.new_organization("Younger", created_at="2026-06-01 00:00:00")
        older = self.stack.new_organization("Older", created_at="2025-01-01 00:00:00")
        for organization in (younger, older):
            self.stack.new_member(organization, "twin")
        self.assertEqual(self.stack.client().login("twin").body["user"]["organization_id"], older)

    def test_rehash(self):
        user = self.member("rehash", password_hash=hash_password(PASSWORD, memory=8192, passes=2, lanes=1))
        self.assertEqual(self.stack.client().login("rehash").status, 200)
        self.assertTrue(self.column(user, "password_hash").startswith("$argon2id$v=19$m=65536,t=3,p=4$"))
        self.assertEqual(self.stack.client().login("rehash").status, 200)

    def test_refresh(self):
        user = self.member("refresher")
        client = self.stack.client("refresher")
        first = dict(client.cookies)
        answer = client.post("/auth/refresh")
        self.assertEqual((answer.status, answer.body), (200, {"token_type": "bearer", "expires_in": 1800}))
        self.assertTrue(all(client.cookies[name] != first[name] for name in first), "all three are new")
        self.assertEqual(self.sessions(user), 1)
        self.assertEqual(client.get("/auth/me").status, 200)
        old = Client(self.stack.server.port, bearer=first["access_token"])
        self.assert_error(old.get("/auth/me"), 401, "LB-AUTH-002")
        # By body, too; an expired access token or an idle session does not matter.
        self.stack.sql("UPDATE sessions SET expires_at=UTC_TIMESTAMP() - INTERVAL 1 DAY, last_activity=UTC_TIMESTAMP() - INTERVAL "
                       f"1 DAY WHERE user_id={quoted(user)}")
        other = self.stack.client()
        self.assertEqual(other.post("/auth/refresh", {"refresh_token": client.cookies["refresh_token"]}).status, 200)
        self.assertEqual(other.get("/auth/me").status, 200)

    def test_a_refresh_token_used_twice_ends_every_session(self):
        user = self.member("replayed")
        victim, second = self.stack.client("replayed"), self.stack.client("replayed")
        stolen = victim.cookies["refresh_token"]
        self.assertEqual(victim.post("/auth/refresh").status, 200)
        self.assertEqual(self.sessions(user), 2)
        answer = self.stack.client().post("/auth/refresh", {"refresh_token": stolen})
        self.assert_error(answer, 401, "LB-AUTH-002")
        self.assertEqual((answer.cookies, self.sessions(user)), ({}, 0))
        for client in (victim, second):
            self.assert_error(client.get("/auth/me"), 401, "LB-AUTH-002")
        self.stack.server.wait_for(f"Refresh token replay detected for user {user}", 3)
        self.assertEqual(self.stack.one("SELECT severity FROM audit_logs WHERE event_type='refresh_token_replay' "
                                        f"AND user_id={quoted(user)}"), "critical")

    def test_one_refresh_token_from_many_at_once(self):
        user = self.member("raced")
        token = self.stack.client("raced").cookies["refresh_token"]
        codes = []

        def use():
            codes.append(self.stack.client().post("/auth/refresh", {"refresh_token": token}).status)
        threads = [threading.Thread(target=use) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(codes), [200] + [401] * 5)
        self.assertEqual(self.sessions(user), 0, "the second one was a replay")

    def test_refresh_tokens_that_are_none(self):
        user = self.member("norefresh")
        client = self.stack.client("norefresh")
        answer = self.stack.client().post("/auth/refresh")
        self.assertEqual((answer.status, answer.body),
                         (401, {"detail": "No refresh token provided.", "code": "LB-AUTH-001"}))
        now = int(time.time())
        claims = {"sub": user, "username": "norefresh", "org_id": self.organization, "iat": now, "exp": now - 5,
                  "type": "refresh", "jti": "x"}
        for token in (client.cookies["access_token"], "x.y.z", signed_token(claims), signed_token({**claims, "exp": now + 60}, "k"),
                      client.cookies["refresh_token"] + "x", client.cookies["refresh_token"].upper()):
            self.assert_error(self.stack.client().post("/auth/refresh", {"refresh_token": token}), 401, "LB-AUTH-002")
        self.assertEqual(self.sessions(user), 1, "what is no refresh token of ours is no replay")
        for change, status in (("status='suspended'", 403), ("mfa_enabled=1, status='active'", 403)):
            self.stack.sql(f"UPDATE users SET {change} WHERE id={quoted(user)}")
            self.assertEqual(client.post("/auth/refresh").status, status)
        self.assertEqual(self.sessions(user), 1)

    def test_logout(self):
        user = self.member("leaver")
        client, other = self.stack.client("leaver"), self.stack.client("leaver")
        token = client.cookies["access_token"]
        self.assert_error(client.post("/auth/logout", csrf=False), 403, "LB-AUTH-009")
        answer = client.post("/auth/logout")
        self.assertEqual((answer.status, list(answer.body)), (200, ["message"]))
        self.assertTrue(all("Max-Age=0" in text for text in answer.set_cookies))
        self.assertEqual(client.cookies, {})
        self.assert_error(Client(self.stack.server.port, bearer=token).get("/auth/me"), 401, "LB-AUTH-002")
        self.assertEqual((other.get("/auth/me").status, self.sessions(user)), (200, 1))

    def test_change_password(self):
        user = self.member("changer")
        client, other = self.stack.client("changer"), self.stack.client("changer")
        change = lambda current, new: client.post("/auth/change-password", {"current_password": current, "new_password": new})
        self.assert_error(change("Wrong-Passw0rd!!", NEW_PASSWORD), 400, "LB-API-400")
        self.assert_error(change(PASSWORD, "onlylowercase123"), 400, "LB-API-400")
        self.assert_error(change(PASSWORD, PASSWORD), 400, "LB-API-400")
        self.assertEqual(change(PASSWORD, "Short1!").status, 422)
        client.address = "10.200.1.1"  # five tries a minute
        answer = change(PASSWORD, NEW_PASSWORD)
        self.assertEqual((answer.status, answer.body), (200, {"message": "Password changed successfully"}))
        self.assertEqual(self.sessions(user), 0)
        for one in (client, other):
            self.assert_error(one.get("/auth/me"), 401, "LB-AUTH-002")
        self.assert_error(self.stack.client().login("changer"), 401, "LB-AUTH-006")
        client = self.stack.client("changer", NEW_PASSWORD)
        # Now there is a history: not twice a day, and not the one before.
        self.assert_error(change(NEW_PASSWORD, "Drehleiter!58-Kq"), 400, "LB-API-400")
        self.stack.sql(f"UPDATE users SET password_changed_at=UTC_TIMESTAMP() - INTERVAL 25 HOUR WHERE id={quoted(user)}")
        self.assertIn("one of the last", change(NEW_PASSWORD, PASSWORD).detail)
        self.assertEqual(change(NEW_PASSWORD, "Drehleiter!58-Kq").status, 200)
        self.assertEqual(self.stack.one(f"SELECT COUNT(*) FROM password_history WHERE user_id={quoted(user)}"), "2")

    def test_a_password_that_must_be_changed(self):
        user = self.member("forced", must_change_password=1)
        client = self.stack.client("forced")
        answer = client.get("/auth/check")
        self.assert_error(answer, 403, "LB-AUTH-004")
        self.assertEqual(answer.headers["x-password-change-required"], "true")
        self.assertTrue(client.get("/auth/me").body["must_change_password"])
        self.assertEqual(client.get("/auth/session-settings").status, 200)
        self.assertEqual(client.post("/auth/refresh").status, 200)
        self.assert_error(client.get("/users"), 403, "LB-AUTH-004")
        answer = client.post("/auth/change-password", {"current_password": PASSWORD, "new_password": NEW_PASSWORD})
        self.assertEqual(answer.status, 200)
        self.assertEqual(self.column(user, "must_change_password"), "0")
        self.assertEqual(self.stack.client("forced", NEW_PASSWORD).get("/auth/check").status, 200)

    def test_an_enrolment_that_is_due(self):
        strict = self.stack.new_organization("Strict", settings={"security": {"mfa_required": True}})
        self.stack.new_member(strict, "unenrolled")
        client = self.stack.client("unenrolled")
        answer = client.get("/users")
        self.assert_error(answer, 403, "LB-AUTH-005")
        self.assertEqual(answer.headers["x-mfa-enrollment-required"], "true")
        me = client.get("/auth/me").body
        self.assertTrue(me["mfa_enrollment_required"])
        answer = client.post("/auth/change-password", {"current_password": PASSWORD, "new_password": NEW_PASSWORD})
        self.assert_error(answer, 403, "LB-AUTH-005")
        self.assertEqual(client.post("/auth/logout").status, 200)

    def test_csrf(self):
        self.member("csrf")
        client = self.stack.client("csrf")
        change = {"first_name": "New"}
        path = f"/users/{client.get('/auth/me').body['id']}/profile"
        self.assert_error(client.patch(path, change, csrf=False), 403, "LB-AUTH-009")
        self.assert_error(client.patch(path, change, csrf=False, headers={"X-CSRF-Token": "x"}), 403, "LB-AUTH-009")
        self.assertEqual(client.patch(path, change).status, 200)
        token = client.cookies.pop("csrf_token")
        self.assert_error(client.patch(path, change), 403, "LB-AUTH-008")
        bearer = Client(self.stack.server.port, bearer=client.cookies["access_token"])
        self.assertEqual(bearer.patch(path, change).status, 200)
        # On login, too, where the cookie is there.
        client.cookies["csrf_token"] = token
        self.assert_error(client.request("POST", "/auth/login", {"username": "csrf", "password": PASSWORD}, csrf=False), 403,
                          "LB-AUTH-009")

    def test_the_chain_and_the_log(self):
        self.member("logged")
        client = self.stack.client("logged")
        self.stack.client().login("logged", "Wrong-Passw0rd!!")
        client.post("/auth/refresh")
        client.post("/auth/logout")
        self.assertGreaterEqual(self.stack.verify_chain(), 4)
        events = [row[0] for row in self.stack.sql("SELECT event_type FROM audit_logs WHERE username='logged' ORDER BY id")]
        self.assertEqual(events, ["login", "login_failed", "token_refreshed", "logout"])
        for secret in (PASSWORD, "Wrong-Passw0rd!!", SECRET_KEY, "eyJ", "$argon2"):
            self.assertNotIn(secret, self.stack.server.log)
            self.assertEqual(self.stack.one(f"SELECT COUNT(*) FROM audit_logs WHERE event_data LIKE {quoted('%' + secret + '%')}"),
                             "0")

    def test_statements_of_a_request(self):
        client = self.stack.bearer(self.member("counted"))
        client.get("/auth/check")
        counts = []
        for _ in range(4):
            time.sleep(1.01)  # so that each is the first of its second
            before = self.statements()
            self.assertEqual(client.get("/auth/check").status, 200)
            counts.append(self.statements() - before)
        self.assertEqual(set(counts), {2}, "who is it; seen now")
        # Within one second it is the first of them alone.
        before = self.statements()
        begun = time.monotonic()
        for _ in range(20):
            client.get("/auth/check")
        seconds = time.monotonic() - begun
        self.assertLessEqual(self.statements() - before, 20 + seconds + 2)


if __name__ == "__main__":
    main()
