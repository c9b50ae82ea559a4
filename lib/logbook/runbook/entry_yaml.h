// Reads runbook entries from YAML, strictly: a wrong key is an error with its file and line, never ignored.
#pragma once

#include <string_view>
#include <vector>

#include "logbook/base/result.h"
#include "logbook/runbook/entry.h"

namespace logbook::runbook {

constexpr size_t most_entry_bytes = 1 << 20;

// The text is a list of maps with the members of Entry as keys; `slug`, `title`, `meaning` and `fix` are
// needed. A step of `fix` is a text, or a map of text, command and risk. `name` is the file's name for
// messages and origins. Pure. Fails with `invalid` ("site.yaml:12: …") or `too_large`.
Result<std::vector<Entry>> parse_entries(std::string_view yaml, std::string_view name);

}  // namespace logbook::runbook
