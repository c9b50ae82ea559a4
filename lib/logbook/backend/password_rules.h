// What a new password must be (LOGBOOK.md §11).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "logbook/backend/rules.h"

namespace logbook::backend {

// Nothing, or the sentence that says what is wrong: its length in characters; a letter of each case, a digit
// and a character that is neither; none three times in a row ("aaa"); no three letters or digits that follow
// each other up or down ("abc", "321"). Pure.
std::optional<std::string> password_fault(const Rules& rules, std::string_view password);

// A password of `length` characters that has no fault, for an account whose owner must change it.
Result<Secret> temporary_password(const Rules& rules);

}  // namespace logbook::backend
