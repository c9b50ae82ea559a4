"""The documentation pages and the API's description, as a browser and a code generator get them. What a real browser makes
of the pages: docs_browser_test.py, in the full run."""

import gzip
import hashlib
import os
import re
import unittest
import urllib.parse

import jsonschema

from api_stack import ApiStack

WITH_ASSETS = os.environ["LOGBOOK_DOCS_ASSETS"] == "1"
POLICY = ("default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src 'self' blob:; "
          "frame-ancestors 'none'")


class Docs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = cls.enterClassContext(ApiStack())
        cls.client = cls.stack.client()
        cls.admin = cls.stack.bearer(cls.stack.admin)
        cls.document = cls.client.get("/openapi.json").body

    def raw(self, path, **headers):
        import http.client
        connection = http.client.HTTPConnection("127.0.0.1", self.stack.server.port, timeout=20)
        connection.request("GET", path, headers=headers)
        reply = connection.getresponse()
        body = reply.read()
        connection.close()
        return reply, body

    def test_pages_and_everything_that_they_load(self):
        for page, script in (("/docs", "swagger-ui-bundle.js"), ("/redoc", "redoc.standalone.js")):
            reply, body = self.raw(page)
            self.assertEqual((reply.status, reply.headers["Content-Type"], reply.headers["Content-Security-Policy"]),
                             (200, "text/html; charset=utf-8", POLICY))
            self.assertEqual(reply.headers["X-Content-Type-Options"], "nosniff")
            text = body.decode()
            self.assertNotIn("//", text)  # nothing from elsewhere
            if not WITH_ASSETS:
                self.assertIn("left out of this build", text)
                continue
            loaded = re.findall(r'(?:src|href)="([^"]+)"', text)
            self.assertTrue(any(name.endswith(script) for name in loaded), loaded)
            for name in loaded:
                target = urllib.parse.urljoin(page, name)
                plain, whole = self.raw(target)
                packed, small = self.raw(target, **{"Accept-Encoding": "gzip, deflate, br"})
                self.assertEqual((plain.status, plain.headers["Content-Encoding"]), (200, None), target)
                self.assertEqual(packed.headers["Content-Type"], plain.headers["Content-Type"])
                if packed.headers["Content-Encoding"]:
                    small = gzip.decompress(small)
                self.assertEqual(hashlib.sha256(small).digest(), hashlib.sha256(whole).digest(), target)

    def test_the_policy_is_loosened_for_the_pages_alone(self):
        for path in ("/openapi.json", "/health", "/api/v1/users", "/docs/assets/swagger.js", "/nothing"):
            reply, _ = self.raw(path)
            self.assertEqual(reply.headers["Content-Security-Policy"], "default-src 'none'; frame-ancestors 'none'", path)

    def test_the_description_is_whole(self):
        document = self.document
        self.assertEqual(document["openapi"], "3.1.0")
        schemas = document["components"]["schemas"]
        for name, schema in schemas.items():
            jsonschema.Draft202012Validator.check_schema(schema)
            self.assertEqual(schema["type"], "object", name)
        text = repr(document)
        for name in re.findall(r"#/components/schemas/(\w+)", text):
            self.assertIn(name, schemas)
        seen = set()
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                where = f"{method} {path}"
                self.assertNotIn(operation["operationId"], seen, where)
                seen.add(operation["operationId"])
                self.assertTrue(operation["summary"], where)
                self.assertIn("500", operation["responses"], where)
                self.assertEqual("security" in operation, "401" in operation["responses"] and path != "/api/v1/auth/login"
                                 and path != "/api/v1/auth/refresh", where)
                named = re.findall(r"\{(\w+)\}", path)
                listed = [p["name"] for p in operation.get("parameters", []) if p["in"] == "path"]
                self.assertEqual(named, listed, where)
        for path in ("/docs", "/redoc", "/openapi.json", "/docs/assets/{name}"):
            self.assertNotIn(path, document["paths"])
        self.assertGreaterEqual(len(seen), 25)

    def test_what_is_described_is_there_and_closed(self):
        number = "00000000-0000-4000-8000-000000000000"
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                answer = self.client.request(method.upper(), re.sub(r"\{\w+\}", number, path))
                self.assertNotIn(answer.status, (404, 405), f"{method} {path}")
                if "security" in operation:
                    self.assertEqual((answer.status, answer.code), (401, "LB-AUTH-001"), f"{method} {path}")

    def test_answers_fit_their_description(self):
        self.admin.post("/inventory/items", {"name": "Hose", "weight": 3.5, "purchase_price": "2.50"})
        for path, target in (("/api/v1/inventory/items", ""), ("/api/v1/inventory/lookup", "?code=INV"),
                             ("/api/v1/errors/codes", "")):
            answer = self.admin.get(path + target)
            self.assertEqual(answer.status, 200, answer.text)
            content = self.document["paths"][path]["get"]["responses"]["200"].get("content")
            self.assertTrue(content, f"{path}: nobody says what it answers")
            schema = {**content["application/json"]["schema"], "components": self.document["components"]}
            jsonschema.Draft202012Validator(schema).validate(answer.body)

    def test_error_codes(self):
        codes = self.admin.get("/errors/codes").body["codes"]
        self.assertEqual(len(codes), 39)
        self.assertEqual({k: codes[0][k] for k in ("code", "category", "title")},
                         {"code": "LB-AUTH-001", "category": "AUTH", "title": "Not signed in"})
        self.assertEqual(len({entry["code"] for entry in codes}), 39)

    def test_nothing_of_it_without_the_setting(self):
        server = self.stack.start(ENABLE_DOCS="false")
        for path in ("/docs", "/redoc", "/openapi.json", "/docs/assets/swagger.js"):
            answer = self.stack.client(server=server).get(path)
            self.assertEqual((answer.status, answer.code), (404, "LB-API-404"), path)


if __name__ == "__main__":
    unittest.main()
