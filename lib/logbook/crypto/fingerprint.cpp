// Fingerprints by OpenSSL's HMAC.
#include "logbook/crypto/fingerprint.h"

#include <array>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "logbook/base/text.h"
#include "logbook/crypto/random.h"

namespace logbook::crypto {

Result<Fingerprinter> Fingerprinter::make() {
    Result<Secret> key = random_hex(32);
    if (!key) return fail(key.error());
    return Fingerprinter(std::move(*key));
}

std::string Fingerprinter::of(const Secret& value) const {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    const std::string_view key = key_.reveal(), text = value.reveal();
    HMAC(EVP_sha256(), key.data(), int(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
         text.size(), digest.data(), &size);
    // Enough to tell a deployment's values apart, and far too little to stand for one.
    return hex({reinterpret_cast<const char*>(digest.data()), 4});
}

}  // namespace logbook::crypto
