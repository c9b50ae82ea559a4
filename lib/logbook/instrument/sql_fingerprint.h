// A statement without its values: what may be shown of it to anybody, and what makes two statements the same.
#pragma once

#include <string>
#include <string_view>

#include "logbook/base/export.h"

namespace logbook::instrument {

// Every literal (text, number, bytes, with its introducer) becomes `?`, a list of nothing but them `(?+)`,
// several such lists one; comments go, blanks become one. Double quotes count as a text, though a server in
// ANSI mode takes them for a name. What cannot be told apart is hidden: a text that begins and does not end
// (statements come cut) hides all that follows, and so does a quote behind a backslash, which ends the text
// or not as the session's NO_BACKSLASH_ESCAPES has it. Names, keywords and the values NULL, TRUE and FALSE
// stay. Any bytes are taken; the result holds no control bytes, and may end in the middle of a UTF-8
// character where the statement does. Pure, linear.
LOGBOOK_EXPORT std::string sql_fingerprint(std::string_view statement);

}  // namespace logbook::instrument
