// Any waivers file: each line is a waiver or a complaint, never both, and never a control byte.
#include "logbook/doctor/waivers.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const auto list = logbook::doctor::parse_waivers({reinterpret_cast<const char*>(data), size}, "w",
                                                     logbook::from_unix_seconds(1'795'000'000));
    for (const auto& complaint : list.complaints)
        if (complaint.find_first_of("\x1b\n\r") != std::string::npos) __builtin_trap();
    return 0;
}
