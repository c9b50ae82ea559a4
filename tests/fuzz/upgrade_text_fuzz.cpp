// What an upgrade and a record read of strangers: Alembic's lines, a backend's log, a revision's text, a
// journal.
#include "logbook/base/json.h"
#include "logbook/base/text.h"
#include "logbook/migration/alembic_at_work.h"
#include "logbook/migration/alembic_words.h"
#include "logbook/migration/revision_objects.h"
#include "logbook/migration/start_proof.h"
#include "logbook/migration/upgrade_journal.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace logbook;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto safe = [](const std::string& shown) {
        if (!valid_utf8(shown) || shown.find_first_of("\x1b\n\r") != std::string::npos) __builtin_trap();
    };
    migration::AlembicWords words;
    migration::StartProof proof;
    for (const std::string& line : split(text, '\n')) {
        words.take(line);
        proof.take(line);
        (void)migration::is_alembic_at_work(line);
        if (const auto step = migration::read_step_line(line)) {
            safe(step->to);
            safe(step->title);
            if (step->to.empty()) __builtin_trap();
        }
    }
    safe(words.failure().said);
    if (words.failure().sql.size() > 8192 || words.last_lines().size() > 100) __builtin_trap();
    safe(proof.line());
    safe(proof.against());
    for (const bool native : {false, true}) {
        const auto objects = migration::objects_of(text, native);
        for (const auto* list : {&objects.made, &objects.removed})
            for (const migration::SchemaObject& object : *list)
                if (object.table.empty() || text.find(object.table) == std::string_view::npos)
                    __builtin_trap();
        std::string missing;
        if (!migration::has_objects({}, objects, missing)) safe(missing);
    }
    if (const auto json = parse_json(text))
        if (const auto snapshot = migration::read_snapshot(*json)) {
            const auto again = migration::read_snapshot(migration::to_json(*snapshot));
            if (!again || again->tables.size() != snapshot->tables.size()) __builtin_trap();
        }
    return 0;
}
