// What a word means in a chain: the rules by which Alembic finds revisions.
#pragma once

#include "logbook/revision/revision_map.h"

namespace logbook::revision {

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

// Thread-safe; the map must outlive it. What Alembic refuses, by an exception of its own or by a failed
// assertion, is a failure with a sentence.
class Resolver {
  public:
    explicit Resolver(const RevisionMap& map) : map_(map) {}

    // The revisions that an identifier means.
    Result<Spots> revisions(std::string_view id) const;
    // One revision, or the base.
    Result<Spot> revision(std::string_view id) const;
    // Of a full identifier, a label, or its beginning; on that branch, where one is named.
    Result<RevisionIndex> for_ident(const std::string& id, const std::optional<std::string>& branch) const;
    // Those that lie on one line with what `branch` means.
    Result<std::vector<RevisionIndex>> of_lineage(const std::vector<RevisionIndex>& targets,
                                                  std::string_view branch) const;
    // Up (steps > 0) or down. `stop_short`: beyond an end there is nothing; else the walk stays on the last
    // one.
    Result<Spot> walk(Spot spot, long steps, const std::optional<std::string>& branch, bool stop_short) const;

  private:
    Result<Identifier> resolve_number(std::string_view id) const;
    Result<Spots> below_heads(long steps, const std::optional<std::string>& branch) const;
    // Whether `target` lies on one line with any of `others`.
    bool shares_lineage(RevisionIndex target, const std::vector<RevisionIndex>& others) const;
    // The revision that a branch is named by, its label or itself; nothing without a name.
    Result<std::optional<RevisionIndex>> branch_of(const std::optional<std::string>& branch) const;
    // The one key of more than three characters that begins so.
    Result<RevisionIndex> starting_with(const std::string& id,
                                        const std::optional<std::string>& branch) const;
    std::string near(const std::string& id) const;

    const RevisionMap& map_;
};

// `number` leads beyond the chain's end.
tl::unexpected<Error> too_far(std::string_view number);

}  // namespace logbook::revision
