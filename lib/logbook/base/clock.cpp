// System clocks, and the few time formats in use. GCC 12 has no <format> and no chrono parsing, hence by
// hand.
#include "logbook/base/clock.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <fmt/format.h>
#include <thread>

namespace logbook {

WallTime SystemClock::wall() const {
    return std::chrono::system_clock::now();
}

std::chrono::steady_clock::time_point SystemClock::steady() const {
    return std::chrono::steady_clock::now();
}

void SystemClock::sleep(Millis how_long) const {
    std::this_thread::sleep_for(how_long);
}

namespace {

std::tm utc(WallTime when) {
    const std::time_t seconds =
        std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(when));
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    return parts;
}

// Reads exactly `digits` digits at `at`.
bool number_at(std::string_view text, size_t at, size_t digits, int& out) {
    if (at + digits > text.size()) return false;
    const char* begin = text.data() + at;
    auto [end, error] = std::from_chars(begin, begin + digits, out);
    return error == std::errc() && end == begin + digits && *begin != '-';
}

}  // namespace

std::string iso8601(WallTime when, bool with_millis) {
    const std::tm t = utc(when);
    auto text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday,
                            t.tm_hour, t.tm_min, t.tm_sec);
    if (with_millis) {
        const auto since = when - std::chrono::floor<std::chrono::seconds>(when);
        text += fmt::format(".{:03}", std::chrono::duration_cast<Millis>(since).count());
    }
    return text + "Z";
}

std::string compact_utc(WallTime when) {
    const std::tm t = utc(when);
    return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday,
                       t.tm_hour, t.tm_min, t.tm_sec);
}

std::string http_date(WallTime when) {
    static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::tm t = utc(when);
    return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days[t.tm_wday], t.tm_mday, months[t.tm_mon],
                       t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

WallTime from_unix_seconds(int64_t seconds) {
    using namespace std::chrono;
    // 290 years: nanoseconds of 64 bits carry 292, so no two of these are too far apart to be compared.
    constexpr int64_t first = std::chrono::seconds(sys_days(1910y / 1 / 1).time_since_epoch()).count();
    constexpr int64_t last = std::chrono::seconds(sys_days(2200y / 1 / 1).time_since_epoch()).count();
    return WallTime(std::chrono::seconds(std::clamp(seconds, first, last)));
}

Result<WallTime> parse_iso8601(std::string_view text) {
    const auto bad = [&] {
        return fail(ErrorCode::invalid, fmt::format("`{}` is not a date", text),
                    "write it as 2026-11-22 or 2026-11-22T04:12:09Z");
    };
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    if (!number_at(text, 0, 4, year) || !number_at(text, 5, 2, month) || !number_at(text, 8, 2, day))
        return bad();
    if (text[4] != '-' || text[7] != '-') return bad();
    if (text.size() > 10) {
        if (text.back() == 'Z') text.remove_suffix(1);
        if (text.size() != 19 || (text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':')
            return bad();
        if (!number_at(text, 11, 2, hour) || !number_at(text, 14, 2, minute) ||
            !number_at(text, 17, 2, second))
            return bad();
    }
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(unsigned(month)),
                                           std::chrono::day(unsigned(day))};
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return bad();
    const std::chrono::seconds days = std::chrono::sys_days(date).time_since_epoch();
    return from_unix_seconds(days.count() + hour * 3600L + minute * 60L + second);
}

std::string human_duration(Millis duration) {
    const long long ms = duration.count();
    if (ms < 0) return "-" + human_duration(-duration);
    if (ms < 10'000) return fmt::format("{:.2f} s", double(ms) / 1000);
    const long long s = ms / 1000;
    if (s < 120) return fmt::format("{} s", s);
    if (s < 7200) return fmt::format("{} min", s / 60);
    if (s < 2 * 86400LL) return fmt::format("{} h {} min", s / 3600, s % 3600 / 60);
    return fmt::format("{} d {} h", s / 86400, s % 86400 / 3600);
}

Result<Millis> parse_duration(std::string_view text) {
    long long number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const std::string_view unit(end, size_t(text.data() + text.size() - end));
    long long scale = 0;
    if (unit == "ms")
        scale = 1;
    else if (unit == "s" || unit.empty())
        scale = 1000;
    else if (unit == "m" || unit == "min")
        scale = 60'000;
    else if (unit == "h")
        scale = 3'600'000;
    constexpr long long longest = 7LL * 24 * 3'600'000;
    if (error != std::errc() || scale == 0 || number < 0 || number > longest / scale)
        return fail(ErrorCode::invalid, fmt::format("`{}` is not a duration", text),
                    "write it as 250ms, 3s, 2m or 1h (a week at most)");
    return Millis(number * scale);
}

}  // namespace logbook
