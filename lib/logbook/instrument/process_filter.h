// Which connections an operator wants to see, in which order, or counted together. Pure.
#pragma once

#include <functional>
#include <optional>

#include "logbook/instrument/process_list.h"

namespace logbook::instrument {

// Words compare without regard to case; `*` in one stands for any text. Of several words one must fit; an
// empty list is no condition. All conditions must hold.
struct ProcessFilter {
    std::vector<std::string> users, clients, databases, commands, states;
    // What a client's address is called, where it has a name; `clients` are compared with both.
    std::function<std::string(const Process&)> client_name;
    // On the statement as it was sent, literals included. What has no statement does not fit.
    std::function<bool(std::string_view)> statement;
    std::optional<Millis> busy;  // at work for at least this long
    std::optional<Millis> idle;  // asleep for at least this long
    bool in_transaction = false;
    bool server_threads = false;  // this connection, replication and daemons too
};
LOGBOOK_EXPORT bool wanted(const ProcessFilter& filter, const Process& process);

// `work`: what works first, the longest in front, then sleepers with a transaction, the oldest in front.
enum class ProcessOrder { work, time, transaction, rows, user, id };
LOGBOOK_EXPORT void sort_processes(std::vector<Process>& processes, ProcessOrder order);

struct ProcessGroup {
    std::string key;
    size_t count = 0, busy = 0;
    Millis longest{0};  // of the busy ones
    uint64_t rows_examined = 0;
};
// By what `key_of` says of each; the largest group first, equal ones by key.
LOGBOOK_EXPORT std::vector<ProcessGroup>
group_processes(const std::vector<Process>& processes,
                const std::function<std::string(const Process&)>& key_of);

// Whether `text` fits a pattern in which `*` stands for any text; without regard to ASCII case. Linear in
// practice, never exponential.
LOGBOOK_EXPORT bool fits(std::string_view pattern, std::string_view text);

}  // namespace logbook::instrument
