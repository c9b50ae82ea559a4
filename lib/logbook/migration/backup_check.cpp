// Reading a backup back: unpacked piece by piece, in the memory of one piece and the beginning of one line.
#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "logbook/base/fd.h"
#include "logbook/base/text.h"
#include "logbook/host/gzip.h"
#include "logbook/migration/backup_line.h"

namespace logbook::migration {
namespace {

constexpr size_t longest_beginning = 8192;  // of a line: our first one is the longest that matters
constexpr std::string_view table = "CREATE TABLE `", end_of_dump = "-- Dump completed";

// What is remembered of the lines.
class Lines {
  public:
    void take(std::string_view bytes) {
        while (!bytes.empty()) {
            const size_t end = bytes.find('\n');
            const std::string_view part = bytes.substr(0, end);
            line_.append(part.substr(0, longest_beginning - std::min(longest_beginning, line_.size())));
            if (end == std::string_view::npos) return;
            finish();
            bytes.remove_prefix(end + 1);
        }
    }
    void finish() {
        if (first_) facts = read_backup_line(line_);
        first_ = false;
        tables += line_.compare(0, table.size(), table) == 0;
        if (!line_.empty()) whole = line_.compare(0, end_of_dump.size(), end_of_dump) == 0;
        line_.clear();
    }

    std::optional<BackupFacts> facts;
    int64_t tables = 0;
    bool whole = false;  // the last line that is not empty is the dump program's own end

  private:
    std::string line_;
    bool first_ = true;
};

Status unpack(int fd, const std::string& name, Lines& lines, uint64_t& unpacked, Deadline deadline) {
    host::Gunzip gunzip(name);
    std::vector<char> packed(64 << 10), plain(256 << 10);
    for (;;) {
        const ssize_t n = ::read(fd, packed.data(), packed.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail(system_error("cannot read " + name, errno));
        if (n == 0) break;
        std::string_view rest(packed.data(), size_t(n));
        for (;;) {
            if (deadline.passed())
                return fail(ErrorCode::timeout, "the deadline passed while " + name + " was read back",
                            "give it more time: --timeout 2h");
            const auto step = gunzip.step(rest, plain.data(), plain.size());
            if (!step) return fail(step.error());
            lines.take({plain.data(), step->given});
            unpacked += step->given;
            rest.remove_prefix(step->taken);
            if (step->taken == 0 && step->given == 0) break;
        }
    }
    return gunzip.finish();
}

}  // namespace

Result<Backup> verify_backup(const std::filesystem::path& path, Deadline deadline) {
    const std::string name = printable(path.string(), 300);
    const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    struct stat facts {};
    if (!fd || ::fstat(fd.get(), &facts) != 0) return fail(system_error("cannot read " + name, errno));
    if (!S_ISREG(facts.st_mode)) return fail(ErrorCode::invalid, name + " is not a file");
    Lines lines;
    Backup backup;
    if (Status read = unpack(fd.get(), name, lines, backup.dumped, deadline); !read)
        return fail(read.error());
    lines.finish();
    const auto no_backup = [&](const std::string& why) {
        return fail(ErrorCode::protocol, fmt::format("{} is no whole backup: {}", name, why),
                    "make a new one: logbookctl migrate backup DIR");
    };
    if (!lines.facts) return no_backup("it does not say what it holds");
    if (!lines.whole) return no_backup("the dump has no end");
    if (lines.tables != lines.facts->tables)
        return no_backup(fmt::format("it holds {} of {}", lines.tables,
                                     counted(size_t(std::max<int64_t>(lines.facts->tables, 0)), "table")));
    backup.path = path;
    backup.bytes = uint64_t(facts.st_size);
    backup.facts = std::move(*lines.facts);
    return backup;
}

}  // namespace logbook::migration
