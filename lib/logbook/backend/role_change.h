// Which roles a member gains and loses: one transaction under the organization's lock.
#pragma once

#include <functional>
#include <vector>

#include "logbook/api/call.h"
#include "logbook/backend/member_route.h"

namespace logbook::backend {

// What the member holds after the change, from what the organization has and what he holds; or the reply that
// refuses it.
using NewRoles = std::function<tl::expected<std::vector<std::string>, api::Reply>(
    const std::vector<Role>& all, const std::vector<std::string>& held)>;

// 403 where a role that he gains allows more than the caller may; 400 where nobody would be left who may
// manage members. Roles that he keeps or loses are never the caller's grant.
api::Reply change_roles(const Backend& backend, const api::Call& call, const NewRoles& decide,
                        std::string_view action);

}  // namespace logbook::backend
