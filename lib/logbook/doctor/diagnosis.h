// From findings to a judgement: which failures are roots, and which only follow from them. Pure.
#pragma once

#include <string>
#include <vector>

#include "logbook/doctor/check.h"

namespace logbook::doctor {

struct Problem {
    size_t finding = 0;             // index into the findings
    std::vector<size_t> explained;  // findings that follow from it: failures, warnings and skips
};

enum class Verdict {
    healthy,
    problem,   // something failed, or warned where that counts
    unknown,   // nothing failed, but a check that applies could not be made
    deadline,  // the time was over before any verdict
};
LOGBOOK_EXPORT std::string_view name_of(Verdict verdict);

struct Diagnosis {
    std::vector<Finding> findings;  // in the catalogue's order
    std::vector<Problem> roots;     // failures nothing else explains; those with data at stake first
    std::vector<Problem> warnings;  // warnings nothing explains
    size_t passed = 0, notes = 0, warned = 0, failed = 0, skipped = 0, undetermined = 0, waived = 0;
    bool unfinished = false;  // the deadline passed while checks were still running
    Millis took{0};

    // `warnings_count`: --fail-on warn.
    LOGBOOK_EXPORT Verdict verdict(bool warnings_count) const;
    LOGBOOK_EXPORT const Finding* find(std::string_view check) const;
};

// Sorts findings into roots and what they explain. A failure explains another when a check's `explains`,
// followed from failure to failure, leads there, and the other's `blames` admits its area; a skip belongs to
// the failure that it waits for. Waived findings are neither roots nor reasons.
LOGBOOK_EXPORT Diagnosis diagnose(std::vector<Finding> findings, const std::vector<Check>& checks);

}  // namespace logbook::doctor
