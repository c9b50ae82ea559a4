// `logbookctl config check`: the application's security gate, before the application meets it.
#include <memory>
#include <optional>

#include <algorithm>
#include <fmt/format.h>

#include "commands/catalogue.h"
#include "logbook/base/text.h"
#include "logbook/settings/gate.h"
#include "project.h"
#include "view/finding_lines.h"

namespace logbook::cli {
namespace {

struct ConfigCheckOptions {
    std::string as;  // empty: as ENVIRONMENT says
};

struct Verdict {
    std::string file, environment;
    std::string judged;    // in words
    std::string obstacle;  // why it is .env alone although there are Compose files
    Json given;
    bool armed = false, blocks = false;
    std::vector<settings::GateFinding> findings;

    size_t count(settings::Severity severity) const {
        size_t n = 0;
        for (const settings::GateFinding& finding : findings) n += finding.severity == severity;
        return n;
    }
};

Mark mark_of(const settings::GateFinding& finding, bool armed) {
    switch (finding.severity) {
    case settings::Severity::critical:
        return armed || finding.everywhere ? Mark::fail : Mark::warn;
    case settings::Severity::warning:
        return Mark::warn;
    case settings::Severity::advice:
        return Mark::note;
    }
    return Mark::note;
}

Json to_json(const Verdict& verdict) {
    Json list = Json(Json::Array{});
    for (const settings::GateFinding& finding : verdict.findings)
        list.push(Json::object({{"severity", name_of(finding.severity)},
                                {"rule", finding.rule},
                                {"setting", finding.setting},
                                {"ours", finding.severity == settings::Severity::advice},
                                {"message", finding.message},
                                {"fix", finding.fix}}));
    return Json::object({{"env_file", verdict.file},
                         {"judged", verdict.given},
                         {"environment", verdict.environment},
                         {"armed", verdict.armed},
                         {"blocks_start", verdict.blocks},
                         {"findings", list}});
}

std::string summary(const Verdict& verdict) {
    return fmt::format("{} critical, {}, {} of ours · {} as {}", verdict.count(settings::Severity::critical),
                       counted(verdict.count(settings::Severity::warning), "warning"),
                       verdict.count(settings::Severity::advice), verdict.judged, verdict.environment);
}

void show(App& app, const Verdict& verdict) {
    if (!app.global.quiet) {
        for (const settings::GateFinding& finding : verdict.findings)
            put_finding(app.out, mark_of(finding, verdict.armed),
                        finding.severity == settings::Severity::advice ? "ours: " + finding.message
                                                                       : finding.message,
                        finding.rule, finding.fix);
        if (!verdict.findings.empty()) app.out.line();
    }
    const size_t critical = verdict.count(settings::Severity::critical);
    std::string line;
    if (verdict.blocks)
        line = glyph(app.out, Mark::fail) + " the backend would refuse to start";
    else if (critical > 0)
        line =
            glyph(app.out, Mark::warn) +
            fmt::format(
                " the backend would start, since the gate is not armed in `{}`; in production it would not",
                printable(verdict.environment, 40));
    else
        line = glyph(app.out, Mark::pass) + " the backend would start";
    app.out.line(line);
    for (const std::string& part : wrap(summary(verdict), std::max<size_t>(app.out.terminal().width, 22) - 2))
        app.out.line("  " + part);
    if (!verdict.obstacle.empty())
        for (const std::string& part : wrap(".env alone was judged: " + verdict.obstacle,
                                            std::max<size_t>(app.out.terminal().width, 22) - 2))
            app.out.line("  " + part);
}

ExitCode run_config_check(App& app, const ConfigCheckOptions& options) {
    const Result<Project> project = open_project(app);
    if (!project) return app.report(project.error());
    if (!project->env.file.readable()) return app.report(refused_env(project->env));

    std::optional<std::string_view> as;
    if (!options.as.empty()) as = options.as;
    Verdict verdict;
    verdict.file = project->env.path.string();
    const GivenSettings given = given_settings(app, *project);
    verdict.judged = where_given(given, *project);
    verdict.obstacle = given.obstacle;
    verdict.given = to_json(given);
    verdict.environment = as ? options.as : printable(given.settings.text("ENVIRONMENT"), 40);
    verdict.findings = settings::judge_gate(given.settings, as);
    verdict.armed = settings::gate_is_armed(given.settings, as);
    verdict.blocks = settings::blocks_start(verdict.findings, verdict.armed);
    if (app.global.json())
        app.emit("logbookctl/config_check/1", to_json(verdict));
    else
        show(app, verdict);
    return verdict.blocks ? ExitCode::problem : ExitCode::ok;
}

}  // namespace

void add_config_check(const Command& parent) {
    const Command cmd = parent.add_subcommand(
        "check", "Judge the settings by the application's security gate, before it starts", "Configure");
    auto options = std::make_shared<ConfigCheckOptions>();
    cmd.add_option("--as", options->as, "Judge the same values as this ENVIRONMENT")
        .one_of({"production", "staging", "development"})
        .type_name("production|staging|development");
    cmd.set_help(
        {{{"logbookctl config check", "would the backend start with these settings?"},
          {"logbookctl config check --as production", "and in production?"}},
         {"0  the backend would start", "1  it would refuse to start, or .env cannot be read",
          "2  the command line is wrong"},
         {"config show", "secrets check", "secrets generate"},
         "The application refuses to start in production and staging while a CRITICAL rule of its "
         "security gate "
         "fails, and everywhere when SECURITY_BLOCK_INSECURE_DEFAULTS is on. This command applies "
         "the same rules. "
         "Findings marked `ours` are stricter than the application and never block.\n\n"
         "Where the folder has Compose files, the environment that they give to the backend is judged: "
         "the production file sets ENABLE_DOCS and more, fixed values beat .env, and a name that the "
         "environment: block does not list counts as unset. Without Compose files .env alone is "
         "judged. The last line says which it was."});
    cmd.on_chosen([options](App& app) { return run_config_check(app, *options); });
}

}  // namespace logbook::cli
