// Markup and scripts.
#include "logbook/backend/docs/pages.h"

namespace logbook::backend {
namespace {

// Both pages write styles of their own into the document, draw small pictures from data URLs, and ReDoc
// searches in a worker that it makes of a blob. Nothing may come from elsewhere.
constexpr std::string_view policy =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src 'self' blob:; "
    "frame-ancestors 'none'";

// Addresses are relative, so that the pages work behind a proxy that puts them into a folder.
constexpr std::string_view swagger_page = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The Logbook: API</title>
<link rel="icon" type="image/png" href="docs/assets/favicon.png">
<link rel="stylesheet" href="docs/assets/swagger-ui.css">
</head>
<body>
<div id="page"></div>
<script src="docs/assets/swagger-ui-bundle.js"></script>
<script src="docs/assets/swagger.js"></script>
</body>
</html>
)";

constexpr std::string_view redoc_page = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The Logbook: API</title>
<link rel="icon" type="image/png" href="docs/assets/favicon.png">
</head>
<body>
<div id="page"></div>
<script src="docs/assets/redoc.standalone.js"></script>
<script src="docs/assets/redoc.js"></script>
</body>
</html>
)";

constexpr std::string_view left_out = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>The Logbook: API</title>
</head>
<body>
<p>The pages of Swagger UI and ReDoc were left out of this build (LOGBOOK_DOCS_ASSETS).</p>
<p>The API is described in <a href="openapi.json">openapi.json</a>.</p>
</body>
</html>
)";

// Cookies sign "Try it out" in; what changes something must repeat the one that scripts may read.
constexpr std::string_view swagger_script = R"('use strict';
SwaggerUIBundle({
    url: 'openapi.json',
    dom_id: '#page',
    deepLinking: true,
    validatorUrl: null,
    presets: [SwaggerUIBundle.presets.apis],
    layout: 'BaseLayout',
    requestInterceptor: function (request) {
        var token = document.cookie.match(/(?:^|; )csrf_token=([^;]*)/);
        if (token && request.method && request.method.toUpperCase() !== 'GET') {
            request.headers['X-CSRF-Token'] = token[1];
        }
        return request;
    }
});
)";

constexpr std::string_view redoc_script = R"('use strict';
Redoc.init('openapi.json', {}, document.getElementById('page'));
)";

}  // namespace

api::Reply docs_page(DocsPage page, bool with_assets) {
    api::Reply reply;
    reply.headers.add("Content-Type", "text/html; charset=utf-8");
    reply.headers.add("Content-Security-Policy", policy);
    reply.headers.add("Cache-Control", "no-cache");
    reply.body = !with_assets ? left_out : page == DocsPage::swagger ? swagger_page : redoc_page;
    return reply;
}

std::string_view docs_script(std::string_view name) {
    if (name == "swagger.js") return swagger_script;
    if (name == "redoc.js") return redoc_script;
    return {};
}

}  // namespace logbook::backend
