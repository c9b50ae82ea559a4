// Where the last records of a log file begin.
#pragma once

#include <cstddef>
#include <cstdint>

namespace logbook::logsource {

struct FileTail {
    uint64_t begin = 0;  // of a line
    size_t records = 0;  // from there to the end
};

// So much of the end of a file of `size` bytes that `records` of them stand in it, or all of it. Reads back
// as far as needed; memory is bounded.
FileTail find_file_tail(int fd, uint64_t size, size_t records);

// Up to `room` bytes from `at`; fewer at the end of the file or where it cannot be read.
size_t read_at(int fd, char* into, size_t room, uint64_t at);

}  // namespace logbook::logsource
