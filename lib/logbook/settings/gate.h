// The application's security gate, judged from its settings: what the backend would say at its start, and
// whether it would start at all. Stricter advice of ours stands beside it, marked as such.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/settings/settings.h"

namespace logbook::settings {

enum class Severity {
    critical,  // the application's CRITICAL: blocks the start where the gate is armed
    warning,   // the application's WARNING
    advice,    // ours, stricter than the application
};

// "critical", "warning", "advice".
LOGBOOK_EXPORT std::string_view name_of(Severity severity);

struct GateFinding {
    Severity severity = Severity::critical;
    std::string rule;     // stable: "gate.secret_key"; ours begin with "ours."
    std::string setting;  // the name it is about
    std::string message;  // never contains a secret value
    std::string fix;
    bool everywhere = false;  // blocks in every environment, armed or not: the settings cannot be read at all
};

// Pure. Criticals first, then warnings, then advice. `as_environment` judges the same values as another
// ENVIRONMENT.
LOGBOOK_EXPORT std::vector<GateFinding> judge_gate(const Settings& settings,
                                                   std::optional<std::string_view> as_environment = {});

// Whether the gate is armed: ENVIRONMENT is exactly `production` or `staging`, or
// SECURITY_BLOCK_INSECURE_DEFAULTS is on.
LOGBOOK_EXPORT bool gate_is_armed(const Settings& settings,
                                  std::optional<std::string_view> as_environment = {});

// Whether the backend would refuse to start with these findings.
LOGBOOK_EXPORT bool blocks_start(const std::vector<GateFinding>& findings, bool armed);

}  // namespace logbook::settings
