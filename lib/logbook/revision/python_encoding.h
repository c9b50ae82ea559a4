// The encoding of a Python source file. Source: PEP 263, PEP 3120.
#pragma once

#include <string>
#include <string_view>

#include "logbook/base/result.h"

namespace logbook::revision {

// The source as UTF-8 without a byte order mark. Latin 1, Windows 1252 and ASCII are told by the comment in
// the first two lines; another encoding is `unsupported` unless every byte is ASCII anyway. `invalid`: the
// bytes are not of their encoding.
Result<std::string> decoded_source(std::string_view bytes);

}  // namespace logbook::revision
