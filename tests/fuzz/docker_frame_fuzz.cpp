// Any log stream of an engine: the same frames however it is cut, and no byte that the stream did not hold.
#include <string>

#include "logbook/docker/frame.h"

namespace {

// What a decoding gives, as one text; the first byte of `cuts` says how long the pieces are.
std::string decoded(std::string_view bytes, size_t step) {
    logbook::docker::FrameDecoder decoder;
    std::string out;
    bool open = false;
    const auto sink = [&](const logbook::docker::Piece& piece) {
        if (piece.begins == open) __builtin_trap();
        if (piece.begins) out += "<" + std::to_string(int(piece.channel)) + ">";
        out += piece.bytes;
        open = !piece.ends;
        return true;
    };
    for (size_t at = 0; at < bytes.size(); at += step)
        if (!decoder.feed(bytes.substr(at, step), sink)) return out + "<bad>";
    return out + (decoder.finish() ? "<end>" : "<cut>");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (decoded(bytes, data[0] % 13 + 1) != decoded(bytes, bytes.size() + 1)) __builtin_trap();
    return 0;
}
