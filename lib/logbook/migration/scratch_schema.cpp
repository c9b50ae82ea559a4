// Making the copy, and taking it away. The administrator's connection holds a lock for as long as the copy is
// needed: it dies with us, and so tells the next run whose copy nobody needs any more.
#include "logbook/migration/scratch_schema.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/migration/schema_change.h"

namespace logbook::migration {
namespace {

constexpr std::string_view database_head = "logbookctl_rehearsal_", account_head = "logbookctl_";
constexpr std::string_view mark_table = "logbookctl_rehearsal";
constexpr size_t mark_size = 12;
constexpr Millis to_drop{15'000};
// Where no lock can be held (a client that is a new process for each statement), only time tells.
constexpr std::string_view surely_over = "INTERVAL 1 DAY";

std::string name_quoted(std::string_view name) {
    return "`" + replace_all(std::string(name), "`", "``") + "`";
}

std::string account_quoted(std::string_view mark) {
    return fmt::format("'{}{}'@'%'", account_head, mark);
}

bool is_mark(std::string_view text) {
    return text.size() == mark_size && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Status run(net::SqlSession& session, const std::string& sql, Deadline deadline) {
    const auto done = session.query(sql, deadline);
    return done ? Status() : Status(fail(done.error()));
}

// Engines whose tables hold their rows themselves, so that an empty copy leads nowhere else.
bool keeps_rows_itself(const std::string& engine) {
    for (const char* known : {"innodb", "myisam", "aria", "memory"})
        if (lower(engine) == known) return true;
    return false;
}

// Statements that need the session to stay as it was set.
class CopySession {
  public:
    CopySession(net::SqlSession& session, Deadline deadline) : session_(session), deadline_(deadline) {}

    Status prepare() {
        for (const std::string_view one : settings)
            if (Status set = run(session_, std::string(one), deadline_); !set) return set;
        const auto kept = session_.query("SELECT @@SESSION.foreign_key_checks AS checks", deadline_);
        if (!kept) return fail(kept.error());
        forgets_ = kept->text(0, "checks") != "0";
        return {};
    }
    Status run_one(const std::string& sql) {
        std::string all;
        if (forgets_)
            for (const std::string_view one : settings) all += std::string(one) + "; ";
        return run(session_, all + sql, deadline_);
    }

  private:
    static constexpr std::string_view settings[] = {"SET SESSION foreign_key_checks = 0",
                                                    "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO'"};
    net::SqlSession& session_;
    Deadline deadline_;
    bool forgets_ = false;  // a new process for each statement
};

Status copy_tables(const ScratchOrder& order, CopySession& into, std::vector<std::string>& left_out,
                   Deadline deadline) {
    for (const TableShape& table : order.structure.tables) {
        if (table.view) continue;
        if (!keeps_rows_itself(table.engine)) {
            left_out.push_back(fmt::format("the table {}, whose engine is {}", printable(table.name, 64),
                                           printable(table.engine, 40)));
            continue;
        }
        const auto shown = order.source.query("SHOW CREATE TABLE " + name_quoted(order.structure.database) +
                                                  "." + name_quoted(table.name),
                                              deadline);
        if (!shown) return fail(shown.error());
        const std::string_view sql = shown->rows.empty() || shown->rows[0].size() < 2 || !shown->rows[0][1]
                                         ? std::string_view()
                                         : std::string_view(*shown->rows[0][1]);
        if (Status made = into.run_one(std::string(sql)); !made) {
            Error error = made.error();
            error.what =
                fmt::format("the table {} cannot be copied: {}", printable(table.name, 64), error.what);
            return fail(std::move(error));
        }
    }
    return {};
}

// A view may stand on others: what fails is tried again as long as any succeeds.
void copy_views(const SchemaSnapshot& structure, CopySession& into, std::vector<std::string>& left_out) {
    std::vector<const TableShape*> todo;
    for (const TableShape& table : structure.tables)
        if (table.view) todo.push_back(&table);
    for (size_t before = todo.size() + 1; !todo.empty() && todo.size() < before;) {
        before = todo.size();
        todo.erase(std::remove_if(todo.begin(), todo.end(),
                                  [&](const TableShape* view) {
                                      return into
                                          .run_one(fmt::format("CREATE VIEW {} AS {}",
                                                               name_quoted(view->name), view->definition))
                                          .has_value();
                                  }),
                   todo.end());
    }
    for (const TableShape* view : todo) left_out.push_back("the view " + printable(view->name, 64));
}

void copy_triggers(const SchemaSnapshot& structure, CopySession& into, std::vector<std::string>& left_out) {
    for (const TableShape& table : structure.tables)
        for (const TriggerShape& trigger : table.triggers)
            if (const Status made = into.run_one(fmt::format("CREATE TRIGGER {} {} ON {} FOR EACH ROW {}",
                                                             name_quoted(trigger.name), trigger.moment,
                                                             name_quoted(table.name), trigger.statement));
                !made)
                left_out.push_back(
                    fmt::format("the trigger {} ({})", printable(trigger.name, 64), made.error().what));
}

// The account first: a database is never without its mark while an account of ours is left. Whoever is still
// connected with it, an Alembic that outlived its run, would hold the tables.
Status take_away(net::SqlSession& administrator, const std::string& mark, Deadline deadline) {
    if (Status dropped = run(administrator, "DROP USER IF EXISTS " + account_quoted(mark), deadline);
        !dropped)
        return dropped;
    const auto connected =
        administrator.query(fmt::format("SELECT ID AS id FROM information_schema.PROCESSLIST WHERE USER = {}",
                                        administrator.quoted(std::string(account_head) + mark)),
                            deadline);
    for (size_t row = 0; connected && row < connected->rows.size(); ++row)
        (void)administrator.query(fmt::format("KILL {}", connected->text(row, "id")), deadline);
    return run(administrator, "DROP DATABASE IF EXISTS " + name_quoted(std::string(database_head) + mark),
               deadline);
}

// Whether the rest of what the server says of a leftover is that it is ours, and over.
Result<std::string> why_it_stays(net::SqlSession& administrator, const std::string& database,
                                 Deadline deadline) {
    const std::string mark = database.substr(database_head.size());
    const auto free = administrator.query(fmt::format("SELECT IS_FREE_LOCK({}) AS is_free",
                                                      administrator.quoted(std::string(account_head) + mark)),
                                          deadline);
    if (!free) return fail(free.error());
    if (free->text(0, "is_free") != "1") return std::string("its run goes on");
    const auto tables = administrator.query(
        fmt::format("SELECT COUNT(*) AS n, SUM(TABLE_NAME = {}) AS ours FROM information_schema.TABLES WHERE "
                    "TABLE_SCHEMA = {}",
                    administrator.quoted(mark_table), administrator.quoted(database)),
        deadline);
    if (!tables) return fail(tables.error());
    if (tables->text(0, "n") == "0") return std::string();  // killed before it put its mark there
    if (tables->text(0, "ours") != "1") return std::string("it does not hold this program's mark");
    const auto row =
        administrator.query(fmt::format("SELECT mark, held, began < UTC_TIMESTAMP() - {} AS old FROM {}.{}",
                                        surely_over, name_quoted(database), name_quoted(mark_table)),
                            deadline);
    if (!row) return fail(row.error());
    if (row->rows.empty() && tables->text(0, "n") == "1") return std::string();  // killed just before
    if (row->rows.size() != 1 || row->text(0, "mark") != mark)
        return std::string("it does not hold this program's mark");
    if (row->text(0, "held") != "1" && row->text(0, "old") != "1")
        return std::string("it is younger than a day, and whether its run goes on cannot be told");
    return std::string();
}

}  // namespace

bool is_scratch_name(std::string_view database) {
    return database.substr(0, database_head.size()) == database_head &&
           is_mark(database.substr(database_head.size()));
}

Result<std::unique_ptr<ScratchSchema>> ScratchSchema::make(const ScratchOrder& order, Deadline deadline) {
    std::unique_ptr<ScratchSchema> scratch(new ScratchSchema());
    Status made = scratch->create(order, deadline);
    if (made) made = scratch->copy(order, deadline);
    if (made) return scratch;
    Error error = made.error();
    if (const Status dropped = scratch->drop(Deadline::in(to_drop)); !dropped)
        error.hint = fmt::format("the scratch database {} is still there: the next rehearsal removes it",
                                 scratch->database_);
    return fail(std::move(error));
}

Status ScratchSchema::create(const ScratchOrder& order, Deadline deadline) {
    if (!is_mark(order.mark))
        return fail(ErrorCode::invalid, "a scratch database needs a mark of 12 hex digits");
    sql_ = &order.sql;
    administrator_ = account_ = order.administrator;
    database_ = std::string(database_head) + order.mark;
    account_.user = std::string(account_head) + order.mark;
    account_.password = order.password;
    account_.database = database_;
    auto admin = order.sql.connect(administrator_, deadline);
    if (!admin) return fail(admin.error());
    admin_ = std::move(*admin);
    const std::string lock = admin_->quoted(account_.user);
    if (Status held = run(*admin_, fmt::format("SELECT GET_LOCK({}, 0) AS got", lock), deadline); !held)
        return held;
    const auto mine =
        admin_->query(fmt::format("SELECT IS_USED_LOCK({}) = CONNECTION_ID() AS held", lock), deadline);
    if (!mine) return fail(mine.error());
    const bool held = mine->text(0, "held") == "1";

    if (Status made = run(
            *admin_,
            fmt::format("CREATE DATABASE {} COLLATE {}", name_quoted(database_), order.structure.collation),
            deadline);
        !made) {
        made_ = net::server_errno(made.error()) == 0;  // the answer was lost: it may be there
        return made;
    }
    made_ = true;
    const std::string table = name_quoted(database_) + "." + name_quoted(mark_table);
    for (const std::string& sql :
         {fmt::format("CREATE TABLE {} (mark CHAR(12), held TINYINT, began DATETIME, says VARCHAR(200))",
                      table),
          fmt::format(
              "INSERT INTO {} VALUES ({}, {}, UTC_TIMESTAMP(), {})", table, admin_->quoted(order.mark),
              held ? 1 : 0,
              admin_->quoted("a rehearsal of logbookctl migrate plan: structure only, dropped at its end")),
          fmt::format("CREATE USER {} IDENTIFIED BY {}", account_quoted(order.mark),
                      admin_->quoted(order.password.reveal())),
          fmt::format("GRANT ALL PRIVILEGES ON {}.* TO {}", name_quoted(database_),
                      account_quoted(order.mark))})
        if (Status done = run(*admin_, sql, deadline); !done) return done;
    auto session = order.sql.connect(account_, deadline);
    if (!session) return fail(session.error());
    session_ = std::move(*session);
    return {};
}

Status ScratchSchema::copy(const ScratchOrder& order, Deadline deadline) {
    {
        // Its settings must not be those of what runs later.
        const auto session = order.sql.connect(account_, deadline);
        if (!session) return fail(session.error());
        CopySession into(**session, deadline);
        if (Status ready = into.prepare(); !ready) return ready;
        if (Status tables = copy_tables(order, into, left_out_, deadline); !tables) return tables;
        copy_views(order.structure, into, left_out_);
        copy_triggers(order.structure, into, left_out_);
    }
    if (order.structure.find("alembic_version"))
        if (Status set = set_revisions(order.revisions, deadline); !set) return set;
    const auto copied = snapshot(deadline);
    if (!copied) return fail(copied.error());
    SchemaSnapshot wanted = order.structure;
    for (const SchemaChange& change : schema_changes(wanted, *copied))
        if (change.kind != ChangeKind::removed ||
            (change.thing != SchemaThing::view && change.thing != SchemaThing::trigger &&
             change.thing != SchemaThing::table))
            left_out_.push_back("what differs in the copy: " + words_of(change));
    return {};
}

Result<SchemaSnapshot> ScratchSchema::snapshot(Deadline deadline) {
    auto read = read_schema(*session_, database_, deadline);
    if (read)
        read->tables.erase(std::remove_if(read->tables.begin(), read->tables.end(),
                                          [](const TableShape& table) { return table.name == mark_table; }),
                           read->tables.end());
    return read;
}

Status ScratchSchema::set_revisions(const std::vector<std::string>& revisions, Deadline deadline) {
    if (Status emptied = run(*session_, "DELETE FROM alembic_version WHERE 1 = 1", deadline); !emptied)
        return emptied;
    for (const std::string& revision : revisions)
        if (Status added = run(*session_,
                               fmt::format("INSERT INTO alembic_version (version_num) VALUES ({})",
                                           session_->quoted(revision)),
                               deadline);
            !added)
            return added;
    return {};
}

Status ScratchSchema::drop(Deadline deadline) {
    if (!made_) return {};
    made_ = false;  // one try: a dead server costs its time-out once
    const std::string mark = database_.substr(database_head.size());
    session_.reset();
    // A connection that broke is made anew: what was made must not stay.
    Status dropped;
    for (int tries = 0; tries < 2; ++tries) {
        dropped = Status();
        if (tries > 0) {
            auto again = sql_->connect(administrator_, deadline);
            if (!again) return fail(again.error());
            admin_ = std::move(*again);
        }
        dropped = take_away(*admin_, mark, deadline);
        if (dropped) return {};
    }
    return dropped;
}

ScratchSchema::~ScratchSchema() {
    (void)drop(Deadline::in(to_drop));
}

Result<std::vector<ScratchLeftover>> remove_scratch_leftovers(net::SqlSession& administrator,
                                                              Deadline deadline) {
    std::vector<ScratchLeftover> found;
    const auto databases =
        administrator.query(fmt::format("SELECT SCHEMA_NAME AS d FROM information_schema.SCHEMATA WHERE "
                                        "SCHEMA_NAME LIKE {} ORDER BY SCHEMA_NAME",
                                        administrator.quoted(std::string(database_head) + "%")),
                            deadline);
    if (!databases) return fail(databases.error());
    for (size_t row = 0; row < databases->rows.size(); ++row) {
        const std::string database(databases->text(row, "d"));
        if (!is_scratch_name(database)) continue;
        ScratchLeftover& one = found.emplace_back(ScratchLeftover{database, false, {}});
        auto why = why_it_stays(administrator, database, deadline);
        one.why = why ? std::move(*why) : why.error().what;
        if (!one.why.empty()) continue;
        if (const Status dropped = take_away(administrator, database.substr(database_head.size()), deadline);
            !dropped)
            one.why = dropped.error().what;
        one.removed = one.why.empty();
    }
    return found;
}

}  // namespace logbook::migration
