// Who else can sign in on this machine: decides whether a file that others may read is a risk or a remark.
#pragma once

#include <string_view>
#include <sys/types.h>

#include "logbook/base/export.h"

namespace logbook::host {

// Pure: whether the text of a passwd file names a person's account (uid 1000 to 65533, with a shell that
// opens a session) other than `owner`.
LOGBOOK_EXPORT bool names_other_login_users(std::string_view passwd, uid_t owner);

// The same for this machine's /etc/passwd. What cannot be read counts as "yes".
LOGBOOK_EXPORT bool has_other_login_users(uid_t owner);

}  // namespace logbook::host
