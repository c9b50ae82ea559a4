// Any statement: its print holds no quote, no control byte, and nothing of a value that is put into it.
#include "logbook/instrument/sql_fingerprint.h"

#include <algorithm>
#include <cstdint>

#include "logbook/base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace logbook;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const std::string print = instrument::sql_fingerprint(bytes);
    bool in_name = false;
    for (const char c : print) {
        if (c == '`') in_name = !in_name;
        if (static_cast<unsigned char>(c) < ' ' || (!in_name && (c == '\'' || c == '"'))) __builtin_trap();
    }
    // The same bytes as a value, escaped as a client does, and then cut.
    std::string quoted = "SELECT x FROM t WHERE a = 'QQQ";
    for (const char c : bytes) {
        if (c == '\'' || c == '\\') quoted += '\\';
        quoted += c;
    }
    quoted += "QQQ' AND b = 1";
    const size_t cut =
        size == 0 ? quoted.size() : std::min(quoted.size(), size_t(data[0]) * quoted.size() / 255);
    if (contains(instrument::sql_fingerprint(std::string_view(quoted).substr(0, cut)), "QQ"))
        __builtin_trap();
    return 0;
}
