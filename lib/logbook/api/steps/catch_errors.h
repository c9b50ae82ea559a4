// The outermost step: what a handler throws becomes a 500 that tells the caller nothing and the log
// everything.
#pragma once

#include <functional>
#include <string>

#include "logbook/api/step.h"

namespace logbook::api {

// Called from several threads at once. The cause is the exception's text, made one printable line.
using CauseLog = std::function<void(const Call& call, const std::string& cause)>;

LOGBOOK_EXPORT Step catch_errors(CauseLog log);

}  // namespace logbook::api
