// What one check found, in the words an operator reads.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/clock.h"
#include "logbook/runbook/entry.h"

namespace logbook::doctor {

enum class Outcome {
    pass,
    note,  // true of every shipped stack, or worth knowing; without effect on the exit code
    warn,
    fail,
    skip,  // could not be judged, or does not apply: `undetermined` tells which
};
LOGBOOK_EXPORT std::string_view name_of(Outcome outcome);

// A finding that the operator has accepted for a while.
struct Waiver {
    std::string check;
    std::string reason;
    std::optional<WallTime> until;  // absent: for this run only (--skip)
};

struct Finding {
    std::string check;  // "db.host"; also the slug of its runbook entry
    std::string claim;  // what the check tests: "the database's host name resolves"
    Outcome outcome = Outcome::pass;
    bool data_at_stake = false;  // the highest severity: acting wrongly now destroys data
    bool undetermined = false;   // a skip of a check that does apply here

    std::string cause;              // one sentence: what is wrong, or why it was skipped
    std::string meaning;            // what that means for the operator
    std::vector<std::string> seen;  // evidence, the strongest first
    std::vector<runbook::Step> fix;
    std::vector<std::string> never;
    std::string proves;  // the command that shows that the fix worked

    // Areas ("db", "cache") whose failures may be the reason for this one; empty: any that claims to be.
    std::vector<std::string> blames;
    std::string waits_for;  // of a skip: the check that had to pass first

    std::optional<Waiver> waived;
    Millis took{0};

    bool counts() const { return !waived; }
    std::string area() const { return check.substr(0, check.find('.')); }
};

// Short forms for checks.
LOGBOOK_EXPORT Finding passed(std::string seen = {});
LOGBOOK_EXPORT Finding noted(std::string cause);
LOGBOOK_EXPORT Finding warned(std::string cause, std::vector<std::string> seen = {});
LOGBOOK_EXPORT Finding failed(std::string cause, std::vector<std::string> seen = {});
LOGBOOK_EXPORT Finding not_applicable(std::string reason);
LOGBOOK_EXPORT Finding undetermined(std::string reason);

}  // namespace logbook::doctor
