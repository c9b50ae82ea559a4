// The steps of a sign-in.
#include "logbook/backend/sign_in.h"

#include <fmt/format.h>

#include "logbook/api/errors.h"
#include "logbook/backend/call_audit.h"
#include "logbook/backend/current_user.h"
#include "logbook/backend/over_limit.h"
#include "logbook/backend/sign_in_tokens.h"
#include "logbook/backend/sql_values.h"
#include "logbook/backend/store/sessions.h"
#include "logbook/base/text.h"
#include "logbook/crypto/mac.h"
#include "logbook/crypto/random.h"

namespace logbook::backend {
namespace {

const RateLimit failures_of_one_name{"auth:failures", 20, std::chrono::minutes(15), std::chrono::minutes(15)};

// Names and addresses of members stand in no key of Redis.
std::string hidden(const std::string& name, const Secret& key) {
    return hex(crypto::hmac_sha256(key, "sign-in " + lower(name))).substr(0, 32);
}

api::Reply incorrect_reply() {
    api::Reply reply = api::error_reply(401, "Incorrect username or password", "LB-AUTH-006");
    reply.headers.set("WWW-Authenticate", "Bearer");
    return reply;
}

}  // namespace

api::Reply busy_reply() {
    api::Reply reply = api::error_reply(503, "Too many sign-ins at once. Please try again shortly.");
    reply.headers.set("Retry-After", "2");
    return reply;
}

SignIn::SignIn(const Backend& backend, const api::Call& call)
    : backend_(backend), call_(call), now_(whole_seconds(backend.clock.wall())) {}

api::Reply SignIn::run(const std::string& name, const Secret& password) {
    if (!backend_.rules.limit_rates) return judge(name, password);
    const std::string who = hidden(name, backend_.rules.token_key);
    if (const auto wait = backend_.limiter.look(failures_of_one_name, who))
        return too_many_reply(backend_, failures_of_one_name, who, *wait);
    api::Reply reply = judge(name, password);
    if (reply.status == 401) backend_.limiter.check(failures_of_one_name, who);
    return reply;
}

api::Reply SignIn::judge(const std::string& name, const Secret& password) {
    std::optional<Account> account;
    const auto looked = backend_.database.read([&](Connection& database) -> Result<api::Reply> {
        auto found = find_account(database, name);
        if (!found) return fail(found.error());
        account = std::move(*found);
        return api::Reply{};
    });
    if (!looked) return database_failure(looked.error());

    const auto right = check(account, password);
    if (!right) {
        if (right.error().code == ErrorCode::conflict) return busy_reply();
        throw std::runtime_error(right.error().what);
    }
    if (!account) return refuse(account, Why::unknown);
    if (account->locked(now_)) return refuse(account, Why::locked);
    if (account->password_hash.empty()) return refuse(account, Why::no_password);
    if (!*right) return refuse(account, Why::wrong_password);
    if (!account->active()) return refuse(account, Why::inactive);
    if (account->mfa_enabled) return refuse(account, Why::needs_mfa);
    return let_in(*account);
}

Result<bool> SignIn::check(const std::optional<Account>& account, const Secret& password) {
    if (!account || account->locked(now_) || account->password_hash.empty()) {
        const Status spent = backend_.passwords.verify_nothing(password);
        if (!spent) return fail(spent.error());
        return false;
    }
    const auto match = backend_.passwords.verify(account->password_hash, password);
    if (!match) return fail(match.error());
    if (*match != crypto::PasswordMatch::yes_but_rehash) return *match == crypto::PasswordMatch::yes;
    auto hash = backend_.passwords.hash(password);
    if (!hash) return fail(hash.error());
    rehashed_ = std::move(*hash);
    return true;
}

void SignIn::warn(std::string_view line) const {
    if (backend_.warn) backend_.warn(line);
}

AuditEvent SignIn::event(const std::optional<Account>& account, std::string type) const {
    AuditEvent event = event_of(call_, backend_.rules, std::move(type), "authentication");
    if (!account) return event;
    event.user = account->id;
    event.username = account->username;
    event.organization = account->organization;
    return event;
}

// Statements are the same with and without an account: the time must not tell which it was.
Status SignIn::count_failure(Transaction& database, const std::optional<Account>& locked) {
    const bool counts = locked && !locked->locked(now_);
    int64_t attempts = locked ? locked->failed_attempts : 0;
    std::optional<WallTime> until = locked ? locked->locked_until : std::nullopt;
    if (counts && ++attempts >= backend_.rules.lockout_after) {
        until = now_ + backend_.rules.lockout;
        warn(fmt::format("Account locked due to failed attempts - user {}", locked->id));
    }
    return note_failure(database, locked ? locked->id : std::string(), attempts, until, now_);
}

api::Reply SignIn::refuse(const std::optional<Account>& account, Why why) {
    static constexpr const char* words[] = {"unknown_user",     "no_password",      "account_locked",
                                            "invalid_password", "account_inactive", "mfa_not_supported"};
    const bool counts =
        why == Why::unknown || why == Why::no_password || why == Why::locked || why == Why::wrong_password;
    const auto noted = backend_.database.write([&](Transaction& database) -> Result<api::Reply> {
        if (counts) {
            const auto locked = lock_account(database, account ? account->id : std::string());
            if (!locked) return fail(locked.error());
            const bool has_password = *locked && !(*locked)->password_hash.empty();
            const Status counted = count_failure(database, has_password ? *locked : std::nullopt);
            if (!counted) return fail(counted.error());
        }
        AuditEvent failed = event(account, "login_failed");
        failed.severity = "warning";
        failed.data = Json::object({{"reason", words[size_t(why)]}, {"stage", "password"}});
        database.audit(std::move(failed));
        return api::Reply{};
    });
    if (!noted) return database_failure(noted.error());
    warn(fmt::format("Authentication failed: {}", words[size_t(why)]));
    if (why == Why::inactive) return api::error_reply(403, "This account is not active", "LB-AUTH-003");
    if (why == Why::needs_mfa)
        return api::error_reply(403, "This account signs in with multi-factor authentication, which this "
                                     "server cannot check: no session was made. Use The Logbook itself.");
    return incorrect_reply();
}

api::Reply SignIn::let_in(const Account& account) {
    bool changed = false;
    auto begun = backend_.database.write([&](Transaction& database) -> Result<api::Reply> {
        const auto locked = lock_account(database, account.id);
        if (!locked) return fail(locked.error());
        // While the password was being hashed others may have tried, too, and locked the account; or it was
        // changed. Then this try counts for nothing.
        changed = !*locked || (*locked)->locked(now_) || !(*locked)->active() || (*locked)->mfa_enabled ||
                  (*locked)->password_hash != account.password_hash;
        if (changed) return incorrect_reply();
        return begin_session(database, **locked);
    });
    if (!begun) return database_failure(begun.error());
    return std::move(*begun);
}

Result<api::Reply> SignIn::begin_session(Transaction& database, const Account& locked) {
    const Status noted =
        note_success(database, locked.id, rehashed_.empty() ? locked.password_hash : rehashed_, now_);
    if (!noted) return fail(noted.error());
    const auto tokens = make_tokens(backend_.rules, locked.id, locked.username, locked.organization, now_);
    if (!tokens) return fail(tokens.error());
    const auto id = crypto::random_uuid();
    if (!id) return fail(id.error());
    AuditEvent login = event(locked, "login");
    const Status inserted =
        insert_session(database, {*id, locked.id, tokens->access, tokens->refresh, login.address,
                                  login.user_agent, now_, now_ + backend_.rules.access_lifetime});
    if (!inserted) return fail(inserted.error());
    auto user = current_user(database, backend_.rules, locked.id, now_);
    if (!user) return fail(user.error());

    Json body = token_body(backend_.rules);
    body.set("user", std::move(*user));
    api::Reply reply = api::json_reply(200, body);
    const Status cookies = set_cookies(reply, backend_.rules, *tokens);
    if (!cookies) return fail(cookies.error());
    login.session = *id;
    login.data = Json::object({{"method", "password"}});
    database.audit(std::move(login));
    return reply;
}

}  // namespace logbook::backend
