// Revisions in the words that Alembic prints, so that scripts which read them can switch.
#pragma once

#include <string>
#include <vector>

#include "logbook/revision/revision_map.h"

namespace logbook::revision {

// Lists inside a line stand in the order of the files, where Alembic's is random. `current`: marked as what
// the database has. Every line ends with a line feed.

// "a17c4e9d2b61 (head)", or the long form.
LOGBOOK_EXPORT std::string heads_text(const RevisionMap& map, const std::vector<RevisionIndex>& heads,
                                      bool verbose);
// "20260118_0001 -> 20260118_0002, Add notification preferences to users", or the long form.
LOGBOOK_EXPORT std::string history_text(const RevisionMap& map, const std::vector<RevisionIndex>& revisions,
                                        bool verbose, const std::vector<std::string>& current = {});
// Each revision that several follow, with those.
LOGBOOK_EXPORT std::string branches_text(const RevisionMap& map, const std::vector<RevisionIndex>& revisions,
                                         bool verbose);

}  // namespace logbook::revision
