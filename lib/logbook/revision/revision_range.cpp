// The ends of a range, and what stands between.
#include "logbook/revision/revision_range.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "logbook/base/text.h"
#include "logbook/revision/revision_order.h"
#include "logbook/revision/revision_resolver.h"
#include "logbook/revision/revision_word.h"

namespace logbook::revision {
namespace {

// Where a relative upper end is counted from: a word, or where a database is.
struct Below {
    std::string_view word;
    const std::vector<RevisionIndex>* rows = nullptr;
};

class Range {
  public:
    explicit Range(const RevisionMap& map) : map_(map), words_(map) {}
    Result<std::vector<bool>> collect(std::string_view lower, std::string_view upper,
                                      std::vector<RevisionIndex>& targets) const;
    Result<std::vector<bool>> collect_upgrade(const std::vector<RevisionIndex>& rows, std::string_view target,
                                              std::vector<RevisionIndex>& targets) const;

  private:
    Result<Spots> upper_targets(const Below& below, std::string_view upper) const;
    Result<Spots> all_of(const Below& below) const;
    Result<Spot> one_of(const Below& below, std::string_view upper) const;
    Status take_targets(const Below& below, std::string_view upper,
                        std::vector<RevisionIndex>& targets) const;
    Result<Spot> lower_end(std::string_view upper, std::string_view lower) const;
    Status no_overlap(const std::vector<RevisionIndex>& targets,
                      const std::vector<RevisionIndex>& (*neighbours)(const Revision&)) const;

    const RevisionMap& map_;
    Resolver words_;
};

Result<Spots> Range::all_of(const Below& below) const {
    if (!below.rows) return words_.revisions(below.word);
    Spots spots;
    for (const RevisionIndex row : *below.rows) spots.push_back(Spot::at(row));
    return spots;
}

tl::unexpected<Error> several_starts(std::string_view upper) {
    return fail(ErrorCode::conflict, fmt::format("{} could begin at several revisions", shown(upper)),
                "name the revision itself");
}

Result<Spot> Range::one_of(const Below& below, std::string_view upper) const {
    if (!below.rows) return words_.revision(below.word);
    if (below.rows->size() > 1) return several_starts(upper);
    return below.rows->empty() ? Spot() : Spot::at(below.rows->front());
}

Result<Spots> Range::upper_targets(const Below& below, std::string_view upper) const {
    const auto relative = relative_in(upper);
    if (!relative) return words_.revisions(upper);
    const bool exact = below.rows != nullptr;  // a list may stop short, an upgrade may not
    const std::optional<std::string>& branch = relative->branch;
    if (relative->steps <= 0) {
        if (!relative->symbol) return too_far(relative->number);
        auto start = words_.revision(branch ? *branch + "@" + *relative->symbol : *relative->symbol);
        if (!start) return fail(start.error());
        if (start->kind == Spot::Kind::base) start->kind = Spot::Kind::nothing;
        auto end = words_.walk(*start, relative->steps, std::nullopt, exact);
        if (!end) return fail(end.error());
        return Spots{*end};
    }
    Spot start;
    if (relative->symbol) {
        auto symbol = words_.revision(*relative->symbol);
        if (!symbol) return fail(symbol.error());
        start = *symbol;
    } else {
        // From the lower end of the range.
        if (branch) {
            auto current = all_of(below);
            if (!current) return fail(current.error());
            std::vector<RevisionIndex> here;
            for (const Spot& spot : *current) {
                if (!spot.is_revision()) return too_far(relative->number);
                here.push_back(spot.index);
            }
            auto kept = words_.of_lineage(here, *branch);
            if (!kept) return fail(kept.error());
            if (kept->empty()) {
                // Not on the branch yet: where it was left.
                const std::vector<bool> ancestors = map_.reach(here, &ancestors_first_of);
                std::vector<RevisionIndex> passed;
                for (RevisionIndex i = 0; i < ancestors.size(); ++i)
                    if (ancestors[i]) passed.push_back(i);
                auto active = words_.of_lineage(passed, *branch);
                if (!active) return fail(active.error());
                for (const RevisionIndex one : *active)
                    if (std::none_of(active->begin(), active->end(), [&](RevisionIndex other) {
                            const auto& parents = map_[other].ancestors_first;
                            return std::find(parents.begin(), parents.end(), one) != parents.end();
                        }))
                        kept->push_back(one);
            }
            if (kept->size() > 1) return several_starts(upper);
            if (!kept->empty()) start = Spot::at(kept->front());
        } else {
            auto current = one_of(below, upper);
            if (!current) return fail(current.error());
            start = *current;
        }
    }
    if (start.kind == Spot::Kind::base) start.kind = Spot::Kind::nothing;
    const auto end = words_.walk(start, relative->steps, branch, exact);
    if (!end) return fail(end.error());
    if (end->kind == Spot::Kind::nothing) return too_far(relative->number);
    return Spots{*end};
}

// Of a relative lower end, which is counted from the upper one.
Result<Spot> Range::lower_end(std::string_view upper, std::string_view lower) const {
    const auto relative = relative_in(lower);
    if (!relative) {
        const size_t at = lower.rfind('@');
        return words_.revision(at == std::string_view::npos ? lower : lower.substr(at + 1));
    }
    const std::optional<std::string>& branch = relative->branch;
    if (relative->steps >= 0) {
        if (!relative->symbol) return too_far(relative->number);
        auto start = words_.revision(*relative->symbol);
        if (!start) return fail(start.error());
        if (start->kind == Spot::Kind::base) start->kind = Spot::Kind::nothing;
        auto end = words_.walk(*start, relative->steps, branch, false);
        if (end && end->kind == Spot::Kind::nothing) return too_far(relative->number);
        return end;
    }
    std::string symbol, on_branch = branch.value_or("");
    if (relative->symbol) {
        symbol = *relative->symbol;
    } else if (branch) {
        const auto index = words_.for_ident(std::string(upper), std::nullopt);
        if (!index) return fail(index.error());
        const auto kept = words_.of_lineage({*index}, *branch);
        if (!kept) return fail(kept.error());
        if (kept->size() != 1) return too_far(relative->number);
        symbol = std::string(upper);
    } else {
        symbol = std::string(upper);
        on_branch = symbol;
    }
    auto start = words_.revision(on_branch.empty() ? symbol : on_branch + "@" + symbol);
    if (!start) return fail(start.error());
    if (start->kind == Spot::Kind::base) start->kind = Spot::Kind::nothing;
    auto end = words_.walk(*start, relative->steps, std::nullopt, false);
    if (end && end->kind == Spot::Kind::nothing) return too_far(relative->number);
    return end;
}

// Alembic looks at its targets one after another, and not again at what was seen before.
Status Range::no_overlap(const std::vector<RevisionIndex>& targets,
                         const std::vector<RevisionIndex>& (*neighbours)(const Revision&)) const {
    if (targets.size() < 2) return {};
    std::vector<bool> seen(map_.all().size()), is_target(map_.all().size());
    for (const RevisionIndex target : targets) is_target[target] = true;
    for (const RevisionIndex target : targets) {
        std::vector<RevisionIndex> todo = {target};
        while (!todo.empty()) {
            const RevisionIndex at = todo.back();
            todo.pop_back();
            if (is_target[at] && at != target)
                return fail(ErrorCode::conflict,
                            fmt::format("{} and {} lie on one line", shown(map_[target].file.revision),
                                        shown(map_[at].file.revision)),
                            "name only the upper one");
            if (seen[at]) continue;
            seen[at] = true;
            for (const RevisionIndex next : neighbours(map_[at])) todo.push_back(next);
        }
    }
    return {};
}

Status Range::take_targets(const Below& below, std::string_view upper,
                           std::vector<RevisionIndex>& targets) const {
    const auto ends = upper_targets(below, upper);
    if (!ends) return fail(ends.error());
    for (const Spot& end : *ends) {
        if (!end.is_revision()) return too_far(upper);
        targets.push_back(end.index);
    }
    return {};
}

Result<std::vector<bool>> Range::collect_upgrade(const std::vector<RevisionIndex>& rows,
                                                 std::string_view target,
                                                 std::vector<RevisionIndex>& targets) const {
    if (Status taken = take_targets({{}, &rows}, target, targets); !taken) return fail(taken.error());
    for (const auto* ends : {&std::as_const(targets), &rows})
        if (Status apart = no_overlap(*ends, &ancestors_first_of); !apart) return fail(apart.error());
    std::vector<bool> needs = map_.reach(targets, &ancestors_first_of);
    const std::vector<bool> done = map_.reach(rows, &ancestors_first_of);
    for (size_t i = 0; i < needs.size(); ++i)
        if (done[i]) needs[i] = false;
    return needs;
}

Result<std::vector<bool>> Range::collect(std::string_view lower, std::string_view upper,
                                         std::vector<RevisionIndex>& targets) const {
    if (Status taken = take_targets({lower, nullptr}, upper, targets); !taken) return fail(taken.error());
    if (const size_t at = lower.find('@'); at != std::string_view::npos) {
        std::string branch(lower.substr(0, at));
        const auto named = words_.revision(branch);
        if (!named) return fail(named.error());
        if (named->is_revision() && map_[named->index].file.revision == branch) {
            if (map_[named->index].labels.size() != 1)
                return fail(ErrorCode::invalid, fmt::format("{} names no branch", shown(branch)),
                            "logbookctl migrate branches");
            branch = *map_[named->index].labels.begin();
        }
        targets.erase(
            std::remove_if(targets.begin(), targets.end(),
                           [&](RevisionIndex target) { return map_[target].labels.count(branch) == 0; }),
            targets.end());
    }
    if (Status apart = no_overlap(targets, &ancestors_first_of); !apart) return fail(apart.error());
    std::vector<bool> needs = map_.reach(targets, &ancestors_first_of);

    auto current = words_.revisions(lower);
    if (!current) {
        Error error = current.error();
        if (const auto relative = relative_in(lower); relative && relative->symbol)
            error.hint = "the lower end is an identifier, or -2: so far below the head";
        return fail(std::move(error));
    }
    for (const Spot& spot : *current)
        if (spot.kind == Spot::Kind::base || (spot.is_revision() && !needs[spot.index]))
            return fail(
                ErrorCode::conflict,
                fmt::format("{} and {} do not lie on one line of revisions", shown(lower), shown(upper)),
                "the lower end comes first: OLD:NEW");
    bool from_base = current->empty();
    if (!from_base && current->front().kind == Spot::Kind::nothing) {
        const auto end = lower_end(upper, lower);
        if (!end) return fail(end.error());
        current->clear();
        from_base = end->kind == Spot::Kind::base;
        if (!from_base) current->push_back(*end);
    }
    std::vector<RevisionIndex> here;
    for (const Spot& spot : *current) {
        if (!spot.is_revision()) return too_far(lower);
        here.push_back(spot.index);
    }
    if (Status apart = no_overlap(here, &ancestors_first_of); !apart) return fail(apart.error());
    const std::vector<bool> done = map_.reach(here, &ancestors_first_of);
    for (size_t i = 0; i < needs.size(); ++i)
        if (done[i]) needs[i] = false;
    for (const RevisionIndex index : here) needs[index] = true;
    if (!from_base) {
        if (Status apart = no_overlap(here, &next_of); !apart) return fail(apart.error());
        const std::vector<bool> above = map_.reach(here, &next_of);
        for (size_t i = 0; i < needs.size(); ++i)
            if (!above[i]) needs[i] = false;
    }
    return needs;
}

}  // namespace

Result<std::vector<RevisionIndex>> resolve(const RevisionMap& map, std::string_view identifier) {
    const auto spots = Resolver(map).revisions(identifier);
    if (!spots) return fail(spots.error());
    std::vector<RevisionIndex> indices;
    for (const Spot& spot : *spots) {
        if (!spot.is_revision())
            return fail(ErrorCode::not_found,
                        fmt::format("{} leads beyond the chain's end", shown(identifier)),
                        "logbookctl migrate history");
        indices.push_back(spot.index);
    }
    return indices;
}

Result<std::vector<RevisionIndex>> history(const RevisionMap& map, std::string_view lower,
                                           std::string_view upper) {
    std::vector<RevisionIndex> targets;
    const auto needs =
        Range(map).collect(lower.empty() ? "base" : lower, upper.empty() ? "heads" : upper, targets);
    if (!needs) return fail(needs.error());
    return ordered(map, *needs, targets);
}

Result<std::vector<RevisionIndex>>
upgrade_path(const RevisionMap& map, const std::vector<RevisionIndex>& rows, std::string_view target) {
    std::vector<RevisionIndex> targets;
    const auto needs = Range(map).collect_upgrade(rows, target, targets);
    if (!needs) return fail(needs.error());
    auto path = ordered(map, *needs, targets);
    if (path) std::reverse(path->begin(), path->end());
    return path;
}

}  // namespace logbook::revision
