// A step is what happens around every request: one value, one file in steps/.
#pragma once

#include <functional>
#include <string>

#include "logbook/api/call.h"

namespace logbook::api {

using Next = std::function<Reply(Call&)>;

// `run` calls `next` at most once and may change the call before and the reply after. Called from several
// threads at once.
struct Step {
    std::string name;
    std::function<Reply(Call&, const Next&)> run;
};

}  // namespace logbook::api
