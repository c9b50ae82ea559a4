// What was read last of a log that is read again from a little earlier: each message is told apart from those
// that were not read yet.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "logbook/base/clock.h"

namespace logbook::logsource {

// Timestamps alone do not do: the engine takes them before it writes, so those of the two streams may stand
// in the log in the wrong order, and all pieces of a line have one. So the messages of the last second are
// known by timestamp and content, and counted. A value; not thread-safe.
class SeenWindow {
  public:
    static constexpr std::chrono::seconds span{1};
    static constexpr size_t most = 32 << 10;

    void add(WallTime time, std::string_view text);
    // Messages before this moment are known to have been read; nothing was read yet: nothing.
    std::optional<WallTime> begin() const;

    // The log is read anew from begin() on.
    void rewind();
    // Whether this message was read before; each one counts once.
    bool seen(WallTime time, std::string_view text);
    // Whether messages that were read should still come again.
    bool awaits() const { return !again_.empty(); }
    // Whether it is among the messages of the last second.
    bool holds(WallTime time, std::string_view text) const;
    // All that is older than the messages added counts as read: they are the end of a longer log.
    void cut_at_first();

  private:
    struct Mark {
        WallTime time;
        uint64_t content;
    };
    static uint64_t key_of(const Mark& mark);
    static Mark mark_of(WallTime time, std::string_view text);

    std::deque<Mark> marks_;
    std::optional<WallTime> floor_;  // what is not later than this has left the window
    WallTime latest_{};
    std::unordered_map<uint64_t, uint32_t> held_;   // how many of each
    std::unordered_map<uint64_t, uint32_t> again_;  // expected to come again
};

}  // namespace logbook::logsource
