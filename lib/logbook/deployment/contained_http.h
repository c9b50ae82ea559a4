// The HTTP seam through a client program of a web server's own container.
#pragma once

#include <memory>
#include <string>

#include "logbook/docker/engine.h"
#include "logbook/net/transport.h"

namespace logbook::deployment {

// GET only, by Python, which every backend has, or by curl. The request's URL is looked up inside; its
// headers can be read by everybody. Fails with `unsupported` where the container has neither. Tells no
// timings but the total. `engine` must outlive it.
std::unique_ptr<net::Transport> contained_http(const docker::Engine& engine, std::string container,
                                               std::string container_name);

// What the client printed: a head as HTTP has it, then the body, decoded. Pure.
Result<net::HttpReply> parse_printed_reply(std::string_view printed, size_t most_bytes);

}  // namespace logbook::deployment
