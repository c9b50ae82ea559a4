// Reading the token, then its session.
#include "logbook/backend/authenticate.h"

#include <fmt/format.h>

#include "logbook/api/cookies.h"
#include "logbook/api/errors.h"
#include "logbook/api/token.h"
#include "logbook/backend/principal.h"
#include "logbook/backend/sql_values.h"
#include "logbook/base/text.h"

namespace logbook::backend {
namespace {

enum class Sent { nothing, unusable, token };

Sent read_sent(const api::Headers& headers, std::string& token) {
    if (auto cookie = api::cookie(headers, "access_token"); cookie && !cookie->empty()) {
        token = std::move(*cookie);
        return Sent::token;
    }
    const auto authorization = headers.get("Authorization");
    if (!authorization) return Sent::nothing;
    constexpr std::string_view scheme = "bearer ";
    if (lower(authorization->substr(0, scheme.size())) != scheme) return Sent::unusable;
    token = std::string(trim(authorization->substr(scheme.size())));
    return token.empty() ? Sent::unusable : Sent::token;
}

// Why a session does not count; empty: it does.
std::string fault_of(const std::optional<SignedIn>& who, const api::Claims& claims, WallTime now) {
    if (!who) return "Token rejected: no matching session";
    if (who->user != claims.subject || who->organization != claims.organization)
        return "Token rejected: a session of somebody else";
    if (!who->expires_at || *who->expires_at <= now) return "Token rejected: the session has expired";
    if (who->deleted || !who->organization_active)
        return "Token rejected: the account or its organization is gone";
    return {};
}

bool is_idle(const SignedIn& who, std::chrono::seconds allowed, WallTime now) {
    if (allowed.count() == 0) return false;
    return !who.last_activity || now - *who.last_activity > allowed;
}

class Authenticator {
  public:
    explicit Authenticator(const Backend& backend)
        : clock_(backend.clock), rules_(backend.rules), database_(backend.database), warn_(backend.warn) {}

    tl::expected<api::Principal, api::Reply> operator()(const api::Call& call) const {
        std::string token;
        switch (read_sent(call.request.headers, token)) {
        case Sent::nothing:
            return tl::unexpected(api::unauthorized_reply("LB-AUTH-001"));
        case Sent::unusable:
            return tl::unexpected(api::unauthorized_reply("LB-AUTH-002"));
        case Sent::token:
            break;
        }
        const WallTime now = whole_seconds(clock_.wall());
        const auto claims = api::read_token(token, rules_.token_key, now);
        if (!claims) return refused(claims.error().what);
        if (claims->type != "access" || token.size() > longest_stored_token)
            return refused("Token rejected: not an access token");
        return session_of(token, *claims, now);
    }

  private:
    tl::expected<api::Principal, api::Reply> session_of(const std::string& token, const api::Claims& claims,
                                                        WallTime now) const {
        std::optional<SignedIn> who;
        std::string fault;
        const Status asked = database_.note([&](Connection& connection) -> Status {
            auto found = find_signed_in(connection, token);
            if (!found) return fail(found.error());
            who = std::move(*found);
            fault = fault_of(who, claims, now);
            if (!fault.empty()) return {};
            if (is_idle(*who, rules_.idle, now)) {
                fault = idle_words(*who, now);
                const auto gone = delete_session(connection, who->session);
                if (!gone) return fail(gone.error());
                return {};
            }
            return who->last_activity == now ? Status() : touch_session(connection, who->session, now);
        });
        if (!asked) return tl::unexpected(database_failure(asked.error()));
        if (!fault.empty()) return refused(fault);
        if (who->status != "active")
            return tl::unexpected(api::error_reply(403, "This account is not active", "LB-AUTH-003"));
        return principal_of(*who);
    }

    std::string idle_words(const SignedIn& who, WallTime now) const {
        using std::chrono::minutes;
        const auto idle = who.last_activity ? now - *who.last_activity : WallTime::duration(0);
        return fmt::format("Session idle timeout: {}m > {}m",
                           std::chrono::duration_cast<minutes>(idle).count(),
                           std::chrono::duration_cast<minutes>(rules_.idle).count());
    }

    tl::unexpected<api::Reply> refused(const std::string& why) const {
        if (warn_) warn_(why);
        return tl::unexpected(api::unauthorized_reply("LB-AUTH-002"));
    }

    const Clock& clock_;
    const Rules& rules_;
    Database& database_;
    std::function<void(std::string_view)> warn_;
};

}  // namespace

api::Authenticate make_authenticate(const Backend& backend) {
    return Authenticator(backend);
}

}  // namespace logbook::backend
