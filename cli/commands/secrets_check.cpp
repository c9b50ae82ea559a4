// `logbookctl secrets check`: audits the secrets of a `.env`.
#include <memory>

#include <fmt/format.h>

#include "commands/catalogue.h"
#include "logbook/base/text.h"
#include "logbook/host/login_users.h"
#include "logbook/secrets/audit.h"
#include "project.h"
#include "view/finding_lines.h"

namespace logbook::cli {
namespace {

struct SecretsCheckOptions {};

size_t count(const std::vector<secrets::AuditFinding>& findings, secrets::Level level) {
    size_t n = 0;
    for (const secrets::AuditFinding& finding : findings) n += finding.level == level;
    return n;
}

Mark mark_of(secrets::Level level) {
    switch (level) {
    case secrets::Level::fail:
        return Mark::fail;
    case secrets::Level::warn:
        return Mark::warn;
    case secrets::Level::note:
        return Mark::note;
    }
    return Mark::note;
}

Json to_json(const std::string& file, const std::vector<secrets::AuditFinding>& findings) {
    Json list = Json(Json::Array{});
    for (const secrets::AuditFinding& finding : findings)
        list.push(Json::object({{"level", name_of(finding.level)},
                                {"rule", finding.rule},
                                {"setting", finding.setting.empty() ? Json() : Json(finding.setting)},
                                {"line", finding.line == 0 ? Json() : Json(int64_t(finding.line))},
                                {"message", finding.message},
                                {"fix", finding.fix}}));
    return Json::object({{"env_file", file},
                         {"failed", count(findings, secrets::Level::fail)},
                         {"warnings", count(findings, secrets::Level::warn)},
                         {"notes", count(findings, secrets::Level::note)},
                         {"findings", list}});
}

ExitCode run_secrets_check(App& app, const SecretsCheckOptions&) {
    const Result<Project> project = open_project(app);
    if (!project) return app.report(project.error());
    if (!project->env.file.readable()) return app.report(refused_env(project->env));
    const std::vector<secrets::AuditFinding> findings = secrets::audit(
        project->env, project->settings, host::has_other_login_users(project->env.facts.owner));

    const std::string file = project->env.path.string();
    const size_t failed = count(findings, secrets::Level::fail);
    const size_t warned = count(findings, secrets::Level::warn);
    const size_t noted = count(findings, secrets::Level::note);
    if (app.global.json()) {
        app.emit("logbookctl/secrets_check/1", to_json(file, findings));
    } else {
        if (!app.global.quiet)
            for (const secrets::AuditFinding& finding : findings)
                put_finding(app.out, mark_of(finding.level),
                            finding.line == 0 ? finding.message
                                              : fmt::format("{} (line {})", finding.message, finding.line),
                            finding.rule, finding.fix);
        if (!findings.empty() && !app.global.quiet) app.out.line();
        if (failed + warned == 0)
            app.out.line(fmt::format("{} the secrets in {} are sound{}", glyph(app.out, Mark::pass), file,
                                     noted ? " · " + counted(noted, "note") : ""));
        else
            app.out.line(fmt::format("{} failed, {}, {} · {}", failed, counted(warned, "warning"),
                                     counted(noted, "note"), file));
    }
    return failed ? ExitCode::problem : ExitCode::ok;
}

}  // namespace

void add_secrets_check(const Command& parent) {
    const Command cmd = parent.add_subcommand(
        "check", "Audit the secrets in .env: placeholders, strength, reuse, spelling", "Configure");
    auto options = std::make_shared<SecretsCheckOptions>();
    cmd.set_help(
        {{{"logbookctl secrets check", "audits .env in this folder"},
          {"logbookctl secrets check -C /srv/the-logbook -o json", "the same elsewhere, for a program"}},
         {"0  no failure (warnings and notes may stand)", "1  a secret failed, or .env cannot be read",
          "2  the command line is wrong"},
         {"secrets generate", "config check"},
         "Looks for missing secrets, placeholders of example files, values that are short or can be guessed, "
         "one "
         "value under two names, characters that break the application's unescaped URLs, dollar signs that "
         "Compose "
         "takes for variables, and a file that others can read. No value is ever printed."});
    cmd.on_chosen([options](App& app) { return run_secrets_check(app, *options); });
}

}  // namespace logbook::cli
