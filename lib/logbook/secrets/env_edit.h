// New values into the bytes of a `.env`: nothing but those values changes.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "logbook/base/result.h"
#include "logbook/base/secret.h"
#include "logbook/settings/env_file.h"

namespace logbook::secrets {

using NewValues = std::vector<std::pair<std::string, Secret>>;

// Pure. The effective (last) assignment of each name gets its new value between its own quotes; a name
// without one gets a line at the end, with the file's line ending. Comments, order, blanks and every other
// byte stay. The values must be of [A-Za-z0-9]. The result is read again before it is handed out: fails with
// `conflict` when any other setting would come to mean something else, or a new value did not take effect.
// `outer` as for parse_env().
LOGBOOK_EXPORT Result<Secret> edit_env(const Secret& bytes, const NewValues& values,
                                       const settings::Lookup& outer = {});

}  // namespace logbook::secrets
