// OpenSSL's HMAC and comparison.
#include "logbook/crypto/mac.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace logbook::crypto {

std::string hmac_sha256(const Secret& key, std::string_view text) {
    std::string digest(32, '\0');
    unsigned int size = 0;
    const std::string_view bytes = key.reveal();
    HMAC(EVP_sha256(), bytes.data(), int(bytes.size()), reinterpret_cast<const unsigned char*>(text.data()),
         text.size(), reinterpret_cast<unsigned char*>(digest.data()), &size);
    return digest;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace logbook::crypto
