// The plan of an ordered restart: which services, in which order, step by step. Pure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/clock.h"
#include "logbook/base/result.h"
#include "logbook/deployment/role.h"

namespace logbook::restart {

using deployment::Role;

enum class Stand {
    missing,   // no container
    down,      // it does not run, and nobody starts it
    up,        // it runs
    troubled,  // paused, in a crash loop, or left half recreated
};

struct ServiceFacts {
    std::string service;
    Role role = Role::other;
    Stand stand = Stand::missing;
    std::vector<std::string> needs;  // what depends_on says, of its labels, else of the Compose files
    bool stale = false;              // made with other values than .env gives now
    bool left_half_recreated = false;
    bool finished = false;           // a job that ran to its end: nothing starts it again
    std::chrono::seconds grace{10};  // to end by itself
};

enum class Action {
    stop,
    start,
    create,    // through Compose
    recreate,  // through Compose; the old container's log is kept first
    await,     // until it is truly ready
    judge,     // the wipe trap, before any backend is started
    probe,     // through the frontend; restarts it where it holds a stale address
};
LOGBOOK_EXPORT std::string_view name_of(Action action);  // "recreate"

struct Step {
    Action action = Action::await;
    std::string service;  // of `judge` the database's, of `probe` the frontend's; `judge` may have none
    Role role = Role::other;
    Millis limit{0};

    LOGBOOK_EXPORT std::string text() const;  // "wait until mysql is ready"
};

struct Plan {
    std::vector<Step> steps;
    std::vector<std::string> added;  // not named, and taken in: what a named service needs, or what needs it

    LOGBOOK_EXPORT bool has(Action action, Role role) const;
    LOGBOOK_EXPORT bool touches(std::string_view service) const;  // stops, starts or makes it
    LOGBOOK_EXPORT bool needs_compose() const;
    bool stops_backend() const { return has(Action::stop, Role::backend); }
    LOGBOOK_EXPORT bool starts_backend() const;
    LOGBOOK_EXPORT Millis longest() const;  // the sum of the limits
};

struct Wish {
    std::vector<std::string> only;  // names of services or roles; empty: all
    bool apply_env = false;
};

// What each service needs, by depends_on where it says something, else by the application's known order
// (database and cache → backend → frontend → proxy); in an order in which everything comes after what it
// needs. Fails with `invalid` where depends_on runs in a circle.
LOGBOOK_EXPORT Result<std::vector<ServiceFacts>> in_order(std::vector<ServiceFacts> services);

// Named services alone, with three additions: what they need and does not run is started first; what holds
// connections to a named database or cache (the backend) is stopped before it and started after it; a cache
// changes its password together with the backend. Fails with `not_found` for a name that nobody has, with
// `invalid` for a circle.
LOGBOOK_EXPORT Result<Plan> make_plan(std::vector<ServiceFacts> services, const Wish& wish);

}  // namespace logbook::restart
