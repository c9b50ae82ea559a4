// POST /auth/login: a session for a name and a password.
#include <algorithm>

#include "logbook/api/errors.h"
#include "logbook/backend/current_user.h"
#include "logbook/backend/over_limit.h"
#include "logbook/backend/routes.h"
#include "logbook/backend/sign_in.h"
#include "logbook/backend/sign_in_tokens.h"
#include "logbook/base/text.h"

namespace logbook::backend {
namespace {

const RateLimit limit{"auth:login", 5, std::chrono::seconds(60), std::chrono::seconds(1800)};

api::Schema body_schema() {
    return api::object_schema("UserLogin", {{"username", api::text_schema(3, 100), true},
                                            {"password", api::text_schema(8, 128), true}});
}

api::Schema answer_schema() {
    std::vector<api::Property> properties = token_properties();
    properties.push_back({"user", current_user_schema(), true});
    return api::object_schema("LoginResponse", std::move(properties));
}

bool is_username(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
    });
}

// An address in the shape of one, trimmed and lowered; else letters, digits, `_` and `-`. Nothing for what
// could be no account's name.
std::optional<std::string> login_name(std::string_view sent) {
    if (!contains(sent, "@")) return is_username(sent) ? std::optional(std::string(sent)) : std::nullopt;
    const std::string address = lower(trim(sent));
    const size_t at = address.find('@');
    const std::string_view domain = std::string_view(address).substr(at + 1);
    const bool well =
        at > 0 && domain.find('@') == std::string_view::npos && contains(domain, ".") &&
        domain.front() != '.' && domain.back() != '.' &&
        std::none_of(address.begin(), address.end(), [](unsigned char c) { return c <= 0x20 || c == 0x7F; });
    return well ? std::optional(address) : std::nullopt;
}

}  // namespace

api::Route auth_login_route(const Backend& backend) {
    api::Route route("POST", "/api/v1/auth/login", "Sign in; the tokens come in cookies",
                     api::Policy::everyone());
    route.tag = "auth";
    route.body = body_schema();
    route.replies = {
        {200, "signed in: access_token, refresh_token and csrf_token are set as cookies", answer_schema()},
        {401, "no such name and password, or the account is locked for a while (LB-AUTH-006)"},
        {403, "the account is not active (LB-AUTH-003), or has multi-factor authentication, "
              "which this server cannot check"},
        {429, "more than five tries a minute from this address, or twenty failures in a quarter of an hour "
              "for this name"},
        {503, "the database is away, or too many sign in at once"}};
    route.handle = [backend](const api::Call& call) -> api::Reply {
        if (auto refused = over_limit(backend, call, limit)) return std::move(*refused);
        const auto name = login_name(call.body.text("username"));
        if (!name) return api::invalid_reply({{"username", "Invalid value."}});
        return SignIn(backend, call).run(*name, Secret(std::string(call.body.text("password"))));
    };
    return route;
}

}  // namespace logbook::backend
