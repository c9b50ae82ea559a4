// Reading and writing cookies.
#include "logbook/api/cookies.h"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>

#include "logbook/base/text.h"

namespace logbook::api {
namespace {

// cookie-octet of RFC 6265 §4.1.1.
bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return c > 0x20 && c < 0x7F && c != '"' && c != ',' && c != ';' && c != '\\';
    });
}

}  // namespace

std::optional<std::string> cookie(const Headers& headers, std::string_view name) {
    std::optional<std::string> found;
    for (const auto& [field, value] : headers.fields()) {
        if (lower(field) != "cookie") continue;
        for (const std::string& pair : split(value, ';')) {
            const std::string_view text = trim(pair);
            const size_t equals = text.find('=');
            if (equals == std::string_view::npos || trim(text.substr(0, equals)) != name) continue;
            if (found) return std::nullopt;
            found = std::string(trim(text.substr(equals + 1)));
        }
    }
    return found;
}

std::string to_header(const SetCookie& cookie) {
    if (!Headers::valid_name(cookie.name) || !is_plain(cookie.value) || !is_plain(cookie.path))
        throw std::invalid_argument("a cookie that is not well formed: " + cookie.name);
    return fmt::format("{}={}{}; Max-Age={}; Path={}; SameSite=strict{}", cookie.name, cookie.value,
                       cookie.http_only ? "; HttpOnly" : "", cookie.max_age.count(), cookie.path,
                       cookie.secure ? "; Secure" : "");
}

}  // namespace logbook::api
