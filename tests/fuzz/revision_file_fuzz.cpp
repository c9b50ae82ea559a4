// Any bytes as a revision file: lexer, assignments, encoding, and the words that are made of them.
#include <string>

#include "logbook/base/text.h"
#include "logbook/revision/alembic_text.h"
#include "logbook/revision/revision_lint.h"
#include "logbook/revision/revision_map.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace logbook;
    using namespace logbook::revision;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    auto file = read_revision_file("/versions/x.py", bytes);
    VersionsFolder folder;
    folder.path = "/versions";
    if (!file) {
        // A failure says what and where.
        if (file.error().what.find("/versions/x.py") != 0 || !valid_utf8(file.error().what)) __builtin_trap();
        return 0;
    }
    if (!valid_utf8(file->revision) || !valid_utf8(file->doc)) __builtin_trap();
    folder.files.push_back(*file);
    (void)lint(folder);
    const auto map = RevisionMap::make({std::move(*file)});
    if (map) (void)history_text(*map, map->heads(), true);
    return 0;
}
