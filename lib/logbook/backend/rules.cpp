// From the settings' texts to rules.
#include "logbook/backend/rules.h"

#include <fmt/format.h>

#include "logbook/backend/client_address.h"
#include "logbook/base/json.h"
#include "logbook/base/text.h"
#include "logbook/settings/known.h"

namespace logbook::backend {
namespace {

tl::unexpected<Error> malformed(std::string_view name, std::string_view is, std::string hint) {
    return fail(ErrorCode::invalid, fmt::format("{} is {}", name, is), std::move(hint));
}

// A comma list, or a JSON array of texts, as the application takes both.
Result<std::vector<std::string>> list_of(const settings::Settings& settings, const std::string& name) {
    const std::string text(trim(settings.text(name)));
    std::vector<std::string> found;
    if (!text.empty() && text.front() == '[') {
        const auto json = parse_json(text);
        const Json::Array* items = json ? json->as_array() : nullptr;
        if (!items) return malformed(name, "no JSON array", "write a comma list, or [\"…\", \"…\"]");
        for (const Json& item : *items) {
            if (!item.as_string())
                return malformed(name, "a JSON array that holds more than texts", "put quotes around each");
            found.push_back(*item.as_string());
        }
    } else {
        found = split(text, ',');
    }
    std::vector<std::string> kept;
    for (const std::string& item : found)
        if (const std::string_view word = trim(item); !word.empty()) kept.emplace_back(word);
    return kept;
}

// "https://station.example.org:8443" → "station.example.org"; nothing for text that is no origin.
std::string host_of(std::string_view origin) {
    const size_t scheme = origin.find("://");
    if (scheme == std::string_view::npos) return {};
    std::string_view host = origin.substr(scheme + 3);
    host = host.substr(0, host.find('/'));
    if (!host.empty() && host.front() == '[') return lower(host.substr(0, host.find(']') + 1));
    return lower(host.substr(0, host.find(':')));
}

class Reader {
  public:
    explicit Reader(const settings::Settings& settings) : settings_(settings) {}

    // In its bounds, or the first failure is kept.
    int64_t number(const std::string& name, int64_t least, int64_t most) {
        const auto value = settings_.number(name);
        if (!value) {
            keep(value.error());
            return least;
        }
        if (*value < least || *value > most)
            keep({ErrorCode::invalid, fmt::format("{}={} is out of its bounds", name, *value),
                  fmt::format("write a number from {} to {}", least, most)});
        return *value;
    }
    bool flag(const std::string& name) {
        const auto value = settings_.flag(name);
        if (!value) keep(value.error());
        return value.value_or(false);
    }
    std::vector<std::string> list(const std::string& name) {
        auto value = list_of(settings_, name);
        if (!value) {
            keep(value.error());
            return {};
        }
        return std::move(*value);
    }
    void keep(Error error) {
        if (!failed_) failed_ = std::move(error);
    }
    const std::optional<Error>& failed() const { return failed_; }

  private:
    const settings::Settings& settings_;
    std::optional<Error> failed_;
};

constexpr int64_t minutes_of_a_year = 525'600, days_of_a_century = 36'500;

void read_keys(const settings::Settings& settings, Reader& read, Rules& rules) {
    if (const std::string algorithm = settings.text("ALGORITHM"); algorithm != "HS256")
        read.keep({ErrorCode::unsupported, "ALGORITHM is not HS256, and nothing else is accepted",
                   "write ALGORITHM=HS256, or take the line out"});
    rules.token_key = settings.secret("SECRET_KEY");
    if (rules.token_key.empty())
        read.keep({ErrorCode::invalid, "SECRET_KEY is empty: anybody could sign tokens",
                   "logbookctl secrets generate --write"});
    rules.audit_key = settings.secret("AUDIT_LOG_SIGNING_KEY");
    if (rules.audit_key.empty()) rules.audit_key = rules.token_key;
}

void read_sign_in(Reader& read, Rules& rules) {
    using std::chrono::days;
    using std::chrono::minutes;
    rules.access_lifetime = minutes(read.number("ACCESS_TOKEN_EXPIRE_MINUTES", 1, minutes_of_a_year));
    rules.refresh_lifetime = days(read.number("REFRESH_TOKEN_EXPIRE_DAYS", 1, days_of_a_century));
    rules.idle = minutes(read.number("HIPAA_SESSION_TIMEOUT_MINUTES", 0, minutes_of_a_year));
    rules.lockout_after = int(read.number("MAX_LOGIN_ATTEMPTS", 1, 1'000'000));
    rules.lockout = minutes(read.number("ACCOUNT_LOCKOUT_DURATION_MINUTES", 1, minutes_of_a_year));
    rules.password_min = size_t(read.number("PASSWORD_MIN_LENGTH", 1, 1'024));
    rules.password_max = size_t(read.number("PASSWORD_MAX_LENGTH", 1, 1'024));
    if (rules.password_max < rules.password_min)
        read.keep({ErrorCode::invalid, "PASSWORD_MAX_LENGTH is below PASSWORD_MIN_LENGTH",
                   "no password could be both"});
    rules.password_history = int(read.number("HIPAA_PASSWORD_HISTORY_COUNT", 0, 100));
    rules.password_min_age = days(read.number("HIPAA_MINIMUM_PASSWORD_AGE_DAYS", 0, days_of_a_century));
    rules.password_max_age = days(read.number("HIPAA_MAXIMUM_PASSWORD_AGE_DAYS", 0, days_of_a_century));
    rules.limit_rates = read.flag("RATE_LIMIT_ENABLED");
}

bool secure_cookies(const settings::Settings& settings, Reader& read, const Rules& rules) {
    // Alone among the flags it may be empty, which is "not set".
    if (const std::string set = settings.text("COOKIE_SECURE"); !set.empty()) {
        const auto flag = settings::parse_flag(set);
        if (!flag)
            read.keep({ErrorCode::invalid, "COOKIE_SECURE is malformed, not true or false",
                       "write COOKIE_SECURE=true or false, or take the line out"});
        return flag.value_or(true);
    }
    if (rules.production) return true;
    for (const std::string& origin : rules.origins)
        if (origin.rfind("http://", 0) == 0) return false;
    return true;
}

std::vector<std::string> hosts(Reader& read, const Rules& rules) {
    std::vector<std::string> all = read.list("TRUSTED_HOSTS");
    if (all.empty() && !rules.production) return {"*"};
    if (all.empty())
        for (const std::string& origin : rules.origins)
            if (std::string host = host_of(origin); !host.empty()) all.push_back(std::move(host));
    for (const char* own : {"localhost", "127.0.0.1"}) all.emplace_back(own);
    return all;
}

}  // namespace

Result<Rules> rules_of(const settings::Settings& settings) {
    Rules rules;
    Reader read(settings);
    const std::string environment = settings.text("ENVIRONMENT");
    rules.production = environment == "production" || environment == "staging";
    read_keys(settings, read, rules);
    read_sign_in(read, rules);
    rules.documentation = read.flag("ENABLE_DOCS");
    rules.origins = read.list("ALLOWED_ORIGINS");
    rules.secure_cookies = secure_cookies(settings, read, rules);
    rules.hosts = hosts(read, rules);
    rules.trusted_proxies = read.list("TRUSTED_PROXY_IPS");
    for (const std::string& range : rules.trusted_proxies)
        if (!is_address_range(range))
            read.keep({ErrorCode::invalid,
                       fmt::format("TRUSTED_PROXY_IPS holds `{}`, which is no address or range",
                                   printable(range, 60)),
                       "write addresses and ranges such as 172.16.0.0/12, with commas between"});
    if (read.failed()) return fail(*read.failed());
    return rules;
}

}  // namespace logbook::backend
