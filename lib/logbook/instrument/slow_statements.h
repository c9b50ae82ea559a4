// Which statements take the server's time: from its digests, else from its slow log. Read-only.
#pragma once

#include "logbook/instrument/process_list.h"

namespace logbook::instrument {

// Statements that are the same but for their values, together.
struct StatementDigest {
    std::string statement;  // its fingerprint: no value is in it
    std::string database;
    uint64_t count = 0, errors = 0;
    Millis total{0}, longest{0};
    uint64_t rows_sent = 0, rows_examined = 0;
    uint64_t full_scans = 0;  // executions that read a whole table, or joined without an index
    uint64_t no_good_index = 0;
    uint64_t disk_tables = 0;  // temporary tables on disk
    std::string first, last;   // when it was seen, in the server's zone; may be empty
};

struct SlowReading {
    std::string source;                       // "statement digests", "mysql.slow_log"
    std::vector<StatementDigest> statements;  // most time first
    Millis total{0};                          // of all statements that the source knows
    std::vector<std::string> missing;         // why better sources did not tell, and what would turn them on
    size_t asked = 0;                         // statements sent for it
};

// The `most` that took most time altogether. Fails with `unsupported` where the server keeps neither; the
// hint says what turns one on.
LOGBOOK_EXPORT Result<SlowReading> read_slow_statements(net::SqlSession& session, size_t most,
                                                        Deadline deadline);

// What an operator should look at: "reads 250,000 rows for each that it sends: an index is missing". Empty
// where nothing stands out. Pure.
LOGBOOK_EXPORT std::string remark_on(const StatementDigest& digest);

// Entries of the slow log, put together by fingerprint; most time first. Pure.
LOGBOOK_EXPORT std::vector<StatementDigest> digest_slow_log(const net::SqlRows& rows);

}  // namespace logbook::instrument
