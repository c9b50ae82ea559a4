// Settings: who wins, and from where.
#include "logbook/settings/settings.h"

#include <map>

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/settings/known.h"

namespace logbook::settings {
namespace {

std::optional<Setting> resolve(std::string_view name, const EnvAssignment* assigned, const Lookup& outer,
                               std::optional<std::string_view> default_value) {
    Setting setting;
    setting.name = std::string(name);
    setting.secret = is_secret_name(name);
    if (assigned) setting.line = assigned->line;
    if (std::optional<std::string> value = outer ? outer(name) : std::nullopt) {
        setting.value = Secret(std::move(*value));
        setting.source = Source::environment;
    } else if (assigned) {
        setting.value = assigned->value;
        setting.source = Source::env_file;
    } else if (default_value) {
        setting.value = Secret(std::string(*default_value));
    } else {
        return std::nullopt;
    }
    return setting;
}

tl::unexpected<Error> malformed(std::string_view name, const Setting* setting, std::string_view wanted) {
    return fail(ErrorCode::invalid,
                setting ? fmt::format("{} ({}) is {}, not {}", name, where(*setting),
                                      setting->value.empty() ? "empty" : "malformed", wanted)
                        : fmt::format("{} is not set", name),
                fmt::format("write {}={} or take the line out", name,
                            wanted == "a number" ? "a number" : "true or false"));
}

}  // namespace

std::string_view name_of(Source source) {
    switch (source) {
    case Source::default_value:
        return "default";
    case Source::env_file:
        return ".env";
    case Source::environment:
        return "environment";
    case Source::compose:
        return "compose";
    }
    return "default";
}

Settings::Settings(const EnvFile& file, const Lookup& outer) {
    std::map<std::string_view, const EnvAssignment*> latest;  // EnvFile::find is a walk; a file may be long
    for (const EnvAssignment& assignment : file.assignments) latest[assignment.name] = &assignment;
    for (const KnownSetting& known : known_settings()) {
        const auto found = latest.find(known.name);
        const EnvAssignment* assigned = found == latest.end() ? nullptr : found->second;
        if (auto setting = resolve(known.name, assigned, outer, known.default_value))
            all_.push_back(std::move(*setting));
    }
    for (const EnvAssignment& assignment : file.assignments)
        if (latest[assignment.name] == &assignment && !known_setting(assignment.name))
            all_.push_back(*resolve(assignment.name, &assignment, outer, std::nullopt));
    for (const std::string& name : file.inherited)
        if (!get(name))
            if (auto setting = resolve(name, nullptr, outer, std::nullopt))
                all_.push_back(std::move(*setting));
}

Settings Settings::of_service(std::vector<Setting> all) {
    Settings settings{EnvFile{}};
    settings.all_ = std::move(all);
    settings.through_compose_ = true;
    return settings;
}

const Setting* Settings::get(std::string_view name) const {
    for (const Setting& setting : all_)
        if (setting.name == name) return &setting;
    return nullptr;
}

std::string Settings::text(std::string_view name) const {
    const Setting* setting = get(name);
    return setting ? std::string(setting->value.reveal()) : std::string();
}

Secret Settings::secret(std::string_view name) const {
    const Setting* setting = get(name);
    return setting ? setting->value : Secret();
}

Result<bool> Settings::flag(std::string_view name) const {
    const Setting* setting = get(name);
    const auto value = setting ? parse_flag(setting->value.reveal()) : std::nullopt;
    if (!value) return malformed(name, setting, "true or false");
    return *value;
}

Result<int64_t> Settings::number(std::string_view name) const {
    const Setting* setting = get(name);
    const auto value = setting ? parse_number(setting->value.reveal()) : std::nullopt;
    if (!value) return malformed(name, setting, "a number");
    return *value;
}

std::string where(const Setting& setting) {
    if (setting.withheld)
        return setting.line > 0 ? fmt::format("default (.env:{} is not passed on)", setting.line)
                                : "default (the environment's is not passed on)";
    if (setting.source == Source::compose)
        return setting.file.empty() ? "Compose file" : printable(setting.file, 80);
    if (setting.source == Source::env_file) return fmt::format(".env:{}", setting.line);
    return std::string(name_of(setting.source));
}

}  // namespace logbook::settings
