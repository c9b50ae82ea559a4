"""What /openapi.json promises, held against answers: every status must be named, and every body valid."""

import re

import jsonschema


class Contract:
    def __init__(self, document):
        self._operations = []
        for path, operations in document["paths"].items():
            pattern = re.compile("^" + re.sub(r"\{[^}]+\}", "[^/]+", path) + "$")
            # Exact paths win over those with parameters.
            self._operations.append((path.count("{"), pattern, operations))
        self._operations.sort(key=lambda entry: entry[0])
        self._components = document.get("components", {})

    def check(self, method, path, status, body):
        """AssertionError where the answer is not what the document says."""
        path = path.split("?")[0]
        for _, pattern, operations in self._operations:
            if not pattern.match(path):
                continue
            operation = operations.get(method.lower())
            if not operation:
                return  # a method that is not there
            replies = operation["responses"]
            assert str(status) in replies, f"{method} {path} answered {status}, and names only {sorted(replies)}: {body}"
            schema = replies[str(status)].get("content", {}).get("application/json", {}).get("schema")
            if schema is not None:
                jsonschema.validate(body, {**schema, "components": self._components},
                                    format_checker=jsonschema.FormatChecker())
            return
