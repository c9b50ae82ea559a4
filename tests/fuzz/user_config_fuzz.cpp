// Any text of a config file: read, merged with itself, chosen from.
#include "logbook/deployment/user_config.h"

using namespace logbook::deployment;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    auto config = parse_user_config({reinterpret_cast<const char*>(data), size}, "fuzz");
    if (!config) return 0;
    const UserConfig both = merge_user_config(*config, *config);
    (void)choose_defaults(both, {"", std::nullopt, "/home/me"});
    (void)choose_defaults(both, {"main", "/srv", ""});
    return 0;
}
