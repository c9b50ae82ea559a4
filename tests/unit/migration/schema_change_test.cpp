// What differs between two snapshots, kind by kind, and how it is told.
#include "logbook/migration/schema_change.h"

#include <doctest/doctest.h>

using namespace logbook;
using namespace logbook::migration;

namespace {

ColumnShape column(std::string name, std::string type, bool nullable = true) {
    ColumnShape one;
    one.name = std::move(name);
    one.type = std::move(type);
    one.nullable = nullable;
    return one;
}

TableShape members() {
    TableShape table;
    table.name = "members";
    table.engine = "InnoDB";
    table.collation = "utf8mb4_unicode_ci";
    table.columns = {column("id", "int", false), column("name", "varchar(100)"),
                     column("rank", "varchar(20)")};
    table.indexes = {{"PRIMARY", true, "BTREE", {"id"}, true},
                     {"by_name", false, "BTREE", {"name(20)"}, true}};
    table.foreign_keys = {{"to_station", {"station"}, "stations", {"id"}, "RESTRICT", "CASCADE"}};
    table.checks = {{"has_name", "`name` <> ''", true}};
    table.triggers = {{"no_delete", "BEFORE DELETE", "SIGNAL SQLSTATE '45000'"}};
    return table;
}

SchemaSnapshot snapshot(std::vector<TableShape> tables) {
    return {"station", "utf8mb4_unicode_ci", std::move(tables)};
}

std::vector<std::string> told(const SchemaSnapshot& before, const SchemaSnapshot& after) {
    std::vector<std::string> lines;
    for (const SchemaChange& change : schema_changes(before, after)) lines.push_back(words_of(change));
    return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("nothing changed, whatever the estimates say") {
    TableShape now = members();
    now.rows = 5000;
    now.data_bytes = 1 << 20;
    CHECK(told(snapshot({members()}), snapshot({now})).empty());
    CHECK(told(snapshot({}), snapshot({})).empty());
}

TEST_CASE("tables and views that come and go, in the order of their names") {
    TableShape view;
    view.name = "active";
    view.view = true;
    view.definition = "select 1";
    TableShape zones = members();
    zones.name = "zones";
    const auto lines = told(snapshot({members(), zones}), snapshot({view, members()}));
    CHECK(lines == Lines{"new view `active`: select 1",
                         "table `zones` is gone: 3 columns, InnoDB, utf8mb4_unicode_ci"});
    // A table that became a view of the same name.
    view.name = "members";
    CHECK(told(snapshot({members()}), snapshot({view})) ==
          Lines{"table `members` is gone: 3 columns, InnoDB, utf8mb4_unicode_ci",
                "new view `members`: select 1"});
}

TEST_CASE("columns: new, gone, changed, moved") {
    TableShape now = members();
    now.columns[1].type = "varchar(200)";
    now.columns[1].fallback = "";
    now.columns.erase(now.columns.begin() + 2);
    ColumnShape generated = column("short", "varchar(3)");
    generated.expression = "left(`name`,3)";
    generated.extra = "STORED GENERATED";
    generated.collation = "utf8mb4_bin";
    now.columns.push_back(generated);
    CHECK(
        told(snapshot({members()}), snapshot({now})) ==
        Lines{"column `members`.`rank` is gone: varchar(20), may be NULL",
              "column `members`.`name`: varchar(100), may be NULL → varchar(200), may be NULL, default ''",
              "new column `members`.`short`: varchar(3) as (left(`name`,3)), may be NULL, STORED GENERATED, "
              "utf8mb4_bin"});

    TableShape moved = members();
    std::swap(moved.columns[1], moved.columns[2]);
    CHECK(told(snapshot({members()}), snapshot({moved})) ==
          Lines{"table `members`: columns id, name, rank → columns id, rank, name"});
    // A new one in the middle moves no other.
    TableShape middle = members();
    middle.columns.insert(middle.columns.begin() + 1, column("badge", "int"));
    CHECK(told(snapshot({members()}), snapshot({middle})) ==
          Lines{"new column `members`.`badge`: int, may be NULL"});
}

TEST_CASE("what hangs on a table") {
    TableShape now = members();
    now.engine = "Aria";
    now.indexes[1].parts = {"name(20)", "rank DESC"};
    now.indexes[1].unique = true;
    now.foreign_keys[0].on_delete = "SET NULL";
    now.checks[0].enforced = false;
    now.triggers.clear();
    CHECK(
        told(snapshot({members()}), snapshot({now})) ==
        Lines{"table `members`: InnoDB, utf8mb4_unicode_ci → Aria, utf8mb4_unicode_ci",
              "index `members`.`by_name`: (name(20)) → unique (name(20), rank DESC)",
              "foreign key `members`.`to_station`: (station) → stations (id), on update restrict, on delete "
              "cascade → (station) → stations (id), on update restrict, on delete set null",
              "check `members`.`has_name`: `name` <> '' → `name` <> '', not enforced",
              "trigger `members`.`no_delete` is gone: before delete: SIGNAL SQLSTATE '45000'"});
    SchemaSnapshot other = snapshot({members()});
    other.collation = "utf8mb4_bin";
    CHECK(told(snapshot({members()}), other) == Lines{"database: utf8mb4_unicode_ci → utf8mb4_bin"});
}

TEST_CASE("names that an attacker chose are made printable for people, and stay whole in JSON") {
    TableShape evil = members();
    evil.name = "a\x1b[2J\nb";
    const auto changes = schema_changes(snapshot({}), snapshot({evil}));
    REQUIRE(changes.size() == 1);
    CHECK(words_of(changes[0]).find('\x1b') == std::string::npos);
    CHECK(words_of(changes[0]).find('\n') == std::string::npos);
    CHECK(to_json(changes[0]).text("table") == evil.name);
    CHECK(to_json(changes[0]).text("change") == "added");
    CHECK(to_json(changes[0]).find("before")->is_null());
}

TEST_CASE("a table is found by its name") {
    TableShape zones = members();
    zones.name = "zones";
    const SchemaSnapshot both = snapshot({members(), zones});
    REQUIRE(both.find("zones"));
    CHECK(both.find("zones")->name == "zones");
    CHECK(both.find("apparatus") == nullptr);
    CHECK(both.find("zzz") == nullptr);
}
