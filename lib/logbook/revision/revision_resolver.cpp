// Alembic's rules, with their corners.
#include "logbook/revision/revision_resolver.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/revision/revision_word.h"

namespace logbook::revision {

Result<Spots> Resolver::revisions(std::string_view id) const {
    const auto named = resolve_number(id);
    if (!named) return fail(named.error());
    if (named->ids.size() == 1)
        if (const auto steps = negative_number(named->ids.front())) return below_heads(*steps, named->branch);
    Spots spots;
    for (const std::string& one : named->ids) {
        const auto spot = for_ident(one, named->branch);
        if (!spot) return fail(spot.error());
        spots.push_back(Spot::at(*spot));
    }
    return spots;
}

Result<Spot> Resolver::revision(std::string_view id) const {
    const auto named = resolve_number(id);
    if (!named) return fail(named.error());
    if (named->ids.size() > 1)
        return fail(ErrorCode::conflict, fmt::format("{} means {} revisions", shown(id), named->ids.size()),
                    "name one of them: " + join(named->ids, ", "));
    if (named->ids.empty()) {
        if (const auto branch = branch_of(named->branch); !branch) return fail(branch.error());
        return Spot{Spot::Kind::base, 0};
    }
    const auto index = for_ident(named->ids.front(), named->branch);
    if (!index) return fail(index.error());
    return Spot::at(*index);
}

Result<Identifier> Resolver::resolve_number(std::string_view id) const {
    Identifier named;
    if (const size_t at = id.find('@'); at != std::string_view::npos) {
        named.branch = std::string(id.substr(0, at));
        id.remove_prefix(at + 1);
    }
    // An empty label is none.
    const bool branch = named.branch && !named.branch->empty();
    if (id == "heads" || id == "head") {
        std::vector<RevisionIndex> heads = id == "heads" && !branch ? map_.real_heads() : map_.heads();
        if (branch) {
            auto kept = of_lineage(heads, *named.branch);
            if (!kept) return fail(kept.error());
            heads = std::move(*kept);
        }
        for (const RevisionIndex head : heads) named.ids.push_back(map_[head].file.revision);
        if (id == "head" && heads.size() > 1)
            return fail(
                ErrorCode::conflict, fmt::format("there are {} heads", heads.size()),
                fmt::format("name one of them ({}), <branch>@head, or heads for all", join(named.ids, ", ")));
    } else if (id != "base") {
        named.ids.emplace_back(id);
    }
    return named;
}

Result<Spots> Resolver::below_heads(long steps, const std::optional<std::string>& branch) const {
    const auto heads = revisions("heads");
    if (!heads) return fail(heads.error());
    Spots spots;
    for (const Spot& head : *heads) {
        if (branch && map_[head.index].labels.count(*branch) == 0) continue;
        const auto end = walk(head, steps, std::nullopt, true);
        if (!end) return fail(end.error());
        spots.push_back(*end);
    }
    return spots;
}

// Whether `target` lies on one line with any of `others`.
bool Resolver::shares_lineage(RevisionIndex target, const std::vector<RevisionIndex>& others) const {
    const std::vector<bool> above = map_.reach({target}, &next_of), below = map_.reach({target}, &down_of);
    return std::any_of(others.begin(), others.end(),
                       [&](RevisionIndex other) { return above[other] || below[other]; });
}

Result<std::vector<RevisionIndex>> Resolver::of_lineage(const std::vector<RevisionIndex>& targets,
                                                        std::string_view branch) const {
    if (targets.empty()) return targets;
    const auto named = resolve_number(branch);
    if (!named) return fail(named.error());
    std::vector<RevisionIndex> against;
    if (named->branch && !named->branch->empty()) {
        const auto index = for_ident(*named->branch, std::nullopt);
        if (!index) return fail(index.error());
        against.push_back(*index);
    }
    for (const std::string& id : named->ids) {
        const auto index = for_ident(id, std::nullopt);
        if (!index) return fail(index.error());
        against.push_back(*index);
    }
    if (against.empty()) return targets;
    std::vector<RevisionIndex> kept;
    for (const RevisionIndex target : targets)
        if (shares_lineage(target, against)) kept.push_back(target);
    return kept;
}

// The revision that a branch is named by, its label or itself; nothing without a name.
Result<std::optional<RevisionIndex>> Resolver::branch_of(const std::optional<std::string>& branch) const {
    if (!branch || branch->empty()) return std::nullopt;
    if (const auto labelled = map_.find(*branch)) return labelled;
    const auto index = for_ident(*branch, std::nullopt);
    if (!index) return fail(ErrorCode::not_found, "there is no branch " + shown(*branch), near(*branch));
    return std::optional(*index);
}

Result<RevisionIndex> Resolver::for_ident(const std::string& id,
                                          const std::optional<std::string>& branch) const {
    const auto on_branch = branch_of(branch);
    if (!on_branch) return fail(on_branch.error());
    const std::optional<RevisionIndex> branch_revision = *on_branch;
    std::optional<RevisionIndex> found = map_.find(id);
    if (!found) {
        if (id.empty())
            return fail(ErrorCode::invalid, "an identifier is empty", "base means before the first");
        auto partial = starting_with(id, branch_revision ? branch : std::nullopt);
        if (!partial) return fail(partial.error());
        found = *partial;
    }
    if (branch_revision && !shares_lineage(*found, {*branch_revision}))
        return fail(
            ErrorCode::conflict,
            fmt::format("{} is not on the branch {}", shown(map_[*found].file.revision), shown(*branch)),
            "logbookctl migrate branches");
    return *found;
}

// The one key of more than three characters that begins so.
Result<RevisionIndex> Resolver::starting_with(const std::string& id,
                                              const std::optional<std::string>& branch) const {
    std::vector<std::string> keys;
    for (const std::string& key : map_.keys())
        if (key.size() > 3 && key.compare(0, id.size(), id) == 0) keys.push_back(key);
    if (branch) {
        std::vector<std::string> kept;
        for (const std::string& key : keys) {
            const auto one = of_lineage({*map_.find(key)}, *branch);
            if (!one) return fail(one.error());
            if (!one->empty()) kept.push_back(key);
        }
        keys = std::move(kept);
    }
    if (keys.empty())
        return fail(ErrorCode::not_found, "there is no revision or branch " + shown(id), near(id));
    if (keys.size() > 1) {
        if (keys.size() > 3) keys.resize(3), keys.emplace_back("…");
        return fail(ErrorCode::conflict, fmt::format("several revisions begin with {}", shown(id)),
                    "write more of it: " + join(keys, ", "));
    }
    return *map_.find(keys.front());
}

std::string Resolver::near(const std::string& id) const {
    const std::string close = nearest(id, map_.keys());
    return close.empty() ? "list them: logbookctl migrate history"
                         : fmt::format("is {} meant?", shown(close));
}

Result<Spot> Resolver::walk(Spot spot, long steps, const std::optional<std::string>& branch,
                            bool stop_short) const {
    const bool up = steps > 0;
    for (long i = 0; i < (up ? steps : -steps); ++i) {
        std::vector<RevisionIndex> children;
        bool to_base = false;
        if (up) {
            children = spot.is_revision() ? map_[spot.index].next : map_.bases();
            if (branch && !branch->empty()) {
                auto kept = of_lineage(children, *branch);
                if (!kept) return fail(kept.error());
                children = std::move(*kept);
            }
        } else if (spot.kind == Spot::Kind::nothing) {
            children = map_.heads();
        } else if (spot.is_revision()) {
            for (const std::string& id : map_[spot.index].file.down_revisions)
                children.push_back(*map_.find(id));
            to_base = children.empty();
        }
        if (to_base) {
            spot = Spot{Spot::Kind::base, 0};
            continue;
        }
        if (children.empty()) return stop_short ? Spot{} : spot;
        if (children.size() > 1)
            return fail(ErrorCode::conflict,
                        fmt::format("from {} the way forks", spot.is_revision()
                                                                 ? shown(map_[spot.index].file.revision)
                                                                 : std::string("the end of the chain")),
                        "name the revision itself");
        spot = Spot::at(children.front());
    }
    return spot;
}

tl::unexpected<Error> too_far(std::string_view number) {
    return fail(ErrorCode::not_found, fmt::format("{} leads beyond the chain's end", shown(number)),
                "logbookctl migrate history");
}

}  // namespace logbook::revision
