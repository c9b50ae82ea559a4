// A value that must not be shown. It prints as `***`, and its memory is wiped when it goes.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "logbook/base/export.h"

namespace logbook {

// Owns its bytes. There is no conversion to a string on purpose: `reveal()` marks each place that uses the
// value.
class LOGBOOK_EXPORT Secret {
  public:
    Secret() = default;
    explicit Secret(std::string value) : value_(std::move(value)) {}
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept;
    Secret& operator=(const Secret& other);
    Secret& operator=(Secret&& other) noexcept;
    ~Secret();

    std::string_view reveal() const { return value_; }
    bool empty() const { return value_.empty(); }
    size_t size() const { return value_.size(); }

    friend bool operator==(const Secret& a, const Secret& b) { return a.value_ == b.value_; }

  private:
    void wipe() noexcept;
    std::string value_;
};

// Always "***" (nothing for an empty value), so that a slip of the pen shows nothing.
LOGBOOK_EXPORT std::ostream& operator<<(std::ostream& out, const Secret& secret);
LOGBOOK_EXPORT std::string to_string(const Secret& secret);

}  // namespace logbook
