// The kernel's own counters.
#include "logbook/docker/cgroup.h"

#include <fstream>
#include <string>

#include "logbook/base/text.h"
#include "logbook/docker/fields.h"

namespace logbook::docker {
namespace {

namespace fs = std::filesystem;

// A small file of the kernel; empty when it cannot be read.
std::string small_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::string text(size_t(64) << 10, '\0');
    in.read(text.data(), std::streamsize(text.size()));
    text.resize(size_t(std::max<std::streamsize>(in.gcount(), 0)));
    return text;
}

std::optional<uint64_t> number(std::string_view text) {
    text = trim(text);
    if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    return number_in(text, UINT64_MAX);
}

// "usage_usec 12345" of cpu.stat.
std::optional<uint64_t> usage_of_v2(const std::string& text) {
    for (const std::string& line : split(text, '\n'))
        if (line.rfind("usage_usec ", 0) == 0)
            if (const auto microseconds = number(std::string_view(line).substr(11)))
                return *microseconds * 1000;
    return std::nullopt;
}

}  // namespace

std::optional<uint64_t> processor_time(int64_t pid, std::string_view id, const fs::path& root) {
    if (pid <= 1 || id.size() < 12) return std::nullopt;
    const std::string groups = small_file(root / "proc" / std::to_string(pid) / "cgroup");
    // "4:cpu,cpuacct:/docker/<id>" of version 1, "0::/system.slice/docker-<id>.scope" of version 2.
    for (const std::string& line : split(groups, '\n')) {
        const size_t first = line.find(':');
        const size_t second = first == std::string::npos ? first : line.find(':', first + 1);
        if (second == std::string::npos) continue;
        const std::string controllers = line.substr(first + 1, second - first - 1);
        const std::string path = line.substr(second + 1);
        if (!contains(path, id) || contains(path, "..")) continue;
        const fs::path below = fs::path(path).relative_path();
        if (controllers.empty()) {
            if (const auto used = usage_of_v2(small_file(root / "sys/fs/cgroup" / below / "cpu.stat")))
                return used;
            continue;
        }
        for (const std::string& controller : split(controllers, ','))
            if (controller == "cpuacct")
                for (const std::string& folder : {controllers, controller})
                    if (const auto used =
                            number(small_file(root / "sys/fs/cgroup" / folder / below / "cpuacct.usage")))
                        return used;
    }
    return std::nullopt;
}

}  // namespace logbook::docker
