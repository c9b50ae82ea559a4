// A client program run inside a server's container, bounded on both sides of the engine.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "logbook/docker/engine.h"

namespace logbook::deployment {

struct ClientCall {
    std::vector<std::string> programs;   // the first one that the container has is run
    std::vector<std::string> arguments;  // everybody can read them: never a secret
    std::vector<docker::EnvironmentValue> environment;
    std::optional<Secret> input;
    std::function<Status(std::string_view)> output{};  // see docker::ExecRequest
};

struct ContainedClient {
    const docker::Engine& engine;
    std::string container, name;  // its id, and how people know it

    // The engine cannot end a program inside, so `timeout` does it there, where the container has one. Fails
    // with `unsupported` where it has none of the programs.
    Result<docker::ExecResult> run(const ClientCall& call, Deadline deadline) const;
};

}  // namespace logbook::deployment
