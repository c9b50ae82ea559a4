// The way to the application's Redis for what is more than one question: one connection, by the reach ladder.
#pragma once

#include <memory>

#include "app.h"
#include "logbook/deployment/ladder.h"
#include "logbook/doctor/scene.h"
#include "logbook/net/redis_session.h"

namespace logbook::cli {

class Command;

struct RedisLogin {
    std::string user;                     // of an ACL; empty: the default user
    std::filesystem::path password_file;  // empty: the deployment's REDIS_PASSWORD
    deployment::Trust trust;
};
void add_redis_login(const Command& command, RedisLogin& login);

struct CacheDoor {
    std::shared_ptr<const doctor::Scene> scene;
    std::unique_ptr<docker::Engine> engine;  // nullptr: there are no containers
    std::unique_ptr<deployment::RedisLadder> ladder;
    net::RedisEndpoint endpoint;
    std::unique_ptr<net::RedisSession> session;
    std::string place;            // "127.0.0.1:6379, its published port"
    int64_t container_limit = 0;  // bytes of memory; 0: none, or not known
    bool contained = false;  // each command starts a client inside the container: no place to measure time

    // Another session of the same login.
    Result<std::unique_ptr<net::RedisSession>> connect(const App& app, Deadline deadline) const;
};

// Every secret that was seen is known to the redactor. Fails where .env or the deployment does not tell where
// Redis is, a connection could not be trusted, or the login is refused.
Result<CacheDoor> open_cache_door(App& app, const RedisLogin& login);

// Reports; what could not be asked is unknown, not wrong.
ExitCode report_redis(App& app, const Error& error);

}  // namespace logbook::cli
