// Drift in lines and in JSON.
#include "view/drift_view.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "view/labelled.h"
#include "view/table.h"

namespace logbook::cli {
namespace {

using deployment::DriftFinding;
using deployment::DriftKind;

std::string in_words(DriftKind kind) {
    switch (kind) {
    case DriftKind::stale:
        return "stale";
    case DriftKind::redefined:
        return "redefined";
    case DriftKind::shadowed:
        return "shadowed by this shell";
    case DriftKind::hard_coded:
        return "hard-coded";
    case DriftKind::not_passed:
        return "not passed through";
    }
    return "stale";
}

std::string what_it_means(const DriftFinding& found) {
    const std::string made_of = found.from.empty() ? "" : " (made of " + join(found.from, ", ") + ")";
    switch (found.kind) {
    case DriftKind::stale:
        if (!found.rendered)
            return "the container still has it, and nothing sets it any more: only a recreate takes it away";
        return "the container was made with " + std::string(found.running ? "another value" : "none") +
               made_of + ": only a recreate applies this one";
    case DriftKind::redefined:
        return found.stake == deployment::DriftStake::stored_data
                   ? "the Compose files mount something else there: a recreate would leave the data behind"
                   : "the Compose files give another image, command, port, mount or limit: only a recreate "
                     "applies it";
    case DriftKind::shadowed:
        return "this shell exports another value, which Compose takes instead of the one in .env";
    case DriftKind::hard_coded:
        return "the Compose file sets it itself" + made_of + ": the value in .env has no effect";
    case DriftKind::not_passed:
        return found.matters ? "it does not stand under `environment:`, so the application never sees it"
                             : "it does not reach the application, whose default means the same";
    }
    return {};
}

std::string print_of(const std::optional<Secret>& value, const crypto::Fingerprinter& prints) {
    return value ? prints.of(*value) : "–";
}

Json json_print(const std::optional<Secret>& value, const crypto::Fingerprinter& prints) {
    return value ? Json(prints.of(*value)) : Json();
}

}  // namespace

void put_drift(Stream& out, const deployment::Drift& drift,
               const std::vector<deployment::DriftRemedy>& remedies, const crypto::Fingerprinter& prints) {
    const bool shell = std::any_of(drift.findings.begin(), drift.findings.end(),
                                   [](const DriftFinding& f) { return f.kind == DriftKind::shadowed; });
    std::vector<Column> columns = {{"name"}, {"service"}, {".env"}, {"compose"}, {"container"}, {"verdict"}};
    if (shell) columns.insert(columns.begin() + 3, Column{"this shell"});
    std::vector<TableRow> rows;
    for (const DriftFinding& found : drift.findings) {
        TableRow row;
        row.mark = found.matters ? Mark::fail : Mark::note;
        row.cells = {
            printable(found.name, 60),       found.service.empty() ? "–" : printable(found.service, 60),
            print_of(found.in_env, prints),  print_of(found.rendered, prints),
            print_of(found.running, prints), in_words(found.kind)};
        if (shell) row.cells.insert(row.cells.begin() + 3, print_of(found.in_shell, prints));
        row.details.emplace_back("meaning", what_it_means(found));
        rows.push_back(std::move(row));
    }
    if (!rows.empty()) {
        put_table(out, columns, rows, true);
        out.line();
    }
    for (const deployment::DriftRemedy& remedy : remedies) {
        std::vector<std::string> names;
        for (const std::string& name : remedy.names) names.push_back(printable(name, 60));
        put_labelled(out, "for", join(names, ", "), Ink::bold);
        if (!remedy.danger.empty()) put_labelled(out, "danger", remedy.danger, Ink::red);
        std::vector<runbook::Step> steps;
        for (const deployment::DriftStep& step : remedy.steps)
            steps.push_back({step.text, step.command, runbook::Risk::none});
        put_steps(out, "fix", steps);
        out.line();
    }
    for (const std::string& sentence : drift.unknown)
        for (size_t i = 0;
             const std::string& line : wrap(sentence, std::max<size_t>(out.terminal().width, 24) - 2))
            out.line((i++ == 0 ? glyph(out, Mark::warn) + " " : "  ") + line);
    if (!drift.unknown.empty()) out.line();
}

void set_drift(Json& document, const deployment::Drift& drift,
               const std::vector<deployment::DriftRemedy>& remedies, const crypto::Fingerprinter& prints) {
    Json::Array findings, fixes;
    for (const DriftFinding& found : drift.findings)
        findings.push_back(Json::object(
            {{"verdict", name_of(found.kind)},
             {"name", found.name},
             {"service", found.service.empty() ? Json() : Json(found.service)},
             {"container", found.container.empty() ? Json() : Json(found.container)},
             {"line", found.line ? Json(int64_t(found.line)) : Json()},
             {"made_of", Json::array(found.from)},
             {"compose_file", found.file.empty() ? Json() : Json(found.file.string())},
             {"stake", name_of(found.stake)},
             {"matters", found.matters},
             {"meaning", what_it_means(found)},
             {"fingerprints", Json::object({{"env", json_print(found.in_env, prints)},
                                            {"shell", json_print(found.in_shell, prints)},
                                            {"compose", json_print(found.rendered, prints)},
                                            {"container", json_print(found.running, prints)}})}}));
    for (const deployment::DriftRemedy& remedy : remedies) {
        Json::Array steps;
        for (const deployment::DriftStep& step : remedy.steps)
            steps.push_back(Json::object(
                {{"text", step.text}, {"command", step.command.empty() ? Json() : Json(step.command)}}));
        fixes.push_back(Json::object({{"names", Json::array(remedy.names)},
                                      {"danger", remedy.danger.empty() ? Json() : Json(remedy.danger)},
                                      {"steps", Json(std::move(steps))}}));
    }
    document.set("drift", drift.found())
        .set("complete", drift.complete())
        .set("findings", Json(std::move(findings)))
        .set("remedies", Json(std::move(fixes)))
        .set("unknown", Json::array(drift.unknown));
}

}  // namespace logbook::cli
