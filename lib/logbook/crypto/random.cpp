// Random values. RAND_priv_bytes keeps what becomes a key apart from what is sent in the clear.
#include "logbook/crypto/random.h"

#include <array>
#include <cstdint>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <vector>

#include "logbook/base/text.h"

namespace logbook::crypto {
namespace {

Status fill(uint8_t* into, size_t count) {
    if (RAND_priv_bytes(into, int(count)) == 1) return {};
    return fail(ErrorCode::io, "OpenSSL's random generator could not be seeded",
                "check that /dev/urandom can be read here");
}

}  // namespace

Result<Secret> random_hex(size_t bytes) {
    std::string raw(bytes, '\0');
    if (Status filled = fill(reinterpret_cast<uint8_t*>(raw.data()), raw.size()); !filled)
        return fail(filled.error());
    Secret secret(hex(raw));
    OPENSSL_cleanse(raw.data(), raw.size());
    return secret;
}

Result<Secret> random_text(size_t length, std::string_view alphabet) {
    if (alphabet.size() < 2 || alphabet.size() > 256)
        return fail(ErrorCode::invalid, "an alphabet has 2 to 256 characters");
    const size_t even = 256 - 256 % alphabet.size();  // bytes from here on would favour the first characters
    std::string text;
    std::array<uint8_t, 64> pool{};
    while (text.size() < length) {
        if (Status filled = fill(pool.data(), pool.size()); !filled) return fail(filled.error());
        for (const uint8_t byte : pool)
            if (byte < even && text.size() < length) text += alphabet[byte % alphabet.size()];
    }
    OPENSSL_cleanse(pool.data(), pool.size());
    return Secret(std::move(text));
}

Result<std::string> random_uuid() {
    std::array<uint8_t, 16> raw{};
    if (RAND_bytes(raw.data(), int(raw.size())) != 1)
        return fail(ErrorCode::io, "OpenSSL's random generator could not be seeded",
                    "check that /dev/urandom can be read here");
    raw[6] = uint8_t((raw[6] & 0x0F) | 0x40);
    raw[8] = uint8_t((raw[8] & 0x3F) | 0x80);
    std::string uuid = hex({reinterpret_cast<const char*>(raw.data()), raw.size()});
    for (const size_t at : {20, 16, 12, 8}) uuid.insert(at, 1, '-');
    return uuid;
}

}  // namespace logbook::crypto
