// Ordering, choosing, and laying out the steps.
#include "logbook/restart/plan.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "logbook/base/text.h"

namespace logbook::restart {
namespace {

using std::chrono::seconds;

// InnoDB writes its pages back when it stops; killed in the middle it has to recover at the next start.
constexpr seconds database_grace{60};

// Services by name, with what the plan does to each.
class Planner {
  public:
    Planner(std::vector<ServiceFacts> services, const Wish& wish)
        : services_(std::move(services)), wish_(wish) {}

    Status choose();
    Plan lay_out() const;

  private:
    const ServiceFacts* find(std::string_view name) const {
        for (const ServiceFacts& service : services_)
            if (service.service == name) return &service;
        return nullptr;
    }
    bool chosen(const ServiceFacts& service) const { return chosen_.count(service.service) > 0; }
    bool recreated(const ServiceFacts& service) const {
        return service.left_half_recreated ||
               (wish_.apply_env && service.stale && service.stand != Stand::missing);
    }
    void take(const ServiceFacts& service) {
        if (chosen_.insert(service.service).second && !wish_.only.empty()) added_.push_back(service.service);
    }
    Status take_named(const std::string& name);
    void take_dependents();
    void take_shared_password();
    void take_needed();
    void put(std::vector<Step>& steps, Action action, const ServiceFacts& service) const;
    const ServiceFacts* running_frontend() const;

    std::vector<ServiceFacts> services_;  // in order
    const Wish& wish_;
    std::set<std::string> chosen_;
    std::vector<std::string> added_;
};

Status Planner::take_named(const std::string& name) {
    if (const ServiceFacts* service = find(name)) {
        chosen_.insert(service->service);
        return {};
    }
    bool found = false;
    std::vector<std::string> known;
    for (const ServiceFacts& service : services_) {
        known.push_back(service.service);
        if (service.role != Role::other && deployment::name_of(service.role) == name) {
            chosen_.insert(service.service);
            found = true;
        }
    }
    if (found) return {};
    const std::string near = nearest(name, known);
    return fail(ErrorCode::not_found, fmt::format("the deployment has no service `{}`", printable(name, 80)),
                near.empty() ? "it has: " + printable(join(known, ", "), 400)
                             : "nearest: " + printable(shell_quoted(near)));
}

// Requests in flight must not lose their database, and a backend never comes back to a cache that it has
// lost. A frontend asks anew for each request; the probe at the end looks after it.
void Planner::take_dependents() {
    for (const ServiceFacts& service : services_) {  // in order: what needs a dependent comes after it
        if (chosen(service) || service.stand == Stand::missing || service.stand == Stand::down) continue;
        if (service.role != Role::backend && service.role != Role::other) continue;
        const bool depends =
            std::any_of(service.needs.begin(), service.needs.end(), [&](const std::string& name) {
                const ServiceFacts* needed = find(name);
                return needed && chosen(*needed) && needed->role != Role::backend;
            });
        if (depends) take(service);
    }
}

void Planner::take_shared_password() {
    const bool backend = std::any_of(services_.begin(), services_.end(), [&](const ServiceFacts& s) {
        return s.role == Role::backend && chosen(s) && recreated(s);
    });
    for (const ServiceFacts& service : services_)
        if (backend && service.role == Role::cache && service.stale) take(service);
}

void Planner::take_needed() {
    for (auto service = services_.rbegin(); service != services_.rend(); ++service) {
        if (!chosen(*service)) continue;
        for (const std::string& name : service->needs) {
            const ServiceFacts* needed = find(name);
            if (needed && needed->stand != Stand::up && !needed->finished) take(*needed);
        }
    }
}

Status Planner::choose() {
    if (wish_.only.empty()) {
        for (const ServiceFacts& service : services_)
            if (!service.finished) chosen_.insert(service.service);
        return {};
    }
    for (const std::string& name : wish_.only)
        if (Status taken = take_named(name); !taken) return taken;
    // Each may call for another: a cache for its backend, that for its database.
    for (size_t before = 0; before != chosen_.size();) {
        before = chosen_.size();
        take_shared_password();
        take_dependents();
        take_needed();
    }
    return {};
}

Millis limit_of(Action action, const ServiceFacts& service) {
    switch (action) {
    case Action::stop:
        return std::max(service.grace, service.role == Role::database ? database_grace : seconds(0)) +
               seconds(15);
    case Action::start:
        return seconds(30);
    case Action::create:
    case Action::recreate:
        return seconds(300);  // an image may have to be fetched, a long log to be kept
    case Action::judge:
        return seconds(15);
    case Action::probe:
        return seconds(60);
    case Action::await:
        break;
    }
    switch (service.role) {
    case Role::database:
        return seconds(180);  // recovery after a crash
    case Role::cache:
        return seconds(60);
    case Role::backend:
        return seconds(300);  // migrations
    default:
        return seconds(30);
    }
}

void Planner::put(std::vector<Step>& steps, Action action, const ServiceFacts& service) const {
    steps.push_back({action, service.service, service.role, limit_of(action, service)});
}

const ServiceFacts* Planner::running_frontend() const {
    for (const ServiceFacts& service : services_)
        if (service.role == Role::frontend && (chosen(service) || service.stand == Stand::up))
            return &service;
    return nullptr;
}

Plan Planner::lay_out() const {
    Plan plan;
    plan.added = added_;
    for (auto service = services_.rbegin(); service != services_.rend(); ++service)
        if (chosen(*service) && (service->stand == Stand::up || service->stand == Stand::troubled))
            put(plan.steps, Action::stop, *service);
    bool judged = false, probed = false;
    for (const ServiceFacts& service : services_) {
        if (!chosen(service)) continue;
        if (service.role == Role::backend && !judged) {
            judged = true;
            const auto database = std::find_if(services_.begin(), services_.end(), [](const ServiceFacts& s) {
                return s.role == Role::database;
            });
            plan.steps.push_back({Action::judge, database == services_.end() ? "" : database->service,
                                  Role::database, limit_of(Action::judge, service)});
        }
        put(plan.steps,
            service.stand == Stand::missing ? Action::create
            : recreated(service)            ? Action::recreate
                                            : Action::start,
            service);
        put(plan.steps, Action::await, service);
        probed = probed || service.role == Role::backend || service.role == Role::frontend;
    }
    if (const ServiceFacts* frontend = running_frontend(); frontend && probed)
        put(plan.steps, Action::probe, *frontend);
    return plan;
}

}  // namespace

bool Plan::has(Action action, Role role) const {
    return std::any_of(steps.begin(), steps.end(),
                       [&](const Step& step) { return step.action == action && step.role == role; });
}

bool Plan::touches(std::string_view service) const {
    return std::any_of(steps.begin(), steps.end(), [&](const Step& step) {
        return step.service == service && step.action != Action::judge && step.action != Action::probe;
    });
}

bool Plan::needs_compose() const {
    return std::any_of(steps.begin(), steps.end(), [](const Step& step) {
        return step.action == Action::create || step.action == Action::recreate;
    });
}

bool Plan::starts_backend() const {
    return has(Action::start, Role::backend) || has(Action::create, Role::backend) ||
           has(Action::recreate, Role::backend);
}

Millis Plan::longest() const {
    Millis sum{0};
    for (const Step& step : steps) sum += step.limit;
    return sum;
}

Result<Plan> make_plan(std::vector<ServiceFacts> services, const Wish& wish) {
    auto ordered = in_order(std::move(services));
    if (!ordered) return fail(ordered.error());
    Planner planner(std::move(*ordered), wish);
    if (Status chosen = planner.choose(); !chosen) return fail(chosen.error());
    return planner.lay_out();
}

}  // namespace logbook::restart
