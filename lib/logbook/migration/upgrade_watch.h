// What is written down and looked at while an upgrade runs, whoever runs it: the journal, snapshots of the
// schema, the lock.
#pragma once

#include "logbook/migration/upgrade.h"
#include "logbook/migration/upgrade_journal.h"

namespace logbook::migration {

// Not thread-safe. The order must outlive it.
class UpgradeWatch {
  public:
    explicit UpgradeWatch(const UpgradeOrder& order);

    // Before anything is run: the first snapshot and the journal. Fails where they cannot be made.
    Status begin(const std::string& first, Deadline deadline);
    void began(const std::string& revision, const std::string& title);
    void tick();
    size_t count() const { return count_; }
    const std::string& running() const { return journal_.running; }

    // Reads the rows, and what is different, into the report.
    void conclude(UpgradeReport& report, const std::string& target);
    // The journal goes after a success; else it tells the next run what this one knows.
    void write_end(const UpgradeReport& report);

  private:
    // A snapshot that was read while a revision ran, with the rows of alembic_version after that: it shows
    // the schema before another revision only if those rows have moved on since.
    struct Look {
        std::string since;
        SchemaSnapshot schema;
        std::vector<std::string> rows;
    };
    void look_at_schema(const std::string& since);
    void settle_look(const std::vector<std::string>& rows);
    void warn(const std::string& what);
    Result<net::SqlSession*> looking();  // a connection for looking, made anew where it was lost

    const UpgradeOrder& order_;
    UpgradeJournal journal_;
    std::unique_ptr<net::SqlSession> session_;
    std::optional<Look> look_;
    size_t count_ = 0;
    std::chrono::steady_clock::time_point looked_, kept_;
    bool warned_of_lock_ = false;
};

}  // namespace logbook::migration
