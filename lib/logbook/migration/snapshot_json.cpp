// A snapshot as JSON and back.
#include "logbook/migration/upgrade_journal.h"

namespace logbook::migration {
namespace {

const Json::Array& items(const Json& object, std::string_view key) {
    static const Json::Array none;
    const Json* member = object.find(key);
    return member && member->as_array() ? *member->as_array() : none;
}

std::string text(const Json& object, std::string_view key) {
    return std::string(object.text(key));
}

bool flag(const Json& object, std::string_view key, bool otherwise) {
    const Json* member = object.find(key);
    return member && member->as_bool() ? *member->as_bool() : otherwise;
}

std::vector<std::string> texts(const Json& object, std::string_view key) {
    std::vector<std::string> list;
    for (const Json& item : items(object, key))
        if (const std::string* one = item.as_string()) list.push_back(*one);
    return list;
}

template <typename Shape>
Json list_of(const std::vector<Shape>& shapes, Json (*one)(const Shape&)) {
    Json list{Json::Array{}};
    for (const Shape& shape : shapes) list.push(one(shape));
    return list;
}

Json column_json(const ColumnShape& column) {
    return Json::object({{"name", column.name},
                         {"type", column.type},
                         {"nullable", column.nullable},
                         {"default", column.fallback ? Json(*column.fallback) : Json()},
                         {"collation", column.collation},
                         {"extra", column.extra},
                         {"expression", column.expression}});
}

Json index_json(const IndexShape& index) {
    return Json::object({{"name", index.name},
                         {"unique", index.unique},
                         {"type", index.type},
                         {"parts", Json::array(index.parts)},
                         {"visible", index.visible}});
}

Json key_json(const ForeignKeyShape& key) {
    return Json::object({{"name", key.name},
                         {"columns", Json::array(key.columns)},
                         {"table", key.table},
                         {"referred", Json::array(key.referred)},
                         {"on_update", key.on_update},
                         {"on_delete", key.on_delete}});
}

Json check_json(const CheckShape& check) {
    return Json::object({{"name", check.name}, {"clause", check.clause}, {"enforced", check.enforced}});
}

Json trigger_json(const TriggerShape& trigger) {
    return Json::object(
        {{"name", trigger.name}, {"moment", trigger.moment}, {"statement", trigger.statement}});
}

Json table_json(const TableShape& table) {
    return Json::object({{"name", table.name},
                         {"view", table.view},
                         {"definition", table.definition},
                         {"engine", table.engine},
                         {"collation", table.collation},
                         {"columns", list_of(table.columns, &column_json)},
                         {"indexes", list_of(table.indexes, &index_json)},
                         {"foreign_keys", list_of(table.foreign_keys, &key_json)},
                         {"checks", list_of(table.checks, &check_json)},
                         {"triggers", list_of(table.triggers, &trigger_json)}});
}

TableShape read_table(const Json& json) {
    TableShape table;
    table.name = text(json, "name");
    table.view = flag(json, "view", false);
    table.definition = text(json, "definition");
    table.engine = text(json, "engine");
    table.collation = text(json, "collation");
    for (const Json& item : items(json, "columns")) {
        const Json* fallback = item.find("default");
        const std::string* value = fallback ? fallback->as_string() : nullptr;
        table.columns.push_back({text(item, "name"), text(item, "type"), flag(item, "nullable", true),
                                 value ? std::optional(*value) : std::nullopt, text(item, "collation"),
                                 text(item, "extra"), text(item, "expression")});
    }
    for (const Json& item : items(json, "indexes"))
        table.indexes.push_back({text(item, "name"), flag(item, "unique", false), text(item, "type"),
                                 texts(item, "parts"), flag(item, "visible", true)});
    for (const Json& item : items(json, "foreign_keys"))
        table.foreign_keys.push_back({text(item, "name"), texts(item, "columns"), text(item, "table"),
                                      texts(item, "referred"), text(item, "on_update"),
                                      text(item, "on_delete")});
    for (const Json& item : items(json, "checks"))
        table.checks.push_back({text(item, "name"), text(item, "clause"), flag(item, "enforced", true)});
    for (const Json& item : items(json, "triggers"))
        table.triggers.push_back({text(item, "name"), text(item, "moment"), text(item, "statement")});
    return table;
}

}  // namespace

Json to_json(const SchemaSnapshot& snapshot) {
    return Json::object({{"database", snapshot.database},
                         {"collation", snapshot.collation},
                         {"tables", list_of(snapshot.tables, &table_json)}});
}

Result<SchemaSnapshot> read_snapshot(const Json& json) {
    if (!json.as_object() || !json.find("tables"))
        return fail(ErrorCode::protocol, "this is no snapshot of a schema");
    SchemaSnapshot snapshot;
    snapshot.database = text(json, "database");
    snapshot.collation = text(json, "collation");
    for (const Json& table : items(json, "tables")) snapshot.tables.push_back(read_table(table));
    return snapshot;
}

}  // namespace logbook::migration
