// Six bits a character.
#include "logbook/crypto/base64url.h"

#include <array>
#include <cstdint>

namespace logbook::crypto {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::array<int8_t, 256> values() {
    std::array<int8_t, 256> all{};
    for (auto& value : all) value = -1;
    for (size_t i = 0; i < alphabet.size(); ++i) all[static_cast<unsigned char>(alphabet[i])] = int8_t(i);
    return all;
}

}  // namespace

std::string base64url(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() * 4 + 2) / 3);
    uint32_t bits = 0;
    int held = 0;
    for (const char byte : bytes) {
        bits = (bits << 8) | static_cast<unsigned char>(byte);
        for (held += 8; held >= 6; held -= 6) text += alphabet[(bits >> (held - 6)) & 63];
    }
    if (held > 0) text += alphabet[(bits << (6 - held)) & 63];
    return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
    static constexpr std::array<int8_t, 256> value_of = values();
    if (text.size() % 4 == 1) return std::nullopt;
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    uint32_t bits = 0;
    int held = 0;
    for (const char character : text) {
        const int8_t value = value_of[static_cast<unsigned char>(character)];
        if (value < 0) return std::nullopt;
        bits = (bits << 6) | uint32_t(value);
        held += 6;
        if (held >= 8) bytes += char((bits >> (held -= 8)) & 0xFF);
    }
    if ((bits & ((1U << held) - 1)) != 0) return std::nullopt;
    return bytes;
}

}  // namespace logbook::crypto
