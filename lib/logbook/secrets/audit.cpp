// The audit's rules, one function each.
#include "logbook/secrets/audit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/secrets/names.h"
#include "logbook/settings/known.h"

namespace logbook::secrets {
namespace {

using settings::Setting;

constexpr std::string_view fill = "logbookctl secrets generate --write";
constexpr std::string_view live =
    "on an installation that holds data it may be the live one: replacing it makes that data unreadable";

// Keys and salts, as opposed to passwords and other credentials.
bool is_key(std::string_view name) {
    return name == "SECRET_KEY" || name == "ENCRYPTION_KEY" || name == "ENCRYPTION_SALT" ||
           name == "VOTE_SIGNING_KEY" || name == "AUDIT_LOG_SIGNING_KEY";
}

size_t shortest_period(std::string_view value) {
    for (size_t period = 1; period <= value.size() / 2; ++period)
        if (value.substr(period) == value.substr(0, value.size() - period)) return period;
    return value.size();
}

// "abcdefgh", "12345678": each character one step from the last.
bool counts_up(std::string_view value) {
    size_t steps = 0;
    for (size_t i = 1; i < value.size(); ++i) {
        const int step = value[i] - value[i - 1];
        steps += step == 1 || step == -1 || (value[i - 1] == '9' && value[i] == '0');
    }
    return value.size() >= 6 && steps * 10 >= (value.size() - 1) * 8;
}

std::string shown(char c) {
    return c > ' ' && c < 0x7f ? fmt::format("`{}`", c) : std::string("a blank or control character");
}

class Audit {
  public:
    Audit(const settings::LoadedEnv& env, const settings::Settings& all) : env_(env), all_(all) {}

    std::vector<AuditFinding> run(bool other_login_users) {
        for (const SecretName& known : secret_names())
            // What is set, and only not passed on, is drift's matter.
            if (const Setting* setting = all_.get(known.name);
                !setting || (setting->value.empty() && !setting->withheld))
                add(Level::fail, "secret.missing", known.name,
                    fmt::format("{} has no value; Compose refuses to parse without it", known.name),
                    std::string(fill));
        for (const Setting& setting : all_.all()) {
            if (!setting.secret || setting.value.empty() || setting.source == settings::Source::default_value)
                continue;
            if (settings::is_placeholder(setting.value.reveal())) {
                placeholder(setting);
                continue;  // everything else would say the same again
            }
            if (!is_short(setting)) entropy(setting);
        }
        reuse();
        urls();
        dollars();
        mode(other_login_users);
        std::stable_sort(found_.begin(), found_.end(), [](const AuditFinding& a, const AuditFinding& b) {
            return int(a.level) < int(b.level);
        });
        return std::move(found_);
    }

  private:
    void add(Level level, std::string_view rule, std::string_view name, std::string message,
             std::string fix) {
        const Setting* setting = all_.get(name);
        found_.push_back({level, std::string(rule), std::string(name),
                          setting && setting->source == settings::Source::env_file ? setting->line : 0,
                          std::move(message), std::move(fix)});
    }

    void placeholder(const Setting& setting) {
        const bool ours = secret_name(setting.name) != nullptr;
        add(ours ? Level::fail : Level::warn, "secret.placeholder", setting.name,
            fmt::format("{} is a placeholder from an example file{}", setting.name,
                        ours ? "; " + std::string(live) : std::string()),
            ours ? fmt::format("{}   (it first makes sure that no data exists)", fill)
                 : fmt::format("give {} its real value, or take the line out", setting.name));
    }

    // Whether it is; what is short can be guessed anyway.
    bool is_short(const Setting& setting) {
        const size_t size = setting.value.size();
        if (is_key(setting.name) && size < 32) {
            const bool refused = setting.name == "SECRET_KEY" || setting.name == "ENCRYPTION_KEY";
            add(refused ? Level::fail : Level::warn, "secret.short", setting.name,
                fmt::format("{} has {}; {} 32", setting.name, counted(size, "character"),
                            refused ? "the application asks for at least" : "a good one has at least"),
                new_value(setting.name));
            return true;
        }
        if (secret_name(setting.name) && !is_key(setting.name) && size < 16) {
            add(Level::warn, "secret.short", setting.name,
                fmt::format("{} has {}; a good one has at least 16", setting.name,
                            counted(size, "character")),
                new_value(setting.name));
            return true;
        }
        return false;
    }

    void entropy(const Setting& setting) {
        const bool key = is_key(setting.name);
        if (!key && !secret_name(setting.name)) return;
        // 32 random hex digits come to about 115 by this estimate, 16 letters and digits to about 60.
        if (entropy_bits(setting.value.reveal()) >= (key ? 70 : 36)) return;
        add(key ? Level::fail : Level::warn, "secret.low_entropy", setting.name,
            fmt::format("{} can be guessed: its characters repeat or follow a pattern", setting.name),
            new_value(setting.name));
    }

    void reuse() {
        std::map<std::string_view, const Setting*> first;
        for (const Setting& setting : all_.all()) {
            if (!setting.secret || setting.value.size() < 6 ||
                settings::is_placeholder(setting.value.reveal()) ||
                setting.source == settings::Source::default_value)
                continue;
            const auto [at, is_first] = first.emplace(setting.value.reveal(), &setting);
            if (is_first) continue;
            const bool keys = is_key(setting.name) && is_key(at->second->name);
            add(keys ? Level::fail : Level::warn, "secret.reused", setting.name,
                fmt::format("{} has the same value as {}: who learns one has both", setting.name,
                            at->second->name),
                new_value(setting.name));
        }
    }

    void urls() {
        characters(
            "DB_PASSWORD", "@%", Level::fail,
            "the application puts it into its database URL unescaped, and `%` also ends every migration");
        characters("DB_PASSWORD", "/?#[]: \t", Level::note,
                   "the application's own URL survives it, but other programs' URLs do not");
        characters("REDIS_PASSWORD", "/?#[", Level::fail,
                   "the application puts it into its Redis URL unescaped and ends at import");
        characters("REDIS_PASSWORD", "%@]: \t", Level::warn,
                   "the application puts it into its Redis URL unescaped, where it may be read differently");
    }

    void characters(std::string_view name, std::string_view bad, Level level, std::string_view why) {
        const std::string value = all_.text(name);
        const size_t at = value.find_first_of(bad);
        if (at == std::string::npos || settings::is_placeholder(value)) return;
        add(level, "secret.url_unsafe", name, fmt::format("{} contains {}: {}", name, shown(value[at]), why),
            new_value(name));
    }

    // `$word` in an unquoted or double-quoted value is a variable to Compose.
    void dollars() {
        for (const settings::EnvAssignment& assignment : env_.file.assignments) {
            if (assignment.blanked.empty() || env_.file.find(assignment.name) != &assignment) continue;
            add(settings::is_secret_name(assignment.name) ? Level::fail : Level::warn, "secret.dollar",
                assignment.name,
                fmt::format("{} contains an unescaped `$`: Compose takes what follows for a variable that is "
                            "not set, and leaves it out",
                            assignment.name),
                fmt::format("put the value of {} in single quotes", assignment.name));
        }
    }

    void mode(bool other_login_users) {
        const mode_t mode = env_.facts.mode;
        if ((mode & 077) == 0) return;
        const bool others = mode & 07;
        found_.push_back(
            {other_login_users ? Level::warn : Level::note, "secret.file_mode", "", 0,
             fmt::format("{} has mode {:04o}: {} can {} it", env_.path.filename().string(), mode,
                         others ? "every user of this machine" : "its group", mode & 022 ? "change" : "read"),
             fmt::format("chmod 600 {}", shell_quoted(env_.path.string()))});
    }

    static std::string new_value(std::string_view name) {
        if (!secret_name(name))
            return fmt::format("on an installation without data, give {} a new value", name);
        return fmt::format(
            "logbookctl secrets generate --write --replace {0} --confirm={0}   (it first makes sure "
            "that no data exists)",
            name);
    }

    const settings::LoadedEnv& env_;
    const settings::Settings& all_;
    std::vector<AuditFinding> found_;
};

}  // namespace

std::string_view name_of(Level level) {
    switch (level) {
    case Level::fail:
        return "fail";
    case Level::warn:
        return "warn";
    case Level::note:
        return "note";
    }
    return "note";
}

double entropy_bits(std::string_view value) {
    value = value.substr(0, 512);  // more could only add; and finding a period takes quadratic time
    value = value.substr(0, shortest_period(value));
    if (counts_up(value)) value = value.substr(0, 2);
    std::array<size_t, 256> counts{};
    for (const char c : value) ++counts[uint8_t(c)];
    double bits = 0;
    for (const size_t count : counts)
        if (count > 0) bits -= double(count) * std::log2(double(count) / double(value.size()));
    return bits;
}

std::vector<AuditFinding> audit(const settings::LoadedEnv& env, const settings::Settings& settings,
                                bool other_login_users) {
    return Audit(env, settings).run(other_login_users);
}

}  // namespace logbook::secrets
