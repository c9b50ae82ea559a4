// How health reads: a line a layer on a terminal, one line for a monitor.
#pragma once

#include <string>

#include "logbook/doctor/health_report.h"
#include "view/stream.h"

namespace logbook::cli {

void show_health(Stream& out, const doctor::HealthReport& report, bool quiet, int verbose);

// "backend refused, database healthy": for progress lines.
std::string one_line(const doctor::HealthReport& report);

// The Nagios plugin API: "LOGBOOK CRITICAL - backend refused | backend=2ms …", and its exit status.
std::string nagios_line(const doctor::HealthReport& report);
int nagios_status(doctor::Health health);

}  // namespace logbook::cli
