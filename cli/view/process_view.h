// A database connection as people and programs read it.
#pragma once

#include "logbook/base/json.h"
#include "logbook/instrument/client_names.h"
#include "logbook/instrument/process_list.h"
#include "view/stream.h"

namespace logbook::cli {

// What a view of connections goes by.
struct ProcessView {
    const instrument::ClientNames& names;
    bool literals = false;  // show statements as they were sent
};

// The statement, without its literals unless they are wanted; one printable line of at most `most` bytes.
// Empty where there is none.
std::string statement_of(const ProcessView& view, const instrument::Process& process, size_t most = 400);

// "app (intranet-backend)", "root@10.0.0.4", "root".
std::string who(const ProcessView& view, const instrument::Process& process);
// "intranet-backend", else the address; "–" for a thread of the server.
std::string client_of(const ProcessView& view, const instrument::Process& process);

// "idle in its transaction for 11 min, 3 rows locked", "updating for 41 s", "idle for 2 s".
std::string doing(const instrument::Process& process);

Json to_json(const ProcessView& view, const instrument::Process& process);

}  // namespace logbook::cli
