// Redaction by value. The number of secrets is small (a `.env` has about ten), so plain searching is enough.
#include "logbook/redact/redactor.h"

#include <algorithm>
#include <cctype>
#include <cstdint>

#include "logbook/base/json.h"
#include "logbook/base/text.h"

namespace logbook::redact {
namespace {

std::string percent_encoded(std::string_view value, bool upper) {
    const std::string_view digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    std::string out;
    for (const char c : value) {
        if (std::isalnum(uint8_t(c)) || c == '-' || c == '_' || c == '.' || c == '~') {
            out += c;
        } else {
            out += '%';
            out += digits[uint8_t(c) >> 4];
            out += digits[uint8_t(c) & 15];
        }
    }
    return out;
}

std::string base64(std::string_view bytes, bool url) {
    const std::string_view alphabet =
        url ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
            : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    uint32_t bits = 0;
    int held = 0;
    for (const char c : bytes) {
        bits = bits << 8 | uint8_t(c);
        for (held += 8; held >= 6; held -= 6) out += alphabet[bits >> (held - 6) & 63];
    }
    if (held > 0) out += alphabet[bits << (6 - held) & 63];
    return out;
}

// The characters of a base64 text that depend on `value` alone, when it starts `shift` bytes into a group of
// three.
std::string base64_core(std::string_view value, size_t shift, bool url) {
    std::string padded(shift, '\0');
    padded += value;
    std::string text = base64(padded, url);
    const size_t first = (shift * 8 + 5) / 6;  // the first character without foreign bits
    const size_t end = padded.size() * 8 / 6;  // the last one may hold bits of what follows
    return end > first ? text.substr(first, end - first) : std::string();
}

std::string json_escaped(std::string_view value) {
    const std::string quoted = Json(value).dump();
    return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

void Redactor::add(const Secret& secret) {
    const std::string_view value = secret.reveal();
    if (value.size() < shortest) return;
    std::vector<std::string> found = {std::string(value), percent_encoded(value, true),
                                      percent_encoded(value, false),
                                      replace_all(std::string(value), "'", "'\\''")};
    if (valid_utf8(value)) found.push_back(json_escaped(value));
    std::string upper_hex = hex(value);
    found.push_back(upper_hex);
    std::transform(upper_hex.begin(), upper_hex.end(), upper_hex.begin(),
                   [](unsigned char c) { return char(std::toupper(c)); });
    found.push_back(upper_hex);
    for (size_t shift = 0; shift < 3; ++shift)
        for (const bool url : {false, true}) found.push_back(base64_core(value, shift, url));
    for (std::string& spelling : found)
        if (spelling.size() >= shortest &&
            std::find(spellings_.begin(), spellings_.end(), spelling) == spellings_.end())
            spellings_.push_back(std::move(spelling));
    std::stable_sort(spellings_.begin(), spellings_.end(),
                     [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
    longest_ = spellings_.empty() ? 0 : spellings_.front().size();
}

std::string Redactor::mask(std::string_view text) const {
    std::string out(text);
    for (const std::string& spelling : spellings_) out = replace_all(std::move(out), spelling, "***");
    return out;
}

bool Redactor::may_continue(std::string_view text, size_t at) const {
    const std::string_view tail = text.substr(at);
    return std::any_of(spellings_.begin(), spellings_.end(), [&](const std::string& spelling) {
        return tail.size() < spelling.size() && std::string_view(spelling).substr(0, tail.size()) == tail;
    });
}

std::string StreamMask::feed(std::string_view piece) {
    held_ += piece;
    // The earliest point from which the rest could still grow into a secret; everything before it is decided,
    // unless a whole secret reaches across that point: then masking takes it out first.
    held_ = redactor_.mask(held_);
    const size_t longest = redactor_.longest();
    size_t keep_from = held_.size() > longest ? held_.size() - longest : 0;
    while (keep_from < held_.size() && !redactor_.may_continue(held_, keep_from)) ++keep_from;
    std::string out = held_.substr(0, keep_from);
    held_.erase(0, keep_from);
    return out;
}

std::string StreamMask::finish() {
    std::string out = redactor_.mask(held_);
    held_.clear();
    return out;
}

}  // namespace logbook::redact
