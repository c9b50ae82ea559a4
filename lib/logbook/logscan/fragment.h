// The part of a pattern that stands in a log as it is, however the log escapes its text: with it, raw bytes
// can be searched, and only what holds it has to be unwrapped.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/export.h"

namespace logbook::logscan {

// The expression for a fixed text.
LOGBOOK_EXPORT std::string escaped_pattern(std::string_view fixed);

// An expression that matches somewhere in every text that `pattern` matches, and in every JSON spelling of
// that text too: JSON leaves ASCII letters, digits and most marks as they are, but not `"`, `\`, `<`, `>`,
// `&`, control bytes nor, with some loggers, anything beyond ASCII. nullopt when no part of at least
// `least_bytes` is certain; then nothing can be skipped. Pure.
LOGBOOK_EXPORT std::optional<std::string> safe_fragment(std::string_view pattern);
constexpr size_t least_bytes = 2;

// Those of all patterns; nullopt when one of them has none.
LOGBOOK_EXPORT std::optional<std::vector<std::string>>
safe_fragments(const std::vector<std::string>& patterns);

}  // namespace logbook::logscan
