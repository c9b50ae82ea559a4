// Waivers: findings that the operator has accepted, each with a reason and a last day.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/result.h"
#include "logbook/doctor/finding.h"

namespace logbook::doctor {

// The name of the file beside `.env`.
inline constexpr std::string_view waivers_file_name = "logbookctl.waivers";

struct WaiverList {
    std::vector<Waiver> valid;
    std::vector<std::string> complaints;  // one line each: expired, unknown check, not readable
};

// One waiver a line: `<check> <last day> <reason>`, e.g. "db.clock 2026-12-31 the host has no NTP until the
// move". Empty lines and those that begin with `#` are passed over. The last day still counts, in UTC. Pure.
LOGBOOK_EXPORT WaiverList parse_waivers(std::string_view text, const std::string& name, WallTime now);

// Of `--skip ID=reason`. Fails with `invalid` on an unknown id or without a reason.
LOGBOOK_EXPORT Result<Waiver> parse_skip(std::string_view text);

// Reads the file (64 KiB at most). A file that does not exist is an empty list.
LOGBOOK_EXPORT Result<WaiverList> load_waivers(const std::filesystem::path& path, WallTime now);

}  // namespace logbook::doctor
