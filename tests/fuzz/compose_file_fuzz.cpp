// Any text of a Compose file.
#include "logbook/deployment/compose_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    (void)logbook::deployment::parse_services({reinterpret_cast<const char*>(data), size}, "fuzz");
    return 0;
}
