// Building the graph, step by step as Alembic does, so that what it refuses is refused and what it accepts is
// ordered alike.
#include "logbook/revision/revision_map.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::revision {
namespace {

void add_once(std::vector<RevisionIndex>& list, RevisionIndex index) {
    if (std::find(list.begin(), list.end(), index) == list.end()) list.push_back(index);
}

void remove(std::vector<RevisionIndex>& list, RevisionIndex index) {
    list.erase(std::remove(list.begin(), list.end(), index), list.end());
}

std::vector<RevisionIndex> down_and_dependencies(const Revision& revision) {
    std::vector<RevisionIndex> both = revision.down;
    for (const RevisionIndex dependency : revision.dependencies) add_once(both, dependency);
    return both;
}

}  // namespace

std::string shown(std::string_view id) {
    return "`" + printable(id, 80) + "`";
}

std::string place_of(const Revision& revision) {
    const RevisionFile& file = revision.file;
    const uint32_t line = file.down_revision_line > 0 ? file.down_revision_line : file.revision_line;
    const std::string name = printable(file.path.filename().string(), 200);
    return line > 0 ? fmt::format("{}:{}", name, line) : name;
}

const std::vector<RevisionIndex>& down_of(const Revision& revision) {
    return revision.down;
}
const std::vector<RevisionIndex>& next_of(const Revision& revision) {
    return revision.next;
}
const std::vector<RevisionIndex>& all_next_of(const Revision& revision) {
    return revision.all_next;
}
const std::vector<RevisionIndex>& ancestors_first_of(const Revision& revision) {
    return revision.ancestors_first;
}

Result<RevisionMap> RevisionMap::make(std::vector<RevisionFile> files) {
    RevisionMap map;
    map.all_.reserve(files.size());
    for (RevisionFile& file : files) {
        map.all_.emplace_back();
        map.all_.back().file = std::move(file);
    }
    if (Status keys = map.add_keys(); !keys) return fail(keys.error());
    if (Status linked = map.link(); !linked) return fail(linked.error());
    if (Status sound = map.refuse_cycles(); !sound) return fail(sound.error());
    // From here on an identifier means the last file that has it.
    for (auto* ends : {&map.heads_, &map.real_heads_, &map.bases_})
        for (RevisionIndex& end : *ends) end = *map.find(map.all_[end].file.revision);
    map.drop_inherited_dependencies();
    map.spread_labels();
    map.order();
    return map;
}

std::optional<RevisionIndex> RevisionMap::find(std::string_view key) const {
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? std::nullopt : std::optional(found->second);
}

Status RevisionMap::add_keys() {
    for (RevisionIndex i = 0; i < all_.size(); ++i) {
        const RevisionFile& file = all_[i].file;
        for (const auto* list : {&file.down_revisions, &file.depends_on})
            if (std::find(list->begin(), list->end(), file.revision) != list->end())
                return fail(ErrorCode::conflict,
                            fmt::format("{}: {} names itself as what it follows", place_of(all_[i]),
                                        shown(file.revision)),
                            "name the revision before it");
        const auto [known, added] = by_key_.insert_or_assign(file.revision, i);
        if (added)
            keys_.push_back(file.revision);
        else
            duplicates_.push_back(i);
    }
    for (RevisionIndex i = 0; i < all_.size(); ++i)
        for (const std::string& label : all_[i].file.branch_labels) {
            all_[i].labels.insert(label);
            const auto [known, added] = by_key_.emplace(label, i);
            if (!added)
                return fail(ErrorCode::conflict,
                            fmt::format("{}: the branch label {} is already used in {}", place_of(all_[i]),
                                        shown(label), place_of(all_[known->second])),
                            "give one of the two another label");
            keys_.push_back(label);
        }
    return {};
}

Status RevisionMap::link() {
    for (RevisionIndex i = 0; i < all_.size(); ++i) {
        Revision& revision = all_[i];
        if (revision.is_base()) bases_.push_back(i);
        if (revision.is_base() && revision.file.depends_on.empty()) real_bases_.push_back(i);
        for (const std::string& id : revision.file.depends_on) {
            const auto found = find(id);
            if (!found)
                return fail(ErrorCode::not_found,
                            fmt::format("{}: {} depends on {}, which no file has", place_of(revision),
                                        shown(revision.file.revision), shown(id)),
                            "bring back the file, or correct depends_on");
            // By a label it depends on that revision.
            add_once(revision.dependencies, *find(all_[*found].file.revision));
        }
        for (const std::string& id : revision.file.down_revisions) {
            const auto found = find(id);
            if (found && all_[*found].file.revision == id) {
                add_once(revision.down, *found);
                continue;
            }
            std::vector<std::string> ids;
            for (const Revision& other : all_) ids.push_back(other.file.revision);
            const std::string near = nearest(id, ids);
            return fail(
                ErrorCode::not_found,
                fmt::format("{}: {} follows {}, which {}", place_of(revision), shown(revision.file.revision),
                            shown(id), found ? "is a branch label, not a revision" : "no file has"),
                near.empty()
                    ? "bring back the file of that revision, or correct down_revision"
                    : fmt::format("is {} meant? Else bring back the file of that revision", shown(near)));
        }
    }
    // Only what a key leads to follows anything; an earlier file of the same identifier is never looked at,
    // and so stays a head.
    std::vector<bool> known(all_.size());
    for (const auto& entry : by_key_) known[entry.second] = true;
    for (RevisionIndex i = 0; i < all_.size(); ++i) {
        if (!known[i]) continue;
        // Followers are known by their identifier; of two files that share one, by a label that is left to
        // it, an earlier one may still be met here.
        const RevisionIndex follower = *find(all_[i].file.revision);
        const auto follow = [&](std::vector<RevisionIndex>& list) {
            if (follower == i)
                list.push_back(i);
            else
                add_once(list, follower);
        };
        for (const RevisionIndex parent : down_and_dependencies(all_[i])) follow(all_[parent].all_next);
        for (const RevisionIndex parent : all_[i].down) follow(all_[parent].next);
    }
    for (RevisionIndex i = 0; i < all_.size(); ++i) {
        if (all_[i].is_head()) heads_.push_back(i);
        if (all_[i].is_real_head()) real_heads_.push_back(i);
    }
    return {};
}

std::vector<bool> RevisionMap::reach(const std::vector<RevisionIndex>& from,
                                     const Neighbours& neighbours) const {
    std::vector<bool> seen(all_.size());
    std::vector<RevisionIndex> todo = from;
    while (!todo.empty()) {
        const RevisionIndex at = todo.back();
        todo.pop_back();
        if (seen[at]) continue;
        seen[at] = true;
        for (const RevisionIndex next : neighbours(all_[at]))
            if (!seen[next]) todo.push_back(next);
    }
    return seen;
}

// What no way from a head downwards, or none from a base upwards, leads to, stands in a circle or behind one.
Status RevisionMap::refuse_cycles() const {
    if (all_.empty()) return {};
    const auto check = [&](const std::vector<RevisionIndex>& tops, const std::vector<RevisionIndex>& roots,
                           const Neighbours& down, const Neighbours& up, std::string_view kind) -> Status {
        std::vector<std::string> lost;
        const std::vector<bool> below = reach(tops, down), above = reach(roots, up);
        for (const auto& [key, i] : by_key_)
            if (key == all_[i].file.revision && (tops.empty() || roots.empty() || !below[i] || !above[i]))
                lost.push_back(shown(key));
        if (lost.empty()) return {};
        const size_t count = lost.size();
        if (lost.size() > 4) lost.resize(4);
        return fail(ErrorCode::conflict,
                    fmt::format("{} go round in a circle, or hang on one{}: {}{}", counted(count, "revision"),
                                kind, join(lost, ", "), count > 4 ? ", …" : ""),
                    "one of them must follow another revision, or none: look at their down_revision");
    };
    // An earlier file of the same identifier has no followers of its own; Alembic looks at ids.
    if (Status sound = check(heads_, bases_, &down_of, &next_of, ""); !sound) return sound;
    std::vector<std::vector<RevisionIndex>> both;
    both.reserve(all_.size());
    for (const Revision& revision : all_) both.push_back(down_and_dependencies(revision));
    const Neighbours all_down = [&](const Revision& revision) -> const std::vector<RevisionIndex>& {
        return both[size_t(&revision - all_.data())];
    };
    return check(real_heads_, real_bases_, all_down, &all_next_of, " of dependencies");
}

void RevisionMap::drop_inherited_dependencies() {
    for (RevisionIndex i = 0; i < all_.size(); ++i) {
        Revision& revision = all_[i];
        revision.ancestors_first = revision.down;
        if (revision.dependencies.empty()) continue;
        std::vector<RevisionIndex> own = revision.dependencies;
        const std::vector<bool> ancestors = reach({i}, &down_of);
        for (RevisionIndex other = 0; other < all_.size() && !own.empty(); ++other)
            if (ancestors[other] && other != i)
                for (const RevisionIndex inherited : all_[other].dependencies) remove(own, inherited);
        for (const RevisionIndex dependency : own) add_once(revision.ancestors_first, dependency);
    }
}

// A label belongs to its revision, to all that follows, and to what comes before, down to the next fork.
void RevisionMap::spread_labels() {
    for (RevisionIndex i = 0; i < all_.size(); ++i) {
        if (all_[i].file.branch_labels.empty()) continue;
        const std::set<std::string> labels = all_[i].labels;
        RevisionIndex last = i;
        const std::vector<bool> followers = reach({i}, &next_of);
        for (RevisionIndex other = 0; other < all_.size(); ++other)
            if (followers[other]) {
                all_[other].labels.insert(labels.begin(), labels.end());
                if (all_[other].next.empty()) last = other;
            }
        std::vector<bool> passed(all_.size());
        for (RevisionIndex at = last; !passed[at];) {
            passed[at] = true;
            Revision& revision = all_[at];
            if (revision.all_next.size() > 1 || revision.is_merge_point()) break;
            revision.labels.insert(labels.begin(), labels.end());
            if (revision.down.empty()) break;
            at = revision.down.front();
        }
    }
}

// Generations, children after parents; what is left over stands in a circle or above one.
void RevisionMap::order() {
    generations_.assign(all_.size(), 0);
    std::vector<uint32_t> waits(all_.size());
    std::vector<std::vector<RevisionIndex>> children(all_.size());
    std::vector<RevisionIndex> ready;
    for (RevisionIndex i = 0; i < all_.size(); ++i) {
        waits[i] = uint32_t(all_[i].ancestors_first.size());
        for (const RevisionIndex parent : all_[i].ancestors_first) children[parent].push_back(i);
        if (waits[i] == 0) ready.push_back(i);
    }
    size_t done = 0;
    for (; done < ready.size(); ++done)
        for (const RevisionIndex child : children[ready[done]]) {
            generations_[child] = std::max(generations_[child], generations_[ready[done]] + 1);
            if (--waits[child] == 0) ready.push_back(child);
        }
    if (done == all_.size()) return;
    // Downwards from any that waits, among those that wait, one comes back to where one was.
    RevisionIndex at = 0;
    while (waits[at] == 0) ++at;
    std::vector<bool> met(all_.size());
    while (!met[at]) {
        met[at] = true;
        for (const RevisionIndex parent : all_[at].ancestors_first)
            if (waits[parent] > 0) {
                at = parent;
                break;
            }
    }
    for (RevisionIndex begin = at;;) {
        circle_.push_back(at);
        for (const RevisionIndex parent : all_[at].ancestors_first)
            if (waits[parent] > 0) {
                at = parent;
                break;
            }
        if (at == begin) break;
    }
}

}  // namespace logbook::revision
