// Deflate into a file beside the final one, then link it there.
#include "logbook/host/gzip_file.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <vector>
#include <zlib.h>

#include "logbook/base/fd.h"

namespace logbook::host {

struct GzipFile::State {
    std::filesystem::path path, part;
    Fd fd;
    z_stream z{};
    bool deflating = false, done = false;
    std::vector<unsigned char> buffer = std::vector<unsigned char>(64 << 10);

    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() {
        if (deflating) deflateEnd(&z);
        if (fd && !done) ::unlink(part.c_str());
    }

    Status store(size_t size) {
        const unsigned char* at = buffer.data();
        while (size > 0) {
            const ssize_t n = ::write(fd.get(), at, size);
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) return fail(system_error("cannot write " + part.string(), errno));
            at += n;
            size -= size_t(n);
        }
        return {};
    }

    Status squeeze(std::string_view bytes, int flush) {
        z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
        z.avail_in = uInt(bytes.size());
        do {
            z.next_out = buffer.data();
            z.avail_out = uInt(buffer.size());
            (void)deflate(&z, flush);
            if (Status stored = store(buffer.size() - z.avail_out); !stored) return stored;
        } while (z.avail_out == 0);
        return {};
    }
};

GzipFile::GzipFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
GzipFile::GzipFile(GzipFile&& other) noexcept = default;
GzipFile& GzipFile::operator=(GzipFile&& other) noexcept = default;
GzipFile::~GzipFile() = default;

Result<GzipFile> GzipFile::create(const std::filesystem::path& path) {
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored))
        return fail(ErrorCode::conflict, path.string() + " is there already", "move it away");
    auto state = std::make_unique<State>();
    state->path = path;
    state->part = path.string() + ".part";
    state->fd = Fd(::open(state->part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!state->fd) return fail(system_error("cannot create " + state->part.string(), errno));
    constexpr int window_with_gzip_header = 15 + 16;
    if (deflateInit2(&state->z, Z_BEST_SPEED, Z_DEFLATED, window_with_gzip_header, 8, Z_DEFAULT_STRATEGY) !=
        Z_OK)
        return fail(ErrorCode::io, "cannot compress: no memory", "");
    state->deflating = true;
    return GzipFile(std::move(state));
}

Status GzipFile::write(std::string_view bytes) {
    constexpr size_t most = 1 << 20;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(most, bytes.size())))
        if (Status squeezed = state_->squeeze(bytes.substr(0, most), Z_NO_FLUSH); !squeezed) return squeezed;
    return {};
}

Status GzipFile::finish() {
    State& s = *state_;
    if (Status squeezed = s.squeeze({}, Z_FINISH); !squeezed) return squeezed;
    if (::fsync(s.fd.get()) != 0)
        return fail(system_error("cannot make " + s.part.string() + " durable", errno));
    // link, not rename: it refuses where a file of that name has come meanwhile.
    if (::link(s.part.c_str(), s.path.c_str()) != 0)
        return fail(system_error("cannot name " + s.path.string(), errno));
    ::unlink(s.part.c_str());
    s.done = true;
    const Fd folder(::open(s.path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder || ::fsync(folder.get()) != 0)
        return fail(system_error("cannot make " + s.path.string() + " durable", errno));
    return {};
}

}  // namespace logbook::host
