// A route is a value: one place says where it is, what it is for, who may call it, what it takes and answers,
// and what it does. Routes are never changed after they were made; what belongs to one request is in its
// Call.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "logbook/api/call.h"
#include "logbook/api/message.h"

namespace logbook::api {

// Who may call a route.
enum class Access { everyone };

// A `{name}` of the path.
struct PathParam {
    std::string name;
    std::string description;
};

struct ReplyNote {
    int status = 200;
    std::string description;
};

// Where a route may run: `cheap` ones never wait for anything, and are answered on the thread that reads the
// sockets; `blocking` ones get a worker; `vital` ones get a worker of the few that serve nothing else, so
// that a server whose workers are all busy can still say how it is.
enum class Cost { cheap, blocking, vital };

struct Route {
    std::string method;   // "GET"; HEAD follows from it
    std::string path;     // "/health", "/users/{id}"
    std::string summary;  // one sentence
    Access access = Access::everyone;
    std::vector<PathParam> params;             // exactly the `{name}`s of the path
    std::vector<ReplyNote> replies;            // every status that it may answer
    std::function<Reply(const Call&)> handle;  // called from several threads at once
    Cost cost = Cost::blocking;
};

}  // namespace logbook::api
