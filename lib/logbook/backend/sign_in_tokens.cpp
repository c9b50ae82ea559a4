// Making tokens and cookies.
#include "logbook/backend/sign_in_tokens.h"

#include "logbook/api/cookies.h"
#include "logbook/api/token.h"
#include "logbook/crypto/random.h"

namespace logbook::backend {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view refresh_path = "/api/v1/auth/";
constexpr size_t longest_name = 100;  // bytes: with it a token has 471, and the columns hold 512

// Printable ASCII that JSON does not escape, since what is escaped grows.
std::string short_name(std::string_view username) {
    std::string name;
    for (const char c : username)
        if (c >= 0x20 && c < 0x7F && c != '"' && c != '\\' && name.size() < longest_name) name += c;
    return name.empty() ? "-" : name;
}

int64_t unix_seconds(WallTime when) {
    return std::chrono::duration_cast<std::chrono::seconds>(when.time_since_epoch()).count();
}

}  // namespace

Result<TokenPair> make_tokens(const Rules& rules, std::string_view user, std::string_view username,
                              std::string_view organization, WallTime now) {
    const auto make = [&](std::string type, std::chrono::seconds lifetime) -> Result<std::string> {
        const auto id = crypto::random_text(22, alphabet);  // 132 bits
        if (!id) return fail(id.error());
        return api::sign_token({std::string(user), short_name(username), std::string(organization),
                                std::move(type), std::string(id->reveal()), unix_seconds(now),
                                unix_seconds(now + lifetime)},
                               rules.token_key);
    };
    auto access = make("access", rules.access_lifetime);
    if (!access) return fail(access.error());
    auto refresh = make("refresh", rules.refresh_lifetime);
    if (!refresh) return fail(refresh.error());
    return TokenPair{std::move(*access), std::move(*refresh)};
}

Status set_cookies(api::Reply& reply, const Rules& rules, const TokenPair& tokens) {
    const auto csrf = crypto::random_text(43, alphabet);
    if (!csrf) return fail(csrf.error());
    const bool secure = rules.secure_cookies;
    for (const api::SetCookie& cookie :
         {api::SetCookie{"access_token", tokens.access, "/", rules.access_lifetime, true, secure},
          api::SetCookie{"refresh_token", tokens.refresh, std::string(refresh_path), rules.refresh_lifetime,
                         true, secure},
          api::SetCookie{"csrf_token", std::string(csrf->reveal()), "/", rules.access_lifetime, false,
                         secure}})
        reply.headers.add("Set-Cookie", api::to_header(cookie));
    return {};
}

void clear_cookies(api::Reply& reply, const Rules& rules) {
    const std::chrono::seconds gone{0};
    for (const api::SetCookie& cookie :
         {api::SetCookie{"access_token", "", "/", gone, true, rules.secure_cookies},
          api::SetCookie{"refresh_token", "", std::string(refresh_path), gone, true, rules.secure_cookies},
          api::SetCookie{"csrf_token", "", "/", gone, false, rules.secure_cookies}})
        reply.headers.add("Set-Cookie", api::to_header(cookie));
}

Json token_body(const Rules& rules) {
    return Json::object({{"token_type", "bearer"}, {"expires_in", int64_t(rules.access_lifetime.count())}});
}

std::vector<api::Property> token_properties() {
    return {{"token_type", api::word_schema({"bearer"}), true}, {"expires_in", api::integer_schema(1), true}};
}

}  // namespace logbook::backend
