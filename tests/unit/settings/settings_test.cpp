// Which value counts, what it is, and what must not be shown.
#include "logbook/settings/settings.h"

#include <doctest/doctest.h>

#include "logbook/settings/known.h"

using namespace logbook;
using settings::Settings;
using settings::Source;

namespace {

Settings from(std::string_view text) {
    return Settings(settings::parse_env(text));
}

}  // namespace

TEST_CASE("environment beats file beats default") {
    const settings::Lookup outer = [](std::string_view name) -> std::optional<std::string> {
        if (name == "DB_HOST") return "from-shell";
        if (name == "ALONE") return "inherited";
        if (name == "PATH") return "/bin";
        return std::nullopt;
    };
    const Settings all(settings::parse_env("DB_HOST=db\nDB_PORT=3307\nOWN=1\nALONE\n", outer), outer);
    CHECK(all.text("DB_HOST") == "from-shell");
    CHECK(all.get("DB_HOST")->source == Source::environment);
    CHECK(all.get("DB_PORT")->source == Source::env_file);
    CHECK(settings::where(*all.get("DB_PORT")) == ".env:2");
    CHECK(all.number("DB_PORT").value() == 3307);
    CHECK(all.get("DB_POOL_MAX")->source == Source::default_value);
    CHECK(all.text("OWN") == "1");
    CHECK(all.text("ALONE") == "inherited");
    CHECK(all.get("PATH") == nullptr);
    CHECK(all.get("COOKIE_SECURE") == nullptr);
}

TEST_CASE("the application's words for true and false") {
    const Settings all = from("A=TRUE\nB=off\nC=1\nD=maybe\nE=\nN=12\nM= 7 \nO=1.5\n");
    CHECK(all.flag("A").value());
    CHECK_FALSE(all.flag("B").value());
    CHECK(all.flag("C").value());
    for (const char* name : {"D", "E", "NOPE"}) {
        const auto flag = all.flag(name);
        REQUIRE_FALSE(flag.has_value());
        CHECK(flag.error().what.find(name) != std::string::npos);
    }
    CHECK(all.flag("D").error().what.find("maybe") == std::string::npos);
    CHECK(all.number("N").value() == 12);
    CHECK(all.number("M").value() == 7);
    CHECK_FALSE(all.number("O").has_value());
    CHECK_FALSE(all.number("E").has_value());
}

TEST_CASE("secret names, known ones and unknown ones") {
    for (const char* name : {"SECRET_KEY", "ENCRYPTION_KEY", "ENCRYPTION_SALT", "ENCRYPTION_KEYS_LEGACY",
                             "DB_PASSWORD", "MYSQL_ROOT_PASSWORD", "REDIS_PASSWORD", "SMTP_PASSWORD",
                             "VOTE_SIGNING_KEY", "AUDIT_LOG_SIGNING_KEY", "AWS_SECRET_ACCESS_KEY",
                             "github_token", "MyCredentials", "DATABASE_URL", "SENTRY_DSN"})
        CHECK_MESSAGE(settings::is_secret_name(name), name);
    for (const char* name : {"DB_HOST", "ENVIRONMENT", "ACCESS_TOKEN_EXPIRE_MINUTES", "PASSWORD_MIN_LENGTH",
                             "HIPAA_PASSWORD_HISTORY_COUNT", "FRONTEND_URL", "ALLOWED_ORIGINS"})
        CHECK_FALSE_MESSAGE(settings::is_secret_name(name), name);
}

TEST_CASE("placeholders: the application's three, and the others that it misses") {
    for (const char* value : {"INSECURE_DEFAULT_x", "CHANGE_ME", "x_change_me_y"}) {
        CHECK(settings::is_application_placeholder(value));
        CHECK(settings::is_placeholder(value));
    }
    for (const char* value : {"GENERATE_WITH_openssl_rand_hex_32", "ChangeMe123", "your-secret-key-here",
                              "<your key>", "xxxxxxxx", "replace_me", "# generate me", "Change_Me"}) {
        CHECK_FALSE_MESSAGE(settings::is_application_placeholder(value), value);
        CHECK_MESSAGE(settings::is_placeholder(value), value);
    }
    for (const char* value : {"", "0f9a1c", "correct horse battery staple", "Jx9-_k2LmQ", "xyz"})
        CHECK_FALSE_MESSAGE(settings::is_placeholder(value), value);
}
