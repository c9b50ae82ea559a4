// Any text of a Compose file: read, brought into its long form, merged with itself, interpolated, and
// understood.
#include "logbook/deployment/compose_merge.h"
#include "logbook/deployment/compose_model.h"

using namespace logbook::deployment;

// libfyaml 0.7.12 leaks a little on some broken texts; the leak is its own, and bounded by the file's size.
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libfyaml.so";
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    auto file = parse_yaml({reinterpret_cast<const char*>(data), size}, "fuzz");
    if (!file) return 0;
    (void)interpolate_compose(*file, [](std::string_view name) { return std::optional<std::string>(name); });
    normalise_compose(*file);
    YamlNode again = *file;
    (void)read_compose_model(merge_compose(std::move(*file), std::move(again)), "fuzz");
    return 0;
}
