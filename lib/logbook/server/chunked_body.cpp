// One byte at a time through framing, in one piece through data.
#include "logbook/server/chunked_body.h"

#include <algorithm>
#include <charconv>

#include "logbook/api/message.h"

namespace logbook::server {
namespace {

// Of one chunk's size line with its extensions, or of all trailers: nobody needs more.
constexpr size_t longest_framing = 4096;
constexpr size_t most_digits = 16;

// *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )
bool valid_extensions(std::string_view text) {
    const auto skip_blanks = [&] {
        while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    };
    const auto take_token = [&] {
        size_t n = 0;
        while (n < text.size() && api::Headers::valid_name(text.substr(n, 1))) ++n;
        text.remove_prefix(n);
        return n > 0;
    };
    const auto take_quoted = [&] {
        for (size_t i = 1; i < text.size(); ++i) {
            if (text[i] == '\\')
                ++i;
            else if (text[i] == '"') {
                text.remove_prefix(i + 1);
                return true;
            }
        }
        return false;
    };
    while (!text.empty()) {
        skip_blanks();
        if (text.empty() || text.front() != ';') return false;
        text.remove_prefix(1);
        skip_blanks();
        if (!take_token()) return false;
        const std::string_view behind = text;
        skip_blanks();
        if (text.empty() || text.front() != '=') {
            text = behind;
            continue;
        }
        text.remove_prefix(1);
        skip_blanks();
        if (text.empty() || !(text.front() == '"' ? take_quoted() : take_token())) return false;
    }
    return true;
}

}  // namespace

bool ChunkedBody::refuse(int status, const char* why) {
    rejection_ = {status, why};
    return false;
}

ChunkedBody::Progress ChunkedBody::feed(std::string_view bytes, size_t& taken, std::string& body) {
    taken = 0;
    if (!rejection_.why.empty()) return Progress::rejected;
    while (place_ != Place::done && taken < bytes.size()) {
        if (place_ == Place::data) {
            const size_t n = std::min(left_, bytes.size() - taken);
            body.append(bytes.substr(taken, n));
            taken += n;
            left_ -= n;
            if (left_ == 0) place_ = Place::data_end;
            continue;
        }
        const char c = bytes[taken++];
        if (!take_line_byte(c) || (c == '\n' && !end_of_line(body.size()))) return Progress::rejected;
    }
    return place_ == Place::done ? Progress::complete : Progress::more;
}

bool ChunkedBody::take_line_byte(char c) {
    const bool after_cr = !line_.empty() && line_.back() == '\r';
    if (after_cr != (c == '\n')) return refuse(400, "a line of the body's framing has no proper end");
    if (place_ == Place::data_end && line_.empty() && c != '\r')
        return refuse(400, "a chunk is longer than its size");
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t' && c != '\r' && c != '\n') || byte == 0x7F)
        return refuse(400, "a control byte in the body's framing");
    line_ += c;
    if (line_.size() + trailer_bytes_ > longest_framing) return refuse(400, "the body's framing is too long");
    return true;
}

bool ChunkedBody::end_of_line(size_t decoded) {
    line_.resize(line_.size() - 2);
    bool good = true;
    switch (place_) {
    case Place::size_line:
        good = take_size(decoded);
        break;
    case Place::data_end:
        place_ = Place::size_line;
        break;
    case Place::trailers:
        good = take_trailer();
        break;
    case Place::data:
    case Place::done:
        break;
    }
    line_.clear();
    return good;
}

bool ChunkedBody::take_size(size_t decoded) {
    const std::string_view line = line_;
    const size_t digits = std::min(line.find_first_not_of("0123456789abcdefABCDEF"), line.size());
    if (digits == 0 || digits > most_digits || !valid_extensions(line.substr(digits)))
        return refuse(400, "the size of a chunk is not well formed");
    size_t size = 0;
    std::from_chars(line.data(), line.data() + digits, size, 16);
    if (size > most_bytes_ - std::min(decoded, most_bytes_)) return refuse(413, "the body is too large");
    left_ = size;
    place_ = size > 0 ? Place::data : Place::trailers;
    return true;
}

// A trailer is read for its form only: it could pretend to be a header.
bool ChunkedBody::take_trailer() {
    if (line_.empty()) {
        place_ = Place::done;
        return true;
    }
    trailer_bytes_ += line_.size() + 2;
    const size_t colon = line_.find(':');
    if (colon == std::string::npos || !api::Headers::valid_name(std::string_view(line_).substr(0, colon)))
        return refuse(400, "a trailer is not well formed");
    return true;
}

}  // namespace logbook::server
