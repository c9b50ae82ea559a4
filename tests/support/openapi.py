"""What an OpenAPI document says, put to use: requests made of its descriptions, and replies held against them."""

import json
import string
import urllib.parse
import uuid

import jsonschema

ODD_TEXTS = ["", " ", "é" * 3, "\U0001f692", "' OR 1=1 --", "\u0000x", "%00", "../../etc", "<script>", "a" * 500, "null", "-1", "\u202e", "ß"]
ODD_VALUES = [None, True, 0, -1, 2**63, 1.5, "", [], {}, [None], {"a": {}}, "x" * 300]


class Document:
    """.operations [(method, path, operation)]"""

    def __init__(self, document):
        self.document = document
        self.operations = [(method.upper(), path, operation) for path, methods in document["paths"].items()
                           for method, operation in methods.items()]

    def resolve(self, schema):
        while "$ref" in schema:
            at = self.document
            for part in schema["$ref"].lstrip("#/").split("/"):
                at = at[part]
            schema = at
        return schema

    def valid(self, schema, value):
        """Nothing, or what is wrong with it."""
        whole = {**schema, "components": self.document["components"]}
        errors = list(jsonschema.Draft202012Validator(whole).iter_errors(value))
        return errors[0].message[:300] if errors else None

    def reply_schema(self, operation, status):
        """(whether it is documented, its JSON schema or None)"""
        reply = operation["responses"].get(str(status))
        if reply is None:
            return False, None
        content = self.resolve(reply).get("content", {}).get("application/json")
        return True, content and content["schema"]


class Maker:
    """Requests, drawn by `chance`; `known` are ids that exist."""

    def __init__(self, document, chance, known):
        self.document, self.chance, self.known = document, chance, known

    def request(self, path, operation, wrong):
        """(target, body or None); `wrong`: something in it is not as described."""
        query = []
        for one in operation.get("parameters", []):
            if one["in"] == "path":
                value = self.chance.choice(self.known) if self.known and self.chance.random() < 0.7 else str(uuid.uuid4())
                if wrong and self.chance.random() < 0.3:
                    value = self.chance.choice(ODD_TEXTS) or "x"
                path = path.replace("{" + one["name"] + "}", urllib.parse.quote(value, safe=""))
            elif one["in"] == "query" and (one.get("required") or self.chance.random() < 0.4):
                value = self.value(one["schema"]) if not (wrong and self.chance.random() < 0.5) else self.chance.choice(ODD_TEXTS)
                query.append((one["name"], str(value).lower() if isinstance(value, bool) else str(value)))
        body = None
        if "requestBody" in operation:
            body = self.value(operation["requestBody"]["content"]["application/json"]["schema"])
            if wrong:
                body = self.spoiled(body)
        return path + ("?" + urllib.parse.urlencode(query) if query else ""), body

    def spoiled(self, body):
        body = json.loads(json.dumps(body))
        draw = self.chance.random()
        if draw < 0.1 or not isinstance(body, dict) or not body:
            return self.chance.choice(ODD_VALUES)
        name = self.chance.choice(list(body))
        if draw < 0.4:
            del body[name]
        elif draw < 0.7:
            body[name] = self.chance.choice(ODD_VALUES)
        elif draw < 0.9:
            body[name] = self.chance.choice(ODD_TEXTS)
        else:
            body["unheard_of"] = 1
        return body

    def value(self, schema):
        schema = self.document.resolve(schema)
        for several in ("anyOf", "oneOf"):
            if several in schema:
                return self.value(self.chance.choice(schema[several]))
        if "enum" in schema:
            return self.chance.choice(schema["enum"])
        if "const" in schema:
            return schema["const"]
        kind = schema.get("type", "string")
        if isinstance(kind, list):
            kind = self.chance.choice(kind)
        return getattr(self, "_" + kind)(schema)

    def _null(self, _):
        return None

    def _boolean(self, _):
        return self.chance.random() < 0.5

    def _integer(self, schema):
        return self.chance.randint(schema.get("minimum", 0), min(schema.get("maximum", 1000), schema.get("minimum", 0) + 1000))

    def _number(self, schema):
        return self._integer(schema)

    def _array(self, schema):
        count = self.chance.randint(0, min(3, schema.get("maxItems", 3)))
        return [self.value(schema.get("items", {})) for _ in range(count)]

    def _object(self, schema):
        required = schema.get("required", [])
        return {name: self.value(one) for name, one in schema.get("properties", {}).items()
                if name in required or self.chance.random() < 0.5}

    def _string(self, schema):
        kind = schema.get("format")
        if kind == "uuid":
            return self.chance.choice(self.known) if self.known and self.chance.random() < 0.8 else str(uuid.uuid4())
        if kind == "email":
            return f"m{self.chance.randrange(10**9)}@station.example.org"
        if kind == "date":
            return f"20{self.chance.randint(10, 29)}-0{self.chance.randint(1, 9)}-1{self.chance.randint(0, 9)}"
        if kind == "date-time":
            return "2026-11-22T02:57:29Z"
        if "pattern" in schema:
            return f"{self.chance.randint(0, 99)}.50"
        least, most = schema.get("minLength", 0), min(schema.get("maxLength", 20), schema.get("minLength", 0) + 20)
        return "".join(self.chance.choice(string.ascii_letters + string.digits + "-_.é") for _ in range(self.chance.randint(least, most)))
