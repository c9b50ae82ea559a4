// Writes a new gzip file piece by piece, for its owner alone; it appears under its name only when it is
// whole.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "logbook/base/result.h"

namespace logbook::host {

// Move-only, not thread-safe. What is not finished leaves no file behind, unless the process is killed: then
// one named `<name>.part` may be.
class LOGBOOK_EXPORT GzipFile {
  public:
    // Fails when there is a file of that name already. Mode 0600.
    static Result<GzipFile> create(const std::filesystem::path& path);
    GzipFile(GzipFile&& other) noexcept;
    GzipFile& operator=(GzipFile&& other) noexcept;
    ~GzipFile();

    Status write(std::string_view bytes);
    // Writes the end, makes it durable, and gives it its name.
    Status finish();

  private:
    struct State;
    explicit GzipFile(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace logbook::host
