// PATCH /users/{id}/profile: name, address, emergency contacts; and for who manages members, rank and place.
#include "logbook/api/errors.h"
#include "logbook/backend/administrators.h"
#include "logbook/backend/call_audit.h"
#include "logbook/backend/duplicate.h"
#include "logbook/backend/member_body.h"
#include "logbook/backend/member_route.h"
#include "logbook/backend/ranks.h"

namespace logbook::backend {
namespace {

Json names_of(const Json& body) {
    Json names{Json::Array{}};
    for (const auto& [name, value] : *body.as_object()) names.push(name);
    return names;
}

class Update {
  public:
    Update(const Backend& backend, const api::Call& call)
        : backend_(backend), call_(call), principal_(*call.principal), user_(call.param("user_id")) {}

    Result<api::Reply> operator()(Transaction& database) const {
        const bool rank_changes = call_.body.find("rank") != nullptr;
        if (rank_changes) {
            const Status locked = lock_organization(database, principal_.organization);
            if (!locked) return fail(locked.error());
        }
        const auto member = lock_member(database, principal_.organization, user_);
        if (!member) return fail(member.error());
        if (member->empty()) return no_such_user();
        if (rank_changes && is_beyond(member->text(0, "rank"))) return beyond_own_permissions("rank");

        std::vector<ColumnValue> columns = profile_columns(call_.body);
        columns.emplace_back("updated_at", to_sql(whole_seconds(backend_.clock.wall())));
        const Status written = update_member(database, principal_.organization, user_, columns);
        if (!written) {
            const TakenField taken = taken_field(duplicate_key(written.error()));
            if (taken.field.empty()) return fail(written.error());
            return duplicate_reply(taken.field, taken.message);
        }
        if (rank_changes) {
            const auto remains = has_administrator(database, principal_.organization);
            if (!remains) return fail(remains.error());
            if (!*remains) return last_administrator_reply();
        }
        AuditEvent event = event_of(call_, backend_.rules, "user_updated", "user_management");
        event.data = Json::object({{"updated_user_id", user_}, {"fields_updated", names_of(call_.body)}});
        database.audit(std::move(event));
        return profile_reply(database, principal_, user_);
    }

  private:
    // A rank allows what its table says; one that stays as it was is nobody's grant.
    bool is_beyond(const std::string& former) const {
        const std::string rank(call_.body.text("rank"));
        return rank != former && !principal_.permissions.covers(rank_permissions(rank));
    }

    const Backend& backend_;
    const api::Call& call_;
    const api::Principal& principal_;
    const std::string user_;
};

}  // namespace

api::Route users_update_profile_route(const Backend& backend) {
    api::Route route("PATCH", "/api/v1/users/{user_id}/profile", "Change a member's profile",
                     api::Policy::self_or("user_id", {"users.edit", "members.manage"}));
    route.tag = "users";
    route.params = {user_id_param()};
    route.body = member_profile_schema();
    route.replies = {{200, "the member as he is now", profile_schema()},
                     {400, "nobody would be left who may manage members"},
                     {404, "no such member in this organization"},
                     {409, "the membership number is another's"}};
    route.handle = [backend](const api::Call& call) -> api::Reply {
        if (names_restricted(call.body) && !call.principal->permissions.has("members.manage"))
            return api::error_reply(403,
                                    "Rank, station, platoon, hire date and membership number are changed "
                                    "by who may manage members");
        auto done = backend.database.write(Update(backend, call));
        return done ? std::move(*done) : database_failure(done.error());
    };
    return route;
}

}  // namespace logbook::backend
