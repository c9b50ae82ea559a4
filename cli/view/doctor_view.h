// How a diagnosis reads on a terminal: roots first, each with what it means, how it is known, and the fix.
#pragma once

#include <string>

#include "logbook/doctor/diagnosis.h"
#include "view/stream.h"

namespace logbook::cli {

struct DoctorViewOptions {
    std::string headline;  // "The Logbook in /srv/the-logbook"
    bool warnings_count = false;
    bool quiet = false;  // the verdict line alone
    int verbose = 0;     // 1: every check and its evidence
};

void show_diagnosis(Stream& out, const doctor::Diagnosis& diagnosis, const DoctorViewOptions& options);

}  // namespace logbook::cli
