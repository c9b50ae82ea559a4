// Where statements begin and end.
#include "logbook/migration/sql_script.h"

#include <doctest/doctest.h>

using namespace logbook;
using migration::split_sql;

namespace {

std::vector<std::string> texts(std::string_view script) {
    const auto statements = split_sql(script);
    REQUIRE_MESSAGE(statements.has_value(), statements.error().what);
    std::vector<std::string> all;
    for (const migration::SqlStatement& one : *statements) all.push_back(one.text);
    return all;
}
using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("statements end at semicolons that stand for themselves") {
    CHECK(texts("").empty());
    CHECK(texts(" ;; -- nothing\n/* nothing; */ # nothing;\n;").empty());
    CHECK(texts("SELECT 1; SELECT 2") == Texts{"SELECT 1", "SELECT 2"});
    CHECK(texts("INSERT INTO t VALUES ('a;b', \"c;d\", 'it''s;', '\\';');SELECT `a;``b`;") ==
          Texts{"INSERT INTO t VALUES ('a;b', \"c;d\", 'it''s;', '\\';')", "SELECT `a;``b`"});
    CHECK(texts("SELECT 1 -- one; more\n + 2; SELECT 5--3;") ==
          Texts{"SELECT 1 -- one; more\n + 2", "SELECT 5--3"});
    CHECK(texts("SELECT 1 /* ; */ + 1") == Texts{"SELECT 1 /* ; */ + 1"});
}

TEST_CASE("what servers run inside comments is kept whole") {
    CHECK(texts("/*!40101 SET NAMES utf8mb4 */;\n/*M!100100 SET x = 1*/;") ==
          Texts{"/*!40101 SET NAMES utf8mb4 */", "/*M!100100 SET x = 1*/"});
    CHECK(texts("CREATE TABLE t (a INT) /*!50100 PARTITION BY KEY (a) */;").size() == 1);
}

TEST_CASE("the line of each statement's first word") {
    const auto statements = split_sql("-- revision: 1\n\nCREATE TABLE a\n(b INT);\n\n  DROP TABLE a;");
    REQUIRE(statements.has_value());
    REQUIRE(statements->size() == 2);
    CHECK((*statements)[0].line == 3);
    CHECK((*statements)[1].line == 6);
}

TEST_CASE("the clients' own delimiter") {
    CHECK(texts("DELIMITER //\nCREATE TRIGGER t BEGIN SELECT 1; END//\ndelimiter ;\nSELECT 2;") ==
          Texts{"CREATE TRIGGER t BEGIN SELECT 1; END", "SELECT 2"});
    CHECK(texts("DELIMITER $$\nBEGIN SELECT 1; END$$ SELECT 2 $$") ==
          Texts{"BEGIN SELECT 1; END", "SELECT 2"});
    CHECK(texts("SELECT delimiter FROM t;") == Texts{"SELECT delimiter FROM t"});
    CHECK_FALSE(split_sql("DELIMITER\nSELECT 1;").has_value());
}

TEST_CASE("what does not end is refused by its line") {
    for (const char* open : {"SELECT 1;\nSELECT 'a", "SELECT 1;\nSELECT `a", "SELECT 1;\n/* a",
                             "SELECT 1;\n/*!50000 SELECT 2; SELECT 3", "\n\"a\\\""}) {
        CAPTURE(open);
        const auto statements = split_sql(open);
        REQUIRE_FALSE(statements.has_value());
        CHECK(statements.error().code == ErrorCode::invalid);
        CHECK(statements.error().what.find("line 2: ") == 0);
    }
    CHECK(split_sql(std::string(migration::longest_script + 1, ' ')).error().code == ErrorCode::too_large);
}
