// The permissions that there are: the only ones that a role may be given.
#pragma once

#include <string_view>
#include <vector>

#include "logbook/base/export.h"

namespace logbook::backend {

struct PermissionEntry {
    std::string_view name;         // "users.view"
    std::string_view description;  // for people
    std::string_view category;     // "users"
};

// All 105, in the application's order.
LOGBOOK_EXPORT const std::vector<PermissionEntry>& permission_catalogue();

// Whether it is one of them; `*` and `users.*` are none. Pure.
LOGBOOK_EXPORT bool is_permission(std::string_view name);

}  // namespace logbook::backend
