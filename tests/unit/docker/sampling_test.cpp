// Processor time from the kernel's files, and what a sample makes of one reading and two moments.
#include "logbook/docker/sampling.h"

#include <atomic>
#include <doctest/doctest.h>
#include <map>
#include <mutex>

#include "logbook/docker/cgroup.h"
#include "unit/scratch.h"

using namespace logbook;
using docker::processor_time;

namespace {

const std::string id = "5d39704159dee855781222a255646d7c53495d80282f47b129ffdf99ff7dca4e";

struct Kernel {
    test::Scratch scratch;
    void write(const std::string& name, const std::string& text) {
        std::filesystem::create_directories((scratch.path() / name).parent_path());
        scratch.write(name, text);
    }
    std::optional<uint64_t> time(const std::string& wanted = id) {
        return processor_time(42, wanted, scratch.path());
    }
};

}  // namespace

TEST_CASE("both versions of control groups tell the time") {
    Kernel one;
    one.write("proc/42/cgroup", "5:memory:/docker/" + id + "\n4:cpu,cpuacct:/docker/" + id + "\n");
    one.write("sys/fs/cgroup/cpu,cpuacct/docker/" + id + "/cpuacct.usage", "123456789\n");
    CHECK(one.time() == 123456789);
    Kernel apart;
    apart.write("proc/42/cgroup", "2:cpuacct:/docker/" + id + "\n");
    apart.write("sys/fs/cgroup/cpuacct/docker/" + id + "/cpuacct.usage", "7\n");
    CHECK(apart.time() == 7);
    Kernel two;
    two.write("proc/42/cgroup", "0::/system.slice/docker-" + id + ".scope\n");
    two.write("sys/fs/cgroup/system.slice/docker-" + id + ".scope/cpu.stat", "usage_usec 5\nuser_usec 3\n");
    CHECK(two.time() == 5000);
}

TEST_CASE("a process that is not the container's, and files that lie, tell nothing") {
    Kernel kernel;
    CHECK_FALSE(kernel.time());
    kernel.write("proc/42/cgroup", "0::/user.slice/session.scope\n");  // the engine runs elsewhere
    CHECK_FALSE(kernel.time());
    kernel.write("proc/42/cgroup", "0::/../../" + id + "\n::\nx\n");
    kernel.write("sys/fs/cgroup/" + id + "/cpu.stat", "usage_usec 5\n");
    CHECK_FALSE(kernel.time());
    kernel.write("proc/42/cgroup", "0::/" + id + "\n");
    CHECK(kernel.time() == 5000);
    kernel.write("sys/fs/cgroup/" + id + "/cpu.stat", "usage_usec -5\n");
    CHECK_FALSE(kernel.time());
    CHECK_FALSE(kernel.time(""));
    CHECK_FALSE(processor_time(0, id, kernel.scratch.path()));
}

TEST_CASE("the engine is asked once where the kernel tells, twice where it does not") {
    std::mutex mutex;
    std::map<std::string, int> asked;
    const auto begun = std::chrono::steady_clock::now();
    docker::SampleCalls calls;
    calls.reading = [&](const std::string& name) -> Result<docker::StatsReading> {
        const std::lock_guard lock(mutex);
        const int times = ++asked[name];
        if (name == "gone" && times == 2) return fail(ErrorCode::not_found, "it went");
        docker::StatsReading reading;
        reading.cpu = 1000 * uint64_t(times);
        reading.system = 100'000 + 1000 * uint64_t(times);
        reading.processors = 1;
        reading.memory = 77;
        return reading;
    };
    calls.processor_time = [&](const std::string& name) -> std::optional<uint64_t> {
        if (name != "local") return std::nullopt;
        // It uses one processor wholly.
        return uint64_t(1 + std::chrono::nanoseconds(std::chrono::steady_clock::now() - begun).count());
    };
    const auto samples =
        docker::sample_at_once({"local", "remote", "gone"}, Millis(20), Deadline::in(Millis(5000)), calls);
    REQUIRE(samples.size() == 3);
    CHECK(samples[0].usage->memory == 77);
    CHECK(samples[0].usage->cpu_percent > 0);
    CHECK(samples[0].usage->cpu_percent <= 101);
    CHECK(asked["local"] == 1);
    CHECK(samples[1].usage->cpu_percent == doctest::Approx(100));
    CHECK(asked["remote"] == 2);
    CHECK(samples[2].usage.error().code == ErrorCode::not_found);
    CHECK(docker::sample_at_once({}, Millis(1), Deadline::in(Millis(50)), calls).empty());
}

TEST_CASE("work for many is done once each") {
    std::vector<std::atomic<int>> done(500);
    docker::for_each_at_once(done.size(), [&](size_t i) { ++done[i]; });
    for (const auto& times : done) CHECK(times == 1);
}
