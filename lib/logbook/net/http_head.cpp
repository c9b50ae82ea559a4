// Reading a raw head.
#include "logbook/net/http_head.h"

#include <charconv>

#include "logbook/base/text.h"

namespace logbook::net {
namespace {

constexpr size_t most_head_bytes = size_t(64) << 10;

}  // namespace

Result<std::optional<RawHead>> parse_raw_head(std::string_view bytes) {
    const std::string_view begin = "HTTP/1.";
    if (bytes.substr(0, begin.size()) != begin.substr(0, bytes.size()))
        return fail(ErrorCode::protocol, "the answer is not HTTP");
    const size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        if (bytes.size() > most_head_bytes)
            return fail(ErrorCode::too_large, "the head of the answer has no end");
        return std::nullopt;
    }
    RawHead head;
    head.size = end + 4;
    const std::string_view text = bytes.substr(0, end);
    const size_t blank = text.find(' ');  // "HTTP/1.1 101 UPGRADED"
    int status = 0;
    if (blank == std::string_view::npos ||
        std::from_chars(text.data() + blank + 1, text.data() + text.size(), status).ec != std::errc() ||
        status < 100 || status > 599)
        return fail(ErrorCode::protocol, "the answer has no HTTP status");
    head.reply.status = status;
    for (const std::string& line : split(text, '\n')) {
        const size_t colon = line.find(':');
        if (colon == std::string::npos) continue;
        head.reply.headers.emplace_back(lower(trim(std::string_view(line).substr(0, colon))),
                                        std::string(trim(std::string_view(line).substr(colon + 1))));
    }
    const std::string_view length = head.reply.header("content-length");
    std::from_chars(length.data(), length.data() + length.size(), head.body_bytes);
    return head;
}

}  // namespace logbook::net
