// The codes that stand in error bodies, as support staff look them up. Codes and titles are the application's
// (a published contract); the explanations are ours.
#pragma once

#include <string_view>
#include <vector>

#include "logbook/base/export.h"

namespace logbook::backend {

struct CodeEntry {
    std::string_view code;   // "LB-AUTH-001"; its second part is the category
    std::string_view title;  //
    std::string_view description;
    std::string_view resolution;
};

// In the order of the list that the application publishes.
const std::vector<CodeEntry>& error_codes();

}  // namespace logbook::backend
