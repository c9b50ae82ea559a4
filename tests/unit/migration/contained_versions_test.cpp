// A folder of migrations out of an archive: what counts, what is passed over, and that nothing leads out of
// it.
#include "logbook/migration/contained_versions.h"

#include <doctest/doctest.h>

#include "logbook/base/text.h"

using namespace logbook;
using namespace logbook::migration;
using docker::ArchiveEntry;
using docker::EntryKind;

namespace {

ArchiveEntry folder(std::string path) {
    return {std::move(path), EntryKind::folder, {}, 0755, 0, {}};
}
ArchiveEntry file(std::string path, const std::string& id, int64_t modified = 1'700'000'000) {
    return {std::move(path),
            EntryKind::file,
            {},
            0644,
            modified,
            "revision = '" + id + "'\ndown_revision = None\n"};
}
ArchiveEntry linked(std::string path, std::string target) {
    return {std::move(path), EntryKind::link, std::move(target), 0777, 0, {}};
}

std::string ids(const revision::VersionsFolder& folder) {
    std::vector<std::string> ids;
    for (const auto& one : folder.files) ids.push_back(one.revision);
    return join(ids, " ");
}

}  // namespace

TEST_CASE("the folder's own Python files, in their order, with their times") {
    const auto found =
        versions_in("/app/alembic/versions",
                    {folder("versions/"), file("versions/b.py", "b"), file("versions/a.py", "a", 5),
                     folder("versions/__pycache__/"), file("versions/__pycache__/c.py", "c"),
                     file("versions/d.py.stale", "d"), file("versions/__init__.py", "e"),
                     file("versions/notes.txt", "f"), file("versionsx/g.py", "g"), file("other/h.py", "h")});
    CHECK(ids(found) == "b a");
    CHECK(found.files[0].path == "/app/alembic/versions/b.py");
    CHECK(found.files[1].written == from_unix_seconds(5));
    CHECK(found.stale == std::vector<std::string>{"d.py.stale"});
    CHECK(found.problems.empty());
}

TEST_CASE("a symbolic link counts once, a hard one twice, and one that leads out is a problem") {
    const auto found = versions_in(
        "/v", {folder("v/"), file("v/a.py", "a"), linked("v/same.py", "a.py"), linked("v/twice.py", "v/a.py"),
               linked("v/out.py", "../../etc/passwd"), linked("v/notes", "elsewhere")});
    CHECK(ids(found) == "a a");
    REQUIRE(found.problems.size() == 1);
    CHECK(contains(found.problems[0].what, "/v/out.py is a link to ../../etc/passwd"));
    CHECK(found.problems[0].code == ErrorCode::unsupported);
}

TEST_CASE("an empty archive, and one of names that climb") {
    CHECK(versions_in("/v", {}).files.empty());
    CHECK(versions_in("/v", {folder("v"), file("v/../x.py", "x"), file("/v/y.py", "y")}).files.empty());
}

TEST_CASE("a file that is too large is a problem, not a revision") {
    ArchiveEntry giant = file("v/a.py", "a");
    giant.content.resize(revision::longest_revision_file + 1, '#');
    const auto found = versions_in("/v", {folder("v"), giant});
    CHECK(found.files.empty());
    REQUIRE(found.problems.size() == 1);
    CHECK(found.problems[0].code == ErrorCode::too_large);
}

TEST_CASE("where a container may have them") {
    CHECK(versions_paths("/srv").front() == "/srv/alembic/versions");
    CHECK(versions_paths("/app").size() == 3);
    CHECK(versions_paths("").front() == "/app/alembic/versions");
    CHECK(versions_paths("relative").front() == "/app/alembic/versions");
}
