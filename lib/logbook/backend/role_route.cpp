// Shapes and refusals.
#include "logbook/backend/role_route.h"

#include <algorithm>

#include "logbook/api/errors.h"
#include "logbook/backend/administrators.h"
#include "logbook/backend/permission_catalogue.h"

namespace logbook::backend {
namespace {

// Only what stands in the catalogue may be granted, and `*` does not.
api::Schema grantable() {
    std::vector<std::string> names;
    for (const PermissionEntry& entry : permission_catalogue()) names.emplace_back(entry.name);
    const size_t all = names.size();
    return api::list_schema(api::word_schema(std::move(names)), all);
}

api::Schema description_schema() {
    return api::nullable(api::text_schema(0, 2000));
}

}  // namespace

api::PathParam role_id_param() {
    return {"role_id", "the role's id"};
}

api::Reply no_such_role() {
    return api::error_reply(404, "Role not found");
}

api::Reply role_beyond_own_permissions() {
    return api::error_reply(403, "This role allows more than you may yourself", "LB-PERM-001");
}

api::Schema role_create_schema() {
    return api::object_schema("RoleCreate",
                              {{"name", api::text_schema(1, 100), true},
                               {"description", description_schema()},
                               {"permissions", grantable()},
                               {"priority", api::integer_schema(0, 100)}},
                              true);
}

api::Schema role_update_schema() {
    return api::object_schema("RoleUpdate",
                              {{"name", api::nullable(api::text_schema(1, 100))},
                               {"description", description_schema()},
                               {"permissions", api::nullable(grantable())},
                               {"priority", api::nullable(api::integer_schema(0, 100))}},
                              true);
}

api::Schema role_page_schema() {
    using namespace api;
    return object_schema("Role", {{"id", uuid_schema(), true},
                                  {"organization_id", uuid_schema(), true},
                                  {"name", text_schema(), true},
                                  {"slug", text_schema(), true},
                                  {"description", nullable(text_schema()), true},
                                  {"permissions", list_schema(text_schema()), true},
                                  {"is_system", boolean_schema(), true},
                                  {"priority", integer_schema(), true},
                                  {"created_at", nullable(time_schema()), true},
                                  {"updated_at", nullable(time_schema()), true},
                                  {"user_count", integer_schema(0), true}});
}

std::vector<std::string> names_of(const Json& list) {
    std::vector<std::string> names;
    for (const Json& item : *list.as_array())
        if (std::find(names.begin(), names.end(), *item.as_string()) == names.end())
            names.push_back(*item.as_string());
    return names;
}

Result<std::optional<api::Reply>> refused_without_administrator(Transaction& database,
                                                                const std::string& organization) {
    const auto remains = has_administrator(database, organization);
    if (!remains) return fail(remains.error());
    if (!*remains) return std::optional(last_administrator_reply());
    return std::optional<api::Reply>();
}

}  // namespace logbook::backend
