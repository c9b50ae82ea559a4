// Splits bytes into lines, and hands them to the grouper.
#include "logbook/logsource/line_feed.h"

#include <algorithm>
#include <cstring>

namespace logbook::logsource {

void LineFeed::push(std::string_view bytes) {
    while (!bytes.empty()) {
        const size_t end = bytes.find('\n');
        const std::string_view piece = bytes.substr(0, end);
        if (end == std::string_view::npos || !partial_.empty() || dropped_ > 0) {
            const size_t kept =
                std::min(piece.size(), longest_raw_line - std::min(partial_.size(), longest_raw_line));
            partial_.append(piece.data(), kept);
            dropped_ += piece.size() - kept;
        }
        if (end == std::string_view::npos) return;
        if (partial_.empty() && dropped_ == 0) {
            line(piece);
        } else {
            line(partial_);
            partial_.clear();
            if (partial_.capacity() > (64 << 10)) partial_.shrink_to_fit();
        }
        bytes.remove_prefix(end + 1);
    }
}

void LineFeed::line(std::string_view raw) {
    ++stats_.lines;
    if (!reader_) reader_ = std::make_unique<RawReader>(format_of(raw));
    const RawLine shape = reader_->peek(raw);
    const uint64_t damaged = reader_->damaged();
    logscan::Line unwrapped = reader_->unwrap(raw);
    stats_.damaged_lines += reader_->damaged() - damaged;
    unwrapped.cut_bytes = dropped_;
    stats_.cut_bytes += dropped_;
    dropped_ = 0;
    grouper_.feed(unwrapped, shape.kind);
}

void LineFeed::finish() {
    if (!partial_.empty() || dropped_ > 0) {
        line(partial_);
        partial_.clear();
    }
    grouper_.flush();
}

void LineFeed::new_file() {
    finish();
    reader_.reset();
}

}  // namespace logbook::logsource
