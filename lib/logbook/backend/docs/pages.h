// The two documentation pages, as they are sent: markup, and the scripts that start what it loads. Everything
// in them is ours to serve, and no script stands inside the markup, so that a strict Content-Security-Policy
// holds.
#pragma once

#include <string_view>

#include "logbook/api/message.h"

namespace logbook::backend {

enum class DocsPage { swagger, redoc };

// The page, with the headers that only these pages need. Without assets it says that this build has none.
api::Reply docs_page(DocsPage page, bool with_assets);

// "swagger.js", "redoc.js": the scripts that start the two; empty for other names.
std::string_view docs_script(std::string_view name);

}  // namespace logbook::backend
