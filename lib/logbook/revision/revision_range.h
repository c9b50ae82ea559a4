// Which revisions a word of the command line means, and which stand between two of them, by Alembic's rules:
// full and partial identifiers, `head`, `heads`, `base`, `branch@head`, `head-2`, `-3`, `ae10+2`.
#pragma once

#include "logbook/revision/revision_map.h"

namespace logbook::revision {

// The revisions that an identifier means; none for `base`. Fails with `not_found` (nothing has that name),
// `conflict` (it means several, and one is wanted), `invalid`.
LOGBOOK_EXPORT Result<std::vector<RevisionIndex>> resolve(const RevisionMap& map,
                                                          std::string_view identifier);

// What `alembic history -r lower:upper` lists, children before parents: everything that `upper` needs, from
// `lower` on, which is part of it. Empty words mean `base` and `heads`. Fails as above, and with `conflict`
// for ends that do not lie on one line, or a circle.
LOGBOOK_EXPORT Result<std::vector<RevisionIndex>> history(const RevisionMap& map, std::string_view lower,
                                                          std::string_view upper);

// What `alembic upgrade target` would run of a database whose alembic_version has these rows, in that order;
// none where the database has all of it. Fails as above.
LOGBOOK_EXPORT Result<std::vector<RevisionIndex>>
upgrade_path(const RevisionMap& map, const std::vector<RevisionIndex>& rows, std::string_view target);

}  // namespace logbook::revision
