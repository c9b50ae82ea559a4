// Tokens: nothing that was not signed with the key is accepted, whatever is signed is read without harm, and
// what is accepted says what the rules demand.
#include <cstdlib>
#include <string>

#include "logbook/api/token.h"
#include "logbook/crypto/base64url.h"
#include "logbook/crypto/mac.h"

using namespace logbook;

namespace {

void demand(bool holds) {
    if (!holds) std::abort();
}

const Secret key(std::string(32, 'k'));
constexpr int64_t now = 1'795'334'400;

void demand_sound(const Result<api::Claims>& claims) {
    if (!claims) return;
    demand(claims->expires_at > now && claims->issued_at <= now);
    demand(!claims->subject.empty() && !claims->type.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    // As it comes from a caller: without the key nobody hits 256 bits.
    demand(!api::read_token(bytes, key, from_unix_seconds(now)) || bytes.find('.') != std::string_view::npos);
    // The bytes as what somebody with the key signed: a header and a payload, cut at the first line end.
    const size_t cut = std::min(bytes.find('\n'), bytes.size());
    const std::string signed_part =
        crypto::base64url(bytes.substr(0, cut)) + "." +
        crypto::base64url(cut < bytes.size() ? bytes.substr(cut + 1) : std::string_view());
    const std::string token = signed_part + "." + crypto::base64url(crypto::hmac_sha256(key, signed_part));
    demand_sound(api::read_token(token, key, from_unix_seconds(now)));
    // The same with another signature is refused.
    std::string forged = token;
    char& last_but_one = forged[forged.size() - 2];
    last_but_one = last_but_one == 'A' ? 'B' : 'A';
    demand(!api::read_token(forged, key, from_unix_seconds(now)));
    return 0;
}
