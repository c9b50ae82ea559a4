// Decoding frames: header {channel, 0, 0, 0, size of the payload in big endian}.
#include "logbook/docker/frame.h"

#include <algorithm>

namespace logbook::docker {

Result<bool> FrameDecoder::feed(std::string_view bytes, const PieceSink& sink) {
    while (!bytes.empty()) {
        if (!inside_) {
            header_[header_size_++] = static_cast<unsigned char>(bytes.front());
            bytes.remove_prefix(1);
            if (header_size_ < sizeof header_) continue;
            header_size_ = 0;
            if (header_[0] > 3 || header_[1] != 0 || header_[2] != 0 || header_[3] != 0)
                return fail(ErrorCode::protocol, "the engine's log stream holds something that is no frame");
            left_ = uint32_t(header_[4]) << 24 | uint32_t(header_[5]) << 16 | uint32_t(header_[6]) << 8 |
                    uint32_t(header_[7]);
            inside_ = begun_ = left_ > 0;
            if (left_ == 0 && !sink({Channel(header_[0]), true, true, {}})) return false;
            continue;
        }
        const size_t size = std::min<size_t>(bytes.size(), left_);
        const std::string_view payload = bytes.substr(0, size);
        bytes.remove_prefix(size);
        left_ -= uint32_t(size);
        const bool begins = begun_;
        begun_ = false;
        inside_ = left_ > 0;
        if (!sink({Channel(header_[0]), begins, !inside_, payload})) return false;
    }
    return true;
}

Status FrameDecoder::finish() const {
    if (inside_ || header_size_ > 0)
        return fail(ErrorCode::closed, "the engine's stream ended in the middle of a frame");
    return {};
}

}  // namespace logbook::docker
