// The audit of the secrets in a `.env`: what is a placeholder, short, guessable, used twice, or breaks on its
// way.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "logbook/settings/env_file.h"
#include "logbook/settings/settings.h"

namespace logbook::secrets {

enum class Level { fail, warn, note };

LOGBOOK_EXPORT std::string_view name_of(Level level);

struct AuditFinding {
    Level level = Level::note;
    std::string rule;     // stable: "secret.placeholder"
    std::string setting;  // the name it is about; empty: the file
    size_t line = 0;      // 0: none
    std::string message;  // never contains a value
    std::string fix;
};

// Pure. Fails come first, then warnings, then notes; within each in the file's order.
LOGBOOK_EXPORT std::vector<AuditFinding> audit(const settings::LoadedEnv& env,
                                               const settings::Settings& settings, bool other_login_users);

// An estimate from the value's own characters, in bits: Shannon's entropy times the length, of one period
// where the value repeats itself or counts up. For telling a made-up value from a random one.
LOGBOOK_EXPORT double entropy_bits(std::string_view value);

}  // namespace logbook::secrets
