// Statements on users, and on the settings of their organization.
#include "logbook/backend/store/members.h"

#include <fmt/format.h>

namespace logbook::backend {
namespace {

// What a profile shows, and nothing that it must not: no hash, secret or token.
const std::string select_profile =
    "SELECT id, organization_id, username, email, personal_email, first_name, middle_name, last_name, "
    "membership_number, phone, mobile, photo_url, date_of_birth, hire_date, `rank`, station, platoon, "
    "address_street, address_city, address_state, address_zip, address_country, emergency_contacts, "
    "notification_preferences, membership_type, status, compliance_exempt, email_verified, mfa_enabled, "
    "last_login_at, created_at, updated_at FROM users WHERE organization_id = ? AND deleted_at IS NULL ";

Result<Rows> rows_of(Result<net::SqlOutcome> outcome) {
    if (!outcome) return fail(outcome.error());
    return Rows(std::move(outcome->rows));
}

Status done(const Result<net::SqlOutcome>& outcome) {
    if (!outcome) return fail(outcome.error());
    return {};
}

}  // namespace

Result<Rows> list_directory(Connection& database, const std::string& organization) {
    return rows_of(database.run(
        "SELECT id, organization_id, username, email, first_name, middle_name, last_name, membership_number, "
        "phone, mobile, photo_url, status, membership_type, hire_date, `rank`, station FROM users "
        "WHERE organization_id = ? AND deleted_at IS NULL ORDER BY last_name, first_name, id",
        {organization}));
}

Result<Rows> list_members(Connection& database, const std::string& organization) {
    return rows_of(database.run(select_profile + "ORDER BY last_name, first_name, id", {organization}));
}

Result<Rows> load_member(Connection& database, const std::string& organization, const std::string& id) {
    return rows_of(database.run(select_profile + "AND id = ?", {organization, id}));
}

Result<Rows> lock_member(Transaction& database, const std::string& organization, const std::string& id) {
    return rows_of(database.run(select_profile + "AND id = ? FOR UPDATE", {organization, id}));
}

Status insert_member(Transaction& database, const std::vector<ColumnValue>& values) {
    std::string columns, marks;
    std::vector<net::SqlParam> params;
    for (const auto& [column, value] : values) {
        columns += fmt::format("{}`{}`", columns.empty() ? "" : ", ", column);
        marks += marks.empty() ? "?" : ", ?";
        params.push_back(value);
    }
    return done(database.run(fmt::format("INSERT INTO users ({}) VALUES ({})", columns, marks), params));
}

Status update_member(Transaction& database, const std::string& organization, const std::string& id,
                     const std::vector<ColumnValue>& values) {
    std::string changes;
    std::vector<net::SqlParam> params;
    for (const auto& [column, value] : values) {
        changes += fmt::format("{}`{}` = ?", changes.empty() ? "" : ", ", column);
        params.push_back(value);
    }
    params.emplace_back(id);
    params.emplace_back(organization);
    return done(database.run(fmt::format("UPDATE users SET {} WHERE id = ? AND organization_id = ?", changes),
                             params));
}

Result<Rows> find_rivals(Connection& database, const std::string& organization, const std::string& username,
                         const std::string& email) {
    return rows_of(database.run(
        "SELECT id, username, email, first_name, last_name, status, deleted_at, username = ? AS same_name, "
        "email = ? AS same_email FROM users WHERE organization_id = ? AND (username = ? OR email = ?) "
        "ORDER BY deleted_at IS NOT NULL, id",
        {username, email, organization, username, email}));
}

Result<ContactVisibility> contact_visibility(Connection& database, const std::string& organization) {
    const auto found =
        rows_of(database.run("SELECT JSON_EXTRACT(settings, '$.contact_info_visibility') AS visibility "
                             "FROM organizations WHERE id = ?",
                             {organization}));
    if (!found) return fail(found.error());
    ContactVisibility visible;
    const Json settings = found->empty() ? Json() : found->json(0, "visibility", Json());
    if (!is_truthy(settings.find("enabled"))) return visible;
    const auto shows = [&](std::string_view name) {
        const Json* member = settings.find(name);
        return !member || is_truthy(member);  // shown, unless it says no
    };
    return ContactVisibility{shows("show_email"), shows("show_phone"), shows("show_mobile")};
}

Result<std::optional<std::string>> next_membership_number(Transaction& database,
                                                          const std::string& organization, WallTime now) {
    const auto found =
        rows_of(database.run("SELECT settings FROM organizations WHERE id = ? FOR UPDATE", {organization}));
    if (!found) return fail(found.error());
    Json settings = found->empty() ? Json() : found->json(0, "settings", Json());
    const Json* stored = settings.find("membership_id");
    if (!stored || !is_truthy(stored->find("enabled")) || !is_truthy(stored->find("auto_generate")))
        return std::nullopt;
    Json rule = *stored;
    const int64_t* next = rule.find("next_number") ? rule.find("next_number")->as_int() : nullptr;
    const std::string prefix(rule.text("prefix"));
    for (int64_t number = next && *next > 0 ? *next : 1;; ++number) {
        std::string candidate = fmt::format("{}{:04}", prefix, number);
        if (candidate.size() > 50)
            return fail(ErrorCode::invalid, "the prefix of membership numbers leaves no room for a number");
        const auto taken = rows_of(
            database.run("SELECT id FROM users WHERE organization_id = ? AND membership_number = ? LIMIT 1",
                         {organization, candidate}));
        if (!taken) return fail(taken.error());
        if (!taken->empty()) continue;
        rule.set("next_number", number + 1);
        settings.set("membership_id", std::move(rule));
        const Status written =
            done(database.run("UPDATE organizations SET settings = ?, updated_at = ? WHERE id = ?",
                              {settings.dump(), to_sql(now), organization}));
        if (!written) return fail(written.error());
        return candidate;
    }
}

}  // namespace logbook::backend
