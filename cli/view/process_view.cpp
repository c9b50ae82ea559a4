// Words and members for one connection.
#include "view/process_view.h"

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/instrument/sql_fingerprint.h"

namespace logbook::cli {

using instrument::Process;

std::string statement_of(const ProcessView& view, const Process& process, size_t most) {
    if (!process.statement) return {};
    std::string text = view.literals ? *process.statement : instrument::sql_fingerprint(*process.statement);
    if (process.statement_cut()) text += " …";
    return printable(text, most);
}

std::string who(const ProcessView& view, const Process& process) {
    const std::string user = printable(process.user, 80), name = view.names.of(process.address);
    if (!name.empty()) return fmt::format("{} ({})", user, name);
    return process.address.empty() ? user : fmt::format("{}@{}", user, printable(process.address, 80));
}

std::string client_of(const ProcessView& view, const Process& process) {
    const std::string name = view.names.of(process.address);
    if (!name.empty()) return name;
    return process.address.empty() ? "–" : printable(process.address, 80);
}

std::string doing(const Process& process) {
    const std::string time = human_duration(process.time);
    if (process.idle() && process.transaction) {
        const instrument::Transaction& open = *process.transaction;
        std::string text = fmt::format("idle in its transaction for {}", time);
        if (open.rows_locked > 0)
            text += fmt::format(", {} locked", counted(size_t(open.rows_locked), "row"));
        else if (open.tables_locked > 0)
            text += fmt::format(", {} locked", counted(size_t(open.tables_locked), "table"));
        return text;
    }
    if (process.idle()) return "idle for " + time;
    const std::string state = printable(process.state.empty() ? process.command : process.state, 80);
    return fmt::format("{} for {}", lower(state), time);
}

Json to_json(const ProcessView& view, const Process& process) {
    Json one = Json::object({{"id", process.id},
                             {"kind", instrument::name_of(process.kind)},
                             {"user", process.user},
                             {"address", process.address.empty() ? Json() : Json(process.address)},
                             {"port", process.port == 0 ? Json() : Json(int(process.port))},
                             {"container", nullptr},
                             {"program", process.program.empty() ? Json() : Json(process.program)},
                             {"database", process.database.empty() ? Json() : Json(process.database)},
                             {"command", process.command},
                             {"state", process.state},
                             {"time_ms", process.time.count()},
                             {"rows_examined", nullptr},
                             {"statement", nullptr},
                             {"statement_bytes", process.statement_bytes},
                             {"statement_cut", process.statement_cut()},
                             {"transaction", nullptr}});
    if (const std::string name = view.names.of(process.address); !name.empty()) one.set("container", name);
    if (process.rows_examined) one.set("rows_examined", *process.rows_examined);
    if (process.statement)
        one.set("statement",
                view.literals ? *process.statement : instrument::sql_fingerprint(*process.statement));
    if (process.transaction)
        one.set("transaction", Json::object({{"state", process.transaction->state},
                                             {"age_ms", process.transaction->age.count()},
                                             {"rows_locked", process.transaction->rows_locked},
                                             {"rows_changed", process.transaction->rows_changed},
                                             {"tables_locked", process.transaction->tables_locked}}));
    return one;
}

}  // namespace logbook::cli
