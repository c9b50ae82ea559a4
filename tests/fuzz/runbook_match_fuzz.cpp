// Fuzzes what `explain` does with pasted text: reading, patterns, codes, words; every match points into the
// catalogue.
#include <cstdint>
#include <cstdlib>

#include "logbook/runbook/catalogue.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static const logbook::runbook::Catalogue catalogue = logbook::runbook::Catalogue::builtin();
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const logbook::runbook::Matches matches = catalogue.match(text);
    for (const logbook::runbook::Match& match : matches.best_first)
        if (match.entry != catalogue.find(match.entry->slug) || match.line > matches.lines) std::abort();
    (void)catalogue.nearest_name(text.substr(0, 64));
    return 0;
}
