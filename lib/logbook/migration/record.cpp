// The proofs, and the row.
#include "logbook/migration/record.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>

#include "logbook/base/text.h"
#include "logbook/migration/migration_lock.h"

namespace logbook::migration {
namespace {

using revision::Revision;
using revision::RevisionIndex;

constexpr size_t most_looked_at = 20;  // revisions, for the nearest that make something

std::string named(const std::string& id) {
    return "`" + printable(id, 64) + "`";
}

RecordProof by_log(const RecordFacts& facts) {
    const std::string& id = facts.code[facts.revision].file.revision;
    const StartProof& start = facts.start;
    const auto no = [](std::string says) { return RecordProof{"log", false, std::move(says)}; };
    if (!start.found()) return no("the backend's log does not tell of its last start");
    if (!start.done()) return no("the backend's last start did not come to its end");
    if (!start.against().empty()) return no("the last start stamped the database itself: " + start.against());
    if (!start.revision().empty() && start.revision() != id)
        return no(fmt::format("the last start left the database at {}", named(start.revision())));
    if (start.revision().empty() && !start.at_head())
        return no("the log of the last start does not say at which revision it left the database");
    return {"log", true, "the last start says: " + start.line()};
}

RecordProof by_head(const RecordFacts& facts) {
    const std::string& id = facts.code[facts.revision].file.revision;
    const auto no = [](std::string says) { return RecordProof{"head", false, std::move(says)}; };
    if (facts.code.heads().size() != 1)
        return no(fmt::format("the code has {} heads", facts.code.heads().size()));
    if (facts.code.heads().front() != facts.revision)
        return no(fmt::format("the code's head is {}, not {}",
                              named(facts.code[facts.code.heads().front()].file.revision), named(id)));
    if (!facts.code_runs) return no(facts.code_is + " is not what the backend's last start ran");
    if (!facts.started) return no("when the backend started last is not known");
    for (const Revision& revision : facts.code.all()) {
        if (!revision.file.written) return no("when the revision files were last written is not known");
        if (*revision.file.written > *facts.started)
            return no(fmt::format("{} was written after the backend's last start",
                                  printable(revision.file.path.filename().string(), 100)));
    }
    return {"head", true,
            fmt::format("{} is the only head of {}, unchanged since {}", named(id), facts.code_is,
                        iso8601(*facts.started))};
}

// The nearest at or below `from` whose text names what it makes.
std::vector<RevisionIndex> nearest_that_make(const RecordFacts& facts, bool& read) {
    std::vector<RevisionIndex> found, todo{facts.revision}, seen;
    for (size_t i = 0; i < todo.size() && i < most_looked_at; ++i) {
        const Revision& revision = facts.code[todo[i]];
        const auto text = facts.source(revision.file);
        if (!text) return read = false, found;
        if (!objects_of(*text, revision.file.native).empty()) {
            found.push_back(todo[i]);
            continue;
        }
        for (const RevisionIndex down : revision.ancestors_first)
            if (std::find(todo.begin(), todo.end(), down) == todo.end()) todo.push_back(down);
    }
    return found;
}

RecordProof by_schema(const RecordFacts& facts) {
    const auto no = [](std::string says) { return RecordProof{"schema", false, std::move(says)}; };
    bool read = true;
    const auto makers = nearest_that_make(facts, read);
    if (!read) return no("the revision's file could not be read");
    if (makers.empty())
        return no("neither that revision nor those before it say in their text what they make");
    std::vector<std::string> names;
    for (const RevisionIndex maker : makers) {
        const revision::RevisionFile& file = facts.code[maker].file;
        std::string missing;
        if (!has_objects(facts.schema, objects_of(facts.source(file).value_or(std::string()), file.native),
                         missing))
            return no(fmt::format("{} is not applied: {}", named(file.revision), missing));
        names.push_back(named(file.revision));
    }
    for (const RevisionIndex next : facts.code[facts.revision].all_next) {
        const revision::RevisionFile& file = facts.code[next].file;
        const auto text = facts.source(file);
        if (!text) return no("the next revision's file could not be read");
        const RevisionObjects objects = objects_of(*text, file.native);
        std::string missing;
        if (objects.empty())
            return no(fmt::format("the next revision {} does not say in its text what it makes",
                                  named(file.revision)));
        if (has_objects(facts.schema, objects, missing))
            return no(fmt::format("the next revision {} is applied already", named(file.revision)));
    }
    return {"schema", true, "the tables are as " + join(names, ", ") + " leaves them"};
}

RecordProof by_journal(const RecordFacts& facts) {
    if (!facts.journal) return {"upgrade", true, "no upgrade was cut off or failed here"};
    return {"upgrade", false,
            fmt::format("the upgrade of {} was cut off or failed in {}: a row would be no way round that",
                        iso8601(facts.journal->begun),
                        facts.journal->running.empty() ? "its beginning" : named(facts.journal->running))};
}

Status said(const Result<net::SqlRows>& done) {
    return done ? Status() : Status(fail(done.error()));
}

}  // namespace

std::vector<RecordProof> prove_revision(const RecordFacts& facts) {
    return {by_log(facts), by_head(facts), by_schema(facts), by_journal(facts)};
}

Status record_revision(net::SqlSession& session, const std::string& revision,
                       const std::optional<std::vector<std::string>>& expected, Deadline deadline) {
    if (!expected)
        if (Status made =
                said(session.query("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
                                   "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)) ENGINE=InnoDB",
                                   deadline));
            !made)
            return made;
    if (Status begun = said(session.query("START TRANSACTION", deadline)); !begun) return begun;
    const auto give_up = [&](Error error) -> Status {
        (void)session.query("ROLLBACK", Deadline::in(Millis(3000)));
        return fail(std::move(error));
    };
    const auto locked = session.query("SELECT version_num FROM alembic_version FOR UPDATE", deadline);
    if (!locked) return give_up(locked.error());
    const auto rows = version_rows(session, deadline);
    if (!rows) return give_up(rows.error());
    if (rows->value_or(std::vector<std::string>()) != expected.value_or(std::vector<std::string>()))
        return give_up(
            {ErrorCode::conflict, "alembic_version was changed meanwhile", "logbookctl migrate status"});
    for (const std::string& statement :
         {std::string("DELETE FROM alembic_version"),
          "INSERT INTO alembic_version (version_num) VALUES (" + session.quoted(revision) + ")",
          std::string("COMMIT")})
        if (Status done = said(session.query(statement, deadline)); !done) return give_up(done.error());
    return {};
}

}  // namespace logbook::migration
