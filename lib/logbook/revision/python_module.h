// What a Python module's top level assigns, as far as that can be known without running it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/result.h"

namespace logbook::revision {

struct PythonValue {
    enum class Kind {
        unknown,  // only running it would tell
        none,
        text,
        list,   // a tuple or a list, of values that are known
        other,  // known to be something else: a number, a truth value
    } kind = Kind::unknown;
    std::string text;                // of a text; of an unknown one, why: "it is the result of a call"
    std::vector<PythonValue> items;  // of a list
    uint32_t line = 0;               // of the assignment
};

struct PythonModule {
    // Name → what it was bound to last. A name that was deleted stands here no more.
    std::map<std::string, PythonValue, std::less<>> names;
    // The documentation text. Absent as in Python where the first statement is something else.
    std::optional<std::string> doc;
    // `from x import *` stands on this line: any name may have come by it. 0: nowhere.
    uint32_t star_import = 0;

    const PythonValue* find(std::string_view name) const;
};

// Follows every assignment in order: plain, annotated, chained, unpacked; texts, None, tuples, lists, `+`,
// and names that were assigned before. A binding of any other kind, or in a branch, a loop or a `try`, makes
// its name unknown. Fails with `invalid` and a line's number for what Python would refuse, as far as that
// shows.
Result<PythonModule> read_module(std::string_view source);

}  // namespace logbook::revision
