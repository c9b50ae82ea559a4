// Frames are told by their headers; without them, messages are told by their line feeds and timestamps.
#include "logbook/logsource/engine_message.h"

#include <algorithm>
#include <cstring>

#include "logbook/logscan/line_head.h"
#include "logbook/logsource/line_feed.h"
#include "logbook/logsource/raw_line.h"

namespace logbook::logsource {
namespace {

using docker::Channel;
using logscan::StreamName;

// "2026-11-22T08:00:00.123456789Z ", always with nine digits.
constexpr size_t stamp_size = 31;

bool is_stamp(std::string_view text) {
    constexpr std::string_view shape = "dddd-dd-ddTdd:dd:dd.dddddddddZ ";
    static_assert(shape.size() == stamp_size);
    if (text.size() < stamp_size) return false;
    for (size_t i = 0; i < stamp_size; ++i)
        if (shape[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i]) return false;
    return true;
}

// The engine's timestamp in front of `text`, which is left without it. An engine may also write an offset.
std::optional<WallTime> take_time(std::string_view& text) {
    size_t used = 0;
    const auto time = logscan::read_timestamp(text.substr(0, 64), &used);
    if (!time) return std::nullopt;
    if (used < text.size() && text[used] != ' ') return std::nullopt;
    text.remove_prefix(std::min(used + 1, text.size()));
    return time;
}

}  // namespace

logscan::Line line_of(const EngineMessage& message) {
    logscan::Line line;
    line.stream = message.stream;
    line.time = message.time;
    line.cut_bytes = message.cut_bytes;
    line.text = message.text;
    line.ends = message.feed || message.text.size() + message.cut_bytes < engine_piece;
    if (message.feed && message.cut_bytes == 0) {
        line.text.remove_suffix(1);
        if (!line.text.empty() && line.text.back() == '\r') line.text.remove_suffix(1);
    }
    return line;
}

void MessageCutter::push(const docker::Piece& piece, const MessageSink& sink) {
    if (tty_)
        raw(piece.bytes, sink);
    else
        framed(piece, sink);
}

void MessageCutter::reset() {
    bytes_.clear();
    dropped_ = 0;
    last_ = 0;
    looked_ = 0;
}

void MessageCutter::keep(std::string_view bytes) {
    if (bytes.empty()) return;
    const size_t kept = std::min(bytes.size(), stamp_size + longest_raw_line -
                                                   std::min(bytes_.size(), stamp_size + longest_raw_line));
    bytes_.append(bytes.data(), kept);
    dropped_ += bytes.size() - kept;
    last_ = bytes.back();
}

void MessageCutter::give(std::string_view bytes, StreamName stream, const MessageSink& sink) {
    EngineMessage message;
    message.stream = stream;
    message.of_engine = !tty_ && channel_ == Channel::engine;
    if (!message.of_engine) message.time = take_time(bytes);
    message.text = bytes;
    message.cut_bytes = dropped_;
    message.feed = last_ == '\n';
    dropped_ = 0;
    sink(message);
}

void MessageCutter::framed(const docker::Piece& piece, const MessageSink& sink) {
    if (piece.begins) reset();
    channel_ = piece.channel;
    keep(piece.bytes);
    if (!piece.ends) return;
    if (!bytes_.empty()) give(bytes_, channel_ == Channel::err ? StreamName::err : StreamName::out, sink);
    const bool large = bytes_.capacity() > 4 * engine_piece;
    reset();
    if (large) bytes_.shrink_to_fit();
}

// Where the next message begins by its timestamp alone; npos where none does.
size_t MessageCutter::next_stamp(size_t from) const {
    if (!is_stamp(bytes_)) return std::string::npos;
    const std::string_view all(bytes_), own = all.substr(0, stamp_size);
    // 'Z' and the blank stand at the stamp's end, and seldom anywhere else.
    for (size_t at = all.find("Z ", from + stamp_size - 2); at != std::string::npos;
         at = all.find("Z ", at + 1)) {
        const size_t begin = at + 2 - stamp_size;
        const std::string_view stamp = all.substr(begin, stamp_size);
        if (begin < stamp_size || !is_stamp(stamp)) continue;
        if (stamp > own || (stamp == own && begin >= stamp_size + engine_piece)) return begin;
    }
    return std::string::npos;
}

void MessageCutter::give_raw(size_t end, const MessageSink& sink) {
    if (end > 0 && dropped_ == 0) last_ = bytes_[end - 1];
    give(std::string_view(bytes_).substr(0, end), StreamName::out, sink);
    bytes_.erase(0, end);
    looked_ = 0;
}

void MessageCutter::raw(std::string_view bytes, const MessageSink& sink) {
    while (!bytes.empty()) {
        const size_t feed = bytes.find('\n');
        const std::string_view part = bytes.substr(0, feed == std::string_view::npos ? feed : feed + 1);
        bytes.remove_prefix(part.size());
        // A piece at a time: what a timestamp begins must not be dropped with a line that is too long.
        for (size_t at = 0; at < part.size(); at += engine_piece) {
            keep(part.substr(at, engine_piece));
            for (size_t begin; (begin = next_stamp(looked_)) != std::string::npos;) give_raw(begin, sink);
            looked_ = bytes_.size() < stamp_size ? 0 : bytes_.size() - stamp_size + 1;
        }
        if (feed == std::string_view::npos) return;
        last_ = '\n';
        give_raw(bytes_.size(), sink);
    }
}

void MessageCutter::finish(const MessageSink& sink) {
    // A frame that was cut off is told by the stream's own end.
    if (tty_ && !bytes_.empty()) give_raw(bytes_.size(), sink);
    reset();
}

}  // namespace logbook::logsource
