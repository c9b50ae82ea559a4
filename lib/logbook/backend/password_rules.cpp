// The rules, one after the other.
#include "logbook/backend/password_rules.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/crypto/random.h"

namespace logbook::backend {
namespace {

size_t characters(std::string_view utf8) {
    return size_t(std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool is_upper(unsigned char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_lower(unsigned char c) {
    return c >= 'a' && c <= 'z';
}
bool is_digit(unsigned char c) {
    return c >= '0' && c <= '9';
}

bool has_any(std::string_view text, bool (*is)(unsigned char)) {
    return std::any_of(text.begin(), text.end(), [is](char c) { return is(static_cast<unsigned char>(c)); });
}

bool is_special(unsigned char c) {
    return !is_upper(c) && !is_lower(c) && !is_digit(c) && c > 0x20 && c < 0x7F;
}

bool has_triple(std::string_view utf8) {
    size_t run = 1;
    std::string_view previous;
    for (size_t begin = 0; begin < utf8.size();) {
        size_t end = begin + 1;
        while (end < utf8.size() && (utf8[end] & 0xC0) == 0x80) ++end;
        const std::string_view character = utf8.substr(begin, end - begin);
        run = character == previous ? run + 1 : 1;
        if (run == 3) return true;
        previous = character;
        begin = end;
    }
    return false;
}

bool has_sequence(std::string_view text) {
    const std::string lowered = lower(text);
    const auto of_one_kind = [](char a, char b) {
        const auto x = static_cast<unsigned char>(a), y = static_cast<unsigned char>(b);
        return (is_lower(x) && is_lower(y)) || (is_digit(x) && is_digit(y));
    };
    for (size_t i = 2; i < lowered.size(); ++i) {
        const char a = lowered[i - 2], b = lowered[i - 1], c = lowered[i];
        if (!of_one_kind(a, b) || !of_one_kind(b, c)) continue;
        if ((b == a + 1 && c == b + 1) || (b == a - 1 && c == b - 1)) return true;
    }
    return false;
}

}  // namespace

std::optional<std::string> password_fault(const Rules& rules, std::string_view password) {
    const size_t length = characters(password);
    if (length < rules.password_min)
        return fmt::format("Password must have at least {} characters", rules.password_min);
    if (length > rules.password_max)
        return fmt::format("Password must have at most {} characters", rules.password_max);
    if (!has_any(password, is_upper)) return "Password must hold an uppercase letter";
    if (!has_any(password, is_lower)) return "Password must hold a lowercase letter";
    if (!has_any(password, is_digit)) return "Password must hold a digit";
    if (!has_any(password, is_special)) return "Password must hold a special character";
    if (has_triple(password)) return "Password must not hold a character three times in a row";
    if (has_sequence(password)) return "Password must not hold a sequence such as abc or 321";
    return std::nullopt;
}

Result<Secret> temporary_password(const Rules& rules) {
    constexpr std::string_view alphabet =
        "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789!#%+-=?@_";
    const size_t length = std::clamp<size_t>(20, rules.password_min, rules.password_max);
    for (int tries = 0; tries < 1'000; ++tries) {
        auto password = crypto::random_text(length, alphabet);
        if (!password || !password_fault(rules, password->reveal())) return password;
    }
    return fail(ErrorCode::unsupported, "no password fits the settings' rules",
                "PASSWORD_MAX_LENGTH must leave room for four kinds of characters");
}

}  // namespace logbook::backend
