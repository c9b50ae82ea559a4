// Tars of an engine: plain, hostile, giant, cut.
#include "logbook/docker/archive.h"

#include <cstring>
#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace logbook;
using docker::EntryKind;
using docker::read_archive;

namespace {

// One ustar header; `claimed` is the size that it says.
std::string header(const std::string& name, size_t claimed, char type = '0', const std::string& link = {}) {
    std::string h(512, '\0');
    const auto put = [&](size_t at, const std::string& text) { h.replace(at, text.size(), text); };
    put(0, name.substr(0, 100));
    put(100, "0000644");
    put(108, "0000000");
    put(116, "0000000");
    put(124, fmt::format("{:011o}", claimed));
    put(136, fmt::format("{:011o}", 1'700'000'000));
    put(156, std::string(1, type));
    put(157, link.substr(0, 100));
    put(257, std::string("ustar\00000", 8));
    put(148, "        ");
    unsigned sum = 0;
    for (const char c : h) sum += static_cast<unsigned char>(c);
    put(148, fmt::format("{:06o}", sum) + std::string("\0 ", 2));
    return h;
}

std::string file(const std::string& name, const std::string& content) {
    std::string out = header(name, content.size()) + content;
    out.resize((out.size() + 511) / 512 * 512, '\0');
    return out;
}

const std::string end(1024, '\0');

}  // namespace

TEST_CASE("files, folders and links come as they are") {
    const auto entries =
        read_archive(header("versions/", 0, '5') + file("versions/1.py", "revision = '1'\n") +
                     header("versions/l", 0, '2', "/etc/shadow") + end);
    REQUIRE(entries);
    REQUIRE(entries->size() == 3);
    CHECK((*entries)[0].kind == EntryKind::folder);
    CHECK((*entries)[1].content == "revision = '1'\n");
    CHECK((*entries)[1].mode == 0644);
    CHECK((*entries)[1].modified == 1'700'000'000);
    CHECK((*entries)[2].kind == EntryKind::link);
    CHECK((*entries)[2].link == "/etc/shadow");
    CHECK(read_archive(end)->empty());
}

TEST_CASE("names that climb, are absolute or no text are only data") {
    const auto entries =
        read_archive(file("../../etc/passwd", "x") + file("/abs", "y") + file("\x1b[2J\xff", "z") + end);
    REQUIRE(entries);
    CHECK((*entries)[0].path == "../../etc/passwd");
    CHECK((*entries)[1].path == "/abs");
    CHECK((*entries)[2].path == "\x1b[2J\xff");
}

TEST_CASE("more bytes or entries than allowed are refused") {
    CHECK(read_archive(file("a", std::string(5000, 'x')) + end, {.bytes = 4096, .entries = 9}).error().code ==
          ErrorCode::too_large);
    // Claims eight gigabytes; refused before a byte is read.
    CHECK(read_archive(header("a", 07777777777) + end).error().code == ErrorCode::too_large);
    std::string many;
    for (int i = 0; i < 30; ++i) many += file(std::to_string(i), "");
    CHECK(read_archive(many + end, {.bytes = 1 << 20, .entries = 20}).error().code == ErrorCode::too_large);
    CHECK(read_archive(many + end, {.bytes = 1 << 20, .entries = 30})->size() == 30);
}

TEST_CASE("what is cut or no tar fails") {
    const std::string whole = file("a", std::string(3000, 'x')) + end;
    for (const size_t cut : {size_t(100), size_t(600), size_t(3000)})
        CHECK(read_archive(whole.substr(0, cut)).error().code == ErrorCode::protocol);
    CHECK(read_archive("").error().code == ErrorCode::protocol);
    CHECK(read_archive(std::string(2000, 'g')).error().code == ErrorCode::protocol);
    std::string damaged = whole;
    damaged[5] = 'Z';  // the checksum no longer fits
    CHECK_FALSE(read_archive(damaged));
}
