// POST /users: a new member, who must change the password that he is given.
#include <algorithm>

#include <fmt/format.h>

#include "logbook/api/errors.h"
#include "logbook/backend/call_audit.h"
#include "logbook/backend/current_user.h"
#include "logbook/backend/duplicate.h"
#include "logbook/backend/member_body.h"
#include "logbook/backend/member_route.h"
#include "logbook/backend/password_rules.h"
#include "logbook/backend/ranks.h"
#include "logbook/backend/sign_in.h"
#include "logbook/crypto/random.h"

namespace logbook::backend {
namespace {

constexpr std::string_view base_role = "member";  // the slug of what everybody holds

class Create {
  public:
    Create(const Backend& backend, const api::Call& call)
        : backend_(backend)
        , call_(call)
        , principal_(*call.principal)
        , body_(call.body)
        , now_(whole_seconds(backend.clock.wall()))
        , username_(body_.text("username"))
        , email_(normal_email(body_.text("email"))) {}

    api::Reply run() {
        if (!principal_.permissions.covers(rank_permissions(body_.text("rank"))))
            return beyond_own_permissions("rank");
        if (const auto refused = hash_password()) return *refused;
        auto id = crypto::random_uuid();
        if (!id) throw std::runtime_error(id.error().what);
        id_ = std::move(*id);
        auto done = backend_.database.write([this](Transaction& database) { return store(database); });
        return done ? std::move(*done) : database_failure(done.error());
    }

  private:
    // Without a connection in hand. Where none was sent nobody ever learns it: The Logbook resets it.
    std::optional<api::Reply> hash_password() {
        const std::string_view sent = body_.text("password");
        auto password =
            sent.empty() ? temporary_password(backend_.rules) : Result<Secret>(Secret(std::string(sent)));
        if (!password) throw std::runtime_error(password.error().what);
        if (const auto fault = password_fault(backend_.rules, password->reveal()))
            return api::error_reply(400, *fault);
        auto hash = backend_.passwords.hash(*password);
        if (!hash && hash.error().code == ErrorCode::conflict) return busy_reply();
        if (!hash) throw std::runtime_error(hash.error().what);
        hash_ = std::move(*hash);
        return std::nullopt;
    }

    Result<api::Reply> store(Transaction& database) const {
        if (auto rival = refused_by_rival(database); !rival || *rival) {
            if (!rival) return fail(rival.error());
            return std::move(**rival);
        }
        const auto roles = chosen_roles(database);
        if (!roles) return fail(roles.error());
        if (!*roles) return api::error_reply(400, "One or more role IDs are invalid");
        for (const Role& role : **roles)
            if (role.slug != base_role && !principal_.permissions.covers(role.permissions))
                return beyond_own_permissions("role");

        auto columns = columns_of(database);
        if (!columns) return fail(columns.error());
        const Status inserted = insert_member(database, *columns);
        if (!inserted) {
            const TakenField taken = taken_field(duplicate_key(inserted.error()));
            if (taken.field.empty()) return fail(inserted.error());
            return duplicate_reply(taken.field, taken.message);
        }
        Json assigned{Json::Array{}};
        for (const Role& role : **roles) {
            const Status given = assign_role(database, id_, role.id, principal_.user, now_);
            if (!given) return fail(given.error());
            assigned.push(role.id);
        }
        AuditEvent event = event_of(call_, backend_.rules, "user_created", "user_management");
        event.data = Json::object({{"new_user_id", id_},
                                   {"username", username_},
                                   {"email", email_},
                                   {"roles_assigned", std::move(assigned)}});
        database.audit(std::move(event));
        return created(database, **roles);
    }

    Result<api::Reply> created(Transaction& database, std::vector<Role> roles) const {
        const auto member = load_member(database, principal_.organization, id_);
        if (!member) return fail(member.error());
        Viewer creator;
        creator.sees_all = creator.sees_account = true;  // he wrote it all himself
        Json answer = member_json(*member, 0, roles, creator);
        answer.set("temporary_password", nullptr);
        return api::json_reply(201, answer);
    }

    // 409 where another row of the organization has the name or the address, a deleted one's included. An
    // archived member is named: he should be taken back rather than made twice.
    Result<std::optional<api::Reply>> refused_by_rival(Transaction& database) const {
        const auto rivals = find_rivals(database, principal_.organization, username_, email_);
        if (!rivals) return fail(rivals.error());
        for (size_t i = 0; i < rivals->size(); ++i)
            if (rivals->flag(i, "same_name"))
                return std::optional(duplicate_reply("username", "Username already exists"));
        for (size_t i = 0; i < rivals->size(); ++i) {
            if (rivals->at(i, "deleted_at") || rivals->text(i, "status") != "archived")
                return std::optional(duplicate_reply("email", "Email already exists"));
            return std::optional(archived(*rivals, i));
        }
        return std::optional<api::Reply>();
    }

    static api::Reply archived(const Rows& rivals, size_t row) {
        const std::string id = rivals.text(row, "id");
        const std::string name = full_name(rivals.text(row, "first_name"), rivals.text(row, "last_name"),
                                           rivals.text(row, "username"));
        return api::error_reply(
            409, Json::object({{"field", "email"},
                               {"message", fmt::format("An archived member has this e-mail address: {}. Take "
                                                       "him back instead of making him twice.",
                                                       name)},
                               {"existing_user_id", id},
                               {"existing_member_name", name},
                               {"existing_status", "archived"},
                               {"reactivate_url", fmt::format("/api/v1/users/{}/reactivate", id)}}));
    }

    // Those that were asked for, and the one that everybody holds; nothing where an id is unknown here.
    Result<std::optional<std::vector<Role>>> chosen_roles(Transaction& database) const {
        const auto all = list_roles(database, principal_.organization);
        if (!all) return fail(all.error());
        const Json* asked = body_.find("role_ids");
        static const Json::Array none;
        const Json::Array& ids = asked && asked->as_array() ? *asked->as_array() : none;
        for (const Json& id : ids)
            if (std::none_of(all->begin(), all->end(),
                             [&](const Role& role) { return role.id == *id.as_string(); }))
                return std::optional<std::vector<Role>>();
        std::vector<Role> chosen;
        for (const Role& role : *all)
            if (role.slug == base_role || std::any_of(ids.begin(), ids.end(), [&](const Json& id) {
                    return *id.as_string() == role.id;
                }))
                chosen.push_back(role);
        return std::optional(std::move(chosen));
    }

    // Every default that the application has in its own code and not in the table (LOGBOOK.md §11).
    Result<std::vector<ColumnValue>> columns_of(Transaction& database) const {
        std::vector<ColumnValue> columns = profile_columns(body_);
        const auto without = [&](std::string_view name) {
            return std::none_of(columns.begin(), columns.end(),
                                [&](const ColumnValue& column) { return column.first == name; });
        };
        if (without("address_country")) columns.emplace_back("address_country", "USA");
        if (without("emergency_contacts")) columns.emplace_back("emergency_contacts", "[]");
        if (body_.text("membership_number").empty()) {
            const auto number = next_membership_number(database, principal_.organization, now_);
            if (!number) return fail(number.error());
            columns.erase(
                std::remove_if(columns.begin(), columns.end(),
                               [](const ColumnValue& column) { return column.first == "membership_number"; }),
                columns.end());
            if (*number) columns.emplace_back("membership_number", **number);
        }
        const std::string now = to_sql(now_);
        const std::vector<ColumnValue> rest = {{"id", id_},
                                               {"organization_id", principal_.organization},
                                               {"username", username_},
                                               {"email", email_},
                                               {"password_hash", hash_},
                                               {"password_changed_at", now},
                                               {"must_change_password", int64_t(1)},
                                               {"status", "active"},
                                               {"membership_type", "active"},
                                               {"notification_preferences", "{}"},
                                               {"compliance_exempt", int64_t(0)},
                                               {"email_verified", int64_t(0)},
                                               {"mfa_enabled", int64_t(0)},
                                               {"failed_login_attempts", int64_t(0)},
                                               {"created_at", now},
                                               {"updated_at", now}};
        columns.insert(columns.end(), rest.begin(), rest.end());
        return columns;
    }

    const Backend& backend_;
    const api::Call& call_;
    const api::Principal& principal_;
    const Json& body_;
    const WallTime now_;
    const std::string username_, email_;
    std::string id_, hash_;
};

}  // namespace

api::Route users_create_route(const Backend& backend) {
    api::Route route("POST", "/api/v1/users",
                     "Make a member; no mail is sent, and without a password The Logbook must reset it",
                     api::Policy::any_of({"users.create"}));
    route.tag = "users";
    route.body = member_create_schema();
    route.replies = {
        {201, "the member, who holds the role `member` and those that were asked for", member_schema()},
        {400, "a password that does not fit the rules, or an id that is no role here"},
        {409, "username, e-mail or membership number is another's, deleted ones included"}};
    route.handle = [backend](const api::Call& call) { return Create(backend, call).run(); };
    return route;
}

}  // namespace logbook::backend
