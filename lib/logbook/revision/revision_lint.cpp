// One rule after another; those about the graph as a whole only where there is one.
#include "logbook/revision/revision_lint.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "logbook/base/text.h"

namespace logbook::revision {
namespace {

// Headers quote, list and parenthesise identifiers in many ways; only the identifiers count.
std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : text) {
        if (std::string_view(" \t,;()[]{}'\"`").find(c) == std::string_view::npos) {
            word += c;
        } else if (!word.empty()) {
            words.push_back(std::exchange(word, {}));
        }
    }
    if (!word.empty()) words.push_back(std::move(word));
    return words;
}

// The day of "2026-01-18 16:00:00.000000". Times of the day are mostly made up: midnight, or a number of
// minutes.
std::string date_of(std::string_view header) {
    const std::string_view day = header.substr(0, 10);
    if (day.size() < 10 || day[4] != '-' || day[7] != '-') return {};
    for (const size_t i : {0, 1, 2, 3, 5, 6, 8, 9})
        if (day[i] < '0' || day[i] > '9') return {};
    return std::string(day);
}

class Linter {
  public:
    explicit Linter(const VersionsFolder& folder) : folder_(folder) {}

    std::vector<LintFinding> run() {
        for (const Error& problem : folder_.problems) add_whole("file", true, problem.what, problem.hint);
        for (const std::string& name : folder_.stale)
            findings_.push_back({"stale", false, name, 0, "it is set aside: nobody reads it",
                                 "delete it, or give it back its name"});
        for (const RevisionFile& file : folder_.files) {
            by_id_[file.revision].push_back(&file);
            for (const std::string& label : file.branch_labels) by_label_[label].push_back(&file);
        }
        for (const RevisionFile& file : folder_.files) {
            look_at_identifier(file);
            look_at_parents(file);
            look_at_header(file);
        }
        // One file that is not known leaves holes that are nobody's fault.
        if (folder_.problems.empty() && sound_) look_at_graph();
        std::stable_sort(findings_.begin(), findings_.end(),
                         [](const LintFinding& a, const LintFinding& b) { return a.file < b.file; });
        return std::move(findings_);
    }

  private:
    void add_whole(std::string rule, bool error, std::string what, std::string hint) {
        findings_.push_back({std::move(rule), error, {}, 0, std::move(what), std::move(hint)});
    }
    void add(std::string rule, bool error, const RevisionFile& file, uint32_t line, std::string what,
             std::string hint) {
        findings_.push_back(
            {std::move(rule), error, file.path.filename().string(), line, std::move(what), std::move(hint)});
    }

    void look_at_identifier(const RevisionFile& file) {
        if (file.revision.size() > longest_identifier)
            add("length", true, file, file.revision_line,
                fmt::format("the identifier {} has {} characters; alembic_version keeps {}",
                            shown(file.revision), file.revision.size(), longest_identifier),
                "shorten it before it is applied anywhere");
        const auto& same = by_id_[file.revision];
        if (same.size() > 1 && same.front() != &file) {
            sound_ = false;
            add("duplicate", true, file, file.revision_line,
                fmt::format("{} is the identifier of {}, too", shown(file.revision),
                            printable(same.front()->path.filename().string(), 200)),
                "keep one of the two files, or give one a new identifier");
        }
        for (const std::string& label : file.branch_labels) {
            const bool twice = by_label_[label].size() > 1 && by_label_[label].front() != &file;
            if (!twice && by_id_.count(label) == 0) continue;
            sound_ = false;
            add("label", true, file, 0, fmt::format("the branch label {} is used twice", shown(label)),
                "give the branch another label");
        }
    }

    void look_at_parents(const RevisionFile& file) {
        for (const auto* list : {&file.down_revisions, &file.depends_on}) {
            const bool down = list == &file.down_revisions;
            for (const std::string& id : *list) {
                const uint32_t line = down ? file.down_revision_line : 0;
                if (id == file.revision) {
                    sound_ = false;
                    add("circle", true, file, line, fmt::format("{} follows itself", shown(id)),
                        "name the revision before it");
                } else if (by_id_.count(id) == 0 && (down || by_label_.count(id) == 0)) {
                    sound_ = false;
                    add("parent", true, file, line,
                        fmt::format("{} {} {}, which no file has", shown(file.revision),
                                    down ? "follows" : "depends on", shown(id)),
                        hint_for(id));
                }
            }
        }
        std::vector<std::string> parents = file.down_revisions;
        std::sort(parents.begin(), parents.end());
        if (std::unique(parents.begin(), parents.end()) != parents.end())
            add("merge", false, file, file.down_revision_line, "it names the same parent twice",
                "name it once");
        const std::string name = lower(file.path.filename().string());
        if (contains(name, "merge") && contains(name, "head") && file.down_revisions.size() < 2)
            add("merge", false, file, file.down_revision_line,
                "its name says that it merges heads, and it follows one revision only",
                "see whether the other head was meant: logbookctl migrate heads");
    }

    std::string hint_for(const std::string& id) {
        // The nearest name of many is dear to find, and nobody reads a thousand hints.
        constexpr size_t most_searched = 20;
        if (++searched_ > most_searched) return "bring back its file";
        std::vector<std::string> ids;
        for (const auto& entry : by_id_) ids.push_back(entry.first);
        // An old habit: the file's name instead of the identifier.
        for (const RevisionFile& file : folder_.files)
            if (file.path.stem() == id)
                return fmt::format("that is a file's name; its identifier is {}", shown(file.revision));
        for (const std::string& name : folder_.stale)
            if (name.compare(0, id.size(), id) == 0)
                return fmt::format("{} was set aside: give it back its name", printable(name, 200));
        const std::string near = nearest(id, ids);
        return near.empty() ? "bring back its file"
                            : fmt::format("is {} meant? Else bring back its file", shown(near));
    }

    void look_at_header(const RevisionFile& file) {
        const RevisionHeader& header = file.header;
        const std::vector<std::string> id = words_of(header.revision_id);
        if (!id.empty() && id.front() != file.revision)
            add("header", false, file, file.revision_line,
                fmt::format("its text says `Revision ID: {}`, its code {}", printable(header.revision_id, 80),
                            shown(file.revision)),
                "the code counts; correct the text");
        if (header.revises.empty()) return;
        std::vector<std::string> said = words_of(header.revises), meant = file.down_revisions;
        for (const char* filler : {"None", "none", "and", "base", "<base>"})
            if (std::find(meant.begin(), meant.end(), filler) == meant.end())
                said.erase(std::remove(said.begin(), said.end(), filler), said.end());
        std::sort(said.begin(), said.end());
        std::sort(meant.begin(), meant.end());
        if (said != meant)
            add("header", false, file, file.down_revision_line,
                fmt::format("its text says `Revises: {}`, its code {}", printable(header.revises, 80),
                            meant.empty() ? "None" : shown(join(file.down_revisions, ", "))),
                "the code counts; correct the text");
    }

    void look_at_graph() {
        auto made = RevisionMap::make(folder_.files);
        if (!made) {
            add_whole("circle", true, made.error().what, made.error().hint);
            return;
        }
        const RevisionMap& map = *made;
        if (!map.circle().empty()) {
            std::vector<std::string> ids;
            for (const RevisionIndex index : map.circle())
                ids.push_back(printable(map[index].file.revision, 80));
            add("circle", true, map[map.circle().front()].file,
                map[map.circle().front()].file.down_revision_line,
                "revisions go round in a circle: " + join(ids, " follows "),
                "one of them must follow another revision");
        }
        if (map.heads().size() != 1) {
            std::vector<std::string> ids;
            for (const RevisionIndex head : map.heads()) ids.push_back(map[head].file.revision);
            if (ids.empty())
                add_whole("heads", true, "there is no revision", "name the versions folder with --dir");
            else
                add_whole("heads", true,
                          fmt::format("there are {} heads: {}", ids.size(), printable(join(ids, ", "), 300)),
                          "join them: alembic merge heads");
        }
        if (map.bases().size() > 1) {
            std::vector<std::string> ids;
            for (const RevisionIndex base : map.bases()) ids.push_back(map[base].file.revision);
            add_whole(
                "bases", false,
                fmt::format("{} revisions follow nothing: {}", ids.size(), printable(join(ids, ", "), 300)),
                "a chain begins once");
        }
        for (const Revision& revision : map.all()) look_at_date(map, revision);
    }

    void look_at_date(const RevisionMap& map, const Revision& revision) {
        const std::string date = date_of(revision.file.header.create_date);
        if (date.empty()) return;
        for (const RevisionIndex parent : revision.down) {
            const std::string before = date_of(map[parent].file.header.create_date);
            if (!before.empty() && date < before)
                add("date", false, revision.file, revision.file.down_revision_line,
                    fmt::format("it was made on {}, before the revision that it follows ({}, {})", date,
                                printable(map[parent].file.revision, 80), before),
                    "see whether it was put in between later");
        }
    }

    const VersionsFolder& folder_;
    std::map<std::string, std::vector<const RevisionFile*>, std::less<>> by_id_, by_label_;
    std::vector<LintFinding> findings_;
    bool sound_ = true;  // a graph can be made
    size_t searched_ = 0;
};

}  // namespace

std::vector<LintFinding> lint(const VersionsFolder& folder) {
    return Linter(folder).run();
}

}  // namespace logbook::revision
