// The rules of RFC 9112 for request heads, read strictly: what a proxy might read in two ways is refused.
#include "logbook/server/strict_head.h"

#include <algorithm>
#include <charconv>

#include "logbook/api/message.h"
#include "logbook/base/text.h"

namespace logbook::server {
namespace {

constexpr size_t longest_method = 32;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// host [":" port], as RFC 3986 spells them; no user name, no blank.
bool valid_host(std::string_view host) {
    const size_t bracket = host.rfind(']');
    const size_t colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
    const std::string_view name = host.substr(0, colon);
    if (colon != std::string_view::npos) {
        const std::string_view port = host.substr(colon + 1);
        if (port.size() > 5 || !std::all_of(port.begin(), port.end(), is_digit)) return false;
    }
    if (name.empty()) return false;
    const bool literal = name.front() == '[' && name.back() == ']' && name.size() > 2;
    const std::string_view inner = literal ? name.substr(1, name.size() - 2) : name;
    return std::all_of(inner.begin(), inner.end(), [&](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view(literal ? ":.%" : "-._~%!$&'()*+,;=").find(c) != std::string_view::npos;
    });
}

}  // namespace

HeadScanner::Progress HeadScanner::reject(int status, std::string why) {
    if (rejection_.why.empty()) rejection_ = {status, std::move(why)};
    return Progress::rejected;
}

HeadScanner::Progress HeadScanner::scan(std::string_view bytes) {
    if (!rejection_.why.empty()) return Progress::rejected;
    while (at_ < bytes.size()) {
        const auto c = (unsigned char)bytes[at_];
        const bool in_line = at_ > line_;
        const bool after_cr = in_line && bytes[at_ - 1] == '\r';
        const size_t length = ++at_ - line_;
        if (c == '\n') {
            if (!after_cr) return reject(400, "a line ends without CR");
            const std::string_view line = bytes.substr(line_, length - 2);
            line_ = at_;
            if (fields_from_ == 0) {
                if (!take_request_line(line)) return Progress::rejected;
                fields_from_ = at_;
            } else if (line.empty()) {
                return finish() ? Progress::complete : Progress::rejected;
            } else {
                if (at_ - fields_from_ > limits_.fields_bytes)
                    return reject(431, "the headers are too large");
                if (!take_field(line)) return Progress::rejected;
            }
            continue;
        }
        if (after_cr) return reject(400, "CR without LF");
        if (c == '\r') continue;
        if (fields_from_ == 0) {
            if (c < 0x20 || c > 0x7E) return reject(400, "a byte that may not stand in a request line");
            // Method, two blanks, target, version: no line that may still pass is longer.
            if (length > longest_method + 1 + limits_.target + 1 + 8)
                return reject(414, "the request target is too long");
        } else {
            if ((c < 0x20 && c != '\t') || c == 0x7F) return reject(400, "a control byte in a header");
            if (at_ - fields_from_ > limits_.fields_bytes) return reject(431, "the headers are too large");
        }
    }
    return Progress::more;
}

bool HeadScanner::take_request_line(std::string_view line) {
    const size_t first = line.find(' ');
    const size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) {
        reject(400, "the request line is not method, target and version");
        return false;
    }
    const std::string_view method = line.substr(0, first);
    std::string_view target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    const auto wrong = [&](int status, const char* why) {
        reject(status, why);
        return false;
    };
    if (method.size() > longest_method || !api::Headers::valid_name(method))
        return wrong(400, "the method is not well formed");
    if (version.size() != 8 || version.substr(0, 5) != "HTTP/" || !is_digit(version[5]) ||
        version[6] != '.' || !is_digit(version[7]))
        return wrong(400, "the version is not well formed");
    if (target.size() > limits_.target) return wrong(414, "the request target is too long");
    if (version[5] != '1' || version[7] > '1')
        return wrong(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
    facts_.minor = version[7] - '0';
    if (target.empty() || contains(target, " ") || contains(target, "#") || contains(target, "\\"))
        return wrong(400, "the target is not well formed");
    if (target == "*" && method == "OPTIONS") return true;
    if (lower(target.substr(0, 7)) == "http://") {
        target.remove_prefix(7);
        const size_t slash = target.find_first_of("/?");
        authority_ = target.substr(0, slash);
        if (!valid_host(authority_) || slash == std::string_view::npos || target[slash] != '/')
            return wrong(400, "the target is not well formed");
        return true;
    }
    if (target[0] != '/') return wrong(400, "the target is not a path");
    return true;
}

bool HeadScanner::take_field(std::string_view line) {
    if (++count_ > limits_.fields) {
        reject(431, "too many headers");
        return false;
    }
    if (line[0] == ' ' || line[0] == '\t') {
        reject(400, "a header continues on a second line");
        return false;
    }
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos || !api::Headers::valid_name(line.substr(0, colon))) {
        reject(400, "a header name is not well formed");
        return false;
    }
    const std::string name = lower(line.substr(0, colon));
    const std::string value(trim(line.substr(colon + 1)));
    if (name == "host") hosts_.push_back(value);
    if (name == "content-length") lengths_.push_back(value);
    if (name == "transfer-encoding") codings_.push_back(value);
    if (name == "expect") expectations_.push_back(value);
    return true;
}

bool HeadScanner::judge_host() {
    const auto wrong = [&](const char* why) {
        reject(400, why);
        return false;
    };
    if (hosts_.size() > 1) return wrong("more than one Host header");
    if (hosts_.empty()) return facts_.minor == 0 || wrong("no Host header");
    if (!valid_host(hosts_.front())) return wrong("the Host header is not well formed");
    if (!authority_.empty() && lower(authority_) != lower(hosts_.front()))
        return wrong("the target and the Host header name different hosts");
    return true;
}

bool HeadScanner::judge_framing() {
    const auto wrong = [&](int status, const char* why) {
        reject(status, why);
        return false;
    };
    if (!codings_.empty()) {
        if (facts_.minor == 0) return wrong(400, "Transfer-Encoding in HTTP/1.0");
        if (codings_.size() > 1 || !lengths_.empty())
            return wrong(400, "the length of the body is stated more than once");
        if (lower(codings_.front()) != "chunked")
            return wrong(501, "the only transfer coding here is chunked");
        facts_.chunked = true;
    }
    if (lengths_.size() > 1) return wrong(400, "the length of the body is stated more than once");
    if (!lengths_.empty()) {
        const std::string& digits = lengths_.front();
        if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit))
            return wrong(400, "Content-Length is not a number");
        size_t length = 0;
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), length);
        if (read.ec != std::errc() || length > limits_.body) return wrong(413, "the body is too large");
        facts_.length = length;
    }
    if (!expectations_.empty()) {
        if (expectations_.size() > 1 || lower(expectations_.front()) != "100-continue")
            return wrong(417, "this expectation cannot be met");
        facts_.expects_continue = facts_.minor == 1 && (facts_.chunked || facts_.length.value_or(0) > 0);
    }
    return true;
}

bool HeadScanner::finish() {
    return judge_host() && judge_framing();
}

}  // namespace logbook::server
