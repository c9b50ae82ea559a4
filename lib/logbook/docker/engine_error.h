// What went wrong with an engine, in an operator's words. Pure.
#pragma once

#include <string_view>

#include "logbook/base/result.h"
#include "logbook/docker/endpoint.h"
#include "logbook/net/transport.h"

namespace logbook::docker {

// A request that got no answer.
Error judge_failure(const Endpoint& endpoint, const net::HttpFailure& failure);

// A connection that ended inside an answer.
Error hung_up(const Endpoint& endpoint);

// Secrets that would go over a connection which others can read (Endpoint::confidential).
Error not_confidential(const Endpoint& endpoint);

// An answer other than 2xx. `doing` names what was asked: "inspect intranet-backend".
Error judge_reply(const Endpoint& endpoint, std::string_view doing, const net::HttpReply& reply);

}  // namespace logbook::docker
