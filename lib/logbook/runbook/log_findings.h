// What went wrong according to logs: records that the runbook explains, or that call themselves errors, each
// kind once.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "logbook/logscan/fingerprint.h"
#include "logbook/runbook/catalogue.h"

namespace logbook::runbook {

// A kind of record: what it is, and how the runbook explains it.
struct LogKind {
    const logscan::Group* group = nullptr;
    const Entry* entry = nullptr;  // null: the runbook does not know it
    std::string said;              // the line that tells it, of its last record, without the logger's head
};

// Bounded, whatever stands in the logs. Not thread-safe; what it returns lives as long as it and its
// catalogue.
class LOGBOOK_EXPORT LogFindings {
  public:
    explicit LogFindings(const Catalogue& catalogue) : matcher_(catalogue) {}

    // Counts the record when it is of interest.
    void add(const logscan::Record& record);

    uint64_t records() const { return records_; }  // that were of interest
    uint64_t others() const { return groups_.others(); }
    // What puts data at stake first, then the known before the unknown, then the frequent.
    std::vector<LogKind> kinds() const;

  private:
    struct Told {
        const Entry* entry = nullptr;
        std::string line;
    };

    Matcher matcher_;
    logscan::Groups groups_;
    std::map<std::string, Told> told_;  // by the group's key
    uint64_t records_ = 0;
};

}  // namespace logbook::runbook
