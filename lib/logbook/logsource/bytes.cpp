// Bytes from descriptors, unpacked where their first two say so.
#include "logbook/logsource/bytes.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <poll.h>
#include <sys/stat.h>

#include "logbook/host/gzip.h"

namespace logbook::logsource {
namespace {

class FdBytes final : public Bytes {
  public:
    FdBytes(Fd fd, std::string name) : fd_(std::move(fd)), name_(std::move(name)) {
        struct stat facts {};
        waits_ = ::fstat(fd_.get(), &facts) != 0 || !S_ISREG(facts.st_mode);
    }

    Result<size_t> read(char* into, size_t room, Deadline deadline) override {
        if (!looked_) {
            if (auto looked = look(deadline); !looked) return fail(looked.error());
            looked_ = true;
        }
        if (gunzip_) return unpacked(into, room, deadline);
        if (head_at_ < head_.size()) {
            const size_t n = std::min(room, head_.size() - head_at_);
            std::memcpy(into, head_.data() + head_at_, n);
            head_at_ += n;
            return n;
        }
        return from_fd(into, room, deadline);
    }

  private:
    // The first two bytes decide; a pipe cannot be read twice, so they are kept.
    Status look(Deadline deadline) {
        while (head_.size() < 2) {
            char bytes[4096];
            const auto n = from_fd(bytes, sizeof bytes, deadline);
            if (!n) return fail(n.error());
            if (*n == 0) return {};
            head_.append(bytes, *n);
        }
        if (host::is_gzip(head_)) gunzip_.emplace(name_);
        return {};
    }

    Result<size_t> unpacked(char* into, size_t room, Deadline deadline) {
        for (;;) {
            auto step = gunzip_->step(std::string_view(head_).substr(head_at_), into, room);
            if (!step) return fail(step.error());
            head_at_ += step->taken;
            if (step->given > 0) return step->given;
            if (step->taken > 0 && head_at_ < head_.size()) continue;
            head_.resize(64 << 10);
            head_at_ = 0;
            const auto n = from_fd(head_.data(), head_.size(), deadline);
            head_.resize(n ? *n : 0);
            if (!n) return fail(n.error());
            if (*n > 0) continue;
            if (Status complete = gunzip_->finish(); !complete) return fail(complete.error());
            return size_t(0);
        }
    }

    Result<size_t> from_fd(char* into, size_t room, Deadline deadline) {
        for (;;) {
            // Standard input is often a blocking pipe; it would hold us beyond any deadline.
            if (waits_)
                if (auto ready = wait(deadline); !ready) return fail(ready.error());
            const ssize_t n = ::read(fd_.get(), into, room);
            if (n >= 0) return size_t(n);
            if (errno == EINTR) continue;
            if (errno != EAGAIN) return fail(system_error("cannot read " + name_, errno));
        }
    }

    Status wait(Deadline deadline) {
        pollfd ready{fd_.get(), POLLIN, 0};
        const int count = ::poll(&ready, 1, int(deadline.remaining().count()));
        if (count > 0 || (count < 0 && errno == EINTR)) return {};
        return fail(ErrorCode::timeout, fmt::format("nothing more came from {} before the deadline", name_),
                    "give it more time: --timeout 5m; a log that never ends is for: logbookctl logs follow");
    }

    Fd fd_;
    std::string name_;
    bool waits_ = true;  // it may have nothing to read yet
    bool looked_ = false;
    std::string head_;  // what was read and not yet handed on; packed data when there is a gunzip_
    size_t head_at_ = 0;
    std::optional<host::Gunzip> gunzip_;
};

class Chained final : public Bytes {
  public:
    explicit Chained(std::vector<std::unique_ptr<Bytes>> parts) : parts_(std::move(parts)) {}
    Result<size_t> read(char* into, size_t room, Deadline deadline) override {
        for (; at_ < parts_.size(); parts_[at_++].reset()) {
            auto n = parts_[at_]->read(into, room, deadline);
            if (!n || *n > 0) return n;
        }
        return size_t(0);
    }

  private:
    std::vector<std::unique_ptr<Bytes>> parts_;
    size_t at_ = 0;
};

}  // namespace

Result<Fd> open_log(const std::filesystem::path& path) {
    Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!fd) {
        Error error = system_error("cannot open " + path.string(), errno);
        if (error.code == ErrorCode::denied) error.hint = "read it as its owner or with sudo";
        return fail(std::move(error));
    }
    struct stat facts {};
    if (::fstat(fd.get(), &facts) == 0 && S_ISDIR(facts.st_mode))
        return fail(ErrorCode::invalid, fmt::format("{} is a folder, not a log", path.string()),
                    fmt::format("name the files in it: -f {}/app.log", path.string()));
    return fd;
}

std::unique_ptr<Bytes> bytes_of(Fd fd, std::string name) {
    return std::make_unique<FdBytes>(std::move(fd), std::move(name));
}

std::unique_ptr<Bytes> chained(std::vector<std::unique_ptr<Bytes>> parts) {
    return std::make_unique<Chained>(std::move(parts));
}

}  // namespace logbook::logsource
