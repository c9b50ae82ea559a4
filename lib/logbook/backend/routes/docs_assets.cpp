// GET /docs/assets/{name}: what the documentation pages load.
#include <stdexcept>

#include "logbook/api/errors.h"
#include "logbook/backend/docs/assets.h"
#include "logbook/backend/docs/pages.h"
#include "logbook/backend/routes.h"
#include "logbook/base/text.h"

namespace logbook::backend {
namespace {

// "gzip, br" and "gzip;q=0.5", but not "gzip;q=0" (RFC 9110 §12.5.3).
bool takes_gzip(const api::Headers& headers) {
    for (const std::string& coding : split(headers.get("Accept-Encoding").value_or(""), ',')) {
        const std::string_view word = coding;
        if (lower(trim(word.substr(0, word.find(';')))) != "gzip") continue;
        const size_t weight = word.find("q=");
        return weight == std::string_view::npos ||
               word.substr(weight + 2).find_first_of("123456789") != std::string_view::npos;
    }
    return false;
}

api::Reply file_reply(std::string_view name, std::string_view body) {
    api::Reply reply;
    reply.headers.add("Content-Type", docs_type(name));
    reply.headers.add("Cache-Control", "public, max-age=3600");
    reply.headers.add("Vary", "Accept-Encoding");
    reply.body = body;
    return reply;
}

api::Reply asset_reply(const DocsAsset& asset, bool as_gzip) {
    if (as_gzip) {
        api::Reply reply = file_reply(asset.name, asset.packed);
        reply.headers.add("Content-Encoding", "gzip");
        return reply;
    }
    const Result<std::string> plain = unpacked(asset);
    if (!plain) throw std::runtime_error(plain.error().what);
    return file_reply(asset.name, *plain);
}

}  // namespace

api::Route docs_assets_route() {
    api::Route route("GET", "/docs/assets/{name}", "A file of the documentation pages",
                     api::Policy::everyone());
    route.params = {{"name", "The file", false}};
    route.documented = false;
    route.replies = {{200, "the file"}, {404, "there is none of this name"}};
    route.handle = [](const api::Call& call) {
        const std::string_view name = call.param("name");
        if (const std::string_view script = docs_script(name); !script.empty())
            return file_reply(name, script);
        for (const DocsAsset& asset : docs_assets())
            if (asset.name == name) return asset_reply(asset, takes_gzip(call.request.headers));
        return api::error_reply(404, "Not Found");
    };
    return route;
}

}  // namespace logbook::backend
