// Any bytes of a Redis server, in pieces: the reader ends with a reply, a wish for more, or a failure.
#include "logbook/net/redis_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    logbook::net::RedisReader reader;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    for (size_t at = 0; at < size; at += 1 + size / 7) {
        reader.feed(bytes.substr(at, 1 + size / 7));
        for (;;) {
            const auto reply = reader.next();
            if (!reply) return 0;
            if (!*reply) break;
        }
    }
    return 0;
}
