// Any text of a Compose file.
#include "logbook/deployment/compose_file.h"

// libfyaml 0.7.12 leaks a little on some broken texts; the leak is its own, and bounded by the file's size.
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libfyaml.so";
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    (void)logbook::deployment::parse_services({reinterpret_cast<const char*>(data), size}, "fuzz");
    return 0;
}
