// Files and standard input as sources.
#include "logbook/logsource/file_source.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "logbook/logsource/bytes.h"
#include "logbook/logsource/hit_scan.h"
#include "logbook/logsource/line_feed.h"

namespace logbook::logsource {
namespace {

constexpr size_t block = 64 << 10;

class BytesSource final : public logscan::Source {
  public:
    BytesSource(std::unique_ptr<Bytes> bytes, std::string service, logscan::Interest interest)
        : bytes_(std::move(bytes))
        , service_(std::move(service))
        , interest_(std::move(interest))
        , feed_(service_, stats_) {}

    const std::string& service() const override { return service_; }
    const logscan::SourceStats& stats() const override { return stats_; }

    Result<bool> read(std::vector<logscan::Record>& out, Deadline deadline) override {
        const size_t had = out.size();
        while (out.size() == had) {
            if (deadline.passed())
                return fail(ErrorCode::timeout,
                            fmt::format("the deadline passed while {} was read", service_),
                            "give it more time: --timeout 5m, or less to read: --since 1h");
            const auto more = step(out, deadline);
            if (!more) return fail(more.error());
            if (!*more) return out.size() > had;
        }
        return true;
    }

  private:
    Result<bool> step(std::vector<logscan::Record>& out, Deadline deadline) {
        if (ended_) return false;
        if (hits_) return hits_->read(out, deadline);
        buffer_.resize(block);
        const auto n = bytes_->read(buffer_.data(), block, deadline);
        if (!n && n.error().code == ErrorCode::timeout) return fail(n.error());
        // A log that is searched in blocks meets the same failure again there, and tells it.
        if (!n && begun_.empty()) stats_.problems.push_back(n.error());
        const size_t size = n ? *n : 0;
        if (interest_.fragments && size > 0) {
            // A pipe may give a byte at a time, and the format is told by the first few.
            begun_.append(buffer_, 0, size);
            if (begun_.size() < 64 && begun_.find('\n') == std::string::npos) return true;
        }
        if (interest_.fragments && (size > 0 || !begun_.empty())) {
            auto made =
                HitScan::make(std::move(begun_), std::move(bytes_), service_, *interest_.fragments, stats_);
            if (!made) return fail(made.error());
            hits_.emplace(std::move(*made));
            std::string().swap(buffer_);
            return true;
        }
        ended_ = size == 0;
        stats_.bytes += size;
        if (ended_)
            feed_.finish();
        else
            feed_.push(std::string_view(buffer_.data(), size));
        for (logscan::Record record; feed_.take(record);) {
            stats_.cut_bytes += record.cut_bytes;
            out.push_back(std::move(record));
        }
        return !ended_;
    }

    std::unique_ptr<Bytes> bytes_;
    std::string service_;
    logscan::Interest interest_;
    logscan::SourceStats stats_;
    LineFeed feed_;
    std::optional<HitScan> hits_;
    std::string buffer_;
    std::string begun_;  // what was read before it was known how to read
    bool ended_ = false;
};

}  // namespace

Result<std::unique_ptr<logscan::Source>> open_file(const std::filesystem::path& path, std::string service,
                                                   const logscan::Interest& interest) {
    auto fd = open_log(path);
    if (!fd) return fail(fd.error());
    return std::make_unique<BytesSource>(bytes_of(std::move(*fd), path.string()), std::move(service),
                                         interest);
}

std::vector<std::filesystem::path> rotated_parts(const std::filesystem::path& path) {
    std::vector<std::filesystem::path> parts;
    for (int i = 1; i <= most_rotations; ++i) {
        const std::string name = fmt::format("{}.{}", path.string(), i);
        std::error_code ignored;
        if (std::filesystem::is_regular_file(name, ignored))
            parts.emplace_back(name);
        else if (std::filesystem::is_regular_file(name + ".gz", ignored))
            parts.emplace_back(name + ".gz");
        else
            break;
    }
    std::reverse(parts.begin(), parts.end());
    return parts;
}

Result<std::unique_ptr<logscan::Source>> open_rotated(const std::filesystem::path& path, std::string service,
                                                      const logscan::Interest& interest) {
    // The newest first: what is rotated meanwhile is met again under its next name, and known by its number.
    std::vector<std::unique_ptr<Bytes>> parts;
    std::vector<std::pair<dev_t, ino_t>> opened;
    std::vector<std::filesystem::path> files = rotated_parts(path);
    files.push_back(path);
    for (auto file = files.rbegin(); file != files.rend(); ++file) {
        auto fd = open_log(*file);
        // Rotated away between the listing and the opening, perhaps packed.
        if (!fd && fd.error().code == ErrorCode::not_found && file != files.rbegin())
            fd = open_log(file->string() + ".gz");
        if (!fd && fd.error().code == ErrorCode::not_found && file != files.rbegin()) continue;
        if (!fd) return fail(fd.error());
        struct stat facts {};
        if (::fstat(fd->get(), &facts) == 0) {
            const std::pair<dev_t, ino_t> number(facts.st_dev, facts.st_ino);
            if (std::find(opened.begin(), opened.end(), number) != opened.end()) continue;
            opened.push_back(number);
        }
        parts.push_back(bytes_of(std::move(*fd), file->string()));
    }
    std::reverse(parts.begin(), parts.end());
    return std::make_unique<BytesSource>(chained(std::move(parts)), std::move(service), interest);
}

std::unique_ptr<logscan::Source> open_stdin(std::string service, const logscan::Interest& interest) {
    Fd fd(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
    return std::make_unique<BytesSource>(bytes_of(std::move(fd), "standard input"), std::move(service),
                                         interest);
}

}  // namespace logbook::logsource
