// The application's settings: their types, defaults and secrecy, and which of them the base compose file
// passes on.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/export.h"

namespace logbook::settings {

enum class ValueType { text, boolean, integer };

struct KnownSetting {
    std::string_view name;
    ValueType type = ValueType::text;
    std::optional<std::string_view> default_value;  // absent: none, and unset differs from empty
    bool passed = false;  // stands in the backend's `environment:` of the base compose files
};

// Every setting that this program knows, in the order in which they are shown.
LOGBOOK_EXPORT const std::vector<KnownSetting>& known_settings();

// nullptr for a name that is not known.
LOGBOOK_EXPORT const KnownSetting* known_setting(std::string_view name);

// Whether a setting's value must not be shown. Unknown names are judged by their words, on the careful side.
LOGBOOK_EXPORT bool is_secret_name(std::string_view name);

// A value that the application itself takes for an unset default: it holds INSECURE_DEFAULT, CHANGE_ME or
// change_me, in exactly that case.
LOGBOOK_EXPORT bool is_application_placeholder(std::string_view value);

// The same, and every other spelling seen in shipped examples: what nobody would make as a secret.
LOGBOOK_EXPORT bool is_placeholder(std::string_view value);

// The words that the application's settings take for true and false. Nothing for anything else, the empty
// text included, on which the application ends at import.
LOGBOOK_EXPORT std::optional<bool> parse_flag(std::string_view text);
LOGBOOK_EXPORT std::optional<int64_t> parse_number(std::string_view text);

}  // namespace logbook::settings
