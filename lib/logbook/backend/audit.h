// The application's audit chain: every row is signed together with the one before it (LOGBOOK.md §11).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "logbook/base/clock.h"
#include "logbook/base/json.h"
#include "logbook/base/secret.h"

namespace logbook::backend {

struct AuditEvent {
    std::string type;               // "user_created"
    std::string category;           // "user_management"
    std::string severity = "info";  // "info", "warning", "critical"
    // Empty: NULL, `None` in the signed text.
    std::string user, username, session, organization, address, user_agent;
    Json data = Json::object();
};

// What is signed of a row of hash version 3. Pure.
LOGBOOK_EXPORT std::string audit_text(const AuditEvent& event, WallTime when, int64_t nanoseconds,
                                      std::string_view previous_hash);

// As Python's json.dumps(value, sort_keys=True): ", " and ": ", ASCII only. Pure.
LOGBOOK_EXPORT std::string python_json(const Json& value);

constexpr std::string_view first_previous_hash =
    "0000000000000000000000000000000000000000000000000000000000000000";

}  // namespace logbook::backend
