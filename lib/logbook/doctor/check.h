// A check as a value, and the written list of all of them.
#pragma once

#include <string_view>
#include <vector>

#include "logbook/doctor/finding.h"
#include "logbook/doctor/scene.h"

namespace logbook::doctor {

struct Check {
    std::string_view id;     // "db.host": area, dot, claim; also the slug of its runbook entry
    std::string_view claim;  // what is true when it passes: "the database's host name resolves"
    // Checks that must have passed (or only noted or warned), or this one cannot be judged.
    std::vector<std::string_view> needs;
    // Checks whose failure this one's failure is the reason for.
    std::vector<std::string_view> explains;
    // Never throws in ordinary use; fills the outcome, cause and evidence. Title and fix come from the
    // runbook where the check itself knows no better.
    Finding (*run)(const Scene& scene);
};

// In the order in which they are shown: a cause before what it causes.
LOGBOOK_EXPORT const std::vector<Check>& all_checks();

LOGBOOK_EXPORT const Check* find_check(std::string_view id);

}  // namespace logbook::doctor
