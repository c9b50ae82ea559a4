// A chain as a picture: in DOT, the language of Graphviz (graphviz.org/doc/info/lang.html).
#pragma once

#include <string>
#include <vector>

#include "logbook/revision/revision_map.h"

namespace logbook::revision {

// What a database has of the chain.
struct Progress {
    std::vector<RevisionIndex> current;  // where it is
    std::vector<RevisionIndex> pending;
};

// A box for each revision, newest at the top, with an arrow to what it follows and a dashed one to what it
// depends on. Heads have a double border; with `progress`, what is pending is yellow, and where the database
// is, blue. Pure.
LOGBOOK_EXPORT std::string dot_text(const RevisionMap& map, const Progress* progress = nullptr);

}  // namespace logbook::revision
