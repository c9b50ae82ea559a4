// How one finding of an audit is laid out: glyph and sentence, its id at the right, the fix beneath.
#pragma once

#include <string_view>

#include "view/stream.h"

namespace logbook::cli {

enum class Mark { pass, fail, warn, note };

// "✔", "✖", "!", "·", in their colours.
std::string glyph(const Stream& out, Mark mark);

// Fits the terminal's width; the id moves to its own line where it is narrow. A fix that begins with a
// command is not wrapped, so that it can be pasted.
void put_finding(Stream& out, Mark mark, std::string_view message, std::string_view id, std::string_view fix);

// One labelled line beneath: "    backup    /srv/.env.backup-…", wrapped under itself unless it is one word.
void put_detail(Stream& out, std::string_view label, std::string_view text);

}  // namespace logbook::cli
