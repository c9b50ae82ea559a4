// `logbookctl migrate check`: everything that is wrong with the chain, for people and for CI.
#include <memory>

#include <fmt/format.h>

#include "commands/catalogue.h"
#include "logbook/base/text.h"
#include "logbook/revision/revision_lint.h"
#include "migrate_chain.h"
#include "view/finding_lines.h"
#include "view/lint_formats.h"

namespace logbook::cli {
namespace {

using revision::LintFinding;

struct MigrateCheckOptions {
    ChainOptions chain;
    std::string fail_on = "fail";
    std::string output;  // empty: as the global option says
};

Json to_json(const revision::VersionsFolder& folder, const std::vector<LintFinding>& findings) {
    Json::Array list;
    for (const LintFinding& finding : findings)
        list.push_back(Json::object({{"severity", finding.error ? "error" : "warning"},
                                     {"rule", finding.rule},
                                     {"file", finding.file.empty() ? Json() : Json(finding.file)},
                                     {"line", finding.line == 0 ? Json() : Json(int64_t(finding.line))},
                                     {"message", finding.what},
                                     {"fix", finding.hint}}));
    return Json::object({{"folder", folder.path.string()},
                         {"files", int64_t(folder.files.size() + folder.problems.size())},
                         {"findings", Json(std::move(list))}});
}

void show(App& app, const revision::VersionsFolder& folder, const std::vector<LintFinding>& findings,
          size_t errors) {
    if (!app.global.quiet) {
        for (const LintFinding& finding : findings) {
            const std::string place =
                finding.file.empty() ? std::string()
                : finding.line == 0  ? printable(finding.file, 200) + ": "
                                     : fmt::format("{}:{}: ", printable(finding.file, 200), finding.line);
            put_finding(app.out, finding.error ? Mark::fail : Mark::warn, place + finding.what,
                        "migrate." + finding.rule, finding.hint);
        }
        if (!findings.empty()) app.out.line();
    }
    const size_t warnings = findings.size() - errors;
    const Mark mark = errors > 0 ? Mark::fail : warnings > 0 ? Mark::warn : Mark::pass;
    app.out.line(fmt::format("{} {}, {}, {}", glyph(app.out, mark),
                             counted(folder.files.size() + folder.problems.size(), "revision"),
                             counted(errors, "error"), counted(warnings, "warning")));
}

ExitCode run_migrate_check(App& app, const MigrateCheckOptions& options) {
    if (!options.output.empty()) app.global.output = options.output;
    const auto folder = open_versions(app, options.chain);
    if (!folder) return report_chain(app, folder.error());
    const std::vector<LintFinding> findings = revision::lint(*folder);
    size_t errors = 0;
    for (const LintFinding& finding : findings) errors += finding.error;
    if (app.global.json())
        app.emit("logbookctl/migrate_check/1", to_json(*folder, findings));
    else if (app.global.output == "junit")
        put_junit(app.out, *folder, findings);
    else if (app.global.output == "github")
        put_github(app.out, *folder, findings);
    else
        show(app, *folder, findings, errors);
    const bool bad = errors > 0 || (options.fail_on == "warn" && !findings.empty());
    return bad ? ExitCode::problem : ExitCode::ok;
}

}  // namespace

void add_migrate_check(const Command& parent) {
    const auto options = std::make_shared<MigrateCheckOptions>();
    const Command cmd = parent.add_subcommand(
        "check", "Find everything that is wrong with the chain, without a database", "Configure");
    add_chain_options(cmd, options->chain);
    cmd.add_option("--fail-on", options->fail_on, "Exit 1 from this severity on (default fail)")
        .one_of({"warn", "fail"})
        .type_name("warn|fail");
    cmd.add_option("-o,--output", options->output, "How to print")
        .one_of({"table", "json", "junit", "github"})
        .type_name("table|json|junit|github");
    cmd.set_help(
        {{{"logbookctl migrate check --fail-on warn", "in CI: nothing may be odd"},
          {"logbookctl migrate check -o github --dir backend/alembic/versions",
           "as annotations of a pull request"},
          {"logbookctl migrate check -o junit > chain.xml", "as a test report"}},
         {"0  nothing is wrong", "1  an error, or a warning with --fail-on warn", "2  wrong words"},
         {"migrate heads", "migrate history"},
         "Errors: no head or several, a parent that no file has, circles, one identifier in two files, "
         "identifiers "
         "over 32 characters (alembic_version has no room for them), a branch label used twice, files that "
         "Python "
         "would refuse or that only running would tell.\n\n"
         "Warnings: a text (`Revises:`) that contradicts the code, a date before that of the revision it "
         "follows, a "
         "merge in name only, several bases, files set aside as `.stale`. The code counts, never the "
         "text.\n\n"
         "`alembic check` is something else: it compares models with a database."});
    cmd.on_chosen([options](App& app) { return run_migrate_check(app, *options); });
}

}  // namespace logbook::cli
