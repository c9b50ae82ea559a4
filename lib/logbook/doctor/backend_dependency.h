// What the backend says of a server that it depends on: judged alike for its database and its Redis.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "logbook/doctor/finding.h"
#include "logbook/probe/health_probe.h"

namespace logbook::doctor {

// `server` as in a sentence ("database", "Redis"); `path` of its endpoint ("/health/db"); `blames`: the areas
// whose failures are the reason for this one. Pure.
Finding judge_backend_dependency(const probe::HealthReading& health, std::string_view server,
                                 std::string_view path, std::vector<std::string> blames);

}  // namespace logbook::doctor
