// Revisions in the order in which Alembic lists them.
#pragma once

#include "logbook/revision/revision_map.h"

namespace logbook::revision {

// Those marked in `wanted`, children before parents, one line of descent after another: from each of `tops`
// down to where another line still has to be walked first. Fails with `conflict` where some cannot be come to
// from `tops`, or stand in a circle.
Result<std::vector<RevisionIndex>> ordered(const RevisionMap& map, const std::vector<bool>& wanted,
                                           const std::vector<RevisionIndex>& tops);

}  // namespace logbook::revision
