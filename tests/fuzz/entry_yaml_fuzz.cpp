// Fuzzes the reader of a site's runbook entries: it answers with entries or an error, and what it gives
// survives packing.
#include <cstdint>
#include <cstdlib>

#include "logbook/runbook/entry_yaml.h"
#include "logbook/runbook/packed.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const auto entries =
        logbook::runbook::parse_entries({reinterpret_cast<const char*>(data), size}, "site.yaml");
    if (!entries) {
        if (entries.error().what.rfind("site.yaml", 0) != 0) std::abort();
        return 0;
    }
    const auto again = logbook::runbook::unpack(logbook::runbook::pack(*entries));
    if (!again || *again != *entries) std::abort();
    return 0;
}
