// Streams: buffered, masked, written with write(2) so that every failure is seen.
#include "view/stream.h"

#include <cerrno>
#include <poll.h>
#include <unistd.h>
#include <utility>

#include "logbook/base/text.h"

namespace logbook::cli {
namespace {

constexpr std::pair<std::string_view, std::string_view> spellings[] = {
    {"✔", "ok"}, {"✖", "FAIL"}, {"·", "-"}, {"–", "-"},  {"—", "-"},  {"…", "..."}, {"→", "->"},
    {"×", "x"},  {"├", "|"},    {"└", "`"}, {"│", "|"},  {"─", "-"},  {"━", "="},   {"╸", "="},
    {"≤", "<="}, {"≥", ">="},   {"’", "'"}, {"“", "\""}, {"”", "\""},
};

}  // namespace

std::string to_ascii(std::string_view utf8) {
    std::string out(utf8);
    for (const auto& [from, to] : spellings) out = replace_all(std::move(out), from, to);
    std::string ascii;
    for (const char c : out) {
        if (static_cast<unsigned char>(c) < 0x80)
            ascii += c;
        else if ((static_cast<unsigned char>(c) & 0xC0) == 0xC0)
            ascii += '?';  // one for each character
    }
    return ascii;
}

std::string Stream::as_shown(std::string_view text) const {
    std::string masked = redactor_.mask(text);
    return terminal_.utf8 ? masked : to_ascii(masked);
}

Stream& Stream::put(std::string_view text) {
    pending_ += as_shown(text);
    return *this;
}

Stream& Stream::line(std::string_view text) {
    return put(text).put("\n");
}

Stream& Stream::put_secret(std::string_view text) {
    pending_ += text;
    return *this;
}

std::string Stream::inked(Ink ink, std::string_view text) const {
    if (!terminal_.color || ink == Ink::plain) return std::string(text);
    const auto code = [&]() -> std::string_view {
        switch (ink) {
        case Ink::bold:
            return "1";
        case Ink::dim:
            return "2";
        case Ink::red:
            return "1;31";
        case Ink::green:
            return "32";
        case Ink::yellow:
            return "33";
        case Ink::cyan:
            return "36";
        case Ink::plain:
            break;
        }
        return "0";
    }();
    return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

Status Stream::flush() {
    const std::string bytes = std::exchange(pending_, {});
    std::string_view rest = bytes;
    while (!rest.empty()) {
        const ssize_t n = ::write(fd_, rest.data(), rest.size());
        if (n >= 0) {
            rest.remove_prefix(size_t(n));
        } else if (errno == EAGAIN) {
            pollfd ready{fd_, POLLOUT, 0};
            ::poll(&ready, 1, 1000);
        } else if (errno != EINTR) {
            return fail(system_error(
                fd_ == 2 ? "cannot write to standard error" : "cannot write to standard output", errno));
        }
    }
    return {};
}

}  // namespace logbook::cli
