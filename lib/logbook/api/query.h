// The part of a target behind `?`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "logbook/base/export.h"

namespace logbook::api {

using Query = std::vector<std::pair<std::string, std::string>>;  // in order, decoded

// "a=1&b=x+y" by the rules of HTML forms. nullopt for a broken escape, an encoded control byte, bytes that
// are not UTF-8, or more than 100 values. Pure.
LOGBOOK_EXPORT std::optional<Query> parse_query(std::string_view target);

// The last of that name, as the application takes it; nullopt when there is none.
LOGBOOK_EXPORT std::optional<std::string_view> query_value(const Query& query, std::string_view name);

}  // namespace logbook::api
