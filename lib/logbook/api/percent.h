// Percent-encoding (RFC 3986 §2.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace logbook::api {

// nullopt for a broken escape, a control byte, encoded or not, or bytes that are not UTF-8. Pure.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace logbook::api
