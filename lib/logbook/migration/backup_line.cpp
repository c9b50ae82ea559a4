// Writing and reading the line: one JSON object behind a marker.
#include "logbook/migration/backup_line.h"

#include <fmt/format.h>

#include "logbook/base/json.h"
#include "logbook/base/text.h"

namespace logbook::migration {
namespace {

constexpr std::string_view marker = "-- logbookctl backup ";

}  // namespace

std::string backup_line(const BackupFacts& facts) {
    Json::Array revisions;
    for (const std::string& revision : facts.revisions) revisions.emplace_back(revision);
    const Json object = Json::object({{"database", facts.database},
                                      {"revisions", Json(std::move(revisions))},
                                      {"tables", facts.tables},
                                      {"taken", iso8601(facts.taken)}});
    return std::string(marker) + object.dump() + "\n";
}

std::optional<BackupFacts> read_backup_line(std::string_view line) {
    if (line.substr(0, marker.size()) != marker) return std::nullopt;
    const auto object = parse_json(line.substr(marker.size()));
    if (!object) return std::nullopt;
    const auto taken = parse_iso8601(object->text("taken"));
    const Json* tables = object->find("tables");
    const Json* revisions = object->find("revisions");
    if (!taken || !tables || !tables->as_int() || !revisions || !revisions->as_array()) return std::nullopt;
    BackupFacts facts;
    facts.database = std::string(object->text("database"));
    facts.tables = *tables->as_int();
    facts.taken = *taken;
    for (const Json& revision : *revisions->as_array())
        if (const auto* text = revision.as_string()) facts.revisions.push_back(*text);
    return facts;
}

std::string shown_database(const BackupFacts& facts) {
    return "`" + printable(facts.database, 64) + "`";
}

}  // namespace logbook::migration
