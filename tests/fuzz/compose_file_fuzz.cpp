// Any text of a Compose file: read, brought into its long form, merged with itself, interpolated, and
// understood.
#include "logbook/deployment/compose_merge.h"
#include "logbook/deployment/compose_model.h"

using namespace logbook;
using namespace logbook::deployment;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    auto file = yaml::parse({reinterpret_cast<const char*>(data), size}, "fuzz");
    if (!file) return 0;
    (void)interpolate_compose(*file, [](std::string_view name) { return std::optional<std::string>(name); });
    normalise_compose(*file);
    yaml::Node again = *file;
    (void)read_compose_model(merge_compose(std::move(*file), std::move(again)), "fuzz");
    return 0;
}
