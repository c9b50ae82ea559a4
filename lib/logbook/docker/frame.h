// The engine's multiplexed stream of standard output and error: frames of an 8-byte header and a payload,
// decoded piece by piece.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "logbook/base/result.h"

namespace logbook::docker {

// `engine` is a message of the engine itself about the stream.
enum class Channel : uint8_t { in = 0, out = 1, err = 2, engine = 3 };

// A part of one frame. The engine writes one frame for each message: with timestamps, every frame begins with
// one, and a frame without a line feed at its end is continued by the next one of its channel (a line of more
// than 16 KiB).
struct Piece {
    Channel channel = Channel::out;
    bool begins = false;     // the first byte of a frame
    bool ends = false;       // the last one; an empty frame is one piece with both
    std::string_view bytes;  // valid during the call
};

// False: enough.
using PieceSink = std::function<bool(const Piece&)>;

// An incremental decoder: any cut of the stream gives the same bytes and frames (pieces may differ). It keeps
// eight bytes at the most, whatever size a header claims. Not thread-safe.
class LOGBOOK_EXPORT FrameDecoder {
  public:
    // True: go on; false: the sink had enough. Fails with `protocol` for a header that is none.
    Result<bool> feed(std::string_view bytes, const PieceSink& sink);
    // At the end of the stream: fails with `closed` inside a frame.
    Status finish() const;

  private:
    unsigned char header_[8] = {};
    size_t header_size_ = 0;
    uint32_t left_ = 0;  // of the frame's payload
    bool inside_ = false;
    bool begun_ = false;
};

}  // namespace logbook::docker
