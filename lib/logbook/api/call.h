// One request on its way: what the steps and the route learn of it. Lives for one request, on one thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "logbook/api/message.h"
#include "logbook/api/policy.h"

namespace logbook::api {

struct Route;

struct Call {
    const Request& request;
    const Route* route = nullptr;  // nullptr: nothing is there, or not with this method
    std::vector<std::pair<std::string, std::string>> params;  // of the path, decoded
    std::string request_id;
    // Go into every reply to this call that does not say otherwise, into one that stands for an exception
    // too.
    Headers always;
    std::optional<Principal> principal{};  // of a route that asks for a sign-in: always there
    Json query{};                          // an object of the route's query params that were sent, validated
    Json body{};                           // validated, where the route takes one

    // The value of a `{name}`; empty for a name that the route's path does not have.
    std::string_view param(std::string_view name) const {
        for (const auto& entry : params)
            if (entry.first == name) return entry.second;
        return {};
    }
};

}  // namespace logbook::api
