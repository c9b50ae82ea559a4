// The rules of drift.
#include "logbook/deployment/drift.h"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>

#include "logbook/base/text.h"
#include "logbook/settings/known.h"

namespace logbook::deployment {
namespace {

using Value = std::optional<Secret>;

// The application reads `False` and `0` alike.
bool same_meaning(std::string_view name, std::string_view a, std::string_view b) {
    if (a == b) return true;
    const settings::KnownSetting* known = settings::known_setting(name);
    if (!known) return false;
    if (known->type == settings::ValueType::boolean) {
        const auto left = settings::parse_flag(a), right = settings::parse_flag(b);
        return left && right && *left == *right;
    }
    if (known->type == settings::ValueType::integer) {
        const auto left = settings::parse_number(a), right = settings::parse_number(b);
        return left && right && *left == *right;
    }
    return false;
}

Value value_in(const std::vector<docker::EnvironmentValue>& environment, std::string_view name) {
    for (const docker::EnvironmentValue& variable : environment)
        if (variable.name == name) return variable.value;
    return std::nullopt;
}

// Put into containers by the engine, or by Compose from the Docker client's own configuration.
bool is_the_engines_own(std::string_view name) {
    constexpr std::string_view names[] = {"path",     "hostname",  "home",        "http_proxy",
                                          "no_proxy", "ftp_proxy", "https_proxy", "all_proxy"};
    const std::string lowered = lower(name);
    return std::find(std::begin(names), std::end(names), lowered) != std::end(names);
}

class Judge {
  public:
    explicit Judge(const DriftFacts& facts) : facts_(facts) {}

    Drift run() {
        const ComposeProject& compose = facts_.compose;
        if (!compose.exists())
            unknown("there are no Compose files here, so what a recreate would change cannot be told");
        for (const Error& problem : compose.problems) unknown(problem.what);
        for (const Error& refusal : compose.refusals) unknown("Compose refuses the files: " + refusal.what);
        rendered_ = compose.exists() && compose.problems.empty() && compose.refusals.empty();
        if (!facts_.containers)
            unknown("no engine answered, so what the containers run with is not known");
        else
            containers();
        for (const settings::EnvAssignment& assigned : facts_.env.assignments) {
            if (facts_.env.find(assigned.name) != &assigned) continue;  // a later line counts
            shadowed(assigned);
            hard_coded(assigned);
            not_passed(assigned);
        }
        redefined();
        std::stable_sort(drift_.findings.begin(), drift_.findings.end(), [](const auto& a, const auto& b) {
            return std::tuple(!a.matters, int(a.kind), a.stake == DriftStake::none) <
                   std::tuple(!b.matters, int(b.kind), b.stake == DriftStake::none);
        });
        return std::move(drift_);
    }

  private:
    void unknown(std::string sentence) { drift_.unknown.push_back(std::move(sentence)); }

    Value in_shell(std::string_view name) const {
        if (!facts_.shell) return std::nullopt;
        auto value = facts_.shell(name);
        return value ? Value(Secret(std::move(*value))) : std::nullopt;
    }
    Value in_env(std::string_view name) const {
        const settings::EnvAssignment* found = facts_.env.find(name);
        return found ? Value(found->value) : std::nullopt;
    }
    Value rendered(std::string_view service, std::string_view name) const {
        const ComposeService* found = facts_.compose.model.service(service);
        const ServiceVariable* variable = found ? found->variable(name) : nullptr;
        return variable ? variable->value : std::nullopt;
    }
    const ServiceContainer* container_of(std::string_view service) const {
        if (facts_.containers)
            for (const ServiceContainer& container : *facts_.containers)
                if (container.service == service) return &container;
        return nullptr;
    }

    DriftFinding finding(DriftKind kind, std::string_view service, std::string_view name,
                         const ServiceContainer* container) const {
        DriftFinding found;
        found.kind = kind;
        found.name = std::string(name);
        found.service = std::string(service);
        found.in_env = in_env(name);
        found.in_shell = in_shell(name);
        found.rendered = rendered(service, name);
        if (container) {
            found.container = container->container;
            found.running = value_in(container->environment, name);
        }
        if (const settings::EnvAssignment* assigned = facts_.env.find(name)) found.line = assigned->line;
        found.stake = stake_of(name);
        if (const ValueOrigin* origin = facts_.origins.of(service, name)) {
            found.file = origin->file;
            for (const std::string& part : origin->from) {
                if (part != name) found.from.push_back(part);
                if (found.stake == DriftStake::none) found.stake = stake_of(part);
                const settings::EnvAssignment* assigned = facts_.env.find(part);
                if (found.line == 0 && assigned) found.line = assigned->line;
            }
        }
        return found;
    }

    void containers() {
        for (const ComposeService& service : facts_.compose.model.services)
            if (!container_of(service.name))
                unknown(
                    fmt::format("service {} has no container to compare with", printable(service.name, 60)));
        for (const ServiceContainer& container : *facts_.containers) {
            if (facts_.compose.exists() && rendered_)
                against_compose(container);
            else if (!facts_.compose.exists())
                against_env(container);
        }
    }

    void against_compose(const ServiceContainer& container) {
        const ComposeService* service = facts_.compose.model.service(container.service);
        if (!service) return;  // an orphan: no recreate would reach it
        for (const ServiceVariable& variable : service->environment) {
            if (!variable.value) continue;
            const Value running = value_in(container.environment, variable.name);
            if (running && *running == *variable.value) continue;
            if (only_this_shell(*service, variable, running)) continue;
            drift_.findings.push_back(finding(DriftKind::stale, service->name, variable.name, &container));
        }
        if (!container.image_environment) return;
        for (const docker::EnvironmentValue& running : container.environment) {
            const ServiceVariable* variable = service->variable(running.name);
            if ((variable && variable->value) || is_the_engines_own(running.name)) continue;
            const Value image = value_in(*container.image_environment, running.name);
            if (image && *image == running.value) continue;
            drift_.findings.push_back(finding(DriftKind::stale, service->name, running.name, &container));
        }
    }

    // The container has what .env says, and only because of a variable of this shell would a recreate change
    // it: that is told as shadowed.
    bool only_this_shell(const ComposeService& service, const ServiceVariable& variable,
                         const Value& running) const {
        const ValueOrigin* origin = facts_.origins.of(service.name, variable.name);
        if (!origin || origin->from.size() != 1 || !running) return false;
        const Value shell = in_shell(origin->from.front()), file = in_env(origin->from.front());
        return shell && file && !(*shell == *file) && *variable.value == *shell && *running == *file;
    }

    // Without Compose files .env can only be held against the container itself.
    void against_env(const ServiceContainer& container) {
        for (const settings::EnvAssignment& assigned : facts_.env.assignments) {
            if (facts_.env.find(assigned.name) != &assigned) continue;
            const Value running = value_in(container.environment, assigned.name);
            if (running && !same_meaning(assigned.name, running->reveal(), assigned.value.reveal()))
                drift_.findings.push_back(
                    finding(DriftKind::stale, container.service, assigned.name, &container));
        }
    }

    // A mount that moved is told by its place. What else differs beside variables only Compose's own hash
    // tells; and where a variable differs, or this shell decides, the hash differs for that reason already.
    void redefined() {
        if (!facts_.containers || !rendered_) return;
        std::vector<std::string> told;
        for (const MovedMount& mount : facts_.moved) {
            DriftFinding found =
                finding(DriftKind::redefined, mount.service, mount.target, container_of(mount.service));
            found.stake = DriftStake::stored_data;
            found.running = Secret(mount.has);
            if (!mount.gets.empty()) found.rendered = Secret(mount.gets);
            drift_.findings.push_back(std::move(found));
            told.push_back(mount.service);
        }
        bool cache_login = false;
        for (const DriftFinding& found : drift_.findings) {
            if (found.kind == DriftKind::shadowed) return;
            if (found.kind != DriftKind::stale) continue;
            told.push_back(found.service);
            cache_login = cache_login || found.stake == DriftStake::cache_login;
        }
        for (const ServiceContainer& container : *facts_.containers) {
            const ComposeService* service = facts_.compose.model.service(container.service);
            const bool known = std::find(told.begin(), told.end(), container.service) != told.end();
            if (!service || known || !is_redefined(container.labels, *service, facts_.compose.model))
                continue;
            told.push_back(container.service);
            DriftFinding found = finding(DriftKind::redefined, container.service, "definition", &container);
            // The cache has its password in its command.
            if (cache_login && service->role() == Role::cache) found.stake = DriftStake::cache_login;
            drift_.findings.push_back(std::move(found));
        }
    }

    void shadowed(const settings::EnvAssignment& assigned) {
        const Value shell = in_shell(assigned.name);
        if (!shell || *shell == assigned.value || facts_.origins.used.count(assigned.name) == 0) return;
        // The backend before others that take it, too.
        std::string service;
        const std::string backend = facts_.compose.model.service_name(Role::backend);
        for (const ValueOrigin& origin : facts_.origins.values) {
            const bool takes =
                std::find(origin.from.begin(), origin.from.end(), assigned.name) != origin.from.end();
            if (takes && (service.empty() || origin.service == backend)) service = origin.service;
        }
        drift_.findings.push_back(
            finding(DriftKind::shadowed, service, assigned.name, container_of(service)));
    }

    void hard_coded(const settings::EnvAssignment& assigned) {
        for (const ComposeService& service : facts_.compose.model.services) {
            const ServiceVariable* variable = service.variable(assigned.name);
            if (!variable || !variable->value) continue;
            if (facts_.origins.passes(service.name, assigned.name)) continue;
            // Where the files could not be followed, only the values can tell.
            const bool traced = facts_.origins.of(service.name, assigned.name) != nullptr;
            if (!traced && (assigned.value.empty() || in_shell(assigned.name))) continue;
            if (same_meaning(assigned.name, variable->value->reveal(), assigned.value.reveal())) continue;
            drift_.findings.push_back(
                finding(DriftKind::hard_coded, service.name, assigned.name, container_of(service.name)));
        }
    }

    void not_passed(const settings::EnvAssignment& assigned) {
        const settings::KnownSetting* known = settings::known_setting(assigned.name);
        if (!known || assigned.name == "TZ") return;  // TZ is for the database's container
        const ComposeService* backend = facts_.compose.model.of_role(Role::backend);
        if (!backend) return;
        if (!facts_.compose.problems.empty()) return;  // it may stand in what could not be read
        if (const ServiceVariable* variable = backend->variable(assigned.name); variable && variable->value)
            return;
        DriftFinding found =
            finding(DriftKind::not_passed, backend->name, assigned.name, container_of(backend->name));
        found.matters = !assigned.value.empty() &&
                        !(known->default_value &&
                          same_meaning(assigned.name, assigned.value.reveal(), *known->default_value));
        drift_.findings.push_back(std::move(found));
    }

    const DriftFacts& facts_;
    bool rendered_ = false;
    Drift drift_;
};

}  // namespace

std::string_view name_of(DriftKind kind) {
    switch (kind) {
    case DriftKind::stale:
        return "stale";
    case DriftKind::redefined:
        return "redefined";
    case DriftKind::shadowed:
        return "shadowed";
    case DriftKind::hard_coded:
        return "hard_coded";
    case DriftKind::not_passed:
        return "not_passed";
    }
    return "stale";
}

std::string_view name_of(DriftStake stake) {
    switch (stake) {
    case DriftStake::none:
        return "none";
    case DriftStake::key:
        return "key";
    case DriftStake::database_login:
        return "database_login";
    case DriftStake::cache_login:
        return "cache_login";
    case DriftStake::stored_data:
        return "stored_data";
    }
    return "none";
}

DriftStake stake_of(std::string_view variable) {
    constexpr std::string_view keys[] = {"SECRET_KEY", "ENCRYPTION_KEY", "ENCRYPTION_SALT",
                                         "VOTE_SIGNING_KEY", "AUDIT_LOG_SIGNING_KEY"};
    constexpr std::string_view logins[] = {"DB_PASSWORD", "MYSQL_PASSWORD", "MYSQL_ROOT_PASSWORD",
                                           "MARIADB_PASSWORD", "MARIADB_ROOT_PASSWORD"};
    if (std::find(std::begin(keys), std::end(keys), variable) != std::end(keys)) return DriftStake::key;
    if (std::find(std::begin(logins), std::end(logins), variable) != std::end(logins))
        return DriftStake::database_login;
    return variable == "REDIS_PASSWORD" ? DriftStake::cache_login : DriftStake::none;
}

Drift judge_drift(const DriftFacts& facts) {
    return Judge(facts).run();
}

bool Drift::found() const {
    return std::any_of(findings.begin(), findings.end(), [](const DriftFinding& f) { return f.matters; });
}

bool Drift::recreate_is_safe(std::string_view service) const {
    return std::none_of(findings.begin(), findings.end(), [&](const DriftFinding& f) {
        // In this shell a recreate would give the container the shell's value.
        const bool changes =
            f.kind == DriftKind::stale || f.kind == DriftKind::redefined || f.kind == DriftKind::shadowed;
        return changes && f.service == service && f.stake != DriftStake::none && !f.container.empty();
    });
}

std::vector<std::string> Drift::stale_services() const {
    std::vector<std::string> services;
    for (const DriftFinding& found : findings)
        if ((found.kind == DriftKind::stale || found.kind == DriftKind::redefined) &&
            std::find(services.begin(), services.end(), found.service) == services.end())
            services.push_back(found.service);
    return services;
}

}  // namespace logbook::deployment
