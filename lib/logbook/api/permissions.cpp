// Matching names.
#include "logbook/api/permissions.h"

#include <algorithm>

namespace logbook::api {

bool Permissions::has(std::string_view name) const {
    if (name.empty()) return false;
    if (names_.count("*") != 0 || names_.find(name) != names_.end()) return true;
    const size_t dot = name.find('.');
    return dot != std::string_view::npos && names_.count(std::string(name.substr(0, dot)) + ".*") != 0;
}

bool Permissions::has_any(const std::vector<std::string>& names) const {
    return std::any_of(names.begin(), names.end(), [this](const std::string& name) { return has(name); });
}

bool Permissions::covers(const std::vector<std::string>& names) const {
    return std::all_of(names.begin(), names.end(), [this](const std::string& name) { return has(name); });
}

}  // namespace logbook::api
