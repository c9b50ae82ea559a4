// Signing and reading tokens.
#include "logbook/api/token.h"

#include "logbook/base/json.h"
#include "logbook/crypto/base64url.h"
#include "logbook/crypto/mac.h"

namespace logbook::api {
namespace {

constexpr std::string_view header = R"({"alg":"HS256","typ":"JWT"})";

tl::unexpected<Error> refused(std::string why) {
    return fail(ErrorCode::auth, "Token validation failed: " + std::move(why));
}

Result<Json> part(std::string_view text, std::string_view name) {
    const auto bytes = crypto::from_base64url(text);
    if (!bytes) return refused(std::string(name) + " is no base64url");
    auto json = parse_json(*bytes, {longest_token, 8});
    if (!json || !json->as_object()) return refused(std::string(name) + " is no JSON object");
    return json;
}

// Nothing that would let a token choose its own key or algorithm.
bool is_our_header(const Json& json) {
    const std::string* type = json.find("typ") ? json.find("typ")->as_string() : nullptr;
    const size_t expected = json.find("typ") ? 2 : 1;
    return json.as_object()->size() == expected && json.text("alg") == "HS256" &&
           (expected == 1 || (type && *type == "JWT"));
}

bool take(const Json& json, std::string_view name, std::string& out) {
    const Json* member = json.find(name);
    const std::string* text = member ? member->as_string() : nullptr;
    if (!text || text->empty()) return false;
    out = *text;
    return true;
}

// Whole seconds; text, fractions and numbers past the integers are no time.
bool take(const Json& json, std::string_view name, int64_t& out) {
    const Json* member = json.find(name);
    const int64_t* number = member ? member->as_int() : nullptr;
    if (!number || *number < 0) return false;
    out = *number;
    return true;
}

}  // namespace

std::string sign_token(const Claims& claims, const Secret& key) {
    const std::string payload = Json::object({{"sub", claims.subject},
                                              {"username", claims.username},
                                              {"org_id", claims.organization},
                                              {"exp", claims.expires_at},
                                              {"iat", claims.issued_at},
                                              {"type", claims.type},
                                              {"jti", claims.id}})
                                    .dump();
    std::string token = crypto::base64url(header) + '.' + crypto::base64url(payload);
    const std::string signature = crypto::hmac_sha256(key, token);
    return token + '.' + crypto::base64url(signature);
}

Result<Claims> read_token(std::string_view token, const Secret& key, WallTime now) {
    if (token.size() > longest_token) return refused("longer than any of ours");
    const size_t first = token.find('.');
    const size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
        return refused("Not enough segments");
    const auto signature = crypto::from_base64url(token.substr(second + 1));
    if (!signature ||
        !crypto::equal_in_constant_time(*signature, crypto::hmac_sha256(key, token.substr(0, second))))
        return refused("Signature verification failed");

    const auto head = part(token.substr(0, first), "its header");
    if (!head) return fail(head.error());
    if (!is_our_header(*head)) return refused("a header that is not ours");
    const auto payload = part(token.substr(first + 1, second - first - 1), "its payload");
    if (!payload) return fail(payload.error());

    Claims claims;
    if (!take(*payload, "sub", claims.subject) || !take(*payload, "username", claims.username) ||
        !take(*payload, "org_id", claims.organization) || !take(*payload, "type", claims.type) ||
        !take(*payload, "jti", claims.id) || !take(*payload, "iat", claims.issued_at) ||
        !take(*payload, "exp", claims.expires_at))
        return refused("a claim is missing, or not of its type");
    const int64_t second_now =
        std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    if (claims.expires_at <= second_now) return refused("Signature has expired");
    if (claims.issued_at > second_now) return refused("The token is not yet valid (iat)");
    if (payload->find("nbf")) {
        int64_t not_before = 0;
        if (!take(*payload, "nbf", not_before) || not_before > second_now)
            return refused("The token is not yet valid (nbf)");
    }
    if (payload->find("aud")) return refused("Audience doesn't match");
    return claims;
}

}  // namespace logbook::api
