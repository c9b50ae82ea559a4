// The proof of absence; what cannot be asked counts as data.
#include "data_proof.h"

#include <fmt/format.h>

#include "first_install.h"
#include "logbook/base/text.h"
#include "logbook/deployment/address.h"
#include "logbook/deployment/compose_project.h"
#include "logbook/probe/stored_data.h"

namespace logbook::cli {
namespace {

ProvenData unknown(std::string why) {
    return {{secrets::DataPresence::unknown, std::move(why)}, false};
}

}  // namespace

ProvenData prove_data(App& app, const settings::Settings& all) {
    const Result<int64_t> port = all.number("DB_PORT");
    if (!port || *port < 1 || *port > 65535) return unknown("DB_PORT in the .env is not a port");
    // What Compose refuses for want of a value does not matter here: the missing secrets are what is to be
    // written.
    const settings::Lookup value = [&all](std::string_view name) -> std::optional<std::string> {
        const settings::Setting* setting = all.get(name);
        if (!setting || setting->source == settings::Source::default_value) return std::nullopt;
        return std::string(setting->value.reveal());
    };
    // Beside the .env, or with --env-file in the project's own folder.
    std::filesystem::path folder =
        std::filesystem::absolute(app.global.env_path()).lexically_normal().parent_path();
    auto compose = deployment::read_compose_files(folder, {}, value);
    if (!compose.exists()) {
        folder = std::filesystem::absolute(app.global.project_dir).lexically_normal();
        compose = deployment::read_compose_files(folder, {}, value);
    }
    if (!compose.problems.empty()) return unknown(compose.problems.front().what);
    // The shipped Compose files set DB_HOST themselves: an empty database elsewhere proves nothing about
    // theirs.
    const std::string service = compose.model.service_name(deployment::Role::database),
                      named = all.text("DB_HOST");
    std::string found;
    if (!service.empty()) {
        FirstInstall first = prove_first_install(app, compose, folder);
        if (first.proven) return {{secrets::DataPresence::none, std::move(first.evidence)}, false};
        found = std::move(first.evidence);
    }
    if (!service.empty() && service != named)
        return unknown(
            fmt::format("the application's database is the Compose service `{}`, not what answers at {}; {}",
                        service, printable(named, 80), found));
    // What the engine has of it is said with what the database says.
    const auto with = [&](const std::string& evidence) {
        return found.empty() ? evidence : evidence + "; " + found;
    };
    const net::SqlEndpoint endpoint = deployment::database_endpoint(all, compose.model);
    if (const auto reason = deployment::unverifiable_tls(all, endpoint)) return unknown(with(reason->what));
    const probe::StoredDataReading reading =
        probe::read_stored_data(app.seams.sql, endpoint, app.deadline.at_most(Millis(3000)));
    switch (reading.data) {
    case probe::StoredData::none:
        return {{secrets::DataPresence::none, reading.evidence}, true};
    case probe::StoredData::present:
        return {{secrets::DataPresence::present, with(reading.evidence)}, true};
    case probe::StoredData::unknown:
        return unknown(with(reading.evidence));
    }
    return {};
}

}  // namespace logbook::cli
