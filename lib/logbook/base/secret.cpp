// Secret: wiping that the optimiser may not remove.
#include "logbook/base/secret.h"

#include <ostream>
#include <string.h>

namespace logbook {

// A moved-from std::string keeps short values in its own buffer, so moves copy and wipe.
Secret::Secret(Secret&& other) noexcept : value_(std::move(other.value_)) {
    other.wipe();
}

Secret& Secret::operator=(const Secret& other) {
    if (this != &other) {
        wipe();
        value_ = other.value_;
    }
    return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        wipe();
        value_ = std::move(other.value_);
        other.wipe();
    }
    return *this;
}

Secret::~Secret() {
    wipe();
}

void Secret::wipe() noexcept {
    explicit_bzero(value_.data(), value_.capacity());
    value_.clear();
}

std::ostream& operator<<(std::ostream& out, const Secret& secret) {
    return out << to_string(secret);
}

std::string to_string(const Secret& secret) {
    return secret.empty() ? "" : "***";
}

}  // namespace logbook
