// The table of the application's settings.
#include "logbook/settings/known.h"

#include <algorithm>
#include <charconv>

#include "logbook/base/text.h"

namespace logbook::settings {
namespace {

constexpr ValueType text = ValueType::text;
constexpr ValueType boolean = ValueType::boolean;
constexpr ValueType integer = ValueType::integer;

}  // namespace

const std::vector<KnownSetting>& known_settings() {
    static const std::vector<KnownSetting> table = {
        {"ENVIRONMENT", text, "development", true},
        {"DEBUG", boolean, "false", true},
        {"PORT", integer, "3001", true},
        {"ENABLE_DOCS", boolean, "true", true},
        {"LOG_LEVEL", text, "INFO", false},
        {"LOG_FORMAT", text, "text", false},
        {"TZ", text, std::nullopt, false},
        // Keys.
        {"SECRET_KEY", text, "", true},
        {"ENCRYPTION_KEY", text, "", true},
        {"ENCRYPTION_SALT", text, "", true},
        {"ENCRYPTION_KEYS_LEGACY", text, "", false},
        {"VOTE_SIGNING_KEY", text, "", true},
        {"AUDIT_LOG_SIGNING_KEY", text, "", false},
        {"AUDIT_LOG_LEGACY_MAX_ID", integer, "0", true},
        {"AUDIT_ALLOW_CHAIN_REHASH", boolean, "false", false},
        {"ALGORITHM", text, "HS256", false},
        {"ACCESS_TOKEN_EXPIRE_MINUTES", integer, "30", false},
        {"REFRESH_TOKEN_EXPIRE_DAYS", integer, "7", false},
        // Database.
        {"DB_HOST", text, "localhost", true},
        {"DB_PORT", integer, "3306", true},
        {"DB_NAME", text, "intranet_db", true},
        {"DB_USER", text, "intranet_user", true},
        {"DB_PASSWORD", text, "", true},
        {"DB_SSL", boolean, "false", true},
        {"DB_SSL_CA", text, "", true},
        {"DB_POOL_MIN", integer, std::nullopt, false},
        {"DB_POOL_MAX", integer, "10", false},
        {"DB_ECHO", boolean, "false", false},
        {"DB_CONNECT_TIMEOUT", integer, "30", false},
        {"DB_CONNECT_RETRIES", integer, "40", false},
        {"DB_CONNECT_RETRY_DELAY", integer, "2", false},
        {"DB_CONNECT_RETRY_MAX_DELAY", integer, "15", false},
        // Cache.
        {"REDIS_HOST", text, "localhost", true},
        {"REDIS_PORT", integer, "6379", true},
        {"REDIS_PASSWORD", text, "", true},
        {"REDIS_DB", integer, "0", false},
        {"REDIS_SSL", boolean, "false", true},
        {"REDIS_SSL_CA", text, "", true},
        {"REDIS_CONNECT_TIMEOUT", integer, "5", false},
        {"REDIS_CONNECT_RETRIES", integer, "3", false},
        {"REDIS_REQUIRED", boolean, "false", false},
        // Browser and network.
        {"ALLOWED_ORIGINS", text, "http://localhost:3000,http://127.0.0.1:3000", true},
        {"FRONTEND_URL", text, "http://localhost:3000", false},
        {"TRUSTED_HOSTS", text, "", false},
        {"TRUSTED_PROXY_IPS", text, "", true},
        {"COOKIE_SECURE", text, std::nullopt, true},  // alone in taking the empty text for "not set"
        {"SECURITY_ENFORCE_HTTPS", boolean, "false", true},
        {"SECURITY_REQUIRE_TLS", boolean, "true", true},
        {"SECURITY_ALLOW_UNVERIFIED_TLS", boolean, "false", true},
        {"SECURITY_BLOCK_INSECURE_DEFAULTS", boolean, "false", false},
        {"GEOIP_ENABLED", boolean, "true", false},
        {"GEOIP_FAIL_CLOSED", boolean, "false", true},    // by the production file
        {"AUDIT_ARCHIVE_DIR", text, std::nullopt, true},  // by the production file
        {"BLOCKED_COUNTRIES", text, "KP,IR,SY,CU,RU,BY", false},
        {"MAX_FILE_SIZE", integer, "52428800", false},
        {"MAX_REQUEST_BODY_SIZE", integer, "62914560", false},
        // Sign-in.
        {"RATE_LIMIT_ENABLED", boolean, "true", false},
        {"REGISTRATION_ENABLED", boolean, "false", false},
        {"MAX_LOGIN_ATTEMPTS", integer, "5", false},
        {"ACCOUNT_LOCKOUT_DURATION_MINUTES", integer, "15", false},
        {"ACCOUNT_LOCKOUT_REVEAL", boolean, "false", false},
        {"SUSPICIOUS_IP_MAX_FAILURES", integer, "50", false},
        {"SUSPICIOUS_IP_WINDOW_SECONDS", integer, "3600", false},
        {"SUSPICIOUS_IP_BLOCK_SECONDS", integer, "900", false},
        {"PASSWORD_MIN_LENGTH", integer, "12", false},
        {"PASSWORD_MAX_LENGTH", integer, "128", false},
        {"HIPAA_SESSION_TIMEOUT_MINUTES", integer, "15", false},
        {"HIPAA_PASSWORD_HISTORY_COUNT", integer, "12", false},
        {"HIPAA_MINIMUM_PASSWORD_AGE_DAYS", integer, "1", false},
        {"HIPAA_MAXIMUM_PASSWORD_AGE_DAYS", integer, "90", false},
        {"HIPAA_AUDIT_RETENTION_DAYS", integer, "2555", false},
        // Mail.
        {"EMAIL_ENABLED", boolean, std::nullopt, false},
        {"SMTP_HOST", text, std::nullopt, false},
        {"SMTP_PORT", integer, "587", false},
        {"SMTP_USER", text, std::nullopt, false},
        {"SMTP_PASSWORD", text, std::nullopt, false},
        {"SMTP_ENCRYPTION", text, "tls", false},
    };
    return table;
}

const KnownSetting* known_setting(std::string_view name) {
    for (const KnownSetting& known : known_settings())
        if (known.name == name) return &known;
    return nullptr;
}

bool is_secret_name(std::string_view name) {
    // Known ones that hold such a word and are no secret.
    constexpr std::string_view plain[] = {"ACCESS_TOKEN_EXPIRE_MINUTES",
                                          "REFRESH_TOKEN_EXPIRE_DAYS",
                                          "PASSWORD_MIN_LENGTH",
                                          "PASSWORD_MAX_LENGTH",
                                          "HIPAA_PASSWORD_HISTORY_COUNT",
                                          "HIPAA_MINIMUM_PASSWORD_AGE_DAYS",
                                          "HIPAA_MAXIMUM_PASSWORD_AGE_DAYS"};
    if (std::find(std::begin(plain), std::end(plain), name) != std::end(plain)) return false;
    const std::string lowered = lower(name);
    constexpr std::string_view words[] = {"key",  "secret",     "password",   "passwd",  "token",
                                          "salt", "credential", "passphrase", "private", "dsn"};
    if (std::any_of(std::begin(words), std::end(words),
                    [&](std::string_view word) { return contains(lowered, word); }))
        return true;
    // A URL may carry a password: DATABASE_URL, REDIS_URL. Those that are known to be public do not.
    return (contains(lowered, "_url") || contains(lowered, "_uri")) && lowered != "frontend_url";
}

bool is_application_placeholder(std::string_view value) {
    return contains(value, "INSECURE_DEFAULT") || contains(value, "CHANGE_ME") ||
           contains(value, "change_me");
}

bool is_placeholder(std::string_view value) {
    if (is_application_placeholder(value)) return true;
    if (value.substr(0, 2) == "# ") return true;  // `KEY= # a comment` is this comment to Compose
    const std::string lowered = lower(value);
    constexpr std::string_view words[] = {
        "change_me",       "changeme",      "change-me",     "change_this",   "change-this",
        "changethis",      "insecure",      "generate_with", "generate-with", "openssl rand",
        "openssl_rand",    "placeholder",   "replace_me",    "replace-me",    "replace_with",
        "replace-with",    "replaceme",     "replace_this",  "your_secret",   "your-secret",
        "your_password",   "your-password", "your_key",      "your-key",      "your_encryption",
        "your-encryption", "example_",      "todo:"};
    if (std::any_of(std::begin(words), std::end(words),
                    [&](std::string_view word) { return contains(lowered, word); }))
        return true;
    const std::string_view ending =
        std::string_view(lowered).substr(lowered.size() - std::min<size_t>(5, lowered.size()));
    if (ending == "_here" || ending == "-here") return true;
    // <your key>, {{ key }}, xxxxxxxx
    if (value.size() >= 3 && ((value.front() == '<' && value.back() == '>') || value.substr(0, 2) == "{{"))
        return true;
    return value.size() >= 3 && (lowered[0] == 'x' || lowered[0] == '*' || lowered[0] == '.') &&
           lowered.find_first_not_of(lowered[0]) == std::string::npos;
}

std::optional<bool> parse_flag(std::string_view value) {
    const std::string word = lower(value);
    for (const std::string_view yes : {"true", "1", "yes", "y", "on", "t"})
        if (word == yes) return true;
    for (const std::string_view no : {"false", "0", "no", "n", "off", "f"})
        if (word == no) return false;
    return std::nullopt;
}

std::optional<int64_t> parse_number(std::string_view value) {
    value = trim(value);
    if (!value.empty() && value[0] == '+') value.remove_prefix(1);
    int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size() || value.empty()) return std::nullopt;
    return number;
}

}  // namespace logbook::settings
