// The order of services: each after what it needs.
#include "logbook/restart/plan.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <tuple>

#include "logbook/base/text.h"

namespace logbook::restart {
namespace {

bool is_known_order(Role needed, Role by) {
    switch (by) {
    case Role::backend:
        return needed == Role::database || needed == Role::cache;
    case Role::frontend:
        return needed == Role::backend;
    case Role::proxy:
        return needed == Role::backend || needed == Role::frontend;
    default:
        return false;
    }
}

void complete_needs(std::vector<ServiceFacts>& services) {
    std::set<std::string> known;
    for (const ServiceFacts& service : services) known.insert(service.service);
    for (ServiceFacts& service : services) {
        auto& needs = service.needs;
        needs.erase(std::remove_if(needs.begin(), needs.end(),
                                   [&](const std::string& name) { return known.count(name) == 0; }),
                    needs.end());
        if (!needs.empty()) continue;
        for (const ServiceFacts& other : services)
            if (is_known_order(other.role, service.role)) needs.push_back(other.service);
    }
}

bool all_in(const std::vector<std::string>& names, const std::set<std::string>& done) {
    return std::all_of(names.begin(), names.end(),
                       [&](const std::string& name) { return done.count(name) > 0; });
}

// "a → b → a", found by walking from any service that could not be placed.
std::string circle_in(const std::vector<ServiceFacts>& left) {
    std::vector<std::string> path;
    std::string at = left.front().service;
    while (std::find(path.begin(), path.end(), at) == path.end()) {
        path.push_back(at);
        const auto here =
            std::find_if(left.begin(), left.end(), [&](const ServiceFacts& s) { return s.service == at; });
        for (const std::string& need : here->needs)
            if (std::any_of(left.begin(), left.end(),
                            [&](const ServiceFacts& s) { return s.service == need; })) {
                at = need;
                break;
            }
    }
    path.erase(path.begin(), std::find(path.begin(), path.end(), at));
    path.push_back(at);
    return printable(join(path, " → "), 300);
}

}  // namespace

Result<std::vector<ServiceFacts>> in_order(std::vector<ServiceFacts> services) {
    complete_needs(services);
    std::sort(services.begin(), services.end(), [](const ServiceFacts& a, const ServiceFacts& b) {
        return std::tie(a.role, a.service) < std::tie(b.role, b.service);
    });
    std::vector<ServiceFacts> ordered;
    std::set<std::string> placed;
    while (!services.empty()) {
        const auto next = std::find_if(services.begin(), services.end(),
                                       [&](const ServiceFacts& s) { return all_in(s.needs, placed); });
        if (next == services.end())
            return fail(
                ErrorCode::invalid, "depends_on runs in a circle: " + circle_in(services),
                "take one of these out of depends_on in the Compose file, or restart a service by name");
        placed.insert(next->service);
        ordered.push_back(std::move(*next));
        services.erase(next);
    }
    return ordered;
}

}  // namespace logbook::restart
