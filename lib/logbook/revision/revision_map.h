// The graph of a migration chain, with Alembic's own notions of head, branch and dependency.
// Source: alembic.sqlalchemy.org, "Working with Branches"; its behaviour is checked against the program
// itself.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/revision/revision_file.h"

namespace logbook::revision {

using RevisionIndex = uint32_t;  // into RevisionMap::all()

struct Revision {
    RevisionFile file;
    // Each without repetitions; in the order of the file.
    std::vector<RevisionIndex> down;             // what it follows
    std::vector<RevisionIndex> dependencies;     // what it depends on
    std::vector<RevisionIndex> ancestors_first;  // both, without dependencies that an ancestor has already
    std::vector<RevisionIndex> next;             // what follows it
    std::vector<RevisionIndex> all_next;         // what follows it or depends on it
    std::set<std::string> labels;                // its own, and those that its branch inherits

    bool is_head() const { return next.empty(); }
    bool is_real_head() const { return all_next.empty(); }  // nothing depends on it either
    bool is_base() const { return file.down_revisions.empty(); }
    bool is_branch_point() const { return next.size() > 1; }
    bool is_merge_point() const { return file.down_revisions.size() > 1; }
};

// Immutable once made; thread-safe.
class LOGBOOK_EXPORT RevisionMap {
  public:
    // The files in the order in which Alembic meets them: that of the folder. Fails where Alembic would
    // refuse: a parent or a dependency that is not there, a cycle, a label that is used twice; with the file
    // and line.
    static Result<RevisionMap> make(std::vector<RevisionFile> files);

    // In the order of the files. Where an identifier stands in two files, both are here, and find() gives the
    // later one, as Alembic does.
    const std::vector<Revision>& all() const { return all_; }
    const Revision& operator[](RevisionIndex index) const { return all_[index]; }
    // By full identifier or branch label.
    std::optional<RevisionIndex> find(std::string_view key) const;
    // Every key, identifiers first, each in the order in which it was met.
    const std::vector<std::string>& keys() const { return keys_; }

    // With duplicates, an identifier may stand here twice.
    const std::vector<RevisionIndex>& heads() const { return heads_; }
    const std::vector<RevisionIndex>& real_heads() const { return real_heads_; }
    const std::vector<RevisionIndex>& bases() const { return bases_; }

    // Files whose identifier an earlier file has, too.
    const std::vector<RevisionIndex>& duplicates() const { return duplicates_; }
    // A circle that Alembic does not notice, since a way in and a way out lead through it; nothing can be
    // ordered then. Empty: none.
    const std::vector<RevisionIndex>& circle() const { return circle_; }
    // 0 for what has no ancestors, else one more than the highest of them; of no use where there is a circle.
    uint32_t generation(RevisionIndex index) const { return generations_[index]; }

    using Neighbours = std::function<const std::vector<RevisionIndex>&(const Revision&)>;
    // Marks `from` and all that can be reached.
    std::vector<bool> reach(const std::vector<RevisionIndex>& from, const Neighbours& neighbours) const;

  private:
    Status add_keys();
    Status link();
    Status refuse_cycles() const;
    void drop_inherited_dependencies();
    void spread_labels();
    void order();

    std::vector<Revision> all_;
    std::vector<std::string> keys_;
    std::map<std::string, RevisionIndex, std::less<>> by_key_;
    std::vector<RevisionIndex> heads_, real_heads_, bases_, real_bases_, duplicates_, circle_;
    std::vector<uint32_t> generations_;
};

// For people: "`a17c4e9d2b61`", made printable.
std::string shown(std::string_view id);
// "x.py:14".
LOGBOOK_EXPORT std::string place_of(const Revision& revision);

// The neighbours that Alembic walks by.
const std::vector<RevisionIndex>& down_of(const Revision& revision);
const std::vector<RevisionIndex>& next_of(const Revision& revision);
const std::vector<RevisionIndex>& all_next_of(const Revision& revision);
const std::vector<RevisionIndex>& ancestors_first_of(const Revision& revision);

}  // namespace logbook::revision
