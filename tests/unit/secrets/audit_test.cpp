// The audit of secrets: each rule where it hits and where it misses.
#include "logbook/secrets/audit.h"

#include <doctest/doctest.h>

#include "logbook/secrets/generate.h"
#include "logbook/secrets/names.h"

using namespace logbook;
using secrets::AuditFinding;
using secrets::Level;

namespace {

std::string sound_text() {
    std::string text;
    for (const secrets::SecretName& known : secrets::secret_names())
        text += std::string(known.name) + "='" + std::string(secrets::generate(known.name)->reveal()) + "'\n";
    return text;
}

std::vector<AuditFinding> audit_text(const std::string& text, mode_t mode = 0600, bool others = true) {
    settings::LoadedEnv env{".env", settings::parse_env(text), Secret(text), {}};
    env.facts.mode = mode;
    return secrets::audit(env, settings::Settings(env.file), others);
}

// The last assignment counts, so a rule is provoked by appending a line.
const AuditFinding* find(const std::vector<AuditFinding>& findings, std::string_view rule,
                         std::string_view setting = {}) {
    for (const AuditFinding& finding : findings)
        if (finding.rule == rule && (setting.empty() || finding.setting == setting)) return &finding;
    return nullptr;
}

Level level(const std::string& extra, std::string_view rule, std::string_view setting) {
    const auto findings = audit_text(sound_text() + extra);
    const AuditFinding* finding = find(findings, rule, setting);
    REQUIRE_MESSAGE(finding != nullptr, extra);
    CHECK(finding->line > 0);
    return finding->level;
}

}  // namespace

TEST_CASE("what is generated is sound") {
    for (int i = 0; i < 50; ++i) CHECK(audit_text(sound_text()).empty());
}

TEST_CASE("the application's own advice, a long url-safe key, is sound") {
    CHECK(audit_text(sound_text() +
                     "SECRET_KEY=kJ3v9_Qx-7LmZ2pRt8YwB1nHc5FdGs0AeUiOoPqXyTzVbNjMlKhWf4S6rDgE3aC-uIk9_"
                     "TtYyPpLlMmNnBbVvCcXx\n")
              .empty());
}

TEST_CASE("missing, placeholder, short, guessable") {
    const auto nothing = audit_text("A=1\n");
    CHECK(nothing.size() == 6);
    for (const AuditFinding& finding : nothing) CHECK(finding.rule == "secret.missing");
    CHECK(level("SECRET_KEY=CHANGE_ME\n", "secret.placeholder", "SECRET_KEY") == Level::fail);
    CHECK(level("DB_PASSWORD= # set it\n", "secret.placeholder", "DB_PASSWORD") == Level::fail);
    CHECK(level("SMTP_PASSWORD=your-password-here\n", "secret.placeholder", "SMTP_PASSWORD") == Level::warn);
    CHECK(level("ENCRYPTION_KEY=0a1b2c3d4e5f60718293a4b5c6d7e8f\n", "secret.short", "ENCRYPTION_KEY") ==
          Level::fail);
    CHECK(level("ENCRYPTION_SALT=pepper\n", "secret.short", "ENCRYPTION_SALT") == Level::warn);
    CHECK(level("REDIS_PASSWORD=s3cretX\n", "secret.short", "REDIS_PASSWORD") == Level::warn);
    CHECK(level("SECRET_KEY=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", "secret.low_entropy",
                "SECRET_KEY") == Level::fail);
    CHECK(level("SECRET_KEY=logbooklogbooklogbooklogbooklogbook\n", "secret.low_entropy", "SECRET_KEY") ==
          Level::fail);
    CHECK(level("SECRET_KEY=0123456789012345678901234567890123\n", "secret.low_entropy", "SECRET_KEY") ==
          Level::fail);
    CHECK(level("DB_PASSWORD=1234567890123456\n", "secret.low_entropy", "DB_PASSWORD") == Level::warn);
}

TEST_CASE("one value under two names") {
    const std::string key = "SECRET_KEY=8f2ada62471e6f97bf192875dff877dbef106ebb926dbd44bbadbbd52256b96e\n";
    CHECK(level(key + "ENCRYPTION_KEY=8f2ada62471e6f97bf192875dff877dbef106ebb926dbd44bbadbbd52256b96e\n",
                "secret.reused", "ENCRYPTION_KEY") == Level::fail);
    CHECK(level("DB_PASSWORD=Zk4mW8qLx2Vn7RtB\nREDIS_PASSWORD=Zk4mW8qLx2Vn7RtB\n", "secret.reused",
                "REDIS_PASSWORD") == Level::warn);
    CHECK(find(audit_text(sound_text() + "A_TOKEN=x1\nB_TOKEN=x1\n"), "secret.reused") == nullptr);
}

TEST_CASE("characters that break on their way") {
    const auto password = [&](std::string_view name, char c) {
        return std::string(name) + "='Zk4mW8qLx2" + c + "Vn7RtB'\n";
    };
    for (const char c : {'@', '%'})
        CHECK(level(password("DB_PASSWORD", c), "secret.url_unsafe", "DB_PASSWORD") == Level::fail);
    for (const char c : {'/', '?', '#', '['})
        CHECK(level(password("REDIS_PASSWORD", c), "secret.url_unsafe", "REDIS_PASSWORD") == Level::fail);
    CHECK(level(password("REDIS_PASSWORD", '%'), "secret.url_unsafe", "REDIS_PASSWORD") == Level::warn);
    CHECK(level(password("DB_PASSWORD", '/'), "secret.url_unsafe", "DB_PASSWORD") == Level::note);
    CHECK(find(audit_text(sound_text() + password("DB_PASSWORD", '-')), "secret.url_unsafe") == nullptr);
    CHECK(find(audit_text(sound_text() + "SECRET_KEY='8f2ada62471e6f97bf1@%/?#[5dff877dbef'\n"),
               "secret.url_unsafe") == nullptr);

    CHECK(level("DB_PASSWORD=Zk4mW8qLx2Vn7Rt$Bxyz\n", "secret.dollar", "DB_PASSWORD") == Level::fail);
    CHECK(find(audit_text(sound_text() + "DB_PASSWORD='Zk4mW8qLx2Vn7Rt$Bxyz'\n"), "secret.dollar") ==
          nullptr);
}

TEST_CASE("who else can read the file") {
    CHECK(find(audit_text(sound_text(), 0644, true), "secret.file_mode")->level == Level::warn);
    CHECK(find(audit_text(sound_text(), 0640, false), "secret.file_mode")->level == Level::note);
    CHECK(find(audit_text(sound_text(), 0600, true), "secret.file_mode") == nullptr);
    CHECK(find(audit_text(sound_text(), 0400, true), "secret.file_mode") == nullptr);
}

TEST_CASE("no finding shows a value, and failures come first") {
    const auto findings =
        audit_text("SECRET_KEY=hunter2\nDB_PASSWORD='hunter2@%'\nREDIS_PASSWORD=hunter2\n", 0644);
    for (const AuditFinding& finding : findings)
        CHECK((finding.message + finding.fix).find("hunter2") == std::string::npos);
    for (size_t i = 1; i < findings.size(); ++i) CHECK(int(findings[i - 1].level) <= int(findings[i].level));
}
