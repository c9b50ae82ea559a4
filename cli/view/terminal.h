// What the stream at the other end can show.
#pragma once

#include <cstddef>
#include <string>

namespace logbook::cli {

struct Terminal {
    bool tty = false;
    bool redraws = false;  // takes the sequences that draw a line anew
    bool color = false;
    bool utf8 = true;
    size_t width = 100;  // columns to fill; at least 40 (LOOK: the narrowest that is laid out)
};

// `color` is auto, always or never. Looks at the descriptor, COLUMNS, NO_COLOR, TERM and the locale's
// variables. In `auto`, colour needs a terminal, no NO_COLOR, and a TERM that is not "dumb". A pipe gets
// UTF-8 only where the locale says so.
Terminal terminal_of(int fd, const std::string& color);

}  // namespace logbook::cli
