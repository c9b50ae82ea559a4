// Addresses and the public face, over a small web of fixed answers.
#include "logbook/doctor/public_face.h"

#include <doctest/doctest.h>
#include <map>

#include "logbook/base/text.h"
#include "logbook/doctor/origin.h"

using namespace logbook;
using namespace logbook::doctor;
using probe::HealthState;

namespace {

// Answers each URL as told; nobody listens elsewhere.
class Web final : public net::Transport {
  public:
    void healthy(const std::string& url) { replies_[url] = reply(200, R"({"status":"healthy"})"); }
    void redirect(const std::string& url, const std::string& to) {
        replies_[url] = reply(301, "");
        replies_[url].headers.emplace_back("location", to);
    }
    tl::expected<net::HttpReply, net::HttpFailure> send(const net::HttpRequest& request,
                                                        Deadline) const override {
        const auto found = replies_.find(request.url);
        if (found != replies_.end()) return found->second;
        return tl::unexpected(net::HttpFailure{{ErrorCode::unreachable, "nobody listens", {}}, {}});
    }

  private:
    static net::HttpReply reply(int status, const std::string& body) {
        net::HttpReply made;
        made.status = status;
        made.body = body;
        return made;
    }
    std::map<std::string, net::HttpReply> replies_;
};

std::vector<HealthLayer> faces(const Web& web, const std::string& url) {
    return public_layers(web, url, "http://127.0.0.1:3001", SystemClock{}, Deadline::in(Millis(1000)));
}

}  // namespace

TEST_CASE("an origin is cut out of any address") {
    CHECK(origin_of("https://Logbook.Example.org:8443/a?b#c").text() == "https://logbook.example.org:8443");
    CHECK(origin_of("HTTP://x").text() == "http://x");
    CHECK(origin_of("https://u:p@x/").text() == "https://x");
    CHECK(origin_of("https://[::1]:9/").text() == "https://[::1]:9");
    CHECK(origin_of("https://[::1]").port_or_default() == "443");
    CHECK(origin_of("https://x") == origin_of("https://X:443/y"));
    CHECK_FALSE(origin_of("https://x") == origin_of("http://x"));
}

TEST_CASE("what is no port never comes near a command to paste") {
    for (const char* port : {"1'; rm -rf x; '", "443x", "123456", "-1", "$(id)"})
        CHECK(origin_of(std::string("https://x:") + port).port.empty());
}

TEST_CASE("a location is resolved as a browser does") {
    CHECK(resolve_location("https://x/a/b", "/c") == "https://x/c");
    CHECK(resolve_location("https://x/a/b", "c") == "https://x/a/c");
    CHECK(resolve_location("https://x/a", "//y/c") == "https://y/c");
    CHECK(resolve_location("https://x/a", "HTTP://y/c") == "HTTP://y/c");
    CHECK(resolve_location("https://x/a", "javascript:alert(1)").empty());
    CHECK(resolve_location("https://x/a", "file:///etc/passwd").empty());
    CHECK(resolve_location("https://x/a", "").empty());
}

TEST_CASE("port 80 is looked at beside port 443 only") {
    Web web;
    web.healthy("https://x/health");
    web.redirect("http://x/", "https://x/");
    auto layers = faces(web, "https://x/");
    REQUIRE(layers.size() == 2);
    CHECK(layers[0].state == HealthState::healthy);
    CHECK(layers[1].state == HealthState::healthy);
    CHECK(layers[1].applies);

    web.healthy("http://x/");
    layers = faces(web, "https://x");
    CHECK(layers[1].state == HealthState::degraded);
    CHECK_FALSE(layers[1].applies);
    REQUIRE(layers[1].next.size() == 1);
    CHECK(layers[1].next[0].command == "return 301 https://$host$request_uri;");

    web.healthy("https://x:8443/health");
    CHECK(faces(web, "https://x:8443").size() == 1);
}

TEST_CASE("a road of redirects without end is a circle, too") {
    Web web;
    for (int i = 0; i < 50; ++i)
        web.redirect(i == 0 ? "https://x/health" : "https://x/" + std::to_string(i),
                     "https://x/" + std::to_string(i + 1));
    CHECK(faces(web, "https://x")[0].state == HealthState::redirect_loop);
}

TEST_CASE("a redirect to another scheme is not walked") {
    Web web;
    web.redirect("https://x/health", "javascript:alert(1)");
    CHECK(faces(web, "https://x")[0].state == HealthState::redirect);
}
