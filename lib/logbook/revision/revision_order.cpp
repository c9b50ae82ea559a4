// Alembic walks down one head's line until a revision that another head still needs, then goes on with that
// head. It asks for each step whether a revision is among another's ancestors; here the followers that are
// yet to come are counted, and the question is put only when there are some.
#include "logbook/revision/revision_order.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::revision {
namespace {

class Walk {
  public:
    Walk(const RevisionMap& map, const std::vector<bool>& wanted) : map_(map), todo_(wanted) {}

    Result<std::vector<RevisionIndex>> run(const std::vector<RevisionIndex>& tops) {
        for (const RevisionIndex top : tops)
            if (todo_[top] && std::find(lines_.begin(), lines_.end(), top) == lines_.end())
                lines_.push_back(top);
        // By the order of the keys: a duplicate stands where its identifier was first met.
        std::sort(lines_.begin(), lines_.end(),
                  [&](RevisionIndex a, RevisionIndex b) { return position(a) < position(b); });
        count_followers();
        size_t line = 0;
        while (!lines_.empty()) {
            const RevisionIndex candidate = lines_[line];
            if (const auto other = blocked_by(line)) {
                line = *other;
                continue;
            }
            if (todo_[candidate]) {
                todo_[candidate] = false;
                out_.push_back(candidate);
            }
            std::vector<RevisionIndex> below;
            for (const RevisionIndex parent : map_[candidate].ancestors_first) {
                if (waits_[parent] > 0) --waits_[parent];
                if (todo_[parent] && std::find(lines_.begin(), lines_.end(), parent) == lines_.end())
                    below.push_back(parent);
            }
            if (below.empty()) {
                lines_.erase(lines_.begin() + ptrdiff_t(line));
                line = line > 0 ? line - 1 : 0;
            } else {
                lines_[line] = below.front();
                lines_.insert(lines_.end(), below.begin() + 1, below.end());
            }
        }
        if (std::find(todo_.begin(), todo_.end(), true) != todo_.end())
            return fail(ErrorCode::conflict,
                        "some revisions of the range cannot be come to from its upper end",
                        "name an upper end that follows all of them: heads");
        return std::move(out_);
    }

  private:
    size_t position(RevisionIndex index) const {
        if (positions_.empty())
            for (size_t i = 0; i < map_.keys().size(); ++i) positions_[map_.keys()[i]] = i;
        return positions_.at(map_[index].file.revision);
    }

    // Among what lies below the lines: how many followers come before each. Exact where no way leads out of
    // what is wanted and back into it; else every question is put.
    void count_followers() {
        waits_.assign(map_.all().size(), 0);
        const std::vector<bool> below = map_.reach(lines_, &ancestors_first_of);
        std::vector<RevisionIndex> rising;
        for (RevisionIndex i = 0; i < below.size(); ++i) {
            if (below[i]) rising.push_back(i);
            if (below[i] && todo_[i])
                for (const RevisionIndex parent : map_[i].ancestors_first) ++waits_[parent];
        }
        std::sort(rising.begin(), rising.end(),
                  [&](RevisionIndex a, RevisionIndex b) { return map_.generation(a) < map_.generation(b); });
        std::vector<bool> leads_back(below.size());
        for (const RevisionIndex i : rising)
            for (const RevisionIndex parent : map_[i].ancestors_first) {
                if (!todo_[i] && (todo_[parent] || leads_back[parent])) leads_back[i] = true;
                if (todo_[i] && leads_back[parent]) exact_ = false;
            }
    }

    // The first other line that the candidate of `line` is an ancestor of.
    std::optional<size_t> blocked_by(size_t line) const {
        if (lines_.size() < 2 || (exact_ && waits_[lines_[line]] == 0)) return std::nullopt;
        for (size_t other = 0; other < lines_.size(); ++other)
            if (other != line && is_above(lines_[other], lines_[line])) return other;
        return std::nullopt;
    }

    bool is_above(RevisionIndex from, RevisionIndex to) const {
        const uint32_t depth = map_.generation(to);
        if (seen_.empty()) seen_.assign(map_.all().size(), 0);
        ++round_;
        std::vector<RevisionIndex> todo = {from};
        while (!todo.empty()) {
            const RevisionIndex at = todo.back();
            todo.pop_back();
            if (at == to) return true;
            for (const RevisionIndex parent : map_[at].ancestors_first)
                if (map_.generation(parent) >= depth && seen_[parent] != round_) {
                    seen_[parent] = round_;
                    todo.push_back(parent);
                }
        }
        return false;
    }

    const RevisionMap& map_;
    std::vector<bool> todo_;
    std::vector<RevisionIndex> lines_, out_;  // where each line stands; what is done
    std::vector<uint32_t> waits_;
    bool exact_ = true;
    mutable std::map<std::string_view, size_t> positions_;
    mutable std::vector<uint32_t> seen_;
    mutable uint32_t round_ = 0;
};

}  // namespace

Result<std::vector<RevisionIndex>> ordered(const RevisionMap& map, const std::vector<bool>& wanted,
                                           const std::vector<RevisionIndex>& tops) {
    if (!map.circle().empty()) {
        std::vector<std::string> ids;
        for (const RevisionIndex index : map.circle()) ids.push_back(printable(map[index].file.revision, 80));
        ids.push_back(ids.front());
        return fail(
            ErrorCode::conflict, "revisions go round in a circle: " + join(ids, " follows "),
            fmt::format("one of them must follow another revision: {}", place_of(map[map.circle().front()])));
    }
    return Walk(map, wanted).run(tops);
}

}  // namespace logbook::revision
