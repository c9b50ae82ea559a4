// What is shown of a statement: never a value, whatever the statement is cut to or made of.
#include "logbook/instrument/sql_fingerprint.h"

#include <doctest/doctest.h>

#include "logbook/base/text.h"

using logbook::contains;
using logbook::instrument::sql_fingerprint;

TEST_CASE("values become question marks, the rest stays") {
    const auto is = [](std::string_view sql, std::string_view print) {
        CAPTURE(sql);
        CHECK(sql_fingerprint(sql) == print);
    };
    is("UPDATE inventory_items SET status='x', quantity=3 WHERE id = 17;",
       "UPDATE inventory_items SET status=?, quantity=? WHERE id = ?");
    is("SELECT * FROM t WHERE id IN (1, 2,3) AND x=(4)", "SELECT * FROM t WHERE id IN (?+) AND x=(?+)");
    is("INSERT INTO t (a, b) VALUES (1,'x'), (2, 'y') ,(3,'z')", "INSERT INTO t (a, b) VALUES (?+)");
    is("INSERT INTO t VALUES (1, NOW()), (2, NOW())", "INSERT INTO t VALUES (?, NOW()), (?, NOW())");
    is("select  *\n\tfrom `my table` t1  where t1.a = 1", "select * from `my table` t1 where t1.a = ?");
    is("SELECT 0x1F, x'4D', N'abc', b'1', _utf8mb4'x', 1.5e-3, .5, -7, a-7",
       "SELECT ?, ?, ?, ?, ?, ?, ?, ?, a-?");
    is("SELECT 'it''s', \"d\"\"q\", 'a' 'b'", "SELECT ?, ?, ?");
    is("SELECT 'a\\\\', b FROM t", "SELECT ?, b FROM t");
    is("SELECT 1 /* geheim 7 */ + 2 -- geheim\n FROM t # geheim", "SELECT ? + ? FROM t");
    is("/*!40001 SQL_NO_CACHE */ SELECT 5", "SQL_NO_CACHE SELECT ?");
    is("SELECT NULL, TRUE, @@version, @x := 5, ?", "SELECT NULL, TRUE, @@version, @x := ?, ?");
    is("SET PASSWORD FOR u = 'geheim'", "SET PASSWORD FOR u = ?");
    is("", "");
    is("COMMIT", "COMMIT");
}

// Found by the fuzzer: the second dot was read as a word of no length, again and again.
TEST_CASE("dots that follow each other come to an end") {
    CHECK_FALSE(contains(sql_fingerprint("SELECT 0,..5e3 FROM t"), "5e3"));
    CHECK(sql_fingerprint("SELECT a.5b, .5 FROM t") == "SELECT a.5b, ? FROM t");
}

TEST_CASE("what cannot be told apart is hidden") {
    // A session with NO_BACKSLASH_ESCAPES ends the text at the quote, another one goes on.
    const std::string parted = sql_fingerprint("UPDATE t SET a='x\\', b='geheim', c='y' WHERE d=1");
    CHECK(parted == "UPDATE t SET a=?");
    // A statement that was cut inside a text, a comment, a name.
    CHECK(sql_fingerprint("SELECT 'geheim") == "SELECT ?");
    CHECK(sql_fingerprint("SELECT \"geheim") == "SELECT ?");
    CHECK(sql_fingerprint("SELECT 1 /* geheim") == "SELECT ?");
    CHECK(sql_fingerprint("SELECT `na") == "SELECT `na");
    CHECK(sql_fingerprint("SELECT 2fa") == "SELECT ?");
}

TEST_CASE("any cut of a statement hides as much") {
    const std::string sql =
        "SELECT 'geheimA', x FROM t WHERE y = \"geheimB\" AND z = 'ge''heimC' /* geheimD */ AND w IN "
        "('geheimE', 'geheimF') AND b = _binary'geheimG'";
    for (size_t cut = 0; cut <= sql.size(); ++cut)
        CHECK_FALSE(contains(sql_fingerprint(sql.substr(0, cut)), "ge"));
}

TEST_CASE("bytes of any kind") {
    constexpr char raw[] = "SELECT '\0\x01\xff\xfe' , \xf0\x9f\x9a\x92 \x1b[31m\0 7";
    const std::string bytes(raw, sizeof raw - 1);
    const std::string print = sql_fingerprint(bytes);
    CHECK(print.find_first_of(std::string("\x1b\0\x01", 3)) == std::string::npos);
    CHECK_FALSE(contains(print, "7"));
    const std::string long_one = "SELECT '" + std::string(1 << 20, 'x') + "' FROM t";
    CHECK(sql_fingerprint(long_one) == "SELECT ? FROM t");
}
