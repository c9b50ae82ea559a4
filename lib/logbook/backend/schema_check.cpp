// Reading, judging, making.
#include "logbook/backend/schema_check.h"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>

#include "logbook/backend/migrations/core.h"
#include "logbook/base/text.h"
#include "logbook/revision/sql_revision.h"

namespace logbook::backend {
namespace {

// What MySQL's init script of the shipped stack stamps; the application takes it for a fresh install.
constexpr std::string_view init_stamp = "20260118_0001";
constexpr std::string_view version_table = "alembic_version";
// As Alembic makes it.
constexpr std::string_view make_version_table =
    "CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL, "
    "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)) ENGINE=InnoDB";
constexpr size_t most_named = 20;  // of what is missing, in one message
constexpr std::string_view migration_lock = "the_logbook_migrations";
constexpr int lock_seconds = 30;

const SchemaFacts::Table* find(const SchemaFacts& facts, std::string_view name) {
    for (const SchemaFacts::Table& table : facts.tables)
        if (table.name == name) return &table;
    return nullptr;
}

SchemaFacts::Table& table_of(SchemaFacts& facts, std::string_view name) {
    for (SchemaFacts::Table& table : facts.tables)
        if (table.name == name) return table;
    return facts.tables.emplace_back(SchemaFacts::Table{std::string(name), {}, {}});
}

template <typename A, typename B>
bool same(const std::vector<A>& a, const std::vector<B>& b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin());
}

class Look {
  public:
    Look(net::SqlSession& session, Deadline deadline) : session_(session), deadline_(deadline) {}

    Result<SchemaFacts> facts() {
        SchemaFacts facts;
        const auto columns = session_.query("SELECT LOWER(TABLE_NAME) AS t, LOWER(COLUMN_NAME) AS c "
                                            "FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() "
                                            "ORDER BY TABLE_NAME, ORDINAL_POSITION",
                                            deadline_);
        if (!columns) return fail(columns.error());
        for (size_t i = 0; i < columns->rows.size(); ++i)
            table_of(facts, columns->text(i, "t")).columns.emplace_back(columns->text(i, "c"));
        if (Status read = unique_keys(facts); !read) return fail(read.error());
        if (Status read = rows(facts); !read) return fail(read.error());
        return facts;
    }

  private:
    Status unique_keys(SchemaFacts& facts) {
        const auto keys = session_.query(
            "SELECT LOWER(TABLE_NAME) AS t, INDEX_NAME AS k, LOWER(COLUMN_NAME) AS c "
            "FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND NON_UNIQUE = 0 "
            "ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX",
            deadline_);
        if (!keys) return fail(keys.error());
        for (size_t i = 0; i < keys->rows.size(); ++i) {
            auto& unique = table_of(facts, keys->text(i, "t")).unique;
            const bool next = i == 0 || keys->text(i, "t") != keys->text(i - 1, "t") ||
                              keys->text(i, "k") != keys->text(i - 1, "k");
            if (next) unique.emplace_back();
            unique.back().emplace_back(keys->text(i, "c"));
        }
        return {};
    }

    Status rows(SchemaFacts& facts) {
        if (find(facts, version_table)) {
            const auto stamps = session_.query("SELECT version_num AS v FROM alembic_version", deadline_);
            if (!stamps) return fail(stamps.error());
            for (size_t i = 0; i < stamps->rows.size(); ++i)
                facts.revisions.emplace_back(stamps->text(i, "v"));
        }
        for (const std::string_view table : {"users", "organizations"}) {
            if (!find(facts, table)) continue;
            const auto one = session_.query(fmt::format("SELECT 1 FROM {} LIMIT 1", table), deadline_);
            if (!one) return fail(one.error());
            facts.has_members = facts.has_members || !one->rows.empty();
        }
        return {};
    }

    net::SqlSession& session_;
    const Deadline deadline_;
};

Error refusal(const SchemaJudgement& judgement) {
    if (judgement.verdict == SchemaVerdict::unstamped)
        return {ErrorCode::unsupported,
                "the database has tables, but `alembic_version` names no revision that they came from: the "
                "next start of The Logbook would take it for a fresh install and drop every table",
                "do not restart The Logbook's backend; logbookctl doctor says what to do"};
    std::vector<std::string> named(judgement.missing.begin(),
                                   judgement.missing.begin() +
                                       long(std::min(judgement.missing.size(), most_named)));
    std::string what = "the database lacks what the API core needs: " + join(named, ", ");
    if (judgement.missing.size() > named.size())
        what += fmt::format(" and {} more", judgement.missing.size() - named.size());
    return {ErrorCode::unsupported, what,
            "nothing was changed; logbookctl migrate status says where its migrations stand"};
}

// Holds the application's own lock on migrations, as long as its connection lives.
Status take_lock(net::SqlSession& session, Deadline deadline) {
    const auto taken =
        session.query(fmt::format("SELECT GET_LOCK({}, {}) AS taken", session.quoted(migration_lock),
                                  std::min<int64_t>(lock_seconds, deadline.remaining().count() / 2000)),
                      deadline);
    if (!taken) return fail(taken.error());
    if (taken->text(0, "taken") == "1") return {};
    return fail(ErrorCode::conflict, "somebody else migrates this database (lock the_logbook_migrations)",
                "try again when that is done");
}

Status make_tables(net::SqlSession& session, Deadline deadline) {
    std::vector<std::string> statements = {
        std::string(make_version_table),
        fmt::format("INSERT INTO alembic_version (version_num) SELECT {0} FROM (SELECT 1 AS one) AS o "
                    "WHERE NOT EXISTS (SELECT 1 FROM alembic_version)",
                    session.quoted(core_revision))};
    statements.insert(statements.end(), core_statements().begin(), core_statements().end());
    for (const std::string& statement : statements) {
        const auto done = session.query(statement, deadline);
        constexpr int table_exists = 1050;  // from a run that was cut short
        if (!done && net::server_errno(done.error()) != table_exists) return fail(done.error());
    }
    return {};
}

}  // namespace

SchemaJudgement judge_schema(const SchemaFacts& facts, const std::vector<TableNeeds>& needs) {
    SchemaJudgement judgement;
    bool tables_wanting = false;
    for (const TableNeeds& need : needs) {
        const SchemaFacts::Table* table = find(facts, need.table);
        if (!table) {
            judgement.missing.push_back(fmt::format("table {}", need.table));
            tables_wanting = true;
            continue;
        }
        for (const std::string_view column : need.columns)
            if (std::find(table->columns.begin(), table->columns.end(), column) == table->columns.end())
                judgement.missing.push_back(fmt::format("column {}.{}", need.table, column));
        for (const auto& key : need.unique)
            if (std::none_of(table->unique.begin(), table->unique.end(),
                             [&](const auto& one) { return same(one, key); }))
                judgement.missing.push_back(
                    fmt::format("unique key on {} ({})", need.table, join({key.begin(), key.end()}, ", ")));
    }
    const bool stamped =
        !facts.revisions.empty() && std::none_of(facts.revisions.begin(), facts.revisions.end(),
                                                 [](const std::string& one) { return one == init_stamp; });
    const bool only_version_table = facts.tables.size() == 1 && find(facts, version_table);
    if (facts.tables.empty() || (only_version_table && !stamped && facts.revisions.empty()))
        judgement.verdict = SchemaVerdict::empty;
    else if (!stamped)
        judgement.verdict = SchemaVerdict::unstamped;
    else if (tables_wanting && !facts.has_members &&
             facts.revisions == std::vector<std::string>{std::string(core_revision)})
        judgement.verdict = SchemaVerdict::unfinished;
    else if (!judgement.missing.empty())
        judgement.verdict = SchemaVerdict::lacking;
    return judgement;
}

const std::vector<std::string>& core_statements() {
    static const std::vector<std::string> statements = [] {
        const auto revision = revision::read_sql_revision("core_0001.sql", core_0001_sql());
        if (!revision || revision->revision != core_revision)
            throw std::logic_error("the core's own revision cannot be read");
        // Each statement of that file ends with a `;` at the end of a line, and no other line does.
        std::vector<std::string> found;
        std::string statement;
        for (const std::string& line : split(revision->script, '\n')) {
            if (statement.empty() && line.empty()) continue;
            statement += line;
            statement += '\n';
            if (line.empty() || line.back() != ';') continue;
            statement.resize(statement.size() - 2);
            found.push_back(std::exchange(statement, {}));
        }
        return found;
    }();
    return statements;
}

Result<bool> prepare_schema(const net::SqlConnector& connector, const net::SqlEndpoint& endpoint,
                            Deadline deadline) {
    const auto session = connector.connect(endpoint, deadline);
    if (!session) return fail(session.error());
    const auto may_make = [](SchemaVerdict verdict) {
        return verdict == SchemaVerdict::empty || verdict == SchemaVerdict::unfinished;
    };
    bool made = false;
    for (bool locked = false;;) {
        const auto facts = Look(**session, deadline).facts();
        if (!facts) return fail(facts.error());
        const SchemaJudgement judgement = judge_schema(*facts, schema_needs());
        if (judgement.verdict == SchemaVerdict::ready) return made;
        if (made || !may_make(judgement.verdict)) return fail(refusal(judgement));
        // Somebody else may have made them meanwhile: the lock first, then another look.
        if (!locked) {
            if (const Status taken = take_lock(**session, deadline); !taken) return fail(taken.error());
            locked = true;
            continue;
        }
        if (const Status done = make_tables(**session, deadline); !done) return fail(done.error());
        made = true;
    }
}

}  // namespace logbook::backend
