// What each kind of statement costs.
#include "logbook/migration/statement_effect.h"

#include <doctest/doctest.h>

using namespace logbook;
using migration::Effect;
using migration::judge_statement;
using migration::SqlServer;

namespace {

constexpr SqlServer mysql84{false, 80'403};

Effect effect(const char* sql, const SqlServer& server = mysql84) {
    return judge_statement(sql, server).effect;
}

}  // namespace

TEST_CASE("versions") {
    CHECK(migration::sql_server_of("10.11.14-MariaDB-0+deb12u2").version == 101'114);
    CHECK(migration::sql_server_of("10.11.14-MariaDB-0+deb12u2").mariadb);
    CHECK(migration::sql_server_of("8.4.3").version == 80'403);
    CHECK_FALSE(migration::sql_server_of("8.4.3").mariadb);
    CHECK(migration::sql_server_of("").version == 0);
    CHECK(migration::sql_server_of("99999999999999.1").version > 0);
}

TEST_CASE("what is gone afterwards") {
    for (const char* sql :
         {"DROP TABLE members", "drop table if exists `members`", "DROP DATABASE x", "TRUNCATE TABLE members",
          "TRUNCATE members", "ALTER TABLE members DROP COLUMN `rank`", "ALTER TABLE members DROP `rank`",
          "ALTER TABLE members ADD a INT, DROP b", "DELETE FROM members", "DELETE m FROM members m JOIN x",
          "CREATE OR REPLACE TABLE members (a INT)", "ALTER TABLE t DROP PARTITION p0",
          "/*!50000 DROP TABLE members */", "DELETE FROM alembic_version", "TRUNCATE alembic_version",
          "DELETE FROM alembic_version, members USING members", "CREATE OR REPLACE DATABASE x",
          "DROP /* temporary */ TABLE x"}) {
        CAPTURE(sql);
        CHECK(effect(sql) == Effect::destroys);
    }
    const auto dropped = judge_statement("ALTER TABLE `station`.`members` DROP COLUMN `rank`", mysql84);
    CHECK(dropped.table == "members");
    CHECK(dropped.why == "drops the column `rank`");
    CHECK(judge_statement("DROP TABLE a, b", mysql84).why == "drops the table `a` and others");
}

TEST_CASE("what keeps others waiting") {
    for (const char* sql :
         {"ALTER TABLE t MODIFY a BIGINT", "ALTER TABLE t CHANGE COLUMN a b INT", "ALTER TABLE t FORCE",
          "ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4", "ALTER TABLE t ADD PRIMARY KEY (a)",
          "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (b)",
          "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u (b)", "ALTER TABLE t DROP PRIMARY KEY",
          "ALTER TABLE t ADD CONSTRAINT CHECK (a > 0)", "ALTER TABLE t ENGINE=InnoDB", "OPTIMIZE TABLE t",
          "ALTER TABLE t ADD COLUMN a INT AUTO_INCREMENT UNIQUE", "ALTER TABLE t ADD (a INT, b INT)"}) {
        CAPTURE(sql);
        CHECK(effect(sql) == Effect::rewrites);
    }
    CHECK(effect("ALTER TABLE t ADD FULLTEXT INDEX f (a)") == Effect::locks_writes);
    CHECK(effect("CREATE FULLTEXT INDEX f ON t (a)") == Effect::locks_writes);
    CHECK(effect("LOCK TABLES t WRITE") == Effect::locks_writes);
}

TEST_CASE("what reads a whole table beside its users") {
    CHECK(effect("CREATE INDEX i ON t (a)") == Effect::reads_table);
    CHECK(judge_statement("CREATE UNIQUE INDEX i USING BTREE ON `t` (a)", mysql84).table == "t");
    CHECK(effect("ALTER TABLE t ADD INDEX i (a), ADD UNIQUE u (b)") == Effect::reads_table);
    CHECK(effect("ALTER TABLE t ADD CONSTRAINT u UNIQUE (a, b)") == Effect::reads_table);
    CHECK(effect("ALTER TABLE t ADD a INT UNIQUE") == Effect::reads_table);
    CHECK(effect("ALTER TABLE t ADD a INT, ADD INDEX i (b)") == Effect::rewrites);  // no longer instant
    CHECK(effect("ALTER TABLE t ADD a INT, ALTER b SET DEFAULT 1") == Effect::instant);
}

TEST_CASE("definitions only") {
    for (const char* sql :
         {"CREATE TABLE t (a INT)", "CREATE TABLE IF NOT EXISTS t (a INT)", "DROP INDEX i ON t",
          "ALTER TABLE t DROP INDEX i", "ALTER TABLE t DROP FOREIGN KEY f", "ALTER TABLE t RENAME TO u",
          "ALTER TABLE t ALTER COLUMN a SET DEFAULT 1", "RENAME TABLE t TO u", "SET NAMES utf8mb4",
          "ALTER TABLE t RENAME COLUMN a TO b", "CREATE DEFINER=`a`@`b` TRIGGER t BEFORE INSERT ON u",
          "UPDATE alembic_version SET version_num='a' WHERE alembic_version.version_num = 'b'",
          "INSERT INTO alembic_version (version_num) VALUES ('a')", "DROP TEMPORARY TABLE t",
          "DELETE FROM alembic_version WHERE alembic_version.version_num = 'b'", "ALTER TABLE t COMMENT 'x'",
          "ALTER TABLE t ADD COLUMN `primary` INT", "ALTER TABLE t ADD COLUMN a ENUM('UNIQUE') AFTER b"}) {
        CAPTURE(sql);
        CHECK(effect(sql) == Effect::instant);
    }
}

TEST_CASE("a new column costs what the server's version makes of it") {
    constexpr const char* last = "ALTER TABLE t ADD COLUMN a INT";
    constexpr const char* first = "ALTER TABLE t ADD COLUMN a INT FIRST";
    CHECK(effect(last, {false, 80'012}) == Effect::instant);
    CHECK(effect(last, {false, 80'011}) == Effect::rewrites);
    CHECK(effect(first, {false, 80'028}) == Effect::rewrites);
    CHECK(effect(first, {false, 80'029}) == Effect::instant);
    CHECK(effect(last, {true, 100'300}) == Effect::instant);
    CHECK(effect(first, {true, 100'300}) == Effect::rewrites);
    CHECK(effect(first, {true, 101'114}) == Effect::instant);
    CHECK(effect(last, {}) == Effect::rewrites);
}

TEST_CASE("rows") {
    CHECK(effect("INSERT INTO t VALUES (1)") == Effect::adds_rows);
    CHECK(effect("INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = 1") == Effect::changes_rows);
    CHECK(effect("UPDATE t SET a = 1") == Effect::changes_rows);
    CHECK(effect("UPDATE alembic_version SET version_num = ''") == Effect::changes_rows);
    CHECK(effect("UPDATE alembic_version a, members m SET m.rank = 1 WHERE 1") == Effect::changes_rows);
    CHECK(effect("REPLACE INTO t VALUES (1)") == Effect::changes_rows);
    CHECK(effect("CREATE TABLE t AS SELECT * FROM u") == Effect::adds_rows);
}

TEST_CASE("what is not known is never harmless") {
    for (const char* sql :
         {"", "CALL tidy_up()", "EXECUTE s", "WITH x AS (SELECT 1) DELETE FROM t", "GRANT ALL ON a TO b",
          "SELECT 1; DROP TABLE t", "ANALYZE DELETE FROM t", "EXPLAIN ANALYZE DELETE FROM t",
          "SET STATEMENT max_statement_time=1 FOR DELETE FROM t", "BEGIN NOT ATOMIC DELETE FROM t; END",
          "ALTER TABLE t", "ALTER TABLE t FROB", "ALTER", "DROP", "CREATE", "ALTER TABLE t ADD", "'DROP"}) {
        CAPTURE(sql);
        CHECK(effect(sql) == Effect::unknown);
    }
}

TEST_CASE("a statement that is too long to be judged is not harmless") {
    std::string sql = "SELECT 1";
    for (int i = 0; i < 100'000; ++i) sql += ",1";
    CHECK(effect(sql.c_str()) == Effect::unknown);
}
