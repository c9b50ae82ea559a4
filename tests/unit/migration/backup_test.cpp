// Reading a backup back: what is whole, and every way in which one is not.
#include "logbook/migration/backup.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <fstream>

#include "logbook/base/text.h"
#include "logbook/host/gzip_file.h"
#include "logbook/migration/backup_line.h"
#include "unit/scratch.h"

using namespace logbook;
using namespace logbook::migration;

namespace {

BackupFacts facts(int64_t tables) {
    return {"intranet_db", {"a17c4e9d2b61"}, tables, from_unix_seconds(1'700'000'000)};
}

const std::string two_tables = "CREATE TABLE `users` (\n  `id` int\n);\nINSERT INTO `users` VALUES "
                               "('\\nCREATE TABLE `x`');\nCREATE TABLE `ranks` (\n  `id` int\n);\n";
const std::string end = "-- Dump completed on 2023-11-14 22:13:20\n";

std::filesystem::path packed(const test::Scratch& folder, const std::string& text) {
    const std::filesystem::path path = folder / "b.sql.gz";
    auto file = host::GzipFile::create(path);
    REQUIRE(file);
    REQUIRE(file->write(text));
    REQUIRE(file->finish());
    return path;
}

std::string refused(const std::filesystem::path& path) {
    const auto backup = verify_backup(path, Deadline::in(Millis(5000)));
    return backup ? "accepted" : backup.error().what;
}

}  // namespace

TEST_CASE("a whole backup says what it holds") {
    const test::Scratch folder;
    const std::string text = backup_line(facts(2)) + two_tables + end;
    const auto backup = verify_backup(packed(folder, text), Deadline::in(Millis(5000)));
    REQUIRE(backup);
    CHECK(backup->facts.database == "intranet_db");
    CHECK(backup->facts.revisions == std::vector<std::string>{"a17c4e9d2b61"});
    CHECK(backup->facts.tables == 2);
    CHECK(backup->facts.taken == from_unix_seconds(1'700'000'000));
    CHECK(backup->dumped == text.size());
    CHECK(backup->bytes == std::filesystem::file_size(folder / "b.sql.gz"));
}

TEST_CASE("a dump without its end, with too few tables, or of somebody else") {
    const test::Scratch one, two, three, four;
    CHECK(contains(refused(packed(one, backup_line(facts(2)) + two_tables)), "the dump has no end"));
    CHECK(contains(refused(packed(two, backup_line(facts(3)) + two_tables + end)), "it holds 2 of 3 tables"));
    CHECK(contains(refused(packed(three, two_tables + end)), "does not say what it holds"));
    CHECK(contains(refused(packed(four, backup_line(facts(2)) + two_tables + end + "DROP DATABASE x;\n")),
                   "the dump has no end"));
}

TEST_CASE("cut or damaged at any byte, it is no backup") {
    const test::Scratch folder;
    const std::filesystem::path path = packed(folder, backup_line(facts(2)) + two_tables + end);
    std::string whole;
    {
        std::ifstream in(path, std::ios::binary);
        whole.assign(std::istreambuf_iterator<char>(in), {});
    }
    const auto write = [&](const std::string& bytes) {
        std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
    };
    for (size_t size = 0; size < whole.size(); ++size) {
        write(whole.substr(0, size));
        CHECK(refused(path) != "accepted");
    }
    // The header's time and system are nobody's concern, nor the bits that fill the last byte before the
    // check sum.
    constexpr size_t header = 10, check_sum_and_size = 8;
    for (size_t at = header; at < whole.size(); ++at) {
        if (at == whole.size() - check_sum_and_size - 1) continue;
        std::string damaged = whole;
        damaged[at] = char(damaged[at] ^ 0x10);
        write(damaged);
        CHECK(refused(path) != "accepted");
    }
}

TEST_CASE("no file, a folder, and no time") {
    const test::Scratch folder;
    CHECK(contains(refused(folder / "none"), "No such file"));
    CHECK(contains(refused(folder.path()), "is not a file"));
    const std::filesystem::path path = packed(folder, backup_line(facts(2)) + two_tables + end);
    const auto late = verify_backup(path, Deadline::in(Millis(0)));
    REQUIRE_FALSE(late);
    CHECK(late.error().code == ErrorCode::timeout);
}

TEST_CASE("the first line keeps any name, and no other line is taken for it") {
    BackupFacts odd = facts(1);
    odd.database = "two\nlines\"; DROP";
    odd.revisions = {"\x01", "b"};
    const std::string line = backup_line(odd);
    CHECK(std::count(line.begin(), line.end(), '\n') == 1);
    const auto read = read_backup_line(line);
    REQUIRE(read);
    CHECK(read->database == odd.database);
    CHECK(read->revisions == odd.revisions);
    for (const char* other :
         {"", "-- MariaDB dump", "-- logbookctl backup", "-- logbookctl backup {}",
          "-- logbookctl backup {\"database\":1,\"tables\":\"x\",\"taken\":\"\",\"revisions\":{}}"})
        CHECK_FALSE(read_backup_line(other));
}
