// Any option file: a failure names a line and no value.
#include "logbook/instrument/option_file.h"

#include "logbook/base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace logbook;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto file = instrument::parse_login_file(text);
    if (!file && !valid_utf8(file.error().what)) __builtin_trap();
    if (file && file->port && *file->port == 0) __builtin_trap();
    const auto with_secret = instrument::parse_login_file("[client]\npassword=QQQQQQ\n" + std::string(text));
    if (!with_secret && contains(with_secret.error().what + with_secret.error().hint, "QQQQQQ"))
        __builtin_trap();
    return 0;
}
