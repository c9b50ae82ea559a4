// The chunked transfer coding (RFC 9112, section 7.1), read strictly and decoded as it comes: what a proxy
// might read in two ways is refused. Boost.Beast's own reading depends on where the bytes are cut, so it gets
// heads only.
#pragma once

#include <string>
#include <string_view>

#include "logbook/server/strict_head.h"

namespace logbook::server {

// A value; one for each body. Any cut of the bytes gives the same body or the same refusal.
class ChunkedBody {
  public:
    explicit ChunkedBody(size_t most_bytes) : most_bytes_(most_bytes) {}

    enum class Progress { more, complete, rejected };
    // Takes what it can of `bytes`, and tells how many that were; decoded data is appended to `body`. What
    // follows a complete body is not taken.
    Progress feed(std::string_view bytes, size_t& taken, std::string& body);

    const Rejection& rejection() const { return rejection_; }

  private:
    enum class Place { size_line, data, data_end, trailers, done };
    bool take_line_byte(char c);
    bool end_of_line(size_t decoded);
    bool take_size(size_t decoded);
    bool take_trailer();
    bool refuse(int status, const char* why);

    size_t most_bytes_;
    Place place_ = Place::size_line;
    std::string line_;          // the framing that is being read; bounded
    size_t left_ = 0;           // of the chunk's data
    size_t trailer_bytes_ = 0;  // of all of them together
    Rejection rejection_;
};

}  // namespace logbook::server
