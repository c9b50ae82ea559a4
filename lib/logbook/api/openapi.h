// The OpenAPI document (version 3.1.0), made of the routes themselves, so that it cannot say anything else.
#pragma once

#include <string>
#include <vector>

#include "logbook/api/route.h"

namespace logbook::api {

struct DocumentInfo {
    std::string title, version, description;
};

// Each documented route with its parameters, its body, who may call it (`security`, and the permissions as
// `x-permissions`), its own replies, and those that the steps around it give (400, 401, 403, 422, 429, 500,
// 503).
LOGBOOK_EXPORT Json openapi_document(const std::vector<Route>& routes, const DocumentInfo& info);

}  // namespace logbook::api
