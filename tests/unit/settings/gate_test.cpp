// The security gate: every rule once where it hits and once where it misses.
#include "logbook/settings/gate.h"

#include <algorithm>
#include <map>

#include <doctest/doctest.h>

using namespace logbook;
using settings::GateFinding;
using settings::Severity;

namespace {

// A production .env without any finding.
const std::map<std::string, std::string> sound = {
    {"ENVIRONMENT", "production"},
    {"SECRET_KEY", "8f2ada62471e6f97bf192875dff877dbef106ebb926dbd44bbadbbd52256b96e"},
    {"ENCRYPTION_KEY", "8386fc02c91256b970792d9b250d400e72111481631d72c12a1e7b02acba53ff"},
    {"ENCRYPTION_SALT", "7e645ef3f7d36a8a3de6a2b564c849b7"},
    {"DB_PASSWORD", "5gAHOdXgKSbiz1deslB9VA2lQBY7bnli1eTe7W7T"},
    {"REDIS_PASSWORD", "VwNwJom9auPWLKReHSUaUHZj8eUukJP0Gr0E8q3N"},
    {"VOTE_SIGNING_KEY", "b96e8f2ada62471e6f97bf192875dff877dbef106ebb926dbd44bbadbbd52256"},
    {"ALLOWED_ORIGINS", "https://logbook.example.org"},
    {"ENABLE_DOCS", "false"},
    {"SECURITY_ENFORCE_HTTPS", "true"},
    {"DB_SSL", "true"},
    {"DB_SSL_CA", "/etc/ssl/logbook/db.pem"},
    {"REDIS_SSL", "false"},
    {"REDIS_SSL_CA", "/etc/ssl/logbook/redis.pem"},
    {"SECURITY_REQUIRE_TLS", "false"},
};

using Changes = std::map<std::string, std::string>;

settings::Settings with(const Changes& changes) {
    auto values = sound;
    for (const auto& [name, value] : changes) values[name] = value;
    std::string text;
    for (const auto& [name, value] : values)
        if (value != "<unset>") text += name + "='" + value + "'\n";
    return settings::Settings(settings::parse_env(text));
}

const GateFinding* find(const std::vector<GateFinding>& findings, std::string_view rule,
                        std::string_view setting) {
    for (const GateFinding& finding : findings)
        if (finding.rule == rule && (setting.empty() || finding.setting == setting)) return &finding;
    return nullptr;
}

struct Rule {
    const char* rule;
    const char* setting;
    Severity severity;
    Changes hits;
    Changes misses;
};

const std::vector<Rule> rules = {
    {"gate.algorithm", "ALGORITHM", Severity::critical, {{"ALGORITHM", "none"}}, {{"ALGORITHM", "HS256"}}},
    {"gate.algorithm", "ALGORITHM", Severity::critical, {{"ALGORITHM", ""}}, {{"ALGORITHM", "nOnE"}}},
    {"gate.secret_key", "SECRET_KEY", Severity::critical, {{"SECRET_KEY", "<unset>"}}, {}},
    {"gate.secret_key",
     "SECRET_KEY",
     Severity::critical,
     {{"SECRET_KEY", "CHANGE_ME_0123456789012345678901234567890"}},
     {{"SECRET_KEY", "Change_Me_0123456789012345678901234567890"}}},
    {"gate.secret_key",
     "SECRET_KEY",
     Severity::critical,
     {{"SECRET_KEY", "0a1b2c3d4e5f60718293a4b5c6d7e8f"}},
     {{"SECRET_KEY", "0a1b2c3d4e5f60718293a4b5c6d7e8f9"}}},
    {"gate.encryption_key", "ENCRYPTION_KEY", Severity::critical, {{"ENCRYPTION_KEY", ""}}, {}},
    {"gate.encryption_key",
     "ENCRYPTION_KEY",
     Severity::critical,
     {{"ENCRYPTION_KEY", "INSECURE_DEFAULT_KEY_DO_NOT_USE_ANYWHERE"}},
     {}},
    {"gate.encryption_key", "ENCRYPTION_KEY", Severity::critical, {{"ENCRYPTION_KEY", "short"}}, {}},
    {"gate.encryption_salt",
     "ENCRYPTION_SALT",
     Severity::critical,
     {{"ENCRYPTION_SALT", "<unset>"}},
     {{"ENCRYPTION_SALT", "CHANGE_ME_SALT_CHANGE_ME"}}},
    {"gate.db_password", "DB_PASSWORD", Severity::critical, {{"DB_PASSWORD", ""}}, {{"DB_PASSWORD", "x"}}},
    {"gate.db_password", "DB_PASSWORD", Severity::critical, {{"DB_PASSWORD", "change_me"}}, {}},
    {"gate.allowed_origins",
     "ALLOWED_ORIGINS",
     Severity::critical,
     {{"ALLOWED_ORIGINS", "https://a.org,*"}},
     {}},
    {"gate.rate_limit",
     "RATE_LIMIT_ENABLED",
     Severity::critical,
     {{"RATE_LIMIT_ENABLED", "false"}},
     {{"RATE_LIMIT_ENABLED", "True"}}},
    {"gate.redis_password",
     "REDIS_PASSWORD",
     Severity::critical,
     {{"REDIS_PASSWORD", ""}},
     {{"REDIS_PASSWORD", "CHANGE_ME"}}},
    {"gate.debug", "DEBUG", Severity::critical, {{"DEBUG", "1"}}, {{"DEBUG", "no"}}},
    {"gate.db_echo", "DB_ECHO", Severity::critical, {{"DB_ECHO", "true"}}, {{"DB_ECHO", "false"}}},
    {"gate.enable_docs",
     "ENABLE_DOCS",
     Severity::critical,
     {{"ENABLE_DOCS", "<unset>"}},
     {{"ENABLE_DOCS", "off"}}},
    {"gate.enforce_https",
     "SECURITY_ENFORCE_HTTPS",
     Severity::critical,
     {{"SECURITY_ENFORCE_HTTPS", "<unset>"}},
     {{"SECURITY_ENFORCE_HTTPS", "yes"}}},
    {"gate.db_ssl",
     "DB_SSL",
     Severity::critical,
     {{"DB_SSL", "false"}, {"SECURITY_REQUIRE_TLS", "true"}},
     {}},
    {"gate.db_ssl", "DB_SSL", Severity::warning, {{"DB_SSL", "<unset>"}}, {}},
    {"gate.redis_ssl",
     "REDIS_SSL",
     Severity::critical,
     {{"SECURITY_REQUIRE_TLS", "<unset>"}},
     {{"REDIS_SSL", "true"}}},
    {"gate.redis_ssl", "REDIS_SSL", Severity::warning, {}, {{"REDIS_SSL", "true"}}},
    {"gate.db_ssl_ca", "DB_SSL_CA", Severity::critical, {{"DB_SSL_CA", ""}}, {}},
    {"gate.db_ssl_ca",
     "DB_SSL_CA",
     Severity::warning,
     {{"DB_SSL_CA", ""}, {"SECURITY_ALLOW_UNVERIFIED_TLS", "true"}},
     {{"DB_SSL_CA", ""}, {"DB_SSL", "false"}}},
    {"gate.redis_ssl_ca",
     "REDIS_SSL_CA",
     Severity::critical,
     {{"REDIS_SSL", "true"}, {"REDIS_SSL_CA", "<unset>"}},
     {{"REDIS_SSL", "true"}}},
    {"gate.redis_ssl_ca",
     "REDIS_SSL_CA",
     Severity::warning,
     {{"REDIS_SSL", "true"}, {"REDIS_SSL_CA", ""}, {"SECURITY_ALLOW_UNVERIFIED_TLS", "true"}},
     {}},
    {"gate.unverified_tls",
     "SECURITY_ALLOW_UNVERIFIED_TLS",
     Severity::warning,
     {{"SECURITY_ALLOW_UNVERIFIED_TLS", "true"}},
     {}},
    {"gate.vote_signing_key", "VOTE_SIGNING_KEY", Severity::warning, {{"VOTE_SIGNING_KEY", "<unset>"}}, {}},
    {"gate.malformed", "DEBUG", Severity::critical, {{"DEBUG", ""}}, {{"DEBUG", "f"}}},
    {"gate.malformed", "DB_PORT", Severity::critical, {{"DB_PORT", "mysql"}}, {{"DB_PORT", "3307"}}},
    {"gate.malformed",
     "COOKIE_SECURE",
     Severity::critical,
     {{"COOKIE_SECURE", "sure"}},
     {{"COOKIE_SECURE", ""}}},
    {"gate.malformed", "DB_POOL_MAX", Severity::warning, {{"DB_POOL_MAX", "ten"}}, {{"DB_POOL_MAX", "10"}}},
    {"ours.algorithm", "ALGORITHM", Severity::advice, {{"ALGORITHM", "RS256"}}, {{"ALGORITHM", "HS256"}}},
    {"ours.environment", "ENVIRONMENT", Severity::advice, {{"ENVIRONMENT", "Production"}}, {}},
    {"ours.placeholder",
     "ENCRYPTION_SALT",
     Severity::advice,
     {{"ENCRYPTION_SALT", "CHANGE_ME_SALT_CHANGE_ME"}},
     {}},
    {"ours.placeholder",
     "SECRET_KEY",
     Severity::advice,
     {{"SECRET_KEY", "GENERATE_WITH_openssl_rand_hex_32"}},
     {{"SECRET_KEY", "CHANGE_ME"}}},
    {"ours.placeholder", "MYSQL_ROOT_PASSWORD", Severity::advice, {{"MYSQL_ROOT_PASSWORD", "CHANGE_ME"}}, {}},
    {"ours.encryption_salt", "ENCRYPTION_SALT", Severity::advice, {{"ENCRYPTION_SALT", "pepper"}}, {}},
    {"ours.http_origin",
     "ALLOWED_ORIGINS",
     Severity::advice,
     {{"ALLOWED_ORIGINS", "http://10.0.0.4:3000"}},
     {}},
    {"ours.redis_ssl", "REDIS_SSL", Severity::advice, {{"REDIS_SSL", "true"}}, {}},
    {"ours.not_passed", "LOG_LEVEL", Severity::advice, {{"LOG_LEVEL", "DEBUG"}}, {}},
};

}  // namespace

TEST_CASE("every rule hits and misses") {
    for (const Rule& rule : rules) {
        CAPTURE(rule.rule);
        CAPTURE(rule.setting);
        const auto hit = settings::judge_gate(with(rule.hits));
        const GateFinding* finding = find(hit, rule.rule, rule.setting);
        REQUIRE(finding != nullptr);
        CHECK(finding->severity == rule.severity);
        CHECK_FALSE(finding->message.empty());
        CHECK_FALSE(finding->fix.empty());
        const GateFinding* missed = find(settings::judge_gate(with(rule.misses)), rule.rule, rule.setting);
        if (std::string_view(rule.rule) != "gate.redis_ssl" || !rule.misses.empty()) CHECK(missed == nullptr);
    }
}

TEST_CASE("a sound production file leaves nothing that blocks") {
    const auto findings = settings::judge_gate(with({}));
    REQUIRE(findings.size() == 1);  // the stack's own Redis speaks no TLS: the application warns of it
    CHECK(findings.front().rule == "gate.redis_ssl");
    CHECK(findings.front().severity == Severity::warning);
    CHECK_FALSE(settings::blocks_start(findings, true));
}

TEST_CASE("the production rules rest in development, the others do not") {
    const Changes loose = {{"ENVIRONMENT", "development"},
                           {"DEBUG", "true"},
                           {"ENABLE_DOCS", "true"},
                           {"REDIS_PASSWORD", ""},
                           {"SECRET_KEY", ""}};
    const auto findings = settings::judge_gate(with(loose));
    CHECK(find(findings, "gate.debug", "") == nullptr);
    CHECK(find(findings, "gate.enable_docs", "") == nullptr);
    CHECK(find(findings, "gate.redis_password", "") == nullptr);
    CHECK(find(findings, "gate.secret_key", "") != nullptr);
    CHECK_FALSE(settings::gate_is_armed(with(loose)));
    CHECK_FALSE(settings::blocks_start(findings, false));
    CHECK(settings::blocks_start(findings, true));

    const auto as_production = settings::judge_gate(with(loose), "production");
    CHECK(find(as_production, "gate.debug", "") != nullptr);
    CHECK(settings::gate_is_armed(with(loose), "production"));
    CHECK(settings::gate_is_armed(with(loose), "staging"));
    CHECK_FALSE(settings::gate_is_armed(with(loose), "prod"));
}

TEST_CASE("the gate can be armed everywhere, and malformed values block everywhere") {
    CHECK(settings::gate_is_armed(
        with({{"ENVIRONMENT", "development"}, {"SECURITY_BLOCK_INSECURE_DEFAULTS", "true"}})));
    const auto findings = settings::judge_gate(with({{"ENVIRONMENT", "development"}, {"DEBUG", ""}}));
    CHECK(settings::blocks_start(findings, false));
    const auto dropped = settings::judge_gate(with({{"DB_POOL_MAX", ""}}));
    CHECK_FALSE(settings::blocks_start(dropped, true));  // the compose file does not pass it on
}

TEST_CASE("no finding shows a secret") {
    const auto findings = settings::judge_gate(with(
        {{"SECRET_KEY", "hunter2"}, {"ENCRYPTION_SALT", "hunter2"}, {"DB_PASSWORD", "CHANGE_ME_hunter2"}}));
    for (const GateFinding& finding : findings)
        CHECK((finding.message + finding.fix).find("hunter2") == std::string::npos);
}

TEST_CASE("criticals come first, advice last") {
    const auto findings = settings::judge_gate(with({{"SECRET_KEY", ""}, {"LOG_LEVEL", "DEBUG"}}));
    CHECK(std::is_sorted(findings.begin(), findings.end(), [](const GateFinding& a, const GateFinding& b) {
        return int(a.severity) < int(b.severity);
    }));
}
