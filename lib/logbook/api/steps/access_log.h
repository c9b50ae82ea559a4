// One record for each request: what was asked, what came out, how long it took. No header, body or query is
// in it, since those may carry secrets.
#pragma once

#include <functional>
#include <string>

#include "logbook/api/step.h"
#include "logbook/base/clock.h"

namespace logbook::api {

struct AccessRecord {
    std::string method;
    std::string path;  // printable, without the query
    int status = 0;
    Millis took{0};
    std::string request_id;
    std::string peer;
};

// "GET /api/v1/users → 200 (35ms) [rid=0123456789abcdef]", as the application writes it. Pure.
LOGBOOK_EXPORT std::string to_line(const AccessRecord& record);

// Called from several threads at once.
using AccessLog = std::function<void(const AccessRecord& record)>;

// Requests to a path that begins with one of `quiet` leave no record. `clock` must outlive the step.
LOGBOOK_EXPORT Step access_log(const Clock& clock, AccessLog log, std::vector<std::string> quiet = {});

}  // namespace logbook::api
