// Any answer of a health endpoint, a body or the raw text that a client inside its container prints: our
// reader of heads, our JSON reader and the judgement of it.
#include "logbook/base/text.h"
#include "logbook/deployment/contained_http.h"
#include "logbook/probe/health_probe.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace logbook;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    net::HttpReply reply;
    if (auto printed = deployment::parse_printed_reply(text, size_t(64) << 10)) {
        reply = std::move(*printed);
    } else {
        reply.status = size > 0 ? 200 + data[0] * 2 : 200;
        reply.body = text;
    }
    const auto reading = probe::judge_health("http://x/health", reply);
    // What a stranger sent is shown to people: it must be one clean line.
    if (!valid_utf8(reading.said) || reading.said.find_first_of("\x1b\n\r") != std::string::npos)
        __builtin_trap();
    // What was read can be written, and what we write can be read. (Not the same digits: Boost.JSON 1.81
    // rounds long numbers a little differently each time.)
    if (const auto json = parse_json(reply.body))
        if (!parse_json(json->dump(), {.bytes = size_t(8) << 20})) __builtin_trap();
    return 0;
}
