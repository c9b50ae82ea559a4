// Checks, then rows.
#include "logbook/backend/first_administrator.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/backend/password_rules.h"
#include "logbook/backend/ranks.h"
#include "logbook/backend/sql_values.h"
#include "logbook/backend/store/accounts.h"
#include "logbook/backend/store/members.h"
#include "logbook/backend/store/positions.h"
#include "logbook/base/text.h"
#include "logbook/crypto/password_hash.h"
#include "logbook/crypto/random.h"

namespace logbook::backend {
namespace {

struct SeededRole {
    const char* name;
    const char* slug;
    const char* description;
    int64_t priority;
};

// After the application's own; those between allow what the rank of their slug allows.
constexpr SeededRole seeded_roles[] = {
    {"IT Manager", "it_manager", "Everything: for whoever runs this system", 100},
    {"Fire Chief", "fire_chief", "The highest officer", 95},
    {"Deputy Chief", "deputy_chief", "Second to the chief", 90},
    {"Assistant Chief", "assistant_chief", "Third to the chief", 85},
    {"Captain", "captain", "Leads a company", 70},
    {"Lieutenant", "lieutenant", "Leads a crew", 60},
    {"Engineer", "engineer", "Drives and runs the apparatus", 40},
    {"Firefighter", "firefighter", "Serves in a crew", 30},
    {"Member", "member", "What every member may do", 10},
};

const std::vector<std::string> member_permissions = {
    "members.view",    "organization.view",      "training.view",   "compliance.view", "scheduling.view",
    "scheduling.swap", "equipment_check.submit", "inventory.view",  "storefront.view", "storefront.order",
    "meetings.view",   "elections.view",         "events.view",     "forms.view",      "minutes.view",
    "documents.view",  "apparatus.view",         "facilities.view", "locations.view",  "notifications.view"};

std::vector<std::string> permissions_of(std::string_view slug) {
    if (slug == "it_manager") return {"*"};
    if (slug == "member") return member_permissions;
    return rank_permissions(slug);
}

// "First Company No. 1" → "first-company-no-1".
std::string slug_of(std::string_view name) {
    std::string slug;
    for (const char c : lower(name)) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (plain)
            slug += c;
        else if (!slug.empty() && slug.back() != '-')
            slug += '-';
    }
    while (!slug.empty() && slug.back() == '-') slug.pop_back();
    return slug.empty() ? "department" : slug.substr(0, 100);
}

std::optional<std::string> fault_of(const FirstAdministrator& wanted, const Rules& rules) {
    const std::string& name = wanted.username;
    const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
    });
    if (!plain || name.size() < 3 || name.size() > 100)
        return "the name must be 3 to 100 letters, digits, `_` or `-`: no other signs in";
    const std::string& mail = wanted.email;
    const size_t at = mail.find('@');
    const bool is_address = at != std::string::npos && at > 0 && at + 1 < mail.size() &&
                            mail.find('@', at + 1) == std::string::npos && mail.size() <= 255 &&
                            mail.find_first_of(" \t\r\n") == std::string::npos;
    if (!mail.empty() && !is_address) return "the e-mail address is none";
    const std::string& organization = wanted.organization;
    if (trim(organization).empty() || organization.size() > 255 || !valid_utf8(organization))
        return "the organization's name must be 1 to 255 characters";
    return password_fault(rules, wanted.password.reveal());
}

std::string new_id() {
    auto id = crypto::random_uuid();
    if (!id) throw std::runtime_error(id.error().what);
    return std::move(*id);
}

class FirstRows {
  public:
    FirstRows(const FirstAdministrator& wanted, std::string hash, WallTime now)
        : wanted_(wanted), hash_(std::move(hash)), now_(now) {}

    Result<api::Reply> store(Transaction& database) const {
        // The one row that is always there: whoever comes second waits here, and then finds the first's.
        const auto alone = database.run("SELECT version_num FROM alembic_version FOR UPDATE");
        if (!alone) return fail(alone.error());
        for (const char* sql : {"SELECT id FROM users LIMIT 1", "SELECT id FROM organizations LIMIT 1"}) {
            const auto found = database.run(sql);
            if (!found) return fail(found.error());
            if (!found->rows.rows.empty()) return api::json_reply(409, Json());
        }
        if (const Status done = organization(database); !done) return fail(done.error());
        if (const Status done = account(database); !done) return fail(done.error());
        if (const Status done = roles(database); !done) return fail(done.error());
        AuditEvent event;
        event.type = "user_created";
        event.category = "user_management";
        event.user = user_;
        event.username = wanted_.username;
        event.organization = organization_;
        event.data = Json::object(
            {{"new_user_id", user_}, {"username", wanted_.username}, {"source", "serve --create-admin"}});
        database.audit(std::move(event));
        return api::json_reply(201, Json());
    }

  private:
    Status organization(Transaction& database) const {
        const std::string now = to_sql(now_);
        const auto done = database.run(
            "INSERT INTO organizations (id, name, slug, organization_type, identifier_type, timezone, "
            "settings, active, created_at, updated_at) VALUES (?, ?, ?, 'fire_department', 'department_id', "
            "'UTC', '{}', 1, ?, ?)",
            {organization_, std::string(trim(wanted_.organization)), slug_of(wanted_.organization), now,
             now});
        if (!done) return fail(done.error());
        return {};
    }

    Status account(Transaction& database) const {
        const std::string now = to_sql(now_);
        const std::string email =
            wanted_.email.empty() ? wanted_.username + "@logbook.invalid" : wanted_.email;
        const Status inserted = insert_member(database, {{"id", user_},
                                                         {"organization_id", organization_},
                                                         {"username", wanted_.username},
                                                         {"email", email},
                                                         {"password_hash", hash_},
                                                         {"password_changed_at", now},
                                                         {"must_change_password", int64_t(0)},
                                                         {"status", "active"},
                                                         {"membership_type", "active"},
                                                         {"address_country", "USA"},
                                                         {"emergency_contacts", "[]"},
                                                         {"notification_preferences", "{}"},
                                                         {"compliance_exempt", int64_t(0)},
                                                         {"email_verified", int64_t(0)},
                                                         {"mfa_enabled", int64_t(0)},
                                                         {"failed_login_attempts", int64_t(0)},
                                                         {"created_at", now},
                                                         {"updated_at", now}});
        if (!inserted) return inserted;
        return remember_password(database, user_, hash_, now_);
    }

    Status roles(Transaction& database) const {
        const std::string now = to_sql(now_);
        for (const SeededRole& role : seeded_roles) {
            const std::string id = new_id();
            const auto done = database.run(
                "INSERT INTO positions (id, organization_id, name, slug, description, permissions, "
                "is_system, priority, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?)",
                {id, organization_, role.name, role.slug, role.description,
                 Json::array(permissions_of(role.slug)).dump(), role.priority, now, now});
            if (!done) return fail(done.error());
            const std::string_view slug = role.slug;
            if (slug != "it_manager" && slug != "member") continue;
            if (const Status given = assign_role(database, user_, id, user_, now_); !given) return given;
        }
        return {};
    }

    const FirstAdministrator& wanted_;
    const std::string hash_;
    const WallTime now_;
    const std::string organization_ = new_id(), user_ = new_id();
};

}  // namespace

Status make_first_administrator(Database& database, const Rules& rules, const Clock& clock,
                                const FirstAdministrator& wanted) {
    if (const auto fault = fault_of(wanted, rules)) return fail(ErrorCode::invalid, *fault);
    auto hash = crypto::hash_password(wanted.password);
    if (!hash) return fail(hash.error());
    const FirstRows rows(wanted, std::move(*hash), whole_seconds(clock.wall()));
    const auto done = database.write([&](Transaction& transaction) { return rows.store(transaction); });
    if (!done) return fail(done.error());
    if (done->status >= 400)
        return fail(ErrorCode::conflict, "there are members or an organization in this database already",
                    "an administrator adds others; nothing was changed");
    return {};
}

}  // namespace logbook::backend
