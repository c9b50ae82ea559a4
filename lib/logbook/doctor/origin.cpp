// Addresses, cut at their marks.
#include "logbook/doctor/origin.h"

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

std::string_view rest_of(std::string_view url) {
    const size_t mark = url.find("://");
    return mark == std::string_view::npos ? url : url.substr(mark + 3);
}

}  // namespace

std::string Origin::text() const {
    return (https ? "https://" : "http://") + host + (port.empty() ? "" : ":" + port);
}

Origin origin_of(std::string_view url) {
    Origin origin;
    origin.https = lower(url.substr(0, 8)) == "https://";
    std::string_view authority = rest_of(url);
    authority = authority.substr(0, authority.find_first_of("/?#"));
    if (const size_t at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
    const size_t bracket = authority.rfind(']');
    const size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    origin.host = lower(authority.substr(0, colon));
    // A redirect's port may end in a command to paste: digits, or none.
    if (colon != std::string_view::npos)
        if (const auto port = authority.substr(colon + 1);
            port.size() <= 5 && port.find_first_not_of("0123456789") == std::string_view::npos)
            origin.port = port;
    return origin;
}

std::string resolve_location(const std::string& from, std::string_view location) {
    if (location.empty()) return {};
    const std::string scheme = origin_of(from).https ? "https:" : "http:";
    if (location.substr(0, 2) == "//") return scheme + std::string(location);
    const std::string start = lower(location.substr(0, 8));
    if (start == "https://" || start.substr(0, 7) == "http://") return std::string(location);
    if (location.front() == '/') return origin_of(from).text() + std::string(location);
    // Another scheme (mailto:, javascript:) has its colon before any slash.
    if (location.substr(0, location.find('/')).find(':') != std::string_view::npos) return {};
    return from.substr(0, from.rfind('/') + 1) + std::string(location);
}

}  // namespace logbook::doctor
