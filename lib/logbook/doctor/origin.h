// The parts of an http or https address, as far as a probe needs them, and where a redirect leads.
#pragma once

#include <string>
#include <string_view>

namespace logbook::doctor {

struct Origin {
    bool https = false;
    std::string host;  // an IPv6 address with its brackets
    std::string port;  // as written; empty: the scheme's own

    std::string text() const;  // "https://logbook.example.org:8443"
    std::string port_or_default() const { return !port.empty() ? port : https ? "443" : "80"; }
    friend bool operator==(const Origin& a, const Origin& b) {
        return a.https == b.https && a.host == b.host && a.port_or_default() == b.port_or_default();
    }
};

// Host names come out in lower case; user info and path are left away.
Origin origin_of(std::string_view url);

// Where `location` leads, seen from `from`; empty when it is no http or https address.
std::string resolve_location(const std::string& from, std::string_view location);

}  // namespace logbook::doctor
