// The plan of a restart: order, choice, circles, and what is taken in unasked.
#include "logbook/restart/plan.h"

#include <doctest/doctest.h>

#include "logbook/base/text.h"

using namespace logbook;
using namespace logbook::restart;

namespace {

ServiceFacts service(std::string name, Role role, std::vector<std::string> needs = {},
                     Stand stand = Stand::up) {
    ServiceFacts facts;
    facts.service = std::move(name);
    facts.role = role;
    facts.needs = std::move(needs);
    facts.stand = stand;
    return facts;
}

// As Compose 1.29 leaves it: no label tells of an order.
std::vector<ServiceFacts> silent() {
    return {service("frontend", Role::frontend), service("nginx", Role::proxy),
            service("backend", Role::backend), service("redis", Role::cache), service("db", Role::database)};
}

ServiceFacts& in(std::vector<ServiceFacts>& services, const std::string& name) {
    for (ServiceFacts& one : services)
        if (one.service == name) return one;
    FAIL("no service " << name);
    return services.front();
}

std::string words(const Result<Plan>& plan) {
    REQUIRE_MESSAGE(plan, (plan ? "" : plan.error().what));
    std::vector<std::string> steps;
    for (const Step& step : plan->steps)
        steps.push_back(std::string(name_of(step.action)) +
                        (step.action == Action::judge ? "" : " " + step.service));
    return join(steps, ", ");
}

std::string words(std::vector<ServiceFacts> services, std::vector<std::string> only = {},
                  bool apply_env = false) {
    return words(make_plan(std::move(services), Wish{std::move(only), apply_env}));
}

}  // namespace

TEST_CASE("where depends_on is silent, the application's order holds") {
    CHECK(words(silent()) ==
          "stop nginx, stop frontend, stop backend, stop redis, stop db, "
          "start db, await db, start redis, await redis, judge, start backend, await backend, "
          "start frontend, await frontend, start nginx, await nginx, probe frontend");
}

TEST_CASE("depends_on decides, also against the usual order") {
    auto services = silent();
    in(services, "db").needs = {"redis"};
    services.push_back(service("backup", Role::other, {"db", "gone"}));
    const std::string plan = words(services);
    CHECK(plan.find("stop db, stop redis") != std::string::npos);
    CHECK(plan.find("await redis, start db, await db") != std::string::npos);
    CHECK(plan.find("await db, judge") != std::string::npos);
    CHECK(plan.find("stop backup") < plan.find("stop db"));
    CHECK(plan.find("start backup") > plan.find("await db"));
}

TEST_CASE("a circle is refused with its members") {
    auto services = silent();
    in(services, "db").needs = {"backend"};
    in(services, "backend").needs = {"db", "redis"};
    const auto plan = make_plan(services, {});
    REQUIRE_FALSE(plan);
    CHECK(plan.error().code == ErrorCode::invalid);
    CHECK(plan.error().what.find("db → backend → db") != std::string::npos);
    in(services, "db").needs = {"db"};
    CHECK(make_plan(services, {}).error().what.find("db → db") != std::string::npos);
}

TEST_CASE("what does not run is not stopped, what is missing is created, what crashes is stopped first") {
    auto services = silent();
    in(services, "db").stand = Stand::down;
    in(services, "redis").stand = Stand::missing;
    in(services, "backend").stand = Stand::troubled;
    services.push_back(service("init", Role::other, {}, Stand::down));
    services.back().finished = true;
    CHECK(words(services) ==
          "stop nginx, stop frontend, stop backend, start db, await db, create redis, await redis, "
          "judge, start backend, await backend, start frontend, await frontend, start nginx, "
          "await nginx, probe frontend");
}

TEST_CASE("everything is created in order after `down`") {
    auto services = silent();
    for (ServiceFacts& one : services) one.stand = Stand::missing;
    const auto plan = make_plan(services, {});
    CHECK(words(plan).find("stop") == std::string::npos);
    CHECK(words(plan).find("create db, await db, create redis, await redis, judge, create backend") == 0);
    CHECK(plan->needs_compose());
    CHECK(plan->starts_backend());
    CHECK_FALSE(plan->stops_backend());
}

TEST_CASE("a named service alone") {
    CHECK(words(silent(), {"backend"}) ==
          "stop backend, judge, start backend, await backend, probe frontend");
    CHECK(words(silent(), {"frontend"}) == "stop frontend, start frontend, await frontend, probe frontend");
    CHECK(words(silent(), {"database"}) ==  // by its role
          "stop backend, stop db, start db, await db, judge, start backend, await backend, probe frontend");
    CHECK(words(silent(), {"proxy"}) == "stop nginx, start nginx, await nginx");
    const auto plan = make_plan(silent(), Wish{{"redis"}, false});
    REQUIRE(plan);
    CHECK(plan->added == std::vector<std::string>{"backend"});
    CHECK(plan->touches("backend"));
    CHECK_FALSE(plan->touches("db"));
}

TEST_CASE("an unknown name is told with the nearest") {
    const auto plan = make_plan(silent(), Wish{{"bakend"}, false});
    REQUIRE_FALSE(plan);
    CHECK(plan.error().code == ErrorCode::not_found);
    CHECK(plan.error().hint.find("backend") != std::string::npos);
    CHECK_FALSE(make_plan({}, Wish{{"backend"}, false}));
    CHECK(make_plan({}, {})->steps.empty());
}

TEST_CASE(
    "what a named service needs and does not run is started first, and what waits for it is stopped before") {
    auto services = silent();
    in(services, "db").stand = Stand::down;
    // A backend that is still looking for its database would find it, unjudged, the moment that it starts.
    CHECK(words(services, {"db"}) ==
          "stop backend, start db, await db, judge, start backend, await backend, probe frontend");
    in(services, "backend").stand = Stand::down;
    CHECK(words(services, {"db"}) == "start db, await db");
    CHECK(words(services, {"frontend"}) == "stop frontend, start db, await db, judge, start backend, await "
                                           "backend, start frontend, await frontend, "
                                           "probe frontend");
}

TEST_CASE("only what is stale is recreated, and the cache with its backend") {
    auto services = silent();
    in(services, "backend").stale = true;
    CHECK(words(services, {"backend"}) ==
          "stop backend, judge, start backend, await backend, probe frontend");
    CHECK(words(services, {"backend"}, true) ==
          "stop backend, judge, recreate backend, await backend, probe frontend");
    in(services, "redis").stale = true;
    CHECK(words(services, {"backend"}, true) ==
          "stop backend, stop redis, recreate redis, await redis, judge, "
          "recreate backend, await backend, probe frontend");
    in(services, "backend").stand = Stand::missing;
    CHECK(words(services, {"backend"}, true).find("create backend") != std::string::npos);
}

TEST_CASE("a recreation that was cut off is finished, asked or not") {
    auto services = silent();
    in(services, "backend").left_half_recreated = true;
    in(services, "backend").stand = Stand::troubled;
    CHECK(words(services, {"backend"}) ==
          "stop backend, judge, recreate backend, await backend, probe frontend");
}

TEST_CASE("a backend is never started without a judgement before it, in any plan") {
    const Stand stands[] = {Stand::missing, Stand::down, Stand::up, Stand::troubled};
    const std::vector<std::vector<std::string>> choices = {{},          {"db"},       {"redis"},
                                                           {"backend"}, {"frontend"}, {"nginx"}};
    size_t starts = 0;
    for (const Stand db : stands)
        for (const Stand backend : stands)
            for (const auto& only : choices) {
                auto services = silent();
                in(services, "db").stand = db;
                in(services, "backend").stand = backend;
                const auto plan = make_plan(services, Wish{only, false});
                REQUIRE(plan);
                bool judged = false, started_database = false;
                for (const Step& step : plan->steps) {
                    const bool starts_it = step.action == Action::start || step.action == Action::create;
                    if (step.action == Action::judge) judged = true;
                    if (step.role == Role::database && starts_it) started_database = true;
                    if (step.role == Role::backend && starts_it) {
                        CHECK(judged);
                        ++starts;
                    }
                    if (step.role == Role::backend && step.action == Action::stop)
                        CHECK_FALSE(started_database);
                }
                // A backend that runs, or that Docker starts again and again, never meets a database coming
                // up.
                const bool live = backend == Stand::up || backend == Stand::troubled;
                if (started_database && live) CHECK(plan->stops_backend());
            }
    CHECK(starts > 40);
}

TEST_CASE("the longest time is the sum of the limits, and a database gets time to stop") {
    const auto plan = make_plan(silent(), Wish{{"db"}, false});
    Millis sum{0};
    for (const Step& step : plan->steps) {
        CHECK(step.limit > Millis(0));
        sum += step.limit;
        if (step.action == Action::stop && step.role == Role::database) CHECK(step.limit >= Millis(60'000));
    }
    CHECK(plan->longest() == sum);
}
