// A copy of a database's structure, for a rehearsal: another database, and an account that reaches nothing
// else.
#pragma once

#include <functional>
#include <memory>

#include "logbook/migration/schema_snapshot.h"

namespace logbook::migration {

struct ScratchOrder {
    const net::SqlConnector& sql;
    net::SqlEndpoint administrator;      // may make databases and accounts; no database is selected
    std::string mark;                    // 12 random hex digits: names of their own
    Secret password;                     // of the new account; nothing that a URL would take for its own
    SchemaSnapshot structure;            // what is copied, as `source` reads it
    net::SqlSession& source;             // only reads
    std::vector<std::string> revisions;  // rows for its alembic_version
};

// What a scratch database of an earlier run came to.
struct ScratchLeftover {
    std::string database;
    bool removed = false;
    std::string why;  // it was not: a clause
};

// The copy lives as long as this object, and is dropped with it. What a killed run leaves behind, the next
// one removes: a database with our name that holds our mark, whose owner has ended. The statements for the
// new database go through an account that has rights on it and on nothing else, so that no migration, trigger
// or view can reach the real one.
class LOGBOOK_EXPORT ScratchSchema {
  public:
    // Fails with `denied` where the administrator may not make it; with what the server said of an object
    // that could not be copied.
    static Result<std::unique_ptr<ScratchSchema>> make(const ScratchOrder& order, Deadline deadline);
    ~ScratchSchema();
    ScratchSchema(const ScratchSchema&) = delete;
    ScratchSchema& operator=(const ScratchSchema&) = delete;

    const std::string& database() const { return database_; }
    const net::SqlEndpoint& account() const {
        return account_;
    }                                                 // the new one's login, its database selected
    net::SqlSession& session() { return *session_; }  // with it
    const std::vector<std::string>& left_out() const { return left_out_; }  // each a clause
    // The structure by now, without what is ours.
    Result<SchemaSnapshot> snapshot(Deadline deadline);
    // The rows of its alembic_version are these from now on.
    Status set_revisions(const std::vector<std::string>& revisions, Deadline deadline);
    // Drops database and account; says what stays. The destructor's own try is silent.
    Status drop(Deadline deadline);

  private:
    ScratchSchema() = default;
    Status create(const ScratchOrder& order, Deadline deadline);
    Status copy(const ScratchOrder& order, Deadline deadline);

    const net::SqlConnector* sql_ = nullptr;
    net::SqlEndpoint administrator_, account_;
    std::unique_ptr<net::SqlSession> admin_, session_;
    std::string database_;
    bool made_ = false;
    std::vector<std::string> left_out_;
};

// Removes what killed runs left behind on that server, and names what it leaves alone.
LOGBOOK_EXPORT Result<std::vector<ScratchLeftover>> remove_scratch_leftovers(net::SqlSession& administrator,
                                                                             Deadline deadline);

// Whether a database has the name of one of ours. Pure.
LOGBOOK_EXPORT bool is_scratch_name(std::string_view database);

}  // namespace logbook::migration
