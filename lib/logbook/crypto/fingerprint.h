// Keyed fingerprints: whether two secrets are equal can be seen, and nothing else about them.
#pragma once

#include <string>

#include "logbook/base/result.h"
#include "logbook/base/secret.h"

namespace logbook::crypto {

// HMAC-SHA256 under a random key that lives as long as this object and is never told: equal values have equal
// fingerprints here, and other ones in the next run, so that nobody can try out guesses later. Thread-safe.
class LOGBOOK_EXPORT Fingerprinter {
  public:
    static Result<Fingerprinter> make();

    // Eight characters of lower-case hex. The empty value has one too.
    std::string of(const Secret& value) const;

  private:
    explicit Fingerprinter(Secret key) : key_(std::move(key)) {}
    Secret key_;
};

}  // namespace logbook::crypto
