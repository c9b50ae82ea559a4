// The docker CLI's arithmetic on the engine's counters.
#include "logbook/docker/stats.h"

#include <algorithm>

#include "logbook/docker/container.h"
#include "logbook/docker/fields.h"

namespace logbook::docker {
namespace {

void read_processor(const Json& cpu, StatsReading& reading) {
    const Json& usage = member(cpu, "cpu_usage");
    reading.cpu = counter_at(usage, "total_usage");
    reading.system = counter_at(cpu, "system_cpu_usage");
    uint64_t processors = counter_at(cpu, "online_cpus");
    if (processors == 0) processors = items_at(usage, "percpu_usage").size();  // before API 1.27
    reading.processors = uint32_t(std::min<uint64_t>(processors, 1 << 20));
}

// Page cache that nobody uses is not memory in use: cgroup v1 names it `total_inactive_file`, v2
// `inactive_file`.
uint64_t memory_in_use(const Json& memory) {
    const uint64_t usage = counter_at(memory, "usage");
    const Json& details = member(memory, "stats");
    for (const char* name : {"total_inactive_file", "inactive_file"})
        if (details.find(name)) {
            const uint64_t cache = counter_at(details, name);
            return cache < usage ? usage - cache : usage;
        }
    return usage;
}

void read_network(const Json& document, StatsReading& reading) {
    for (const auto& network : members_at(document, "networks")) {
        reading.received += counter_at(network.second, "rx_bytes");
        reading.sent += counter_at(network.second, "tx_bytes");
    }
}

void read_blocks(const Json& document, StatsReading& reading) {
    for (const Json& item : items_at(member(document, "blkio_stats"), "io_service_bytes_recursive")) {
        const std::string_view operation = item.text("op");  // "Read" on cgroup v1, "read" on v2
        if (operation.empty()) continue;
        if (operation[0] == 'r' || operation[0] == 'R') reading.block_read += counter_at(item, "value");
        if (operation[0] == 'w' || operation[0] == 'W') reading.block_write += counter_at(item, "value");
    }
}

uint64_t grown(uint64_t before, uint64_t after) {
    return after > before ? after - before : 0;
}

}  // namespace

Result<StatsReading> parse_stats(const Json& document) {
    if (!document.as_object() || !member(document, "cpu_stats").as_object())
        return fail(ErrorCode::protocol, "the engine's answer holds no statistics");
    StatsReading reading;
    reading.at = parse_engine_time(document.text("read"));
    if (!reading.at) return fail(ErrorCode::unsupported, "the container does not run, so it uses nothing");
    read_processor(member(document, "cpu_stats"), reading);
    const Json& memory = member(document, "memory_stats");
    reading.memory = memory_in_use(memory);
    reading.memory_limit = counter_at(memory, "limit");
    read_network(document, reading);
    read_blocks(document, reading);
    reading.processes = counter_at(member(document, "pids_stats"), "current");
    return reading;
}

std::optional<StatsReading> parse_previous(const Json& document) {
    StatsReading reading;
    reading.at = parse_engine_time(document.text("preread"));
    if (!reading.at) return std::nullopt;
    read_processor(member(document, "precpu_stats"), reading);
    return reading;
}

Usage usage_between(const StatsReading& before, const StatsReading& after) {
    Usage usage;
    const uint64_t cpu = grown(before.cpu, after.cpu);
    const uint64_t system = grown(before.system, after.system);
    if (cpu > 0 && system > 0 && before.system > 0)
        usage.cpu_percent = double(cpu) / double(system) * after.processors * 100.0;
    else if (cpu > 0 && before.at && after.at && *after.at > *before.at)  // Podman tells no system time
        usage.cpu_percent =
            double(cpu) / double(std::chrono::nanoseconds(*after.at - *before.at).count()) * 100.0;
    usage.memory = after.memory;
    usage.memory_limit = after.memory_limit;
    if (after.memory_limit > 0)
        usage.memory_percent = double(after.memory) / double(after.memory_limit) * 100.0;
    usage.received = after.received;
    usage.sent = after.sent;
    usage.block_read = after.block_read;
    usage.block_write = after.block_write;
    usage.processes = after.processes;
    return usage;
}

}  // namespace logbook::docker
