// Addresses of the deployment's networks.
#include "logbook/instrument/client_names.h"

#include "logbook/base/text.h"

namespace logbook::instrument {

ClientNames::ClientNames(const deployment::Deployment& deployment) {
    for (const deployment::Member& member : deployment.members) {
        if (member.role == deployment::Role::database && database_.empty())
            database_ = printable(member.container.name, 80);
        for (const auto& network : member.container.networks) {
            const std::string name = printable(member.container.name, 80);
            if (!network.address.empty()) names_.emplace_back(network.address, name);
            if (!network.address6.empty()) names_.emplace_back(network.address6, name);
        }
    }
    for (const deployment::Member& member : deployment.members)
        for (const auto& network : member.container.networks)
            if (!network.gateway.empty()) names_.emplace_back(network.gateway, "the engine's machine");
}

std::string ClientNames::of(std::string_view address) const {
    for (const auto& [known, name] : names_)
        if (known == address) return name;
    if (!database_.empty() && (address == "localhost" || address == "127.0.0.1" || address == "::1"))
        return database_;
    return {};
}

}  // namespace logbook::instrument
