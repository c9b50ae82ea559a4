// Requests for other names than ours are refused: links in mails and pages are made of the Host header.
#pragma once

#include <string>
#include <vector>

#include "logbook/api/step.h"

namespace logbook::api {

// `hosts` without ports; "*.example.org" matches what is below it, and "*" everything. Others get 400 and
// `Invalid host header` as plain text, as the application answers.
LOGBOOK_EXPORT Step trusted_hosts(std::vector<std::string> hosts);

}  // namespace logbook::api
