// Serialises a reply. Headers hold only what Headers::add let in, so no byte here can end a line early.
#include "logbook/api/wire.h"

#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::api {

std::string to_wire(const Reply& reply, bool keep_alive, int minor) {
    std::string out = fmt::format("HTTP/1.1 {} {}\r\n", reply.status, reason_of(reply.status));
    for (const Headers::Field& field : reply.headers.fields()) {
        const std::string name = lower(field.first);
        if (name == "content-length" || name == "connection" || name == "transfer-encoding") continue;
        out.append(field.first).append(": ").append(field.second).append("\r\n");
    }
    // 1xx and 204 have no body by definition; a length there would confuse the framing.
    const bool bodyless = reply.status < 200 || reply.status == 204;
    if (!bodyless)
        out += fmt::format("Content-Length: {}\r\n", reply.length_of_absent_body.value_or(reply.body.size()));
    if (!keep_alive)
        out += "Connection: close\r\n";
    else if (minor == 0)
        out += "Connection: keep-alive\r\n";
    out += "\r\n";
    if (!bodyless) out += reply.body;
    return out;
}

}  // namespace logbook::api
