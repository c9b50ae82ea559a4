// What an instrument makes of a figure: for a table, a monitor, and doctor's checks alike.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/export.h"

namespace logbook::instrument {

enum class Level { ok, unjudged, warn, fail };
LOGBOOK_EXPORT std::string_view name_of(Level level);

struct Judgement {
    std::string id;  // "memory", "hit_rate": stable, for programs
    Level level = Level::ok;
    std::string figure;                // "64 MB of 64 MB (100 %)"
    std::string meaning;               // one sentence, of what is not ok; empty otherwise
    std::string next;                  // a command or a step; may be empty
    std::optional<double> value;       // in the unit of the thresholds
    std::optional<double> warn, fail;  // from here on; absent: not judged by a number
    bool low_is_bad = false;           // the thresholds are lower limits
};

// The worst level among them; `unjudged` counts as ok.
LOGBOOK_EXPORT Level worst(const std::vector<Judgement>& judgements);

}  // namespace logbook::instrument
