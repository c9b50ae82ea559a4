// The engine's times: RFC 3339 with nanoseconds.
#include <cctype>
#include <charconv>

#include "logbook/docker/container.h"

namespace logbook::docker {
namespace {

// Exactly `digits` digits at the front, taken off; -1 when they are not there.
int take_digits(std::string_view& text, size_t digits) {
    if (text.size() < digits) return -1;
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + digits, number);
    if (error != std::errc() || end != text.data() + digits || number < 0) return -1;
    text.remove_prefix(digits);
    return number;
}

bool take(std::string_view& text, char wanted) {
    if (text.empty() || text.front() != wanted) return false;
    text.remove_prefix(1);
    return true;
}

// Nanoseconds of ".528357831"; further digits are dropped.
int64_t take_fraction(std::string_view& text) {
    if (!take(text, '.')) return 0;
    int64_t nanoseconds = 0, unit = 100'000'000;
    while (!text.empty() && std::isdigit(static_cast<unsigned char>(text.front()))) {
        nanoseconds += (text.front() - '0') * unit;
        unit /= 10;
        text.remove_prefix(1);
    }
    return nanoseconds;
}

// Seconds east of UTC of "Z", "+02:00"; nothing for anything else.
std::optional<int> zone(std::string_view text) {
    if (text == "Z" || text == "z") return 0;
    const int sign = take(text, '+') ? 1 : take(text, '-') ? -1 : 0;
    const int hours = take_digits(text, 2);
    if (sign == 0 || hours < 0 || hours > 23 || !take(text, ':')) return std::nullopt;
    const int minutes = take_digits(text, 2);
    if (minutes < 0 || minutes > 59 || !text.empty()) return std::nullopt;
    return sign * (hours * 3600 + minutes * 60);
}

}  // namespace

std::optional<WallTime> parse_engine_time(std::string_view text) {
    using namespace std::chrono;
    const int y = take_digits(text, 4);
    const bool first = take(text, '-');
    const int m = take_digits(text, 2);
    const bool second = take(text, '-');
    const int d = take_digits(text, 2);
    if (!first || !second || m < 1 || d < 1 || !take(text, 'T')) return std::nullopt;
    const int hour = take_digits(text, 2);
    const bool third = take(text, ':');
    const int minute = take_digits(text, 2);
    const bool fourth = take(text, ':');
    const int second_of_minute = take_digits(text, 2);
    if (!third || !fourth || hour < 0 || minute < 0 || second_of_minute < 0 || hour > 23 || minute > 59 ||
        second_of_minute > 60)
        return std::nullopt;
    const year_month_day date{year(y), month(unsigned(m)), day(unsigned(d))};
    // Outside of these years it is the zero time, or would not fit nanoseconds of 64 bits.
    if (!date.ok() || y < 1970 || y > 2200) return std::nullopt;
    const int64_t fraction = take_fraction(text);
    const std::optional<int> east = zone(text);
    if (!east) return std::nullopt;
    const int64_t of_day = int64_t(hour) * 3600 + int64_t(minute) * 60 + second_of_minute - *east;
    return WallTime(duration_cast<WallTime::duration>(sys_days(date).time_since_epoch() + seconds(of_day) +
                                                      nanoseconds(fraction)));
}

}  // namespace logbook::docker
