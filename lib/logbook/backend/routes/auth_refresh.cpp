// POST /auth/refresh: new tokens for a refresh token, which is good for one time only.
#include <fmt/format.h>

#include "logbook/api/cookies.h"
#include "logbook/api/errors.h"
#include "logbook/api/token.h"
#include "logbook/backend/call_audit.h"
#include "logbook/backend/over_limit.h"
#include "logbook/backend/routes.h"
#include "logbook/backend/sign_in_tokens.h"
#include "logbook/backend/sql_values.h"
#include "logbook/backend/store/accounts.h"
#include "logbook/backend/store/sessions.h"

namespace logbook::backend {
namespace {

const RateLimit limit{"auth:refresh", 10, std::chrono::seconds(60), std::chrono::seconds(600)};

std::string sent_token(const api::Call& call) {
    if (auto cookie = api::cookie(call.request.headers, "refresh_token"); cookie && !cookie->empty())
        return std::move(*cookie);
    return std::string(call.body.text("refresh_token"));
}

class Refresh {
  public:
    Refresh(const Backend& backend, const api::Call& call)
        : backend_(backend), call_(call), now_(whole_seconds(backend.clock.wall())) {}

    api::Reply run(const std::string& token) {
        const auto claims = api::read_token(token, backend_.rules.token_key, now_);
        if (!claims || claims->type != "refresh" || token.size() > longest_stored_token)
            return refused(claims ? "Token rejected: not a refresh token" : claims.error().what);
        std::optional<api::Reply> refusal;
        auto done = backend_.database.write([&](Transaction& database) -> Result<api::Reply> {
            refusal.reset();
            return exchange(database, token, *claims, refusal);
        });
        if (!done) return database_failure(done.error());
        return refusal ? std::move(*refusal) : std::move(*done);
    }

  private:
    api::Reply refused(const std::string& why) const {
        if (backend_.warn) backend_.warn(why);
        return api::unauthorized_reply("LB-AUTH-002");
    }

    // The account's row first, as everywhere: so two of one account wait for each other, and the second one
    // of two that come with the same token finds it used.
    Result<api::Reply> exchange(Transaction& database, const std::string& token, const api::Claims& claims,
                                std::optional<api::Reply>& refusal) const {
        const auto account = lock_account(database, claims.subject);
        if (!account) return fail(account.error());
        if (!*account) return refused("Token rejected: the account is gone");
        const auto session = lock_session(database, claims.subject, token);
        if (!session) return fail(session.error());
        if (!*session) return replayed(database, **account, refusal);
        if (!(*account)->active())
            return (*account)->deleted || !(*account)->organization_active
                       ? refused("Token rejected: the account or its organization is gone")
                       : api::error_reply(403, "This account is not active", "LB-AUTH-003");
        if ((*account)->mfa_enabled)
            return api::error_reply(403, "This account signs in with multi-factor authentication, which this "
                                         "server cannot check. Use The Logbook itself.");
        return rotate(database, **account, **session);
    }

    // Whoever used it first may be a thief, or may have been robbed: nobody can tell, so all must sign in
    // anew. This is committed, although the reply is a refusal.
    Result<api::Reply> replayed(Transaction& database, const Account& account,
                                std::optional<api::Reply>& refusal) const {
        const auto ended = delete_sessions_of(database, account.id);
        if (!ended) return fail(ended.error());
        AuditEvent event = event_for(account, "refresh_token_replay");
        event.severity = "critical";
        event.data = Json::object({{"sessions_ended", int64_t(*ended)}});
        database.audit(std::move(event));
        refusal = refused(
            fmt::format("Refresh token replay detected for user {}. Revoking all sessions.", account.id));
        return api::Reply{};
    }

    Result<api::Reply> rotate(Transaction& database, const Account& account,
                              const std::string& session) const {
        auto tokens = make_tokens(backend_.rules, account.id, account.username, account.organization, now_);
        if (!tokens) return fail(tokens.error());
        NewSession renewed;
        renewed.access_token = tokens->access;
        renewed.refresh_token = tokens->refresh;
        renewed.now = now_;
        renewed.expires_at = now_ + backend_.rules.access_lifetime;
        const Status rotated = rotate_session(database, session, renewed);
        if (!rotated) return fail(rotated.error());
        api::Reply reply = api::json_reply(200, token_body(backend_.rules));
        const Status cookies = set_cookies(reply, backend_.rules, *tokens);
        if (!cookies) return fail(cookies.error());
        AuditEvent event = event_for(account, "token_refreshed");
        event.session = session;
        database.audit(std::move(event));
        return reply;
    }

    AuditEvent event_for(const Account& account, std::string type) const {
        AuditEvent event = event_of(call_, backend_.rules, std::move(type), "authentication");
        event.user = account.id;
        event.username = account.username;
        event.organization = account.organization;
        return event;
    }

    const Backend& backend_;
    const api::Call& call_;
    const WallTime now_;
};

}  // namespace

api::Route auth_refresh_route(const Backend& backend) {
    api::Route route("POST", "/api/v1/auth/refresh", "Exchange a refresh token for new tokens",
                     api::Policy::everyone());
    route.tag = "auth";
    route.body = api::object_schema(
        "TokenRefresh", {{"refresh_token", api::nullable(api::text_schema(0, api::longest_token)), false}});
    route.body_required = false;
    route.replies = {{200, "new tokens, as cookies; the old refresh token is used up",
                      api::object_schema("TokenResponse", token_properties())},
                     {401, "no token (LB-AUTH-001), or one that is not valid or was used before: then all "
                           "sessions of its account end (LB-AUTH-002)"},
                     {403, "the account is not active, or has multi-factor authentication"},
                     {429, "more than ten tries a minute from this address"}};
    route.handle = [backend](const api::Call& call) -> api::Reply {
        if (auto refused = over_limit(backend, call, limit)) return std::move(*refused);
        const std::string token = sent_token(call);
        if (token.empty()) return api::error_reply(401, "No refresh token provided.", "LB-AUTH-001");
        return Refresh(backend, call).run(token);
    };
    return route;
}

}  // namespace logbook::backend
