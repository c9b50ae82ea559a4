// From the rendered environment to settings.
#include "logbook/deployment/backend_settings.h"

#include "logbook/settings/known.h"

namespace logbook::deployment {
namespace {

using settings::Setting;
using settings::Source;

class Reader {
  public:
    Reader(const settings::EnvFile& env, const settings::Lookup& outer, const ComposeService& backend,
           const ComposeOrigins& origins)
        : env_(env), outer_(outer), backend_(backend), origins_(origins) {}

    Setting passed(const ServiceVariable& variable) const {
        Setting setting = named(variable.name);
        setting.value = *variable.value;
        const bool own = origins_.passes(backend_.name, variable.name);
        const settings::EnvAssignment* assigned = env_.find(variable.name);
        const auto exported = outer_ ? outer_(variable.name) : std::nullopt;
        if (own && exported && *exported == variable.value->reveal())
            setting.source = Source::environment;
        else if (assigned && assigned->value == *variable.value &&
                 ((own && !exported) ||
                  !origins_.of(backend_.name, variable.name)))  // only Compose could follow it
            setting.source = Source::env_file;
        else
            setting.source = Source::compose;
        if (setting.source == Source::compose)
            if (const ValueOrigin* origin = origins_.of(backend_.name, variable.name))
                setting.file = origin->file.filename().string();
        return setting;
    }

    // A setting of the application that does not reach it.
    std::optional<Setting> unset(const settings::KnownSetting& known) const {
        Setting setting = named(known.name);
        setting.withheld = env_.find(known.name) || (outer_ && outer_(known.name));
        if (known.default_value) setting.value = Secret(std::string(*known.default_value));
        if (!known.default_value && !setting.withheld) return std::nullopt;
        return setting;
    }

  private:
    Setting named(std::string_view name) const {
        Setting setting;
        setting.name = std::string(name);
        setting.secret = settings::is_secret_name(name);
        if (const settings::EnvAssignment* assigned = env_.find(name)) setting.line = assigned->line;
        return setting;
    }

    const settings::EnvFile& env_;
    const settings::Lookup& outer_;
    const ComposeService& backend_;
    const ComposeOrigins& origins_;
};

}  // namespace

std::optional<settings::Settings> backend_settings(const settings::EnvFile& env,
                                                   const settings::Lookup& outer,
                                                   const ComposeProject& compose,
                                                   const ComposeOrigins& origins) {
    const ComposeService* backend = compose.model.of_role(Role::backend);
    if (!backend || !compose.problems.empty()) return std::nullopt;
    const Reader reader(env, outer, *backend, origins);
    std::vector<Setting> all;
    for (const settings::KnownSetting& known : settings::known_settings()) {
        const ServiceVariable* variable = backend->variable(known.name);
        if (variable && variable->value)
            all.push_back(reader.passed(*variable));
        else if (known.name != "TZ")  // it is for the database's container
            if (auto setting = reader.unset(known)) all.push_back(std::move(*setting));
    }
    const settings::Settings plain(env, outer);
    for (const Setting& setting : plain.all()) {
        if (settings::known_setting(setting.name) && setting.name != "TZ") continue;
        if (const ServiceVariable* variable = backend->variable(setting.name); variable && variable->value) {
            if (setting.name != "TZ") all.push_back(reader.passed(*variable));
        } else {
            all.push_back(setting);
        }
    }
    for (const ServiceVariable& variable : backend->environment)
        if (variable.value && !settings::known_setting(variable.name) && !plain.get(variable.name))
            all.push_back(reader.passed(variable));
    return settings::Settings::of_service(std::move(all));
}

}  // namespace logbook::deployment
