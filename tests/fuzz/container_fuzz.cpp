// Any JSON of an engine: as a stream of objects cut anywhere, as each kind of thing that is read of it; and
// any tar.
#include <string>

#include "logbook/docker/archive.h"
#include "logbook/docker/json_cutter.h"
#include "logbook/docker/resources.h"
#include "logbook/docker/stats.h"

using namespace logbook;

namespace {

void read_all(const Json& json) {
    if (const auto container = docker::parse_inspected(json)) {
        if (container->id.empty()) __builtin_trap();
        // No text of the environment or the command may stand in the clear.
        for (const auto& value : container->environment)
            if (!value.value.empty() && to_string(value.value) != "***") __builtin_trap();
    }
    (void)docker::parse_listed(json);
    (void)docker::parse_version(json);
    (void)docker::parse_info(json);
    (void)docker::parse_image(json);
    (void)docker::parse_volume(json);
    (void)docker::parse_network(json);
    (void)docker::parse_event(json);
    (void)docker::parse_disk_usage(json);
    if (const auto stats = docker::parse_stats(json)) {
        const auto usage = docker::usage_between(docker::parse_previous(json).value_or(*stats), *stats);
        if (!(usage.cpu_percent >= 0) || !(usage.memory_percent >= 0)) __builtin_trap();
    }
}

std::string cut(std::string_view text, size_t step, docker::JsonCutter::Shape shape, bool read) {
    docker::JsonCutter cutter(shape, 1 << 16);
    std::string out;
    for (size_t at = 0; at < text.size(); at += step) {
        const auto more = cutter.feed(text.substr(at, step), [&](std::string_view object) -> Result<bool> {
            out.append(object).push_back('\n');
            if (read)
                if (const auto json = parse_json(object)) read_all(*json);
            return true;
        });
        if (!more) return out + "<bad>";
    }
    return out + (cutter.finish() ? "<end>" : "<cut>");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const size_t step = data[0] % 17 + 1;
    for (const auto shape : {docker::JsonCutter::Shape::array, docker::JsonCutter::Shape::sequence})
        if (cut(text, step, shape, true) != cut(text, text.size() + 1, shape, false)) __builtin_trap();
    if (const auto json = parse_json(text)) read_all(*json);
    if (const auto entries = docker::read_archive(text, {.bytes = 1 << 16, .entries = 50}))
        if (entries->size() > 50) __builtin_trap();
    return 0;
}
