// How much room is left where the database keeps its files.
#pragma once

#include <cstdint>

#include "logbook/migration/dump_program.h"

namespace logbook::migration {

// Asked inside its container, by `df`; on this machine where `program` has none and the server is here. Fails
// where neither can tell.
LOGBOOK_EXPORT Result<uint64_t> free_disk(net::SqlSession& session, const DumpProgram& program, bool is_here,
                                          Deadline deadline);

}  // namespace logbook::migration
