// The judgement.
#include "logbook/migration/standing.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

#include "logbook/base/text.h"
#include "logbook/revision/revision_lint.h"
#include "logbook/revision/revision_order.h"

namespace logbook::migration {

using revision::RevisionIndex;
using revision::RevisionMap;

namespace {

std::optional<RevisionIndex> revision_named(const RevisionMap& map, std::string_view id) {
    const auto found = map.find(id);  // by a branch label, too, which no row may hold
    return found && map[*found].file.revision == id ? found : std::nullopt;
}

std::string quoted_list(const std::vector<std::string>& ids) {
    std::vector<std::string> shown;
    for (const std::string& id : ids) shown.push_back("`" + printable(id, 64) + "`");
    return join(shown, ", ");
}

void judge_chain(const RevisionMap& code, ChainStanding& standing) {
    const auto say = [&](Standing verdict, std::string why) {
        standing.standing = verdict;
        standing.why = std::move(why);
    };
    if (!standing.unknown.empty())
        return say(
            Standing::unknown_revision,
            fmt::format("the database is at {}, which this code does not have: it is ahead of the code",
                        quoted_list(standing.unknown)));
    if (standing.rows.size() > 1)
        return say(Standing::several_rows,
                   fmt::format("`alembic_version` has {} rows; a finished migration leaves one: {}",
                               standing.rows.size(), quoted_list(standing.rows)));
    if (code.heads().size() != 1)
        return say(Standing::several_heads,
                   fmt::format("the code has {} heads: no upgrade could choose", code.heads().size()));
    for (const RevisionIndex index : standing.pending)
        if (const std::string& id = code[index].file.revision; id.size() > revision::longest_identifier)
            return say(Standing::too_long,
                       fmt::format("the pending {} has {} characters, and alembic_version has room for {}",
                                   revision::shown(id), id.size(), revision::longest_identifier));
    if (standing.pending.empty()) return say(Standing::at_head, "the database is at the code's head");
    say(Standing::pending, counted(standing.pending.size(), "revision") +
                               (standing.pending.size() == 1 ? " is pending" : " are pending"));
}

}  // namespace

std::string_view name_of(Standing standing) {
    switch (standing) {
    case Standing::at_head:
        return "at_head";
    case Standing::pending:
        return "pending";
    case Standing::fresh:
        return "fresh";
    case Standing::wipe_trap:
        return "wipe_trap";
    case Standing::unknown_revision:
        return "unknown_revision";
    case Standing::several_rows:
        return "several_rows";
    case Standing::several_heads:
        return "several_heads";
    case Standing::too_long:
        return "too_long";
    case Standing::unread:
        return "unread";
    }
    return "unread";
}

Result<ChainStanding> judge_standing(const RevisionMap& code, const TableFacts& facts) {
    ChainStanding standing;
    const WipeVerdict wipe = judge_wipe(facts);
    if (wipe.trap == WipeTrap::unknown) {
        standing.why = wipe.why;
        return standing;
    }
    standing.rows = facts.revisions.value_or(std::vector<std::string>());
    for (const std::string& row : standing.rows)
        if (const auto known = revision_named(code, row))
            standing.current.push_back(*known);
        else if (!trim(row).empty())
            standing.unknown.push_back(row);

    const std::vector<bool> has = code.reach(standing.current, &revision::ancestors_first_of);
    std::vector<bool> wanted = code.reach(code.heads(), &revision::ancestors_first_of);
    for (size_t i = 0; i < wanted.size(); ++i) {
        standing.applied += has[i];
        if (has[i]) wanted[i] = false;
    }
    auto pending = revision::ordered(code, wanted, code.heads());
    if (!pending) return fail(pending.error());
    standing.pending.assign(pending->rbegin(), pending->rend());

    if (wipe.trap == WipeTrap::safe) {
        judge_chain(code, standing);
    } else if (wipe.trap == WipeTrap::fresh) {
        standing.standing = Standing::fresh;
        standing.why = wipe.why;
    } else {
        standing.standing = Standing::wipe_trap;
        standing.why = "the next start of the backend deletes every table: " + wipe.why;
    }
    // What such a database has of the chain cannot be told, and so neither what it lacks.
    if (standing.standing == Standing::wipe_trap || standing.standing == Standing::unknown_revision)
        standing.pending.clear();
    return standing;
}

std::string last_known_by(const RevisionMap& code, const RevisionMap& other, std::string_view unknown) {
    const auto at = revision_named(other, unknown);
    if (!at) return {};
    const std::vector<bool> below = other.reach({*at}, &revision::ancestors_first_of);
    std::optional<RevisionIndex> newest;
    for (RevisionIndex i = 0; i < other.all().size(); ++i) {
        if (!below[i]) continue;
        const auto both = revision_named(code, other[i].file.revision);
        if (both && (!newest || code.generation(*both) > code.generation(*newest))) newest = both;
    }
    return newest ? code[*newest].file.revision : std::string();
}

std::string last_known_by_log(const RevisionMap& code, std::string_view log, std::string_view unknown) {
    constexpr std::string_view step = "Running upgrade ", arrow = " -> ";
    std::map<std::string, std::vector<std::string>, std::less<>> came_from;
    for (const std::string& line : split(log, '\n')) {
        const size_t begin = line.find(step);
        const size_t middle = begin == std::string::npos ? begin : line.find(arrow, begin);
        if (middle == std::string::npos) continue;
        std::string_view to = std::string_view(line).substr(middle + arrow.size());
        to = trim(to.substr(0, to.find(',')));
        auto& froms = came_from[std::string(to)];
        froms.clear();  // the latest upgrade counts
        for (const std::string& from :
             split(std::string_view(line).substr(begin + step.size(), middle - begin - step.size()), ','))
            froms.emplace_back(trim(from));
    }
    std::set<std::string> seen;
    std::vector<std::string> todo{std::string(unknown)};
    std::optional<RevisionIndex> newest;
    while (!todo.empty()) {
        const std::string id = std::move(todo.back());
        todo.pop_back();
        if (!seen.insert(id).second) continue;
        if (const auto both = revision_named(code, id)) {
            if (!newest || code.generation(*both) > code.generation(*newest)) newest = both;
        } else if (const auto found = came_from.find(id); found != came_from.end()) {
            todo.insert(todo.end(), found->second.begin(), found->second.end());
        }
    }
    return newest ? code[*newest].file.revision : std::string();
}

}  // namespace logbook::migration
