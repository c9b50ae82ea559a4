// Alembic's rules, with its corners: what it refuses by an exception of its own or by a failed assertion is a
// failure here, with a sentence.
#include "logbook/revision/revision_range.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/revision/revision_order.h"

namespace logbook::revision {
namespace {

// What a walk may end on: a revision, the empty schema below all of them, or nothing at all.
struct Spot {
    enum class Kind { nothing, base, revision } kind = Kind::nothing;
    RevisionIndex index = 0;
    static Spot at(RevisionIndex index) { return {Kind::revision, index}; }
    bool is_revision() const { return kind == Kind::revision; }
};
using Spots = std::vector<Spot>;

struct Identifier {
    std::vector<std::string> ids;
    std::optional<std::string> branch;
};

// "branch@symbol+3", "symbol-1", "+2": each part but the number may be absent.
struct Relative {
    std::optional<std::string> branch, symbol;
    long steps = 0;
    std::string number;  // as written
};

bool is_word(char c) {
    return (c & 0x80) || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

// Longer walks end at the chain's ends all the same.
constexpr long most_steps = 1'000'000;

std::optional<Relative> relative_in(std::string_view text) {
    const auto read = [](std::string_view rest, Relative& out) {
        size_t at = 0;
        while (at < rest.size() && is_word(rest[at])) ++at;
        size_t end = at;
        if (end >= rest.size() || (rest[end] != '+' && rest[end] != '-')) return false;
        for (++end; end < rest.size() && rest[end] >= '0' && rest[end] <= '9';) ++end;
        if (end == at + 1) return false;
        if (at > 0) out.symbol = std::string(rest.substr(0, at));
        out.number = std::string(rest.substr(at, end - at));
        long steps = most_steps;
        if (end - at < 8) std::from_chars(rest.data() + at + 1, rest.data() + end, steps);
        out.steps = rest[at] == '-' ? -steps : steps;
        return true;
    };
    Relative found;
    for (size_t at = text.find('@', 1); at != std::string_view::npos; at = text.find('@', at + 1))
        if (read(text.substr(at + 1), found)) {
            found.branch = std::string(text.substr(0, at));
            return found;
        }
    if (read(text, found)) return found;
    return std::nullopt;
}

// A negative whole number, as Python reads one: "-2", " -1_0 ".
std::optional<long> negative_number(std::string_view text) {
    text = trim(text);
    if (text.size() < 2 || text[0] != '-') return std::nullopt;
    std::string digits;
    for (size_t i = 1; i < text.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        const bool joins = text[i] == '_' && i > 1 && i + 1 < text.size() && text[i - 1] != '_';
        if (!digit && !joins) return std::nullopt;
        if (digit) digits += text[i];
    }
    long steps = most_steps;
    if (digits.size() < 8) std::from_chars(digits.data(), digits.data() + digits.size(), steps);
    if (steps == 0) return std::nullopt;
    return -steps;
}

std::string shown(std::string_view id) {
    return "`" + printable(id, 80) + "`";
}

class Resolver {
  public:
    explicit Resolver(const RevisionMap& map) : map_(map) {}

    // The revisions that an identifier means.
    Result<Spots> revisions(std::string_view id) const {
        const auto named = resolve_number(id);
        if (!named) return fail(named.error());
        if (named->ids.size() == 1)
            if (const auto steps = negative_number(named->ids.front()))
                return below_heads(*steps, named->branch);
        Spots spots;
        for (const std::string& one : named->ids) {
            const auto spot = for_ident(one, named->branch);
            if (!spot) return fail(spot.error());
            spots.push_back(Spot::at(*spot));
        }
        return spots;
    }

    // One revision, or the base.
    Result<Spot> revision(std::string_view id) const {
        const auto named = resolve_number(id);
        if (!named) return fail(named.error());
        if (named->ids.size() > 1)
            return fail(ErrorCode::conflict,
                        fmt::format("{} means {} revisions", shown(id), named->ids.size()),
                        "name one of them: " + join(named->ids, ", "));
        if (named->ids.empty()) {
            if (const auto branch = branch_of(named->branch); !branch) return fail(branch.error());
            return Spot{Spot::Kind::base, 0};
        }
        const auto index = for_ident(named->ids.front(), named->branch);
        if (!index) return fail(index.error());
        return Spot::at(*index);
    }

    Result<std::vector<bool>> collect(std::string_view lower, std::string_view upper,
                                      std::vector<RevisionIndex>& targets) const;

  private:
    Result<Identifier> resolve_number(std::string_view id) const {
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
                return fail(ErrorCode::conflict, fmt::format("there are {} heads", heads.size()),
                            fmt::format("name one of them ({}), <branch>@head, or heads for all",
                                        join(named.ids, ", ")));
        } else if (id != "base") {
            named.ids.emplace_back(id);
        }
        return named;
    }

    Result<Spots> below_heads(long steps, const std::optional<std::string>& branch) const {
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
    bool shares_lineage(RevisionIndex target, const std::vector<RevisionIndex>& others) const {
        const std::vector<bool> above = map_.reach({target}, &next_of),
                                below = map_.reach({target}, &down_of);
        return std::any_of(others.begin(), others.end(),
                           [&](RevisionIndex other) { return above[other] || below[other]; });
    }

    Result<std::vector<RevisionIndex>> of_lineage(const std::vector<RevisionIndex>& targets,
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
    Result<std::optional<RevisionIndex>> branch_of(const std::optional<std::string>& branch) const {
        if (!branch || branch->empty()) return std::nullopt;
        if (const auto labelled = map_.find(*branch)) return labelled;
        const auto index = for_ident(*branch, std::nullopt);
        if (!index) return fail(ErrorCode::not_found, "there is no branch " + shown(*branch), near(*branch));
        return std::optional(*index);
    }

    Result<RevisionIndex> for_ident(const std::string& id, const std::optional<std::string>& branch) const {
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
    Result<RevisionIndex> starting_with(const std::string& id,
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

    std::string near(const std::string& id) const {
        const std::string close = nearest(id, map_.keys());
        return close.empty() ? "list them: logbookctl migrate history"
                             : fmt::format("is {} meant?", shown(close));
    }

    // Up (steps > 0) or down. `stop_short`: beyond an end there is nothing; else the walk stays on the last
    // one.
    Result<Spot> walk(Spot spot, long steps, const std::optional<std::string>& branch,
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

    static tl::unexpected<Error> too_far(std::string_view number) {
        return fail(ErrorCode::not_found, fmt::format("{} leads beyond the chain's end", shown(number)),
                    "logbookctl migrate history");
    }

    Result<Spots> upper_targets(std::string_view lower, std::string_view upper) const;
    Result<Spot> lower_end(std::string_view upper, std::string_view lower) const;
    Status no_overlap(const std::vector<RevisionIndex>& targets,
                      const std::vector<RevisionIndex>& (*neighbours)(const Revision&)) const;

    const RevisionMap& map_;
};

Result<Spots> Resolver::upper_targets(std::string_view lower, std::string_view upper) const {
    const auto relative = relative_in(upper);
    if (!relative) return revisions(upper);
    const std::optional<std::string>& branch = relative->branch;
    if (relative->steps <= 0) {
        if (!relative->symbol) return too_far(relative->number);
        auto start = revision(branch ? *branch + "@" + *relative->symbol : *relative->symbol);
        if (!start) return fail(start.error());
        if (start->kind == Spot::Kind::base) start->kind = Spot::Kind::nothing;
        auto end = walk(*start, relative->steps, std::nullopt, false);
        if (!end) return fail(end.error());
        return Spots{*end};
    }
    Spot start;
    if (relative->symbol) {
        auto symbol = revision(*relative->symbol);
        if (!symbol) return fail(symbol.error());
        start = *symbol;
    } else {
        // From the lower end of the range.
        if (branch) {
            auto current = revisions(lower);
            if (!current) return fail(current.error());
            std::vector<RevisionIndex> here;
            for (const Spot& spot : *current) {
                if (!spot.is_revision()) return too_far(relative->number);
                here.push_back(spot.index);
            }
            auto kept = of_lineage(here, *branch);
            if (!kept) return fail(kept.error());
            if (kept->empty()) {
                // Not on the branch yet: where it was left.
                const std::vector<bool> ancestors = map_.reach(here, &ancestors_first_of);
                std::vector<RevisionIndex> below;
                for (RevisionIndex i = 0; i < ancestors.size(); ++i)
                    if (ancestors[i]) below.push_back(i);
                auto active = of_lineage(below, *branch);
                if (!active) return fail(active.error());
                for (const RevisionIndex one : *active)
                    if (std::none_of(active->begin(), active->end(), [&](RevisionIndex other) {
                            const auto& parents = map_[other].ancestors_first;
                            return std::find(parents.begin(), parents.end(), one) != parents.end();
                        }))
                        kept->push_back(one);
            }
            if (kept->size() > 1)
                return fail(ErrorCode::conflict,
                            fmt::format("{} could begin at several revisions", shown(upper)),
                            "name the revision itself");
            if (!kept->empty()) start = Spot::at(kept->front());
        } else {
            auto current = revision(lower);
            if (!current) return fail(current.error());
            start = *current;
        }
    }
    if (start.kind == Spot::Kind::base) start.kind = Spot::Kind::nothing;
    const auto end = walk(start, relative->steps, branch, false);
    if (!end) return fail(end.error());
    if (end->kind == Spot::Kind::nothing) return too_far(relative->number);
    return Spots{*end};
}

// Of a relative lower end, which is counted from the upper one.
Result<Spot> Resolver::lower_end(std::string_view upper, std::string_view lower) const {
    const auto relative = relative_in(lower);
    if (!relative) {
        const size_t at = lower.rfind('@');
        return revision(at == std::string_view::npos ? lower : lower.substr(at + 1));
    }
    const std::optional<std::string>& branch = relative->branch;
    if (relative->steps >= 0) {
        if (!relative->symbol) return too_far(relative->number);
        auto start = revision(*relative->symbol);
        if (!start) return fail(start.error());
        if (start->kind == Spot::Kind::base) start->kind = Spot::Kind::nothing;
        auto end = walk(*start, relative->steps, branch, false);
        if (end && end->kind == Spot::Kind::nothing) return too_far(relative->number);
        return end;
    }
    std::string symbol, on_branch = branch.value_or("");
    if (relative->symbol) {
        symbol = *relative->symbol;
    } else if (branch) {
        const auto index = for_ident(std::string(upper), std::nullopt);
        if (!index) return fail(index.error());
        const auto kept = of_lineage({*index}, *branch);
        if (!kept) return fail(kept.error());
        if (kept->size() != 1) return too_far(relative->number);
        symbol = std::string(upper);
    } else {
        symbol = std::string(upper);
        on_branch = symbol;
    }
    auto start = revision(on_branch.empty() ? symbol : on_branch + "@" + symbol);
    if (!start) return fail(start.error());
    if (start->kind == Spot::Kind::base) start->kind = Spot::Kind::nothing;
    auto end = walk(*start, relative->steps, std::nullopt, false);
    if (end && end->kind == Spot::Kind::nothing) return too_far(relative->number);
    return end;
}

// Alembic looks at its targets one after another, and not again at what was seen before.
Status Resolver::no_overlap(const std::vector<RevisionIndex>& targets,
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

Result<std::vector<bool>> Resolver::collect(std::string_view lower, std::string_view upper,
                                            std::vector<RevisionIndex>& targets) const {
    const auto ends = upper_targets(lower, upper);
    if (!ends) return fail(ends.error());
    for (const Spot& end : *ends) {
        if (!end.is_revision()) return too_far(upper);
        targets.push_back(end.index);
    }
    if (const size_t at = lower.find('@'); at != std::string_view::npos) {
        std::string branch(lower.substr(0, at));
        const auto named = revision(branch);
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

    auto current = revisions(lower);
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
        Resolver(map).collect(lower.empty() ? "base" : lower, upper.empty() ? "heads" : upper, targets);
    if (!needs) return fail(needs.error());
    return ordered(map, *needs, targets);
}

}  // namespace logbook::revision
