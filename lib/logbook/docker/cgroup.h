// A container's processor time straight from the kernel, where the engine runs on this machine: older engines
// tell statistics only once a second, so two readings of theirs take two.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace logbook::docker {

// Nanoseconds used by all processes of the container since it started, of either version of control groups.
// `pid` is its first process as the engine knows it; nothing when that is no process of this machine that
// belongs to the container `id` (the engine may run elsewhere), or when the kernel's files may not be read.
// `root` is the root of the file system, for tests.
std::optional<uint64_t> processor_time(int64_t pid, std::string_view id,
                                       const std::filesystem::path& root = "/");

}  // namespace logbook::docker
