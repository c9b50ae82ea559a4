// Time that is judged or printed. A test hands in its own; only `main` names the system's.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "logbook/base/export.h"
#include "logbook/base/result.h"

namespace logbook {

using Millis = std::chrono::milliseconds;
using WallTime = std::chrono::system_clock::time_point;

class LOGBOOK_EXPORT Clock {
  public:
    virtual ~Clock() = default;
    virtual WallTime wall() const = 0;                                 // UTC
    virtual std::chrono::steady_clock::time_point steady() const = 0;  // for durations
    virtual void sleep(Millis how_long) const = 0;
};

// The machine's own clocks. Stateless, thread-safe.
class LOGBOOK_EXPORT SystemClock final : public Clock {
  public:
    WallTime wall() const override;
    std::chrono::steady_clock::time_point steady() const override;
    void sleep(Millis how_long) const override;
};

// "2026-11-22T04:12:09Z"; with_millis: "2026-11-22T04:12:09.123Z".
LOGBOOK_EXPORT std::string iso8601(WallTime when, bool with_millis = false);

// "20261122T041209Z", for names of files.
LOGBOOK_EXPORT std::string compact_utc(WallTime when);

// "Sun, 22 Nov 2026 04:12:09 GMT" (RFC 9110 §5.6.7), whatever the locale.
LOGBOOK_EXPORT std::string http_date(WallTime when);

// Seconds since 1970, held to the years 1910 to 2200: "9999-12-31" must not wrap around into the past, nor
// may the distance between a forged time and ours.
LOGBOOK_EXPORT WallTime from_unix_seconds(int64_t seconds);

// Reads "2026-11-22" and "2026-11-22T04:12:09Z" (also with a blank for the T, and without the Z: taken as
// UTC).
LOGBOOK_EXPORT Result<WallTime> parse_iso8601(std::string_view text);

// "0.18 s", "41 s", "11 min", "3 h 5 min", "2 d 4 h": one glance, never a false precision.
LOGBOOK_EXPORT std::string human_duration(Millis duration);

// Reads "250ms", "3s", "3", "2m", "1h" (a bare number is seconds). Fails on negative, huge or unknown units.
LOGBOOK_EXPORT Result<Millis> parse_duration(std::string_view text);

}  // namespace logbook
