// The engine's log call, asked with timestamps, cut into the messages that its log driver stored: one line
// each, or 16 KiB of a longer one.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "logbook/docker/frame.h"
#include "logbook/logscan/record.h"

namespace logbook::logsource {

struct EngineMessage {
    logscan::StreamName stream = logscan::StreamName::out;
    std::optional<WallTime> time;  // the engine's; nothing where it gave none
    std::string_view text;         // as it was stored, with its line feed; valid during the call
    uint64_t cut_bytes = 0;        // of its end, not kept
    bool feed = false;             // it ends in a line feed, kept or not
    bool of_engine = false;        // words of the engine itself about the log
};
using MessageSink = std::function<void(const EngineMessage&)>;

// As the json-file reader unwraps the same message: without its line end, and going on in the next one where
// the engine split it.
logscan::Line line_of(const EngineMessage& message);

// Any cut of the stream gives the same messages. Keeps one message, of `longest_raw_line` bytes at the most.
// Not thread-safe.
//
// With a terminal (`tty`) there are no frames, and a message that has no line feed is followed by the next
// one's timestamp alone. That is believed to begin a message where it is later than the line's own (what a
// program prints is earlier than the engine's reading of it), or the same behind 16 KiB (all pieces of a line
// have one).
class MessageCutter {
  public:
    explicit MessageCutter(bool tty) : tty_(tty) {}

    void push(const docker::Piece& piece, const MessageSink& sink);
    // The stream has ended.
    void finish(const MessageSink& sink);
    // Another stream begins: what was begun is forgotten.
    void reset();

  private:
    void framed(const docker::Piece& piece, const MessageSink& sink);
    void raw(std::string_view bytes, const MessageSink& sink);
    void keep(std::string_view bytes);
    void give(std::string_view bytes, logscan::StreamName stream, const MessageSink& sink);
    size_t next_stamp(size_t from) const;
    void give_raw(size_t end, const MessageSink& sink);

    bool tty_;
    docker::Channel channel_ = docker::Channel::out;
    std::string bytes_;  // of the message, its timestamp in front
    uint64_t dropped_ = 0;
    char last_ = 0;      // of the message, kept or not
    size_t looked_ = 0;  // tty: no timestamp begins before this place
};

}  // namespace logbook::logsource
