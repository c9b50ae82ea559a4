// Which secrets `secrets generate --write` may write, decided before anything is touched. A placeholder may
// be the live key of real data, so a missing, placeholder or replaced value is written only where no data can
// be lost.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/result.h"
#include "logbook/settings/env_file.h"

namespace logbook::secrets {

// Whether the installation holds data. `unknown` counts as data.
enum class DataPresence { none, present, unknown };

// "none", "present", "unknown".
LOGBOOK_EXPORT std::string_view name_of(DataPresence presence);

struct DataProof {
    DataPresence presence = DataPresence::unknown;
    std::string evidence;  // how it is known: "`users` in intranet_db at localhost:3306 has rows"
};

enum class Reason { missing, placeholder, replaced };

LOGBOOK_EXPORT std::string_view name_of(Reason reason);

struct PlannedSecret {
    std::string name;
    Reason reason = Reason::missing;
};

// What is to be written, and what stays: all six names are in one or the other, in their order.
struct WritePlan {
    std::vector<PlannedSecret> write;
    std::vector<std::string> keep;
};

// Pure. `replace`: names to get a new value although they have a real one; only of `secret_names()`.
LOGBOOK_EXPORT WritePlan plan_write(const settings::EnvFile& file, const std::vector<std::string>& replace);

// The gate. Pure. Passes an empty plan; else needs proof of no data, or, where nothing is known, the
// operator's word `fresh_install`, which proven data overrules. The refusal (`declined`) says which data
// would become unreadable, and the next step; `confirm_with` is the command line that gives that word.
LOGBOOK_EXPORT Status may_write(const WritePlan& plan, const DataProof& proof, bool fresh_install,
                                std::string_view confirm_with);

}  // namespace logbook::secrets
