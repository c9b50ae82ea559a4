// `logbookctl config show`: the effective settings, each with its source; secrets masked.
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "commands/catalogue.h"
#include "logbook/base/text.h"
#include "logbook/settings/known.h"
#include "project.h"

namespace logbook::cli {
namespace {

struct ConfigShowOptions {
    bool all = false;
};

// What the base compose file does with a name: only known ones can be judged.
bool is_dropped(const settings::Setting& setting, bool through_compose) {
    if (through_compose) return setting.withheld;
    const settings::KnownSetting* known = settings::known_setting(setting.name);
    return known && !known->passed && setting.name != "TZ" &&
           setting.source != settings::Source::default_value;
}

std::string shown(const settings::Setting& setting) {
    if (setting.value.empty()) return "(empty)";
    return setting.secret ? to_string(setting.value) : printable(setting.value.reveal());
}

// Whether the backend is given it; null where that is not known.
Json passed(const settings::Setting& setting, const settings::KnownSetting* known, bool through_compose) {
    if (!known) return nullptr;
    return through_compose ? setting.source != settings::Source::default_value : known->passed;
}

Json to_json(const std::string& file, const GivenSettings& given,
             const std::vector<const settings::Setting*>& chosen) {
    Json list = Json(Json::Array{});
    for (const settings::Setting* setting : chosen) {
        const settings::KnownSetting* known = settings::known_setting(setting->name);
        list.push(Json::object(
            {{"name", setting->name},
             {"value", setting->secret ? to_string(setting->value) : std::string(setting->value.reveal())},
             {"secret", setting->secret},
             {"source", name_of(setting->source)},
             {"line", setting->line == 0 ? Json() : Json(int64_t(setting->line))},
             {"known", known != nullptr},
             {"passed", passed(*setting, known, given.settings.through_compose())},
             {"compose_file", setting->file.empty() ? Json() : Json(setting->file)},
             {"withheld", setting->withheld}}));
    }
    return Json::object({{"env_file", file}, {"judged", to_json(given)}, {"settings", list}});
}

void show(App& app, const std::vector<const settings::Setting*>& chosen) {
    size_t name_width = 0, where_width = 0;
    for (const settings::Setting* setting : chosen) {
        name_width = std::max(name_width, display_width(printable(setting->name, 60)));
        where_width = std::max(where_width, where(*setting).size());
    }
    const size_t width = app.out.terminal().width;
    const bool columns = width >= name_width + where_width + 24;
    const size_t value_width = columns ? width - name_width - where_width - 4 : width - 4;
    for (const settings::Setting* setting : chosen) {
        const std::string name = printable(setting->name, 60);
        std::vector<std::string> lines = wrap(shown(*setting), value_width);
        if (lines.empty()) lines.emplace_back();
        const std::string from = app.out.inked(Ink::dim, where(*setting));
        if (columns) {
            for (size_t i = 0; i < lines.size(); ++i) {
                std::string line = i == 0 ? name : std::string();
                line.append(name_width - display_width(line), ' ').append("  ").append(lines[i]);
                if (i == 0) {
                    const size_t used = display_width(lines[i]);
                    line.append(used < value_width ? value_width - used : 0, ' ').append("  ").append(from);
                }
                app.out.line(line);
            }
        } else {
            app.out.put(name).put("  ").line(from);
            for (const std::string& line : lines) app.out.line("    " + line);
        }
    }
}

ExitCode run_config_show(App& app, const ConfigShowOptions& options) {
    const Result<Project> project = open_project(app);
    if (!project) return app.report(project.error());
    if (!project->env.file.readable()) return app.report(refused_env(project->env));

    std::vector<const settings::Setting*> chosen;
    std::vector<std::string> dropped;
    const GivenSettings given = given_settings(app, *project);
    const bool through_compose = given.settings.through_compose();
    for (const settings::Setting& setting : given.settings.all()) {
        if (!options.all && setting.source == settings::Source::default_value && !setting.withheld) continue;
        chosen.push_back(&setting);
        if (is_dropped(setting, through_compose)) dropped.push_back(setting.name);
    }
    const std::string file = project->env.path.string();
    if (app.global.json()) {
        app.emit("logbookctl/config_show/1", to_json(file, given, chosen));
        return ExitCode::ok;
    }
    show(app, chosen);
    if (!chosen.empty()) app.out.line();
    if (!dropped.empty() && !app.global.quiet)
        for (const std::string& line :
             wrap(fmt::format("· the {} not pass to the backend: {}",
                              through_compose ? "Compose files do" : "base compose file does",
                              join(dropped, ", ")),
                  app.out.terminal().width))
            app.out.line(line);
    if (!given.obstacle.empty() && !app.global.quiet)
        for (const std::string& line :
             wrap("· .env alone was read: " + given.obstacle, app.out.terminal().width))
            app.out.line(line);
    const std::string from = where_given(given, *project);
    app.out.line(options.all ? fmt::format("{} · {}", counted(chosen.size(), "setting"), from)
                             : fmt::format("{} set · {} · with the defaults: --all",
                                           counted(chosen.size(), "setting"), from));
    return ExitCode::ok;
}

}  // namespace

void add_config_show(const Command& parent) {
    const Command cmd =
        parent.add_subcommand("show", "Show the effective settings and where each comes from", "Configure");
    auto options = std::make_shared<ConfigShowOptions>();
    cmd.add_flag("--all", options->all, "The application's defaults too");
    cmd.set_help(
        {{{"logbookctl config show", "what .env and this shell set"},
          {"logbookctl config show --all -o json", "every known setting, for a program"}},
         {"0  shown", "1  .env cannot be read, or Compose would refuse it", "2  the command line is wrong"},
         {"config check", "secrets check"},
         "Reads .env as Compose does: quotes, escapes, inline comments and ${VARIABLES}; of two lines for "
         "one "
         "name "
         "the last counts; a variable of this shell beats the file. Where the folder has Compose files, what "
         "they hand to the backend is shown: a value may come from .env, from this shell (environment), from "
         "a Compose file, or be the application's default, also because the Compose files do not pass on "
         "what .env says. Secrets are shown as ***, and so is every "
         "unknown setting whose name sounds like one."});
    cmd.on_chosen([options](App& app) { return run_config_show(app, *options); });
}

}  // namespace logbook::cli
