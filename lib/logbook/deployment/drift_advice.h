// What to do about drift: safe steps, ready to paste, and where none is safe, what would happen and why.
#pragma once

#include <string>
#include <vector>

#include "logbook/deployment/drift.h"

namespace logbook::deployment {

struct DriftStep {
    std::string text;     // may stand alone
    std::string command;  // ready to paste; empty: words only
};

struct DriftRemedy {
    std::vector<std::string> names;  // the variables that it is for
    std::string danger;              // what the usual step (a recreate) would cost; empty: nothing
    std::vector<DriftStep> steps;    // in order
};

struct DriftWords {
    std::string compose = "docker compose";  // with `cd … &&` in front and -f, -p behind, as far as needed
    std::string logbookctl = "logbookctl";   // with -C likewise
    std::string env_file = ".env";
    std::string backend = "backend";  // the service's name
};

// Pure. Nothing here recreates a container whose drift touches a key or a password.
LOGBOOK_EXPORT std::vector<DriftRemedy> remedies_of(const Drift& drift, const DriftWords& words);

}  // namespace logbook::deployment
