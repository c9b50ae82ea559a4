// The files.
#include "logbook/migration/upgrade_journal.h"

#include "logbook/base/json.h"
#include "logbook/base/text.h"
#include "logbook/host/file.h"

namespace logbook::migration {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kind = "logbookctl upgrade journal 1";
constexpr size_t most_bytes = size_t(64) << 20;

fs::path schema_path(const fs::path& path) {
    return path.string() + ".schema";
}

Result<Json> read_json(const fs::path& path) {
    const auto file = host::read_file(path, most_bytes);
    if (!file) return fail(file.error());
    auto json = parse_json(file->bytes, {most_bytes, 32});
    if (json && json->text("kind") == kind) return json;
    return fail(ErrorCode::protocol,
                printable(path.string(), 300) + " is not what an upgrade writes down of itself",
                "look into it; if it is none of logbookctl's, move it away");
}

std::optional<std::vector<std::string>> texts_of(const Json& object, std::string_view key) {
    const Json* list = object.find(key);
    if (!list || !list->as_array()) return std::nullopt;
    std::vector<std::string> texts;
    for (const Json& one : *list->as_array())
        if (const std::string* text = one.as_string()) texts.push_back(*text);
    return texts;
}

}  // namespace

Status write_journal(const fs::path& path, const UpgradeJournal& journal) {
    return host::replace_file(path,
                              Json::object({{"kind", kind},
                                            {"database", journal.database},
                                            {"begun", iso8601(journal.begun)},
                                            {"target", journal.target},
                                            {"running", journal.running},
                                            {"said", journal.said},
                                            {"rows", journal.rows ? Json::array(*journal.rows) : Json()},
                                            {"left", journal.left ? Json::array(*journal.left) : Json()}})
                                      .dump() +
                                  "\n");
}

Status write_journal_schema(const fs::path& path, const std::string& since, const SchemaSnapshot& before) {
    const Json document = Json::object({{"kind", kind}, {"since", since}, {"schema", to_json(before)}});
    return host::replace_file(schema_path(path), document.dump() + "\n");
}

Result<std::optional<UpgradeJournal>> read_journal(const fs::path& path) {
    std::error_code failed;
    if (!fs::exists(path, failed)) return std::optional<UpgradeJournal>();
    const auto first = read_json(path);
    if (!first) return fail(first.error());
    UpgradeJournal journal;
    journal.database = std::string(first->text("database"));
    if (const auto begun = parse_iso8601(first->text("begun"))) journal.begun = *begun;
    journal.target = std::string(first->text("target"));
    journal.running = std::string(first->text("running"));
    journal.said = std::string(first->text("said"));
    journal.rows = texts_of(*first, "rows");
    journal.left = texts_of(*first, "left");
    // Without the second file what was changed is not known, which is no reason to be silent.
    if (const auto second = read_json(schema_path(path))) {
        journal.since = std::string(second->text("since"));
        const Json* schema = second->find("schema");
        if (auto before = read_snapshot(schema ? *schema : Json())) journal.before = std::move(*before);
    }
    return std::optional(std::move(journal));
}

void remove_journal(const fs::path& path) {
    std::error_code failed;
    fs::remove(path, failed);
    fs::remove(schema_path(path), failed);
}

}  // namespace logbook::migration
