// The Redis seam through the client program of a cache's own container.
#pragma once

#include <memory>
#include <string>

#include "logbook/docker/engine.h"
#include "logbook/net/redis_session.h"

namespace logbook::deployment {

// Runs `redis-cli` or `valkey-cli` against the container's loopback, one process for each command; the
// endpoint's host is not looked at. The password goes by environment, the command by standard input. A reply
// is a text, or an error where it begins like one: the client's raw form tells no other kinds. Fails with
// `unsupported` where the container has no client. `engine` must outlive it.
std::unique_ptr<net::RedisConnector> contained_redis(const docker::Engine& engine, std::string container,
                                                     std::string container_name);

// One command as a line of redis-cli's standard input. Pure.
std::string redis_cli_line(const std::vector<std::string>& words);

// What redis-cli printed for one command. Pure.
net::RedisReply parse_redis_cli(std::string_view printed);

}  // namespace logbook::deployment
