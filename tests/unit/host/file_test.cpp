// Files: limits on reading, and a replacement that keeps what must be kept.
#include "logbook/host/file.h"

#include <doctest/doctest.h>
#include <filesystem>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "unit/scratch.h"

using namespace logbook;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

TEST_CASE("reading is bounded and never blocks") {
    const test::Scratch dir;
    dir.write("a", "12345");
    CHECK(host::read_file(dir / "a", 5).value().bytes == "12345");
    CHECK(host::read_file(dir / "a", 4).error().code == ErrorCode::too_large);
    CHECK(host::read_file(dir / "none", 4).error().code == ErrorCode::not_found);
    CHECK(host::read_file(dir.path(), 4).error().what.find("a folder") != std::string::npos);
    REQUIRE(::mkfifo((dir / "fifo").c_str(), 0600) == 0);
    CHECK(host::read_file(dir / "fifo", 4).error().what.find("named pipe") != std::string::npos);
    CHECK(host::read_file("/dev/zero", 4).error().what.find("device") != std::string::npos);
    CHECK_FALSE(host::read_file("/proc/self/status", 100'000).value().bytes.empty());
    CHECK(host::read_file("/proc/self/status", 10).error().code == ErrorCode::too_large);
}

TEST_CASE("a replacement sets the mode whatever the umask, and leaves no other file") {
    const test::Scratch dir;
    for (const mode_t mask : {mode_t(0), mode_t(0777)}) {
        const mode_t before = ::umask(mask);
        CHECK(host::replace_file(dir / "x", "new").has_value());
        ::umask(before);
        CHECK(host::file_facts(dir / "x").value().mode == 0600);
    }
    CHECK(host::replace_file(dir / "x", "newer", {.mode = 0640}).has_value());
    CHECK(host::file_facts(dir / "x").value().mode == 0640);
    CHECK(dir.read("x") == "newer");
    CHECK(dir.names() == std::vector<std::string>{"x"});
}

TEST_CASE("a link stays a link, and other kinds are refused") {
    const test::Scratch dir;
    dir.write("real", "old");
    fs::create_symlink("real", dir / "link");
    CHECK(host::replace_file(dir / "link", "new").has_value());
    CHECK(fs::is_symlink(dir / "link"));
    CHECK(dir.read("real") == "new");
    fs::create_directory(dir / "folder");
    CHECK_FALSE(host::replace_file(dir / "folder", "x").has_value());
    fs::create_symlink("nowhere", dir / "dangling");
    CHECK_FALSE(host::replace_file(dir / "dangling", "x").has_value());
    CHECK(host::create_file(dir / "real", "x").error().code == ErrorCode::conflict);
}

TEST_CASE("a lock keeps a second holder out until its deadline") {
    const test::Scratch dir;
    {
        auto first = host::FileLock::acquire(dir / "l", Deadline::in(1s));
        REQUIRE(first.has_value());
        const auto second = host::FileLock::acquire(dir / "l", Deadline::in(50ms));
        REQUIRE_FALSE(second.has_value());
        CHECK(second.error().code == ErrorCode::conflict);
        CHECK(second.error().what.find(std::to_string(::getpid())) != std::string::npos);
    }
    CHECK(host::FileLock::acquire(dir / "l", Deadline::in(50ms)).has_value());
}
