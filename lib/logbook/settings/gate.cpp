// The gate's rules. Those of the application first, in its words; then ours.
#include "logbook/settings/gate.h"

#include <algorithm>

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/settings/known.h"

namespace logbook::settings {
namespace {

constexpr std::string_view fill = "logbookctl secrets generate --write";

class Judge {
  public:
    Judge(const Settings& settings, std::string environment)
        : settings_(settings)
        , environment_(std::move(environment))
        , strict_(environment_ == "production" || environment_ == "staging") {}

    std::vector<GateFinding> run() {
        types();
        keys();
        algorithm();
        origins();
        if (strict_) {
            production();
            channels();
        }
        ours();
        std::stable_sort(found_.begin(), found_.end(), [](const GateFinding& a, const GateFinding& b) {
            return int(a.severity) < int(b.severity);
        });
        return std::move(found_);
    }

  private:
    void add(Severity severity, std::string_view rule, std::string_view setting, std::string message,
             std::string fix) {
        found_.push_back(
            {severity, std::string(rule), std::string(setting), std::move(message), std::move(fix), false});
    }

    std::string value(std::string_view name) const { return settings_.text(name); }

    // A malformed flag is reported by types(); here it counts as the application's default.
    bool on(std::string_view name) const {
        if (const Result<bool> flag = settings_.flag(name)) return *flag;
        const KnownSetting* known = known_setting(name);
        return known && known->default_value && parse_flag(*known->default_value).value_or(false);
    }

    // The application reads its settings with declared types and ends at import where one does not fit.
    void types() {
        for (const KnownSetting& known : known_settings()) {
            if (known.type == ValueType::text) continue;
            const Setting* setting = settings_.get(known.name);
            if (!setting || setting->source == Source::default_value) continue;
            const bool fits = known.type == ValueType::boolean
                                  ? parse_flag(setting->value.reveal()).has_value()
                                  : parse_number(setting->value.reveal()).has_value();
            if (fits) continue;
            const std::string_view wanted = known.type == ValueType::boolean ? "true or false" : "a number";
            const std::string state =
                setting->value.empty() ? "empty" : "`" + printable(setting->value.reveal(), 40) + "`";
            const bool reaches = settings_.through_compose() || known.passed;
            add(reaches ? Severity::critical : Severity::warning, "gate.malformed", known.name,
                fmt::format(
                    "{} is {}, and must be {}: the application ends with `validation error for Settings`",
                    known.name, state, wanted),
                fmt::format("write {} ({}) as {}, or take the line out", known.name, where(*setting),
                            wanted));
            found_.back().everywhere = reaches;
        }
        const std::string cookie = value("COOKIE_SECURE");
        if (!cookie.empty() && !parse_flag(cookie)) {
            add(Severity::critical, "gate.malformed", "COOKIE_SECURE",
                "COOKIE_SECURE must be true, false or empty: the application ends with `validation error for "
                "Settings`",
                "write COOKIE_SECURE=true or false, or take the line out");
            found_.back().everywhere = true;
        }
    }

    void keys() {
        for (const std::string_view name : {"SECRET_KEY", "ENCRYPTION_KEY"}) {
            const std::string key = value(name);
            const std::string why = key.empty()                       ? "it is not set"
                                    : is_application_placeholder(key) ? "it is a placeholder"
                                    : key.size() < 32 ? fmt::format("it has {} characters", key.size())
                                                      : "";
            if (!why.empty())
                add(Severity::critical, name == "SECRET_KEY" ? "gate.secret_key" : "gate.encryption_key",
                    name,
                    fmt::format("{} must be set to a secure random value (min 32 chars): {}", name, why),
                    std::string(fill));
        }
        if (value("ENCRYPTION_SALT").empty())
            add(Severity::critical, "gate.encryption_salt", "ENCRYPTION_SALT",
                "ENCRYPTION_SALT must be set to a unique random value: it is not set", std::string(fill));
        const std::string password = value("DB_PASSWORD");
        if (password.empty() || is_application_placeholder(password))
            add(Severity::critical, "gate.db_password", "DB_PASSWORD",
                fmt::format("DB_PASSWORD must be set to a secure value: it is {}",
                            password.empty() ? "not set" : "a placeholder"),
                std::string(fill));
    }

    void algorithm() {
        const std::string algorithm = value("ALGORITHM");
        const bool none =
            algorithm.empty() || algorithm == "none" || algorithm == "None" || algorithm == "NONE";
        if (none)
            add(Severity::critical, "gate.algorithm", "ALGORITHM", "ALGORITHM is set to a dangerous value",
                "write ALGORITHM=HS256, or take the line out");
        else if (algorithm != "HS256")
            add(Severity::advice, "ours.algorithm", "ALGORITHM",
                "ALGORITHM passes the gate, but the application accepts tokens signed with HS256 only: "
                "nobody "
                "could stay signed in",
                "write ALGORITHM=HS256, or take the line out");
    }

    void origins() {
        if (contains(value("ALLOWED_ORIGINS"), "*"))
            add(Severity::critical, "gate.allowed_origins", "ALLOWED_ORIGINS",
                "ALLOWED_ORIGINS contains wildcard '*'",
                "name each origin: ALLOWED_ORIGINS=https://logbook.example.org");
    }

    void production() {
        const auto demand = [&](bool ok, std::string_view rule, std::string_view name,
                                std::string_view message, std::string_view fix) {
            if (!ok) add(Severity::critical, rule, name, std::string(message), std::string(fix));
        };
        demand(on("RATE_LIMIT_ENABLED"), "gate.rate_limit", "RATE_LIMIT_ENABLED",
               "RATE_LIMIT_ENABLED must be True", "write RATE_LIMIT_ENABLED=true, or take the line out");
        demand(!value("REDIS_PASSWORD").empty(), "gate.redis_password", "REDIS_PASSWORD",
               "REDIS_PASSWORD must be set", fill);
        demand(!on("DEBUG"), "gate.debug", "DEBUG", "DEBUG mode must be disabled", "write DEBUG=false");
        demand(!on("DB_ECHO"), "gate.db_echo", "DB_ECHO", "DB_ECHO must be False",
               "write DB_ECHO=false, or take the line out");
        demand(!on("ENABLE_DOCS"), "gate.enable_docs", "ENABLE_DOCS",
               "API documentation (ENABLE_DOCS) must be disabled", "write ENABLE_DOCS=false");
        demand(on("SECURITY_ENFORCE_HTTPS"), "gate.enforce_https", "SECURITY_ENFORCE_HTTPS",
               "SECURITY_ENFORCE_HTTPS must be True: your word that a proxy in front speaks HTTPS",
               "write SECURITY_ENFORCE_HTTPS=true once a proxy in front does");
        if (on("SECURITY_ALLOW_UNVERIFIED_TLS"))
            add(Severity::warning, "gate.unverified_tls", "SECURITY_ALLOW_UNVERIFIED_TLS",
                "SECURITY_ALLOW_UNVERIFIED_TLS is on: a server's certificate is not checked",
                "give DB_SSL_CA and REDIS_SSL_CA, then write SECURITY_ALLOW_UNVERIFIED_TLS=false");
        if (value("VOTE_SIGNING_KEY").empty())
            add(Severity::warning, "gate.vote_signing_key", "VOTE_SIGNING_KEY",
                "VOTE_SIGNING_KEY is not set: votes are signed with SECRET_KEY, and changing that breaks "
                "them",
                "on a new installation, set VOTE_SIGNING_KEY to 64 random hex characters");
    }

    void channels() {
        const bool required = on("SECURITY_REQUIRE_TLS");
        const bool unverified = on("SECURITY_ALLOW_UNVERIFIED_TLS");
        for (const std::string_view name : {"DB_SSL", "REDIS_SSL"}) {
            const std::string ca = fmt::format("{}_CA", name);
            const std::string_view rule = name == "DB_SSL" ? "gate.db_ssl" : "gate.redis_ssl";
            if (!on(name))
                add(required ? Severity::critical : Severity::warning, rule, name,
                    fmt::format("{} should be enabled in production", name),
                    required
                        ? "where database and cache are this stack's own containers, which speak no TLS: "
                          "SECURITY_REQUIRE_TLS=false"
                        : fmt::format("for a server on another machine: {}=true and {}", name, ca));
            else if (value(ca).empty())
                add(unverified ? Severity::warning : Severity::critical,
                    name == "DB_SSL" ? "gate.db_ssl_ca" : "gate.redis_ssl_ca", ca,
                    fmt::format("{} is enabled but {} is not set", name, ca),
                    fmt::format("write {} with the CA file's path inside the container (/etc/ssl/logbook/…)",
                                ca));
        }
    }

    // Whether a value would already be a finding of the application's own.
    bool found(std::string_view name) const {
        return std::any_of(found_.begin(), found_.end(),
                           [&](const GateFinding& finding) { return finding.setting == name; });
    }

    void ours() {
        const std::string lowered = lower(trim(environment_));
        if (!strict_ && (lowered == "prod" || lowered == "production" || lowered == "staging" ||
                         lowered == "stage" || lowered == "live"))
            add(Severity::advice, "ours.environment", "ENVIRONMENT",
                fmt::format(
                    "ENVIRONMENT is `{}`: only the exact words `production` and `staging` arm the gate",
                    printable(environment_, 40)),
                "write ENVIRONMENT=production");
        for (const std::string_view name : {"SECRET_KEY", "ENCRYPTION_KEY", "ENCRYPTION_SALT", "DB_PASSWORD",
                                            "MYSQL_ROOT_PASSWORD", "REDIS_PASSWORD", "VOTE_SIGNING_KEY"})
            if (!found(name) && !value(name).empty() && is_placeholder(value(name)))
                add(Severity::advice, "ours.placeholder", name,
                    fmt::format("{} is a placeholder from an example file; the application does not notice",
                                name),
                    std::string(name == "VOTE_SIGNING_KEY"
                                    ? "set VOTE_SIGNING_KEY to 64 random hex characters"
                                    : fill));
        const std::string salt = value("ENCRYPTION_SALT");
        if (!salt.empty() && salt.size() < 16)
            add(Severity::advice, "ours.encryption_salt", "ENCRYPTION_SALT",
                fmt::format("ENCRYPTION_SALT has {}; 32 are usual", counted(salt.size(), "character")),
                "for a new installation only (a live salt must never change): " + std::string(fill));
        if (strict_ && on("SECURITY_ENFORCE_HTTPS") && contains(value("ALLOWED_ORIGINS"), "http://"))
            add(Severity::advice, "ours.http_origin", "ALLOWED_ORIGINS",
                "an origin in ALLOWED_ORIGINS is plain http://: cookies are Secure in this environment, so "
                "signing in there succeeds and leaves no session",
                "name the https:// address that people use");
        if (strict_ && on("REDIS_SSL"))
            add(Severity::advice, "ours.redis_ssl", "REDIS_SSL",
                "with REDIS_SSL=true the application hands its Redis client an argument that it does not "
                "know "
                "(`unexpected keyword argument 'ssl'`) and runs degraded",
                "watch /health for `degraded`; on the stack's own Redis write REDIS_SSL=false");
        // Compose has no env_file: what its `environment:` block does not name never reaches the application.
        for (const KnownSetting& known : known_settings()) {
            const Setting* setting = settings_.get(known.name);
            if (!setting || known.name == "TZ") continue;
            if (settings_.through_compose() ? !setting->withheld
                                            : known.passed || setting->source != Source::env_file)
                continue;
            const std::string place =
                setting->line > 0 ? fmt::format(".env:{}", setting->line) : std::string("environment");
            add(Severity::advice, "ours.not_passed", known.name,
                fmt::format("the {} does not pass {} ({}) to the backend, so it has no effect there",
                            settings_.through_compose() ? "Compose file" : "base compose file", known.name,
                            place),
                fmt::format("add `{0}: ${{{0}}}` to the backend's environment: block in an override file",
                            known.name));
        }
    }

    const Settings& settings_;
    const std::string environment_;
    const bool strict_;
    std::vector<GateFinding> found_;
};

std::string environment_of(const Settings& settings, std::optional<std::string_view> as_environment) {
    return as_environment ? std::string(*as_environment) : settings.text("ENVIRONMENT");
}

}  // namespace

std::string_view name_of(Severity severity) {
    switch (severity) {
    case Severity::critical:
        return "critical";
    case Severity::warning:
        return "warning";
    case Severity::advice:
        return "advice";
    }
    return "advice";
}

std::vector<GateFinding> judge_gate(const Settings& settings,
                                    std::optional<std::string_view> as_environment) {
    return Judge(settings, environment_of(settings, as_environment)).run();
}

bool gate_is_armed(const Settings& settings, std::optional<std::string_view> as_environment) {
    const std::string environment = environment_of(settings, as_environment);
    return environment == "production" || environment == "staging" ||
           settings.flag("SECURITY_BLOCK_INSECURE_DEFAULTS").value_or(false);
}

bool blocks_start(const std::vector<GateFinding>& findings, bool armed) {
    return std::any_of(findings.begin(), findings.end(), [&](const GateFinding& finding) {
        return finding.everywhere || (armed && finding.severity == Severity::critical);
    });
}

}  // namespace logbook::settings
