// Child processes: what they get, what comes back, and that none is left.
#include "logbook/host/child.h"

#include <csignal>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>

#include "logbook/base/fd.h"
#include "logbook/base/text.h"
#include "logbook/host/port.h"
#include "unit/scratch.h"

using namespace logbook;
using namespace logbook::host;
using namespace std::chrono_literals;

namespace {

ChildSpec shell(const std::string& script) {
    ChildSpec spec;
    spec.argv = {"/bin/sh", "-c", script};
    spec.environment = {"PATH=/usr/bin:/bin"};
    return spec;
}

std::string out_of(const ChildSpec& spec, std::string_view input = {}) {
    const auto done = run(spec, input, Deadline::in(20s));
    REQUIRE(done.has_value());
    REQUIRE(done->end.success());
    return done->out;
}

// A stopped or running process counts; a zombie does not.
bool gone_soon(pid_t pid) {
    for (int i = 0; i < 500 && start_time_of(pid); ++i) std::this_thread::sleep_for(10ms);
    return !start_time_of(pid);
}

}  // namespace

TEST_CASE("both streams, the exit code and the signal come back") {
    const auto done = run(shell("echo out; echo err >&2; exit 7"), {}, Deadline::in(20s));
    REQUIRE(done.has_value());
    CHECK(done->out == "out\n");
    CHECK(done->err == "err\n");
    CHECK(done->end.exit_code == 7);
    CHECK(describe(done->end) == "exit code 7");
    const auto killed = run(shell("kill -9 $$"), {}, Deadline::in(20s));
    REQUIRE(killed.has_value());
    CHECK(killed->end.signal == SIGKILL);
    CHECK(contains(describe(killed->end), "signal 9"));
}

TEST_CASE("input of any size passes through, binary too") {
    std::string input;
    for (int i = 0; i < 600'000; ++i) input += char(i * 7);
    const auto echoed = run(shell("cat"), input, Deadline::in(20s));
    REQUIRE(echoed.has_value());
    CHECK(echoed->out == input);
    // A child that does not read on must not end us by SIGPIPE, nor hang.
    const auto deaf = run(shell("exec <&-; exit 3"), input, Deadline::in(20s));
    REQUIRE(deaf.has_value());
    CHECK(deaf->end.exit_code == 3);
}

TEST_CASE("nothing is inherited but what is given") {
    const test::Scratch dir;
    ::setenv("LOGBOOK_CANARY", "leaked", 1);
    const Fd open_file(::open("/dev/null", O_RDONLY));  // without O_CLOEXEC, on purpose
    const Fd far(::fcntl(open_file.get(), F_DUPFD, 200));
    CHECK(out_of(shell("env | grep -c CANARY || true")) == "0\n");
    ChildSpec list;
    list.argv = {"/bin/ls", "/proc/self/fd"};
    CHECK(out_of(list) == "0\n1\n2\n3\n");  // 3 is the folder that ls reads
    ::unsetenv("LOGBOOK_CANARY");
    ChildSpec here = shell("pwd");
    here.folder = dir.path();
    CHECK(trim(out_of(here)) == std::filesystem::canonical(dir.path()));
    // Blocked and ignored signals do not pass on.
    const auto before = std::signal(SIGPIPE, SIG_IGN);
    CHECK(out_of(shell("grep -E 'Sig(Blk|Ign)' /proc/self/status")) ==
          "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
    std::signal(SIGPIPE, before);
}

TEST_CASE("the deadline ends the whole group") {
    const test::Scratch dir;
    const std::string file = dir / "pid";
    const auto begun = std::chrono::steady_clock::now();
    const auto late =
        run(shell("sleep 60 & echo $! > '" + file + "'; trap '' TERM; wait"), {}, Deadline::in(300ms));
    REQUIRE_FALSE(late.has_value());
    CHECK(late.error().code == ErrorCode::timeout);
    CHECK(std::chrono::steady_clock::now() - begun < 10s);
    CHECK(gone_soon(std::stoi(dir.read("pid"))));
}

TEST_CASE("a grandchild that holds the streams does not hold us") {
    const auto begun = std::chrono::steady_clock::now();
    CHECK(out_of(shell("sleep 60 & echo done")) == "done\n");
    CHECK(std::chrono::steady_clock::now() - begun < 10s);
}

TEST_CASE("too much output ends the child") {
    const auto flood =
        run(shell("while :; do echo xxxxxxxxxxxxxxxxxxxxxxxx; done"), {}, Deadline::in(20s), {10'000});
    REQUIRE_FALSE(flood.has_value());
    CHECK(flood.error().code == ErrorCode::too_large);
    CHECK(out_of(shell("head -c 10000 /dev/zero")).size() == 10'000);
    CHECK(run(shell("head -c 10000 /dev/zero"), {}, Deadline::in(20s), {10'000}).has_value());
    CHECK_FALSE(run(shell("head -c 10001 /dev/zero"), {}, Deadline::in(20s), {10'000}).has_value());
}

TEST_CASE("output without end goes to whoever takes it, and ends when it is refused") {
    uint64_t taken = 0;
    RunLimits limits;
    limits.most_bytes = 10;  // of standard error alone then
    limits.output = [&](std::string_view bytes) -> Status {
        taken += bytes.size();
        return {};
    };
    const auto done = run(shell("head -c 3000000 /dev/zero; printf done >&2"), {}, Deadline::in(20s), limits);
    REQUIRE(done);
    CHECK(done->end.success());
    CHECK(taken == 3'000'000);
    CHECK(done->out.empty());
    CHECK(done->err == "done");

    taken = 0;
    // Whoever takes it slowly finds the pipe full each time, and sees the clock all the same.
    limits.output = [](std::string_view) -> Status {
        std::this_thread::sleep_for(5ms);
        return {};
    };
    const auto late = run(shell("cat /dev/zero"), {}, Deadline::in(300ms), limits);
    REQUIRE_FALSE(late);
    CHECK(late.error().code == ErrorCode::timeout);

    limits.output = [&](std::string_view bytes) -> Status {
        taken += bytes.size();
        if (taken > 100'000) return fail(ErrorCode::io, "the disk is full");
        return {};
    };
    const auto refused = run(shell("cat /dev/zero"), {}, Deadline::in(20s), limits);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().what == "the disk is full");
    CHECK(taken < 300'000);
}

TEST_CASE("what cannot be started says why") {
    ChildSpec spec;
    spec.argv = {"/nonexistent/program"};
    CHECK(run(spec, {}, Deadline::in(1s)).error().code == ErrorCode::not_found);
    spec.argv = {"/etc/passwd"};
    CHECK(run(spec, {}, Deadline::in(1s)).error().code == ErrorCode::denied);
    spec.argv = {"/bin/true"};
    spec.folder = "/nonexistent";
    CHECK(contains(run(spec, {}, Deadline::in(1s)).error().what, "enter its folder"));
    CHECK_FALSE(run(ChildSpec(), {}, Deadline::in(1s)).has_value());
}

TEST_CASE("programs are found in absolute folders only") {
    CHECK(find_program("sh", "/nonexistent:/usr/bin:/bin").value().filename() == "sh");
    CHECK(find_program("sh", "").error().code == ErrorCode::not_found);
    CHECK(find_program("passwd", "/etc").error().code == ErrorCode::not_found);  // not executable
    const test::Scratch dir;
    const auto before = std::filesystem::current_path();
    dir.write("tool", "#!/bin/sh\n");
    std::filesystem::permissions(dir / "tool", std::filesystem::perms::owner_all);
    std::filesystem::current_path(dir.path());
    CHECK_FALSE(find_program("tool", ":.:").has_value());
    CHECK(find_program("./tool", "").has_value());
    CHECK(find_program("tool", dir.path().string()).has_value());
    std::filesystem::current_path(before);
}

TEST_CASE("privileges are dropped for good") {
    if (::geteuid() != 0) return;  // cannot be shown without root
    ChildSpec spec = shell("id -u; id -g; id -G; grep -E 'NoNewPrivs|CapEff' /proc/self/status");
    spec.run_as = Credentials{65534, 65534};
    CHECK(out_of(spec) == "65534\n65534\n65534\nCapEff:\t0000000000000000\nNoNewPrivs:\t1\n");
}

TEST_CASE("a serving child is asked first, and killed when it does not listen") {
    const Fd nothing(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    auto polite = Child::start(shell("trap 'exit 5' TERM; while :; do sleep 0.05; done"), nothing.get());
    REQUIRE(polite.has_value());
    CHECK(polite->alive());
    std::this_thread::sleep_for(200ms);  // until its trap stands
    CHECK(polite->terminate(Deadline::in(10s)).exit_code == 5);
    CHECK_FALSE(polite->alive());

    auto deaf = Child::start(shell("trap '' TERM; while :; do sleep 0.05; done"), nothing.get());
    std::this_thread::sleep_for(200ms);
    CHECK(deaf->terminate(Deadline::in(200ms)).signal == SIGKILL);

    auto stopped = Child::start(shell("while :; do sleep 0.05; done"), nothing.get());
    ::kill(stopped->pid(), SIGSTOP);
    std::this_thread::sleep_for(50ms);
    CHECK(stopped->alive());
    CHECK(stopped->terminate(Deadline::in(10s)).signal == SIGTERM);

    auto short_lived = Child::start(shell("exit 4"), nothing.get());
    for (int i = 0; i < 500 && short_lived->alive(); ++i) std::this_thread::sleep_for(10ms);
    REQUIRE(short_lived->end().has_value());
    CHECK(short_lived->end()->exit_code == 4);
    CHECK(short_lived->terminate(Deadline::in(1s)).exit_code == 4);
}

TEST_CASE("the end of its owner's life ends the child") {
    const Fd nothing(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    pid_t pid = 0;
    {
        auto child = Child::start(shell("sleep 60"), nothing.get());
        REQUIRE(child.has_value());
        pid = child->pid();
        Child moved(std::move(*child));
        CHECK(moved.alive());
        CHECK(start_time_of(pid).has_value());
    }
    CHECK_FALSE(start_time_of(pid).has_value());
}

TEST_CASE("a killed parent takes the child with it") {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t parent = ::fork();
    REQUIRE(parent >= 0);
    if (parent == 0) {
        ChildSpec spec = shell("sleep 60");
        if (::geteuid() == 0) spec.run_as = Credentials{65534, 65534};
        const Fd nothing(::open("/dev/null", O_WRONLY | O_CLOEXEC));
        auto child = Child::start(spec, nothing.get());
        const pid_t pid = child ? child->pid() : 0;
        (void)!::write(ends[1], &pid, sizeof pid);
        for (;;) ::pause();
    }
    pid_t child = 0;
    REQUIRE(::read(ends[0], &child, sizeof child) == ssize_t(sizeof child));
    REQUIRE(child > 0);
    CHECK(start_time_of(child).has_value());
    ::kill(parent, SIGKILL);
    ::waitpid(parent, nullptr, 0);
    CHECK(gone_soon(child));
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST_CASE("a process is known by its start time") {
    CHECK(start_time_of(::getpid()) == start_time_of(::getpid()));
    CHECK(start_time_of(::getpid()).value() > 0);
    CHECK_FALSE(start_time_of(0).has_value());
    CHECK_FALSE(start_time_of(-1).has_value());
    CHECK_FALSE(start_time_of(4'194'305).has_value());  // above the kernel's largest
}

TEST_CASE("free ports can be bound, and no two are the same") {
    std::vector<uint16_t> ports;
    for (int i = 0; i < 20; ++i) {
        const auto port = free_loopback_port();
        REQUIRE(port.has_value());
        CHECK(std::find(ports.begin(), ports.end(), *port) == ports.end());
        ports.push_back(*port);
        const Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(*port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        CHECK(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    }
}

TEST_CASE("both streams go to their takers, and one who refuses ends the child") {
    std::string out, err;
    RunLimits limits;
    limits.most_bytes = 10;  // counts only what is kept
    limits.output = [&](std::string_view piece) {
        out += piece;
        return Status();
    };
    limits.errors = [&](std::string_view piece) {
        err += piece;
        return Status();
    };
    const auto done = run(shell("seq 1000; seq 2000 >&2"), {}, Deadline::in(20s), limits);
    REQUIRE(done.has_value());
    CHECK(out.size() == 3893);
    CHECK(err.size() == 8893);
    CHECK(done->err.empty());
    limits.errors = [](std::string_view) -> Status { return fail(ErrorCode::io, "full"); };
    CHECK(run(shell("echo x >&2; sleep 60"), {}, Deadline::in(20s), limits).error().what == "full");
}

TEST_CASE("an interrupted child gets SIGINT once, and may end in its own way") {
    RunLimits limits;
    int asked = 0;
    limits.interrupted = [&] { return ++asked > 2; };
    const auto done = run(shell("trap 'echo bye; exit 5' INT; while :; do sleep 0.05; done"), {},
                          Deadline::in(20s), limits);
    REQUIRE(done.has_value());
    CHECK(done->out == "bye\n");
    CHECK(done->end.exit_code == 5);
    CHECK(asked == 3);
}
