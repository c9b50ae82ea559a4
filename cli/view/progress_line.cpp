// Drawing it.
#include "view/progress_line.h"

#include "logbook/base/text.h"

namespace logbook::cli {
namespace {

constexpr std::string_view wipe = "\r\x1b[K";

std::string cut_to_width(std::string text, size_t columns) {
    while (display_width(text) > columns && !text.empty()) {
        text.pop_back();
        while (!text.empty() && (text.back() & 0xC0) == 0x80) text.pop_back();  // a character's last bytes
    }
    return text;
}

}  // namespace

ProgressLine::ProgressLine(Stream& stream, bool wanted)
    : stream_(stream), live_(wanted && stream.terminal().redraws) {}

ProgressLine::~ProgressLine() {
    clear();
}

void ProgressLine::show(std::string_view text) {
    if (!live_) return;
    drawn_ = true;
    // Masked before it is cut: nobody would know half a secret again. In the last column some terminals wrap.
    const std::string shown = printable(stream_.as_shown(text));
    stream_.put(std::string(wipe) + cut_to_width(shown, stream_.terminal().width - 1));
    (void)stream_.flush();
}

void ProgressLine::clear() {
    if (!drawn_) return;
    drawn_ = false;
    stream_.put(wipe);
    (void)stream_.flush();
}

}  // namespace logbook::cli
