// The documentation pages: what they load is there, and nothing comes from elsewhere.
#include "logbook/backend/docs/pages.h"

#include <doctest/doctest.h>
#include <regex>
#include <set>

#include "logbook/api/service.h"
#include "logbook/backend/docs/assets.h"
#include "logbook/backend/error_codes.h"
#include "logbook/backend/routes.h"

using namespace logbook;
using namespace logbook::backend;

namespace {

const api::Service service_({docs_route(), redoc_route(), docs_assets_route(), openapi_route({})}, {});

api::Reply get(const std::string& target, const std::string& encoding = {}) {
    api::Request request;
    request.target = target;
    if (!encoding.empty()) request.headers.add("Accept-Encoding", encoding);
    return service_.handle(request);
}

std::vector<std::string> loaded_by(const std::string& page) {
    static const std::regex address(R"re((?:src|href)="([^"]*)")re");
    std::vector<std::string> found;
    for (std::sregex_iterator at(page.begin(), page.end(), address), end; at != end; ++at)
        found.push_back("/" + (*at)[1].str());
    return found;
}

}  // namespace

TEST_CASE("this build has the documentation pages' files") {
    // A build that was to have them and could not get them must not pass.
    CHECK(docs_assets().empty() == !LOGBOOK_DOCS_ASSETS);
}

TEST_CASE("everything that a page loads is served, and nothing else is asked for") {
    for (const char* path : {"/docs", "/redoc"}) {
        const api::Reply page = get(path);
        CHECK(page.status == 200);
        CHECK(page.headers.get("Content-Type") == "text/html; charset=utf-8");
        CHECK(page.headers.get("Content-Security-Policy") ==
              "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src 'self' "
              "blob:; frame-ancestors 'none'");
        CHECK(page.body.find("//") == std::string::npos);
        CHECK(page.body.find("<script>") == std::string::npos);
        const std::vector<std::string> loaded = loaded_by(page.body);
        CHECK_FALSE(loaded.empty());
        for (const std::string& target : loaded) CHECK_MESSAGE(get(target).status == 200, target);
    }
}

TEST_CASE("pages of a build without their files say so") {
    for (const DocsPage page : {DocsPage::swagger, DocsPage::redoc}) {
        const std::string body = docs_page(page, false).body;
        CHECK(body.find("left out of this build") != std::string::npos);
        CHECK(loaded_by(body) == std::vector<std::string>{"/openapi.json"});
    }
}

TEST_CASE("a file is sent packed only to who takes it so") {
    for (const DocsAsset& asset : docs_assets()) {
        const std::string target = "/docs/assets/" + std::string(asset.name);
        const std::string plain = unpacked(asset).value();
        CHECK(plain.size() > asset.packed.size() / 2);
        for (const char* taken : {"gzip", "deflate, gzip;q=0.5, br", "GZIP", "br, gzip"}) {
            const api::Reply reply = get(target, taken);
            CHECK(reply.headers.get("Content-Encoding") == "gzip");
            CHECK(reply.body == asset.packed);
        }
        for (const char* refused : {"", "identity", "gzip;q=0", "gzip; q=0.000", "br", "xgzip"}) {
            const api::Reply reply = get(target, refused);
            CHECK_FALSE(reply.headers.get("Content-Encoding"));
            CHECK(reply.body == plain);
        }
        CHECK(get(target).headers.get("Vary") == "Accept-Encoding");
        CHECK(get(target).headers.get("Content-Type") == docs_type(asset.name));
        CHECK(plain.find("cdn.redoc.ly") == std::string::npos);
    }
    CHECK(get("/docs/assets/..%2Fopenapi.json").status == 404);
    CHECK(get("/docs/assets/").status == 404);
    CHECK(get("/docs/assets/none.js").status == 404);
}

TEST_CASE("a damaged file is no file") {
    CHECK_FALSE(unpacked({"x.js", "\x1f\x8b no gzip"}));
    if (!docs_assets().empty()) {
        const DocsAsset& whole = docs_assets().front();
        CHECK_FALSE(unpacked({whole.name, whole.packed.substr(0, whole.packed.size() / 2)}));
    }
}

TEST_CASE("every error code stands in the list once") {
    std::set<std::string_view> seen;
    for (const CodeEntry& entry : error_codes()) {
        CHECK_MESSAGE(seen.insert(entry.code).second, entry.code);
        CHECK(std::regex_match(std::string(entry.code), std::regex("LB-[A-Z]+-[0-9]{3}")));
        CHECK_FALSE(entry.title.empty());
        CHECK_FALSE(entry.description.empty());
        CHECK_FALSE(entry.resolution.empty());
    }
    CHECK(seen.size() == 39);
    for (const char* code : {"LB-AUTH-001", "LB-PERM-001", "LB-SYS-002", "LB-SCHED-001", "LB-API-503"})
        CHECK_MESSAGE(seen.count(code) == 1, code);
}
