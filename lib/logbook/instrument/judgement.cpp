// Levels and their order.
#include "logbook/instrument/judgement.h"

namespace logbook::instrument {

std::string_view name_of(Level level) {
    switch (level) {
    case Level::ok:
        return "ok";
    case Level::unjudged:
        return "unjudged";
    case Level::warn:
        return "warn";
    case Level::fail:
        return "fail";
    }
    return "?";
}

Level worst(const std::vector<Judgement>& judgements) {
    Level level = Level::ok;
    for (const Judgement& one : judgements)
        if (one.level > level && one.level != Level::unjudged) level = one.level;
    return level;
}

}  // namespace logbook::instrument
