// POST /auth/change-password: a new password for whoever knows the old one.
#include <fmt/format.h>

#include "logbook/api/errors.h"
#include "logbook/backend/call_audit.h"
#include "logbook/backend/over_limit.h"
#include "logbook/backend/password_rules.h"
#include "logbook/backend/routes.h"
#include "logbook/backend/sign_in.h"
#include "logbook/backend/sql_values.h"
#include "logbook/backend/store/sessions.h"

namespace logbook::backend {
namespace {

const RateLimit limit{"auth:password_change", 5, std::chrono::seconds(60), std::chrono::seconds(1800)};

class Change {
  public:
    Change(const Backend& backend, const api::Call& call)
        : backend_(backend), call_(call), now_(whole_seconds(backend.clock.wall())) {}

    // No connection is held while a password is hashed, so what was read is looked at again in the end.
    api::Reply run(const Secret& current, const Secret& wanted) {
        if (const auto failed = load()) return *failed;
        const auto known = matches(account_.password_hash, current);
        if (!known) return desk_failure(known.error());
        if (account_.password_hash.empty() || !*known)
            return api::error_reply(400, "Current password is incorrect");
        if (too_young()) return api::error_reply(400, "The password was changed less than a day ago");
        if (const auto fault = password_fault(backend_.rules, wanted.reveal()))
            return api::error_reply(400, *fault);
        former_.insert(former_.begin(), account_.password_hash);
        for (const std::string& hash : former_) {
            const auto used = matches(hash, wanted);
            if (!used) return desk_failure(used.error());
            if (*used)
                return api::error_reply(400, fmt::format("The password is one of the last {}; choose another",
                                                         std::max(1, backend_.rules.password_history)));
        }
        const auto hash = backend_.passwords.hash(wanted);
        if (!hash) return desk_failure(hash.error());
        return store(*hash);
    }

  private:
    std::optional<api::Reply> load() {
        const auto looked = backend_.database.read([&](Connection& database) -> Result<api::Reply> {
            const auto account = lock_account(database, call_.principal->user);
            if (!account) return fail(account.error());
            if (!*account) return api::unauthorized_reply("LB-AUTH-002");
            account_ = **account;
            auto former = former_passwords(database, account_.id, backend_.rules.password_history);
            if (!former) return fail(former.error());
            former_ = std::move(*former);
            return api::Reply{};
        });
        if (!looked) return database_failure(looked.error());
        return looked->status == 200 ? std::nullopt : std::optional(*looked);
    }

    // As the application: an age counts only once there is a history to be cycled through, and never against
    // somebody who must change his password.
    bool too_young() const {
        return !account_.must_change_password && !former_.empty() && account_.password_changed_at &&
               now_ - *account_.password_changed_at < backend_.rules.password_min_age;
    }

    Result<bool> matches(const std::string& hash, const Secret& password) const {
        const auto match = backend_.passwords.verify(hash, password);
        if (!match) return fail(match.error());
        return *match != crypto::PasswordMatch::no;
    }

    static api::Reply desk_failure(const Error& error) {
        if (error.code == ErrorCode::conflict) return busy_reply();
        throw std::runtime_error(error.what);
    }

    api::Reply store(const std::string& hash) {
        auto done = backend_.database.write([&](Transaction& database) -> Result<api::Reply> {
            const auto locked = lock_account(database, account_.id);
            if (!locked) return fail(locked.error());
            if (!*locked || !(*locked)->active() || (*locked)->password_hash != account_.password_hash)
                return api::error_reply(409, "The account was changed meanwhile; try again");
            const Status kept = remember_password(database, account_.id, account_.password_hash, now_);
            if (!kept) return fail(kept.error());
            const Status set = set_password(database, account_.id, hash, now_);
            if (!set) return fail(set.error());
            const auto ended = delete_sessions_of(database, account_.id);
            if (!ended) return fail(ended.error());
            AuditEvent event = event_of(call_, backend_.rules, "password_changed", "authentication");
            event.data = Json::object({{"sessions_ended", int64_t(*ended)}});
            database.audit(std::move(event));
            return api::json_reply(200, Json::object({{"message", "Password changed successfully"}}));
        });
        return done ? std::move(*done) : database_failure(done.error());
    }

    const Backend& backend_;
    const api::Call& call_;
    const WallTime now_;
    Account account_;
    std::vector<std::string> former_;
};

}  // namespace

api::Route auth_change_password_route(const Backend& backend) {
    api::Route route("POST", "/api/v1/auth/change-password", "Change the own password; all sessions end",
                     api::Policy::signed_in().while_forced());
    route.tag = "auth";
    route.body = api::object_schema("PasswordChange", {{"current_password", api::text_schema(1, 128), true},
                                                       {"new_password", api::text_schema(12, 128), true}});
    route.replies = {{200, "changed; every session of the account has ended, this one too",
                      api::object_schema("Message", {{"message", api::text_schema(), true}})},
                     {400, "the current password is wrong, or the new one does not fit the rules or was "
                           "used before"},
                     {409, "somebody else changed the account at the same moment"},
                     {429, "more than five tries a minute from this address"}};
    route.handle = [backend](const api::Call& call) -> api::Reply {
        if (auto refused = over_limit(backend, call, limit)) return std::move(*refused);
        // This is the remedy for one forced state, not for the other.
        if (call.principal->must_enroll_mfa && !call.principal->must_change_password)
            return api::error_reply(403, "MFA enrollment required before continuing.", "LB-AUTH-005");
        return Change(backend, call)
            .run(Secret(std::string(call.body.text("current_password"))),
                 Secret(std::string(call.body.text("new_password"))));
    };
    return route;
}

}  // namespace logbook::backend
