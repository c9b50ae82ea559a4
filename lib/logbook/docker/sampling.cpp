// The two moments of a sample.
#include "logbook/docker/sampling.h"

#include <atomic>
#include <system_error>
#include <thread>

namespace logbook::docker {
namespace {

using Steady = std::chrono::steady_clock;

// A reading, and the moments between which it was made.
struct Moment {
    Steady::time_point begun;
    std::optional<uint64_t> processor;  // nanoseconds
    Steady::time_point ended;
};

Moment moment(const SampleCalls& calls, const std::string& id) {
    Moment now;
    now.begun = Steady::now();
    now.processor = calls.processor_time(id);
    now.ended = Steady::now();
    return now;
}

// The processor's share from the kernel, everything else from the engine's reading.
Usage usage_of(const StatsReading& reading, const Moment& before, const Moment& after) {
    Usage usage = usage_between(reading, reading);
    // The longest that can lie between the readings: on a machine that is busy a share is never overstated.
    const auto passed = std::chrono::nanoseconds(after.ended - before.begun).count();
    if (before.processor && after.processor && *after.processor > *before.processor && passed > 0)
        usage.cpu_percent = double(*after.processor - *before.processor) / double(passed) * 100.0;
    return usage;
}

}  // namespace

void for_each_at_once(size_t count, const std::function<void(size_t)>& work) {
    constexpr size_t most_threads = 32;
    std::atomic<size_t> next{0};
    const auto run = [&] {
        for (size_t i = next++; i < count; i = next++) work(i);
    };
    std::vector<std::thread> threads;
    try {
        while (threads.size() + 1 < std::min(count, most_threads)) threads.emplace_back(run);
    } catch (const std::system_error&) {  // the machine has no thread to spare
    }
    run();
    for (std::thread& thread : threads) thread.join();
}

std::vector<Sampled> sample_at_once(const std::vector<std::string>& ids, Millis interval, Deadline deadline,
                                    const SampleCalls& calls) {
    std::vector<Moment> before(ids.size());
    std::vector<Result<StatsReading>> first(ids.size(), fail(ErrorCode::timeout, {}));
    const auto begun = Steady::now();
    for_each_at_once(ids.size(), [&](size_t i) { before[i] = moment(calls, ids[i]); });
    for_each_at_once(ids.size(), [&](size_t i) { first[i] = calls.reading(ids[i]); });
    std::this_thread::sleep_until(std::min(begun + interval, deadline.at()));

    std::vector<Sampled> samples;
    samples.reserve(ids.size());
    for (const std::string& id : ids) samples.push_back({id, fail(ErrorCode::timeout, {})});
    for_each_at_once(ids.size(), [&](size_t i) {
        Result<Usage>& usage = samples[i].usage;
        if (!first[i]) {
            usage = fail(first[i].error());
        } else if (before[i].processor) {
            usage = usage_of(*first[i], before[i], moment(calls, ids[i]));
        } else if (const auto second = calls.reading(ids[i]); second) {
            usage = usage_between(*first[i], *second);
        } else {
            usage = fail(second.error());
        }
    });
    return samples;
}

}  // namespace logbook::docker
