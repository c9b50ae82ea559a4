// Gunzip on zlib's inflate.
#include "logbook/host/gzip.h"

#include <algorithm>
#include <fmt/format.h>
#include <new>
#include <zlib.h>

namespace logbook::host {
namespace {

constexpr int gzip_only = 16 + 15;  // zlib: a gzip header, the largest window

}  // namespace

struct Gunzip::State {
    z_stream z{};
    bool inside = false;   // a member has begun and not ended
    bool ended = false;    // at least one member is complete
    bool padding = false;  // what follows is no gzip data
    State() {
        if (inflateInit2(&z, gzip_only) != Z_OK) throw std::bad_alloc();
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { inflateEnd(&z); }
};

bool is_gzip(std::string_view first_bytes) {
    return first_bytes.substr(0, 2) == "\x1f\x8b";
}

Gunzip::Gunzip(std::string name) : state_(std::make_unique<State>()), name_(std::move(name)) {}
Gunzip::Gunzip(Gunzip&& other) noexcept = default;
Gunzip& Gunzip::operator=(Gunzip&& other) noexcept = default;
Gunzip::~Gunzip() = default;

Result<Gunzip::Step> Gunzip::step(std::string_view packed, char* into, size_t room) {
    State& state = *state_;
    if (state.padding) return Step{packed.size(), 0};
    z_stream& z = state.z;
    constexpr size_t most = 1u << 30;  // zlib counts in 32 bits
    const auto in = uInt(std::min(packed.size(), most)), out = uInt(std::min(room, most));
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));  // zlib only reads it
    z.avail_in = in;
    z.next_out = reinterpret_cast<Bytef*>(into);
    z.avail_out = out;
    if (in > 0) state.inside = true;
    const int said = inflate(&z, Z_NO_FLUSH);
    const Step done{in - z.avail_in, out - z.avail_out};
    if (said == Z_STREAM_END) {
        state.inside = false;
        state.ended = true;
        inflateReset(&z);
        return done;
    }
    if (said == Z_OK || said == Z_BUF_ERROR) return done;
    if (state.ended && done.given == 0 && z.total_out == 0) {
        state.padding = true;
        state.inside = false;
        return Step{packed.size(), 0};
    }
    return fail(
        ErrorCode::protocol,
        fmt::format("{}: the compressed data is damaged: {}", name_, z.msg ? z.msg : "no more is known"),
        "what stands before the damage was read; try the file before its rotation, or a copy");
}

Status Gunzip::finish() const {
    if (!state_->inside && (state_->ended || state_->padding)) return {};
    return fail(ErrorCode::protocol, fmt::format("{}: the compressed data ends in the middle", name_),
                "what stands before the end was read; the file was cut, or is still being written");
}

}  // namespace logbook::host
