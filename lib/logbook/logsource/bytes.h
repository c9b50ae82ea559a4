// Where a log's bytes come from: a file, a gzip file, standard input, or several one after another.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/deadline.h"
#include "logbook/base/fd.h"
#include "logbook/base/result.h"

namespace logbook::logsource {

// Not thread-safe.
class Bytes {
  public:
    virtual ~Bytes() = default;
    // Waits for at least one byte; 0 at the end. Fails with `timeout` when none comes by then.
    virtual Result<size_t> read(char* into, size_t room, Deadline deadline) = 0;
};

// Opens a file or pipe for reading, without waiting for a writer; a folder is refused.
Result<Fd> open_log(const std::filesystem::path& path);

// What the descriptor gives; packed data is unpacked. `name` is for messages.
std::unique_ptr<Bytes> bytes_of(Fd fd, std::string name);

// One behind the other, as if they were one.
std::unique_ptr<Bytes> chained(std::vector<std::unique_ptr<Bytes>> parts);

}  // namespace logbook::logsource
