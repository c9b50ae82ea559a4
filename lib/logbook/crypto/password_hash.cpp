// libargon2, behind the bounds that a stored string may not pass.
#include "logbook/crypto/password_hash.h"

#include <argon2.h>
#include <array>
#include <charconv>
#include <cstdint>
#include <openssl/rand.h>

#include "logbook/base/text.h"

namespace logbook::crypto {
namespace {

struct Cost {
    uint32_t memory = 65'536;  // KiB
    uint32_t passes = 3;
    uint32_t lanes = 4;
};
constexpr size_t salt_bytes = 16, hash_bytes = 32;

bool take_number(std::string_view& text, std::string_view name, uint32_t& out) {
    if (text.substr(0, name.size()) != name) return false;
    text.remove_prefix(name.size());
    const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
    if (read.ec != std::errc()) return false;
    text.remove_prefix(size_t(read.ptr - text.data()));
    return true;
}

// Of "$argon2id$v=19$m=65536,t=3,p=4$salt$hash".
bool read_cost(std::string_view encoded, Cost& cost) {
    uint32_t version = 0;
    if (!take_number(encoded, "$argon2id$v=", version) || version != ARGON2_VERSION_13) return false;
    return take_number(encoded, "$m=", cost.memory) && take_number(encoded, ",t=", cost.passes) &&
           take_number(encoded, ",p=", cost.lanes) && !encoded.empty() && encoded.front() == '$';
}

bool bearable(const Cost& cost) {
    return cost.memory <= (1U << 20) && cost.passes <= 16 && cost.lanes >= 1 && cost.lanes <= 16;
}

}  // namespace

Result<std::string> hash_password(const Secret& password) {
    constexpr Cost cost;
    std::array<uint8_t, salt_bytes> salt{};
    if (RAND_bytes(salt.data(), int(salt.size())) != 1)
        return fail(ErrorCode::io, "OpenSSL's random generator could not be seeded",
                    "check that /dev/urandom can be read here");
    std::string encoded(
        argon2_encodedlen(cost.passes, cost.memory, cost.lanes, salt_bytes, hash_bytes, Argon2_id), '\0');
    const std::string_view text = password.reveal();
    const int done =
        argon2id_hash_encoded(cost.passes, cost.memory, cost.lanes, text.data(), text.size(), salt.data(),
                              salt.size(), hash_bytes, encoded.data(), encoded.size());
    if (done != ARGON2_OK)
        return fail(ErrorCode::io, std::string("Argon2: ") + argon2_error_message(done),
                    "64 MiB of memory must be free for each login");
    encoded.resize(encoded.find('\0'));
    return encoded;
}

Result<PasswordMatch> verify_password(std::string_view encoded, const Secret& password) {
    Cost cost;
    if (!read_cost(encoded, cost) || !bearable(cost)) return PasswordMatch::no;
    const std::string_view text = password.reveal();
    const int done = argon2id_verify(std::string(encoded).c_str(), text.data(), text.size());
    if (done == ARGON2_MEMORY_ALLOCATION_ERROR || done == ARGON2_THREAD_FAIL)
        return fail(ErrorCode::io, std::string("Argon2: ") + argon2_error_message(done),
                    "64 MiB of memory must be free for each login");
    if (done != ARGON2_OK) return PasswordMatch::no;  // no match, or a string that is broken further on
    constexpr Cost ours;
    const bool same = cost.memory == ours.memory && cost.passes == ours.passes && cost.lanes == ours.lanes;
    return same ? PasswordMatch::yes : PasswordMatch::yes_but_rehash;
}

}  // namespace logbook::crypto
