// Statements on positions.
#include "logbook/backend/store/roles.h"

#include <fmt/format.h>

#include "logbook/backend/sql_values.h"
#include "logbook/base/text.h"

namespace logbook::backend {
namespace {

constexpr size_t longest_slug = 100;

constexpr std::string_view select_pages =
    "SELECT p.id, p.organization_id, p.name, p.slug, p.description, p.permissions, p.is_system, p.priority, "
    "p.created_at, p.updated_at, (SELECT COUNT(*) FROM user_positions up JOIN users u ON u.id = up.user_id "
    "WHERE up.position_id = p.id AND u.organization_id = p.organization_id AND u.deleted_at IS NULL) "
    "AS user_count FROM positions p WHERE p.organization_id = ?";

Result<std::vector<RolePage>> read_pages(Result<net::SqlOutcome> found) {
    if (!found) return fail(found.error());
    const Rows rows(std::move(found->rows));
    std::vector<RolePage> pages;
    for (size_t i = 0; i < rows.size(); ++i) {
        const Role role{rows.text(i, "id"),
                        rows.text(i, "name"),
                        rows.text(i, "slug"),
                        rows.at(i, "description"),
                        permission_names(rows.at(i, "permissions")),
                        rows.flag(i, "is_system"),
                        rows.number(i, "priority")};
        Json body = Json::object({{"id", role.id},
                                  {"organization_id", rows.text(i, "organization_id")},
                                  {"name", role.name},
                                  {"slug", role.slug},
                                  {"description", rows.json_text(i, "description")},
                                  {"permissions", Json::array(role.permissions)},
                                  {"is_system", role.is_system},
                                  {"priority", role.priority},
                                  {"created_at", rows.json_time(i, "created_at")},
                                  {"updated_at", rows.json_time(i, "updated_at")},
                                  {"user_count", rows.number(i, "user_count")}});
        pages.push_back({role, std::move(body)});
    }
    return pages;
}

Status done(const Result<net::SqlOutcome>& outcome) {
    if (!outcome) return fail(outcome.error());
    return {};
}

net::SqlParam text_or_null(const net::SqlValue& value) {
    return value ? net::SqlParam(*value) : net::SqlParam(nullptr);
}

}  // namespace

Result<std::vector<RolePage>> list_role_pages(Connection& database, const std::string& organization) {
    return read_pages(
        database.run(std::string(select_pages) + " ORDER BY p.priority DESC, p.name, p.id", {organization}));
}

Result<std::optional<RolePage>> find_role_page(Connection& database, const std::string& organization,
                                               const std::string& id) {
    auto pages = read_pages(database.run(std::string(select_pages) + " AND p.id = ?", {organization, id}));
    if (!pages) return fail(pages.error());
    if (pages->empty()) return std::optional<RolePage>();
    return std::optional(std::move(pages->front()));
}

std::string role_slug(std::string_view name) {
    std::string slug;
    for (const char c : lower(name)) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (plain)
            slug += c;
        else if (!slug.empty() && slug.back() != '_')
            slug += '_';
    }
    if (!slug.empty() && slug.back() == '_') slug.pop_back();
    return slug.empty() ? "role" : slug;
}

Result<std::string> free_role_slug(Transaction& database, const std::string& organization,
                                   std::string_view name) {
    const std::string slug = role_slug(name);
    for (int number = 1;; ++number) {
        const std::string ending = number == 1 ? std::string() : fmt::format("_{}", number);
        std::string candidate = slug.substr(0, longest_slug - ending.size()) + ending;
        const auto taken =
            database.run("SELECT id FROM positions WHERE organization_id = ? AND slug = ? LIMIT 1",
                         {organization, candidate});
        if (!taken) return fail(taken.error());
        if (taken->rows.rows.empty()) return candidate;
    }
}

Status insert_role(Transaction& database, const std::string& organization, const Role& role, WallTime now) {
    return done(
        database.run("INSERT INTO positions (id, organization_id, name, slug, description, "
                     "permissions, is_system, priority, created_at, updated_at) "
                     "VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?)",
                     {role.id, organization, role.name, role.slug, text_or_null(role.description),
                      Json::array(role.permissions).dump(), role.priority, to_sql(now), to_sql(now)}));
}

Status update_role(Transaction& database, const std::string& organization, const Role& role, WallTime now) {
    return done(database.run("UPDATE positions SET name = ?, description = ?, permissions = ?, priority = ?, "
                             "updated_at = ? WHERE id = ? AND organization_id = ?",
                             {role.name, text_or_null(role.description), Json::array(role.permissions).dump(),
                              role.priority, to_sql(now), role.id, organization}));
}

Status delete_role(Transaction& database, const std::string& organization, const std::string& id) {
    if (Status taken = done(database.run("DELETE FROM user_positions WHERE position_id = ?", {id})); !taken)
        return taken;
    return done(
        database.run("DELETE FROM positions WHERE id = ? AND organization_id = ?", {id, organization}));
}

}  // namespace logbook::backend
