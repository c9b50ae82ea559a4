// Python's text literals: what stands before the quotes, and what the bytes between them denote.
// Source: docs.python.org, "String and Bytes literals".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace logbook::revision {

struct TextPrefix {
    bool known = true;  // it is one
    bool raw = false, bytes = false, formatted = false;
};
TextPrefix text_prefix(std::string_view letters);

// The text between its quotes, as Python reads it; of a formatted one, only such as have no fields. Nothing
// where it cannot be known here: bytes, a character by its Unicode name, half a surrogate pair.
std::optional<std::string> unescaped(std::string_view body, const TextPrefix& prefix);

}  // namespace logbook::revision
