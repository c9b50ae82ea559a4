// Addresses and the ranges that hold them.
#include "logbook/backend/client_address.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "logbook/base/text.h"

namespace logbook::backend {
namespace {

// Both families in one: IPv4 as it is mapped into IPv6 (RFC 4291 §2.5.5.2).
using Bits = std::array<unsigned char, 16>;
constexpr size_t v4_prefix = 96;

struct Address {
    Bits bits{};
    bool v4 = false;
};

bool is_mapped(const Bits& bits) {
    constexpr std::array<unsigned char, 12> mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    return std::equal(mapped.begin(), mapped.end(), bits.begin());
}

std::optional<Address> parse(std::string_view text) {
    if (text.empty() || text.size() > 45) return std::nullopt;
    const std::string zeroed(text);
    Address address;
    in_addr four{};
    if (::inet_pton(AF_INET, zeroed.c_str(), &four) == 1) {
        address.bits[10] = address.bits[11] = 0xFF;
        std::memcpy(&address.bits[12], &four, 4);
        address.v4 = true;
        return address;
    }
    in6_addr six{};
    if (::inet_pton(AF_INET6, zeroed.c_str(), &six) != 1) return std::nullopt;
    std::memcpy(address.bits.data(), &six, 16);
    address.v4 = is_mapped(address.bits);
    return address;
}

// Some proxies write the port behind: "192.0.2.1:4711", "[2001:db8::1]:4711".
std::optional<Address> parse_forwarded(std::string_view text) {
    text = trim(text);
    if (!text.empty() && text.front() == '[') {
        const size_t end = text.find(']');
        return end == std::string_view::npos ? std::nullopt : parse(text.substr(1, end - 1));
    }
    if (std::count(text.begin(), text.end(), ':') == 1) text = text.substr(0, text.find(':'));
    return parse(text);
}

std::string canonical(const Address& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address.v4) return ::inet_ntop(AF_INET, &address.bits[12], text.data(), text.size());
    return ::inet_ntop(AF_INET6, address.bits.data(), text.data(), text.size());
}

struct Range {
    Bits bits{};
    size_t prefix = 128;  // bits that count
};

std::optional<Range> parse_range(std::string_view text) {
    const size_t slash = text.find('/');
    const auto address = parse(trim(text.substr(0, slash)));
    if (!address) return std::nullopt;
    Range range{address->bits, 128};
    if (slash == std::string_view::npos) return range;
    const std::string_view digits = trim(text.substr(slash + 1));
    size_t prefix = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return std::nullopt;
    if (prefix > (address->v4 ? 32U : 128U)) return std::nullopt;
    range.prefix = address->v4 ? v4_prefix + prefix : prefix;
    return range;
}

bool holds(const Range& range, const Bits& bits) {
    const size_t whole = range.prefix / 8, rest = range.prefix % 8;
    if (!std::equal(bits.begin(), bits.begin() + long(whole), range.bits.begin())) return false;
    if (rest == 0) return true;
    const auto mask = static_cast<unsigned char>(0xFF << (8 - rest));
    return (bits[whole] & mask) == (range.bits[whole] & mask);
}

bool is_trusted(const Address& address, const std::vector<std::string>& trusted) {
    return std::any_of(trusted.begin(), trusted.end(), [&](const std::string& text) {
        const auto range = parse_range(text);
        return range && holds(*range, address.bits);
    });
}

std::vector<std::string> forwarded_for(const api::Headers& headers) {
    std::vector<std::string> all;
    for (const auto& [name, value] : headers.fields())
        if (lower(name) == "x-forwarded-for")
            for (std::string& part : split(value, ',')) all.push_back(std::move(part));
    return all;
}

}  // namespace

bool is_address_range(std::string_view text) {
    return parse_range(text).has_value();
}

std::string client_address(const api::Request& request, const std::vector<std::string>& trusted) {
    std::optional<Address> last = parse(request.peer);
    if (!last) return "unknown";
    if (trusted.empty() || !is_trusted(*last, trusted)) return canonical(*last);
    const std::vector<std::string> hops = forwarded_for(request.headers);
    for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
        const auto address = parse_forwarded(*hop);
        if (!address) break;
        last = address;
        if (!is_trusted(*address, trusted)) break;
    }
    return canonical(*last);
}

}  // namespace logbook::backend
