// Header rules, status names and paths.
#include "logbook/api/message.h"

#include <algorithm>
#include <stdexcept>

#include "logbook/api/percent.h"
#include "logbook/base/text.h"

namespace logbook::api {
namespace {

bool same_name(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
               const auto fold = [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; };
               return fold(x) == fold(y);
           });
}

}  // namespace

bool Headers::valid_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               (c != 0 && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
    });
}

bool Headers::valid_value(std::string_view value) {
    return std::all_of(value.begin(), value.end(), [](char c) {
        const auto byte = (unsigned char)c;
        return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
    });
}

void Headers::add(std::string_view name, std::string_view value) {
    if (!valid_name(name)) throw std::invalid_argument("not a header name: " + printable(name, 60));
    if (!valid_value(value)) throw std::invalid_argument("a control byte in the header " + std::string(name));
    fields_.emplace_back(name, value);
}

void Headers::set(std::string_view name, std::string_view value) {
    const auto same = [&](const Field& field) { return same_name(field.first, name); };
    fields_.erase(std::remove_if(fields_.begin(), fields_.end(), same), fields_.end());
    add(name, value);
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
    for (const Field& field : fields_)
        if (same_name(field.first, name)) return field.second;
    return {};
}

Reply json_reply(int status, const Json& body) {
    Reply reply;
    reply.status = status;
    reply.headers.add("Content-Type", "application/json");
    reply.headers.add("Cache-Control", "no-store");
    reply.body = body.dump();
    return reply;
}

std::string_view reason_of(int status) {
    switch (status) {
    case 100:
        return "Continue";
    case 200:
        return "OK";
    case 201:
        return "Created";
    case 204:
        return "No Content";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 409:
        return "Conflict";
    case 413:
        return "Content Too Large";
    case 414:
        return "URI Too Long";
    case 415:
        return "Unsupported Media Type";
    case 417:
        return "Expectation Failed";
    case 422:
        return "Unprocessable Content";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 501:
        return "Not Implemented";
    case 503:
        return "Service Unavailable";
    case 505:
        return "HTTP Version Not Supported";
    }
    return "Unknown";
}

std::optional<Path> parse_path(std::string_view target) {
    const std::string_view path = target.substr(0, target.find('?'));
    if (path.empty() || path[0] != '/') return {};
    Path result;
    if (path == "/") return result;
    std::vector<std::string> raw = split(path.substr(1), '/');
    if (raw.back().empty()) {
        result.ends_with_slash = true;
        raw.pop_back();
    }
    for (const std::string& segment : raw) {
        std::optional<std::string> decoded = percent_decoded(segment);
        if (!decoded) return {};
        result.segments.push_back(std::move(*decoded));
    }
    return result;
}

}  // namespace logbook::api
