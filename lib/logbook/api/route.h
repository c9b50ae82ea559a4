// A route is a value: one place says where it is, what it is for, who may call it, what it takes and answers,
// and what it does; router, validation, authorization and the OpenAPI document are made of it. Routes are
// never changed after they were made; what belongs to one request is in its Call.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "logbook/api/call.h"
#include "logbook/api/message.h"
#include "logbook/api/policy.h"
#include "logbook/api/schema.h"

namespace logbook::api {

// A `{name}` of the path. An id that is no UUID is refused before the route is asked.
struct PathParam {
    std::string name;
    std::string description;
    bool is_id = true;
};

struct QueryParam {
    std::string name;
    std::string description;
    Schema schema;  // of a text, an integer or a boolean
    bool required = false;
};

struct ReplyNote {
    int status = 200;
    std::string description;
    std::optional<Schema> body{};
};

// Where a route may run: `cheap` ones never wait for anything, and are answered on the thread that reads the
// sockets; `blocking` ones get a worker; `vital` ones get a worker of the few that serve nothing else, so
// that a server whose workers are all busy can still say how it is.
enum class Cost { cheap, blocking, vital };

struct Route {
    Route(std::string with_method, std::string at_path, std::string in_one_sentence, Policy who)
        : method(std::move(with_method))
        , path(std::move(at_path))
        , summary(std::move(in_one_sentence))
        , policy(std::move(who)) {}

    std::string method;   // "GET"; HEAD follows from it
    std::string path;     // "/health", "/users/{id}"
    std::string summary;  // one sentence
    Policy policy;
    std::string tag{};                 // its group in the document
    std::vector<PathParam> params{};   // exactly the `{name}`s of the path
    std::vector<QueryParam> query{};   //
    std::optional<Schema> body{};      // JSON; nothing: a body is not looked at
    bool body_required = true;         //
    std::vector<ReplyNote> replies{};  // every status of its own; those of the steps follow from the rest
    std::function<Reply(const Call&)> handle;  // called from several threads at once
    Cost cost = Cost::blocking;
    // Where it is set: whether the route would not wait just now. Then it is cheap, whatever `cost` says.
    std::function<bool()> at_hand{};
    bool documented = true;  // stands in the OpenAPI document
};

}  // namespace logbook::api
