// What the room `revision` answers, for a script to compare with what Alembic does. One question a line on
// standard input, its words parted by tabs: a versions folder, a command, its words. One JSON document a line
// comes out.
#include <fmt/format.h>
#include <iostream>

#include "logbook/base/json.h"
#include "logbook/base/text.h"
#include "logbook/revision/alembic_text.h"
#include "logbook/revision/revision_range.h"
#include "logbook/revision/versions_folder.h"

using namespace logbook;
using namespace logbook::revision;

namespace {

Result<std::string> answer(const RevisionMap& map, const std::vector<std::string>& words) {
    const std::string& command = words[1];
    const bool verbose = words.size() > 2 && words[2] == "verbose";
    const std::string first = words.size() > 3 ? words[3] : std::string();
    if (command == "heads") return heads_text(map, first == "all" ? map.real_heads() : map.heads(), verbose);
    if (command == "show") {
        const auto found = resolve(map, first);
        if (!found) return fail(found.error());
        std::string ids;
        for (const RevisionIndex index : *found) ids += map[index].file.revision + "\n";
        return ids;
    }
    const std::string second = words.size() > 4 ? words[4] : std::string();
    if (command == "upgrade") {
        std::vector<RevisionIndex> rows;
        for (const std::string& id : split(first, ','))
            if (const auto found = map.find(id)) rows.push_back(*found);
        const auto path = upgrade_path(map, rows, second);
        if (!path) return fail(path.error());
        std::string ids;
        for (const RevisionIndex index : *path) ids += map[index].file.revision + "\n";
        return ids;
    }
    const auto revisions = history(map, first, second);
    if (!revisions) return fail(revisions.error());
    if (command == "branches") return branches_text(map, *revisions, verbose);
    std::vector<std::string> current;
    if (words.size() > 5) current = split(words[5], ',');
    return history_text(map, *revisions, verbose, current);
}

}  // namespace

int main() {
    for (std::string line; std::getline(std::cin, line);) {
        const std::vector<std::string> words = split(line, '\t');
        const auto folder = read_versions_folder(words[0], Deadline::in(Millis(60'000)));
        auto map = !folder                    ? fail(folder.error())
                   : folder->problems.empty() ? RevisionMap::make(folder->files)
                                              : Result<RevisionMap>(fail(folder->problems.front()));
        const auto text = map ? answer(*map, words) : fail(map.error());
        Json out = text ? Json::object({{"text", *text}})
                        : Json::object({{"refused", text.error().what}, {"hint", text.error().hint}});
        fmt::print("{}\n", out.dump());
        std::fflush(stdout);
    }
    return 0;
}
