// Fuzzes the unpacking of gzip data, cut anywhere; output is bounded by what is asked for.
#include <algorithm>
#include <cstdint>
#include <string>

#include "logbook/host/gzip.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 1) return 0;
    const size_t piece = data[0] + 1u;
    std::string_view packed(reinterpret_cast<const char*>(data) + 1, size - 1);
    logbook::host::Gunzip gunzip("fuzz.gz");
    char out[4096];
    size_t given = 0;
    while (!packed.empty() && given < (1u << 22)) {
        const auto step = gunzip.step(packed.substr(0, piece), out, sizeof out);
        if (!step || step->given > sizeof out || step->taken > std::min(piece, packed.size())) return 0;
        given += step->given;
        packed.remove_prefix(step->taken);
        if (step->taken == 0 && step->given == 0) return 0;
    }
    (void)gunzip.finish();
    return 0;
}
