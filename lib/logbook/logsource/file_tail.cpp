// Reading back in growing steps, and counting.
#include "logbook/logsource/file_tail.h"

#include <algorithm>
#include <cerrno>
#include <unistd.h>

#include "logbook/logsource/line_feed.h"

namespace logbook::logsource {
namespace {

constexpr size_t block = 64 << 10;

// What stands from the first line that begins at or behind `from`.
FileTail read_from(int fd, uint64_t from, uint64_t size) {
    logscan::SourceStats ignored;
    LineFeed feed({}, ignored);
    FileTail tail;
    tail.begin = from;
    const auto count = [&] {
        for (logscan::Record record; feed.take(record);) ++tail.records;
    };
    bool inside = from == 0;
    char bytes[block];
    for (uint64_t at = from; at < size;) {
        const size_t n = read_at(fd, bytes, size_t(std::min<uint64_t>(sizeof bytes, size - at)), at);
        if (n == 0) break;
        std::string_view text(bytes, n);
        if (!inside) {
            const size_t end = text.find('\n');
            inside = end != std::string_view::npos;
            text.remove_prefix(inside ? end + 1 : text.size());
            tail.begin = at + (n - text.size());
        }
        at += n;
        feed.push(text);
        count();
    }
    feed.finish();
    count();
    return tail;
}

}  // namespace

FileTail find_file_tail(int fd, uint64_t size, size_t records) {
    for (uint64_t window = 4 * block;; window *= 8) {
        const uint64_t from = size > window ? size - window : 0;
        const FileTail tail = read_from(fd, from, size);
        // The first record of each stream may be the end of a longer one.
        if (from == 0 || tail.records >= records + 2) return tail;
    }
}

size_t read_at(int fd, char* into, size_t room, uint64_t at) {
    size_t done = 0;
    while (done < room) {
        const ssize_t n = ::pread(fd, into + done, room - done, off_t(at + done));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        done += size_t(n);
    }
    return done;
}

}  // namespace logbook::logsource
