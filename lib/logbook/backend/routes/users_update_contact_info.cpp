// PATCH /users/{id}/contact-info: e-mail, phones, and what a member wants to be told.
#include "logbook/backend/call_audit.h"
#include "logbook/backend/duplicate.h"
#include "logbook/backend/member_body.h"
#include "logbook/backend/member_route.h"

namespace logbook::backend {
namespace {

// What the body names, over what is stored: what it does not name stays.
Json merged(const Json& stored, const Json& sent) {
    Json all = stored.as_object() ? stored : Json::object();
    for (const auto& [name, value] : *sent.as_object()) all.set(name, value);
    return all;
}

std::vector<ColumnValue> columns_of(const Json& body, const Rows& member, Json& changed) {
    std::vector<ColumnValue> columns;
    const auto add = [&](std::string_view column, net::SqlParam value) {
        columns.emplace_back(column, std::move(value));
    };
    for (const auto& [name, value] : *body.as_object()) changed.push(name);
    if (const Json* email = body.find("email"); email && email->as_string()) {
        const std::string address = normal_email(*email->as_string());
        // Another address is not proven to be his.
        if (address != member.text(0, "email")) add("email_verified", int64_t(0));
        add("email", address);
    }
    for (const std::string_view phone : {"phone", "mobile"})
        if (const Json* number = body.find(phone)) add(phone, to_param(number));
    if (const Json* sent = body.find("notification_preferences"); sent && sent->as_object())
        add("notification_preferences",
            merged(member.json(0, "notification_preferences", Json::object()), *sent).dump());
    return columns;
}

}  // namespace

api::Route users_update_contact_info_route(const Backend& backend) {
    api::Route route("PATCH", "/api/v1/users/{user_id}/contact-info", "Change how a member is reached",
                     api::Policy::self_or("user_id", {"users.edit", "members.manage"}));
    route.tag = "users";
    route.params = {user_id_param()};
    route.body = member_contact_schema();
    route.replies = {{200, "the member as he is now", profile_schema()},
                     {404, "no such member in this organization"},
                     {409, "the e-mail address is another's"}};
    route.handle = [backend](const api::Call& call) -> api::Reply {
        const std::string user(call.param("user_id"));
        const std::string& organization = call.principal->organization;
        auto done = backend.database.write([&](Transaction& database) -> Result<api::Reply> {
            const auto member = lock_member(database, organization, user);
            if (!member) return fail(member.error());
            if (member->empty()) return no_such_user();
            Json changed{Json::Array{}};
            std::vector<ColumnValue> columns = columns_of(call.body, *member, changed);
            columns.emplace_back("updated_at", to_sql(whole_seconds(backend.clock.wall())));
            const Status written = update_member(database, organization, user, columns);
            if (!written && taken_field(duplicate_key(written.error())).field == "email")
                return duplicate_reply("email", "Email is already in use");
            if (!written) return fail(written.error());
            AuditEvent event = event_of(call, backend.rules, "user_updated", "user_management");
            event.data = Json::object({{"updated_user_id", user}, {"fields_updated", changed}});
            database.audit(std::move(event));
            return profile_reply(database, *call.principal, user);
        });
        return done ? std::move(*done) : database_failure(done.error());
    };
    return route;
}

}  // namespace logbook::backend
