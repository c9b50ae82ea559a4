// Any log stream of an engine, with a terminal or in frames: the same messages however it is cut, and as many
// bytes as came.
#include <string>

#include "logbook/logsource/engine_message.h"

namespace {

using namespace logbook::logsource;

// The messages, as one text. In frames, every 97 bytes are one.
std::string cut(std::string_view bytes, bool tty, size_t step, size_t& given) {
    MessageCutter cutter(tty);
    std::string out;
    const auto sink = [&](const EngineMessage& message) {
        const logbook::logscan::Line line = line_of(message);
        if (line.text.size() > message.text.size()) __builtin_trap();
        given += message.text.size() + message.cut_bytes + (message.time ? 1 : 0);
        out += std::string(message.time ? "t" : "-") + (line.ends ? "." : "+") + std::string(line.text) + "|";
    };
    constexpr size_t frame = 97;
    for (size_t at = 0; at < bytes.size();) {
        const size_t left = tty ? bytes.size() - at : frame - at % frame;
        const std::string_view piece = bytes.substr(at, std::min(step, left));
        const size_t next = at + piece.size();
        cutter.push({logbook::docker::Channel::out, at % frame == 0,
                     next % frame == 0 || next == bytes.size(), piece},
                    sink);
        at = next;
    }
    cutter.finish(sink);
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 2) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
    const bool tty = data[0] % 2 == 1;
    size_t one = 0, other = 0;
    if (cut(bytes, tty, data[1] % 40 + 1, one) != cut(bytes, tty, bytes.size() + 1, other)) __builtin_trap();
    if (one != other || one > bytes.size()) __builtin_trap();
    return 0;
}
