// Fuzzes the reader of the compiled-in form: damaged bytes are refused, and what is read packs to the same
// bytes.
#include <cstdint>
#include <cstdlib>

#include "logbook/runbook/packed.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto entries = logbook::runbook::unpack(bytes);
    if (entries && logbook::runbook::pack(*entries) != bytes) std::abort();
    return 0;
}
