// DELETE /users/{id}: the member goes, his row stays: names and addresses remain taken, the membership number
// is free again.
#include "logbook/api/errors.h"
#include "logbook/backend/administrators.h"
#include "logbook/backend/call_audit.h"
#include "logbook/backend/member_body.h"
#include "logbook/backend/member_route.h"
#include "logbook/backend/store/sessions.h"

namespace logbook::backend {

api::Route users_delete_route(const Backend& backend) {
    api::Route route("DELETE", "/api/v1/users/{user_id}", "Delete a member; his row stays",
                     api::Policy::any_of({"members.manage"}));
    route.tag = "users";
    route.params = {user_id_param()};
    route.query = {{"hard", "to remove the row itself, which this server never does", api::boolean_schema()}};
    route.replies = {{204, "deleted; his sessions have ended"},
                     {400, "oneself, or the last who may manage members"},
                     {404, "no such member in this organization"},
                     {409, "hard=true: other records may hang on the row; The Logbook itself can tell"}};
    route.handle = [backend](const api::Call& call) -> api::Reply {
        const std::string user(call.param("user_id"));
        const std::string& organization = call.principal->organization;
        if (user == call.principal->user) return api::error_reply(400, "You cannot delete your own account");
        const bool hard = is_truthy(call.query.find("hard"));
        const WallTime now = whole_seconds(backend.clock.wall());
        auto done = backend.database.write([&](Transaction& database) -> Result<api::Reply> {
            const Status locked = lock_organization(database, organization);
            if (!locked) return fail(locked.error());
            const auto member = lock_member(database, organization, user);
            if (!member) return fail(member.error());
            if (member->empty()) return no_such_user();
            if (hard) return api::error_reply(409, "This server does not remove the row of a member");
            const net::SqlValue& number = member->at(0, "membership_number");
            std::vector<ColumnValue> columns = {{"deleted_at", to_sql(now)}, {"updated_at", to_sql(now)}};
            if (number) {
                columns.emplace_back("previous_membership_number", *number);
                columns.emplace_back("membership_number", nullptr);
            }
            const Status written = update_member(database, organization, user, columns);
            if (!written) return fail(written.error());
            const auto ended = delete_sessions_of(database, user);
            if (!ended) return fail(ended.error());
            const auto remains = has_administrator(database, organization);
            if (!remains) return fail(remains.error());
            if (!*remains) return last_administrator_reply();
            AuditEvent event = event_of(call, backend.rules, "user_deleted", "user_management");
            event.severity = "warning";
            event.data = Json::object({{"deleted_user_id", user},
                                       {"username", member->text(0, "username")},
                                       {"sessions_ended", int64_t(*ended)}});
            database.audit(std::move(event));
            api::Reply reply;
            reply.status = 204;
            return reply;
        });
        return done ? std::move(*done) : database_failure(done.error());
    };
    return route;
}

}  // namespace logbook::backend
