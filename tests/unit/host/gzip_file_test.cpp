// A gzip file that appears whole or not at all, for its owner alone.
#include "logbook/host/gzip_file.h"

#include <doctest/doctest.h>

#include "logbook/host/file.h"
#include "logbook/host/gzip.h"
#include "unit/scratch.h"

using namespace logbook;
using namespace logbook::host;

namespace {

std::string unpacked(const std::string& packed) {
    Gunzip gunzip("test");
    std::string out;
    std::string_view rest = packed;
    char room[4096];
    for (;;) {
        const auto step = gunzip.step(rest, room, sizeof room);
        REQUIRE(step);
        out.append(room, step->given);
        rest.remove_prefix(step->taken);
        if (step->taken == 0 && step->given == 0) break;
    }
    REQUIRE(gunzip.finish());
    return out;
}

}  // namespace

TEST_CASE("what was written comes back, in pieces of any size") {
    const test::Scratch dir;
    const auto path = dir.path() / "a.log.gz";
    std::string all;
    {
        auto file = GzipFile::create(path);
        REQUIRE(file);
        for (size_t i = 0; i < 300; ++i) {
            const std::string piece(i * 37, char('a' + i % 26));
            REQUIRE(file->write(piece));
            all += piece;
        }
        const std::string large(3 << 20, 'x');
        REQUIRE(file->write(large));
        all += large;
        CHECK_FALSE(std::filesystem::exists(path));  // not before it is whole
        REQUIRE(file->finish());
    }
    const auto read = read_file(path, 64 << 20);
    REQUIRE(read);
    CHECK(read->facts.mode == 0600);
    CHECK(unpacked(read->bytes) == all);
    CHECK_FALSE(std::filesystem::exists(path.string() + ".part"));
}

TEST_CASE("an abandoned one leaves nothing, an existing one is never replaced") {
    const test::Scratch dir;
    const auto path = dir.path() / "a.log.gz";
    {
        auto file = GzipFile::create(path);
        REQUIRE(file);
        REQUIRE(file->write("half"));
    }
    CHECK(std::filesystem::is_empty(dir.path()));
    auto first = GzipFile::create(path);
    REQUIRE(first);
    dir.write("a.log.gz", "mine");
    CHECK_FALSE(first->finish());  // somebody was faster
    CHECK(read_file(path, 100)->bytes == "mine");
    CHECK(GzipFile::create(path).error().code == ErrorCode::conflict);
    CHECK_FALSE(GzipFile::create(dir.path() / "no" / "such.gz"));
}
