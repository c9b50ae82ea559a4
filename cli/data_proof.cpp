// The proof of absence; what cannot be asked counts as data.
#include "data_proof.h"

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/deployment/address.h"
#include "logbook/deployment/compose_project.h"
#include "logbook/probe/stored_data.h"

namespace logbook::cli {

secrets::DataProof prove_data(const App& app, const settings::Settings& all) {
    const Result<int64_t> port = all.number("DB_PORT");
    if (!port || *port < 1 || *port > 65535)
        return {secrets::DataPresence::unknown, "DB_PORT in the .env is not a port"};
    // What Compose refuses for want of a value does not matter here: the missing secrets are what is to be
    // written.
    const auto compose = deployment::read_compose_files(
        app.global.env_path().parent_path(), {}, [&all](std::string_view name) -> std::optional<std::string> {
            const settings::Setting* setting = all.get(name);
            if (!setting || setting->source == settings::Source::default_value) return std::nullopt;
            return std::string(setting->value.reveal());
        });
    if (!compose.problems.empty()) return {secrets::DataPresence::unknown, compose.problems.front().what};
    // The shipped Compose files set DB_HOST themselves: an empty database elsewhere proves nothing about
    // theirs.
    const std::string service = compose.model.service_name(deployment::Role::database),
                      named = all.text("DB_HOST");
    if (!service.empty() && service != named)
        return {secrets::DataPresence::unknown,
                fmt::format("the application's database is the Compose service `{}`, not what answers at {}",
                            service, printable(named, 80))};
    const net::SqlEndpoint endpoint = deployment::database_endpoint(all, compose.model);
    if (const auto reason = deployment::unverifiable_tls(all, endpoint))
        return {secrets::DataPresence::unknown, reason->what};
    const probe::StoredDataReading reading =
        probe::read_stored_data(app.seams.sql, endpoint, app.deadline.at_most(Millis(3000)));
    switch (reading.data) {
    case probe::StoredData::none:
        return {secrets::DataPresence::none, reading.evidence};
    case probe::StoredData::present:
        return {secrets::DataPresence::present, reading.evidence};
    case probe::StoredData::unknown:
        return {secrets::DataPresence::unknown, reading.evidence};
    }
    return {};
}

}  // namespace logbook::cli
