// Following by looking: the descriptor keeps a renamed file readable, and the last bytes that were read tell
// whether a file is still the one they came from.
#include "logbook/logsource/follow.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <optional>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "logbook/base/fd.h"
#include "logbook/host/gzip.h"
#include "logbook/logsource/bytes.h"
#include "logbook/logsource/file_source.h"
#include "logbook/logsource/file_tail.h"
#include "logbook/logsource/line_feed.h"

namespace logbook::logsource {
namespace {

constexpr size_t block = 64 << 10;
constexpr Millis longest_hole{5000};
constexpr size_t mark_bytes = 256;  // enough to know a place in a log again

struct FileId {
    dev_t device = 0;
    ino_t inode = 0;
    uint64_t size = 0;
    friend bool same_file(const FileId& a, const FileId& b) {
        return a.device == b.device && a.inode == b.inode;
    }
};

std::optional<FileId> id_of(int fd) {
    struct stat facts {};
    if (::fstat(fd, &facts) != 0) return std::nullopt;
    return FileId{facts.st_dev, facts.st_ino, uint64_t(facts.st_size)};
}

std::optional<FileId> id_of(const std::filesystem::path& path) {
    struct stat facts {};
    if (::stat(path.c_str(), &facts) != 0) return std::nullopt;
    return FileId{facts.st_dev, facts.st_ino, uint64_t(facts.st_size)};
}

class Follower final : public logscan::Source {
  public:
    Follower(std::filesystem::path path, std::string service, const FollowOptions& options, Fd fd)
        : path_(std::move(path))
        , service_(std::move(service))
        , options_(options)
        , fd_(std::move(fd))
        , feed_(service_, stats_) {
        before_ = id_of(part(1));
        if (options_.from_beginning || !fd_) return;
        if (options_.last) {
            begin_with_last(*options_.last);
            return;
        }
        // What is being written at this moment is not cut in two: reading begins behind the last line feed.
        const auto id = id_of(fd_.get());
        at_ = id ? id->size : 0;
        char last[block];
        const uint64_t from = at_ > sizeof last ? at_ - sizeof last : 0;
        size_t n = read_at(fd_.get(), last, size_t(at_ - from), from);
        while (n > 0 && last[n - 1] != '\n') --n;
        if (n > 0 || from == 0) at_ = from + n;
        remember(std::string_view(last, n));
    }

    const std::string& service() const override { return service_; }
    const logscan::SourceStats& stats() const override { return stats_; }

    Result<bool> read(std::vector<logscan::Record>& out, Deadline deadline) override {
        const size_t had = out.size();
        for (;;) {
            const bool came = look();
            if (came) last_came_ = std::chrono::steady_clock::now();
            if (!came && feed_.waiting() && std::chrono::steady_clock::now() - last_came_ >= options_.quiet)
                feed_.quiet();
            for (logscan::Record record; feed_.take(record);) {
                if (skip_ > 0) {
                    --skip_;
                    continue;
                }
                stats_.cut_bytes += record.cut_bytes;
                out.push_back(std::move(record));
            }
            if (out.size() > had) return true;
            if (came) continue;
            if (deadline.passed()) return false;
            std::this_thread::sleep_for(std::min(options_.poll, deadline.remaining()));
        }
    }

  private:
    void begin_with_last(size_t wanted) {
        const auto id = id_of(fd_.get());
        const FileTail tail = find_file_tail(fd_.get(), id ? id->size : 0, wanted);
        at_ = tail.begin;
        skip_ = tail.records - std::min(tail.records, wanted);
        char before[mark_bytes];
        const size_t n = size_t(std::min<uint64_t>(at_, sizeof before));
        remember(std::string_view(before, read_at(fd_.get(), before, n, at_ - n)));
    }

    // Takes what is new; false when nothing is. A block at a time, so that memory does not grow with what was
    // missed; one look may go from one file to the next.
    bool look() {
        if (!fd_ && !open_new()) return false;
        // Before the file's end is read: a writer that has gone on to a new file writes no more to this one.
        // As long as the new one is empty, it has not.
        const auto named = id_of(path_);
        const auto ours = id_of(fd_.get());
        const bool renamed =
            ours && named && !same_file(*named, *ours) && (named->size > 0 || number_of(ours) > 1);
        switch (read_on()) {
        case Reading::some:
            return true;
        case Reading::replaced:
            return recover_emptied();
        case Reading::nothing:
            break;
        }
        return renamed && go_on_after(ours);
    }

    enum class Reading { nothing, some, replaced };

    // The next bytes of the open file, unless it is no longer the file that was read so far: then what was
    // read now may be of the new content, and is thrown away.
    Reading read_on() {
        char bytes[block];
        const size_t n = read_at(fd_.get(), bytes, sizeof bytes, at_);
        if (!in_place()) return Reading::replaced;
        if (n == 0) return Reading::nothing;
        take(std::string_view(bytes, n));
        return Reading::some;
    }

    // Whether the open file is still the one that was read up to at_. At its very beginning there are no
    // bytes to know it by; then no part may have been rotated away since. (One that was renamed is emptied by
    // nobody.)
    bool in_place() const {
        if (!mark_.empty() || at_ > 0) return mark_stands(fd_.get());
        const auto named = id_of(path_);
        const auto ours = id_of(fd_.get());
        if (named && ours && !same_file(*named, *ours)) return true;
        const auto newest = id_of(part(1));
        if (newest && ours && same_file(*newest, *ours)) return true;
        return newest.has_value() == before_.has_value() && (!newest || same_file(*newest, *before_));
    }

    void take(std::string_view bytes) {
        feed_.push(bytes);
        stats_.bytes += bytes.size();
        at_ += bytes.size();
        remember(bytes);
    }

    void remember(std::string_view bytes) {
        mark_.append(bytes.substr(bytes.size() - std::min(bytes.size(), mark_bytes)));
        if (mark_.size() > mark_bytes) mark_.erase(0, mark_.size() - mark_bytes);
    }

    // Whether the bytes before our place are still those that were read.
    bool mark_stands(int fd) const {
        std::string now(mark_.size(), '\0');
        return at_ >= mark_.size() && read_at(fd, now.data(), now.size(), at_ - mark_.size()) == now.size() &&
               now == mark_;
    }

    // The file was copied to FILE.1 and emptied: the copy in which our place is found again has the rest.
    bool recover_emptied() {
        if (mark_.empty()) return go_on_after(before_);
        // A copy only ever moves on to a higher number, so going upwards cannot miss it.
        for (int i = 1, last = 0; i <= most_rotations; ++i) {
            auto copy = open_log(part(i));
            if (!copy && i > last + 1) break;
            if (!copy) continue;
            last = i;
            if (!mark_stands(copy->get())) continue;
            fd_ = std::move(*copy);
            return true;
        }
        lost("was emptied, and no copy of it is there");
        begin_anew(id_of(part(1)));
        return true;
    }

    // All of the part `done` has been read: on with the one that came after it, which may have come and gone
    // unseen, or with the file itself. Parts may move on meanwhile, so each is looked up anew by what it is.
    // False when the next one is just being made: the next look tries again.
    bool go_on_after(std::optional<FileId> done) {
        for (int turn = 0; turn < 2 * most_rotations; ++turn) {
            const int number = number_of(done);
            if (number == 0 && id_of(part(1))) lost("was rotated, and not all parts are there");
            if (number == 0) done = id_of(part(1));
            if (number <= 1) break;
            auto next = open_log(part(number - 1));
            if (number_of(done) != number) continue;
            if (!next) {
                if (still_being_made()) return false;
                lost("was rotated, and a part is not there");
                done = id_of(part(1));
                break;
            }
            hole_since_.reset();
            if (number == 2 && takes_beginning_of_copied(next->get())) return true;
            const auto id = id_of(next->get());
            if (number == 2 && id && id->size == 0) {  // a copy of which nothing is there yet
                done = id;
                continue;
            }
            begin_anew(done);
            fd_ = std::move(*next);
            return true;
        }
        hole_since_.reset();
        begin_anew(done);
        if (!open_new()) fd_.reset();
        return true;
    }

    // Between moving the parts on and making FILE.1 there is none for a moment.
    bool still_being_made() {
        const auto now = std::chrono::steady_clock::now();
        if (!hole_since_) hole_since_ = now;
        return now - *hole_since_ < longest_hole;
    }

    // FILE.1 may be a copy of the file that is about to be emptied, perhaps half made. Then the file itself
    // is read, and the copy serves when it has been emptied.
    bool takes_beginning_of_copied(int copy) {
        if (!open_new()) return false;
        char bytes[block], copied[mark_bytes];
        const size_t n = read_at(fd_.get(), bytes, sizeof bytes, 0);
        const size_t m = std::min(n, read_at(copy, copied, sizeof copied, 0));
        const auto ours = id_of(fd_.get()), theirs = id_of(copy);
        if (m == 0 || std::memcmp(bytes, copied, m) != 0 || (ours && theirs && same_file(*ours, *theirs)))
            return false;
        begin_anew(theirs);
        take(std::string_view(bytes, n));
        return true;
    }

    std::filesystem::path part(int number) const { return fmt::format("{}.{}", path_.string(), number); }

    // Which part that file is now; one more than there are for none; 0 when it is not found. While parts are
    // being renamed, one number is missing for a moment.
    int number_of(const std::optional<FileId>& file) const {
        int last = 0;
        for (int i = 1; i <= most_rotations && i - last <= 2; ++i) {
            const auto id = id_of(part(i));
            if (id && file && same_file(*id, *file)) return i;
            if (id) last = i;
        }
        return file ? 0 : last + 1;
    }

    void begin_anew(std::optional<FileId> before) {
        feed_.new_file();
        at_ = 0;
        mark_.clear();
        before_ = before;
    }

    bool open_new() {
        auto fd = open_log(path_);
        if (!fd) return false;
        fd_ = std::move(*fd);
        return true;
    }

    void lost(const std::string& what) {
        stats_.problems.push_back(Error{ErrorCode::io,
                                        fmt::format("{} {}: records may be missing", path_.string(), what),
                                        "keep at least two rotated parts uncompressed"});
    }

    std::filesystem::path path_;
    std::string service_;
    FollowOptions options_;
    Fd fd_;
    uint64_t at_ = 0;               // in the file that is open
    std::string mark_;              // the last bytes before at_
    size_t skip_ = 0;               // records before those that were asked for
    std::optional<FileId> before_;  // FILE.1 when the open file was begun
    std::optional<std::chrono::steady_clock::time_point> hole_since_;  // a part is missing since then
    logscan::SourceStats stats_;
    LineFeed feed_;
    std::chrono::steady_clock::time_point last_came_ = std::chrono::steady_clock::now();
};

}  // namespace

Result<std::unique_ptr<logscan::Source>> follow_file(const std::filesystem::path& path, std::string service,
                                                     const FollowOptions& options) {
    auto fd = open_log(path);
    if (!fd && fd.error().code != ErrorCode::not_found) return fail(fd.error());
    FollowOptions chosen = options;
    if (!fd) chosen.from_beginning = true;  // what is not there yet is new
    return std::make_unique<Follower>(path, std::move(service), chosen, fd ? std::move(*fd) : Fd());
}

}  // namespace logbook::logsource
