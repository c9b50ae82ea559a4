// Whether a database is proven to hold no members' data: the proof without which no secret is written.
#pragma once

#include <string>

#include "logbook/net/sql_session.h"

namespace logbook::probe {

enum class StoredData {
    none,     // the database answered, and `users` and `organizations` are absent or empty
    present,  // one of them has a row
    unknown,  // it did not answer, or not clearly
};

struct StoredDataReading {
    StoredData data = StoredData::unknown;
    std::string evidence;  // one sentence, with the place asked
};

// Never longer than `deadline`. Thread-safe. A database that the server does not know proves nothing: the
// name or the server may be the wrong one. Nor does a table that this user may not read.
LOGBOOK_EXPORT StoredDataReading read_stored_data(const net::SqlConnector& sql,
                                                  const net::SqlEndpoint& endpoint, Deadline deadline);

}  // namespace logbook::probe
