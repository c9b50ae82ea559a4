// Masks known secret values in everything that is written: output, logs, reports. It works on values, not on
// names, so a secret is masked wherever it turns up: in a server's error text, a URL, a JSON string, a base64
// header.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/secret.h"

namespace logbook::redact {

// Fill it first, then share it: `mask` is const and thread-safe, `add` is not.
class LOGBOOK_EXPORT Redactor {
  public:
    // Registers a value in every spelling: as it is, percent-encoded, JSON-escaped, shell-quoted, base64 and
    // base64url (at each of the three alignments, so also inside a longer encoded text), hex. Values shorter
    // than `shortest` bytes are not registered: masking "root" or "1234" would eat ordinary words.
    void add(const Secret& secret);
    static constexpr size_t shortest = 6;

    // The text with every registered spelling replaced by `***`.
    std::string mask(std::string_view text) const;

    bool empty() const { return spellings_.empty(); }
    size_t longest() const { return longest_; }  // bytes of the longest spelling

    // Whether, from `at` on, `text` might be the beginning of a spelling that goes on in the next piece.
    bool may_continue(std::string_view text, size_t at) const;

  private:
    std::vector<std::string> spellings_;  // longest first, so that a longer secret wins over one inside it
    size_t longest_ = 0;
};

// The same for a stream that may be cut anywhere: a secret that straddles two pieces is masked too.
// Not thread-safe; one for each stream.
class LOGBOOK_EXPORT StreamMask {
  public:
    explicit StreamMask(const Redactor& redactor) : redactor_(redactor) {}

    // What is safe to write now. The rest is kept until more comes.
    std::string feed(std::string_view piece);
    // The kept rest, at the end of the stream.
    std::string finish();

  private:
    const Redactor& redactor_;
    std::string held_;
};

}  // namespace logbook::redact
