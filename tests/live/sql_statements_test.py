"""Prepared statements on a real server: every value comes back as it went in, and nothing that a server does costs more
than its deadline."""

import json
import os
import subprocess
import unittest

from mariadb import PASSWORD, MariaDb
from program import clean_environment

APP = "appPassword1234"


class Statements(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.db = cls.enterClassContext(MariaDb())
        cls.db.sql(f"CREATE DATABASE station CHARACTER SET utf8mb4; CREATE USER 'app'@'%' IDENTIFIED BY '{APP}'; "
                   "GRANT ALL ON station.* TO 'app'@'%'; USE station; "
                   "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, text LONGTEXT NULL, number BIGINT NULL, "
                   "price DECIMAL(10,2) NULL, moment DATETIME NULL, document JSON NULL, bytes LONGBLOB NULL)")

    def ask(self, *statements, limit=5000, user="app", password=APP):
        done = subprocess.run([os.environ["SQL_PROBE"], str(self.db.port), user, "station", str(limit)],
                              input="".join(json.dumps(s) + "\n" for s in statements), capture_output=True, text=True,
                              env=clean_environment(SQL_PASSWORD=password), timeout=60)
        self.assertEqual(done.returncode, 0, done)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_values_come_back_as_they_went_in(self):
        values = ["", "x", "'; DROP TABLE t; --", "Jürgen 🚒 \0\x01", "?", "a" * 1_000_000, None]
        for value in values:
            made, read = self.ask(["INSERT INTO t (text, number, price, moment, document) VALUES (?, ?, ?, ?, ?)", value, -2**63, "12.50",
                                   "2026-11-22 04:12:09", '{"a": [1, null]}'],
                                  ["SELECT text, number, price, moment, document FROM t WHERE id = LAST_INSERT_ID() AND number = ?", -2**63])
            self.assertEqual((made["affected"], made["rows"]), (1, []))
            self.assertGreater(made["insert_id"], 0)
            self.assertEqual(read["rows"], [[value, str(-2**63), "12.50", "2026-11-22 04:12:09", '{"a": [1, null]}']])
            self.assertEqual(read["columns"], ["text", "number", "price", "moment", "document"])

    def test_real_numbers(self):
        (read,) = self.ask(["SELECT CAST('1.5' AS FLOAT), 0.25E0, -1.25E-300, 1E300, CAST(NULL AS DOUBLE), 0E0, 1/3 + 0E0"])
        numbers = [None if text is None else float(text) for text in read["rows"][0]]
        self.assertEqual(numbers[:6], [1.5, 0.25, -1.25e-300, 1e300, None, 0.0])
        self.assertAlmostEqual(numbers[6], 1 / 3)

    def test_a_statement_is_prepared_once(self):
        *_, status = self.ask(*[["SELECT ?", n] for n in range(50)], ["SHOW SESSION STATUS LIKE 'Com_stmt_prepare'"])
        self.assertEqual(status["rows"], [["Com_stmt_prepare", "2"]])

    def test_the_oldest_of_many_are_closed(self):
        answers = self.ask(*[[f"SELECT {n}, ?", n] for n in range(300)], ["SELECT 0, ?", 7], ["SHOW SESSION STATUS LIKE 'Com_stmt_close'"])
        self.assertEqual(answers[0]["rows"], [["0", "0"]])
        self.assertEqual(answers[300]["rows"], [["0", "7"]])
        self.assertGreater(int(answers[-1]["rows"][0][1]), 150)

    def test_numbers_for_limit_and_rows_of_none(self):
        limited, none = self.ask(["SELECT seq FROM seq_1_to_100 LIMIT ? OFFSET ?", 3, 10], ["SELECT 1 FROM t WHERE 1 = ?", 0])
        self.assertEqual(limited["rows"], [["11"], ["12"], ["13"]])
        self.assertEqual((none["rows"], none["columns"]), ([], ["1"]))

    def test_faults_leave_the_connection_usable(self):
        answers = self.ask(["SELEC 1"], ["SELECT ? FROM nowhere", 1], ["SELECT ?"], ["SELECT ?", 1, 2], ["INSERT INTO t (id) VALUES (?)", 1],
                           ["INSERT INTO t (id) VALUES (?)", 1], ["SELECT ?", "still here"])
        self.assertEqual([a.get("failed") for a in answers[:4]], ["io", "not_found", "invalid", "invalid"])
        self.assertTrue(answers[5]["what"].startswith("1062 "), answers[5])
        self.assertEqual(answers[6]["rows"], [["still here"]])

    def test_more_than_is_taken(self):
        answers = self.ask(["SELECT seq FROM seq_1_to_10001 WHERE seq > ?", 0], ["SELECT ?", 1])
        self.assertEqual([a.get("failed") for a in answers], ["too_large", "closed"])
        answers = self.ask(["SELECT REPEAT('x', ?) FROM seq_1_to_20", 1_000_000])
        self.assertEqual(answers[0]["failed"], "too_large")
        self.assertEqual(len(self.ask(["SELECT seq FROM seq_1_to_10000 WHERE seq > ?", 0])[0]["rows"]), 10_000)

    def test_a_server_that_takes_too_long_or_goes(self):
        answers = self.ask(["SELECT SLEEP(?)", 20], ["SELECT ?", 1], limit=300)
        self.assertEqual([a["failed"] for a in answers], ["timeout", "closed"])
        answers = self.ask(["KILL CONNECTION CONNECTION_ID()"], ["SELECT ?", 1])
        self.assertTrue(all("failed" in a for a in answers), answers)


if __name__ == "__main__":
    unittest.main()
