// The layout.
#include "view/plan_view.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/bytes.h"
#include "logbook/base/text.h"
#include "view/finding_lines.h"

namespace logbook::cli {
namespace {

using migration::Effect;
using migration::PlannedStatement;
using migration::PlannedStep;
using migration::Rehearsal;
using migration::RehearsedStep;
using migration::UpgradePlan;

constexpr size_t most_of_a_statement = 4'000;  // with -v
constexpr size_t most_in_a_pipe = 300;
constexpr size_t most_instant = 5;  // statements of a step
constexpr size_t margin = 6;

std::string grouped(uint64_t number) {
    std::string text = std::to_string(number);
    for (size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, ',');
    return text;
}

std::string size_of(const PlannedStatement& one) {
    if (!one.rows && !one.bytes) return {};
    return fmt::format("about {} rows, {}", grouped(one.rows.value_or(0)),
                       human_bytes(one.bytes.value_or(0)));
}

// One line of the terminal, or as much as a log wants of it.
std::string on_one_line(const App& app, std::string_view text) {
    const Terminal& terminal = app.out.terminal();
    if (app.global.verbose) return printable(text, most_of_a_statement);
    return printable(text, terminal.tty ? std::max<size_t>(terminal.width, 40) - margin : most_in_a_pipe);
}

Mark mark_of(Effect effect) {
    switch (effect) {
    case Effect::instant:
    case Effect::adds_rows:
    case Effect::reads_table:
        return Mark::pass;
    case Effect::locks_writes:
    case Effect::rewrites:
    case Effect::changes_rows:
        return Mark::warn;
    case Effect::destroys:
    case Effect::unknown:
        return Mark::fail;
    }
    return Mark::fail;
}

std::string effect_line(const PlannedStatement& one) {
    std::string text(words_of(one.effect.effect));
    if (one.effect.why.substr(0, text.size()) == text)
        text = one.effect.why;
    else if (!one.effect.why.empty())
        text += ": " + one.effect.why;
    if (const std::string size = size_of(one); !size.empty() && one.effect.effect >= Effect::reads_table)
        text += fmt::format(" ({})", size);
    else if (one.made_before && one.effect.effect >= Effect::reads_table)
        text += " (a table that this upgrade makes)";
    return text;
}

void put_statements(App& app, const std::vector<PlannedStatement>& statements) {
    size_t instant = 0;
    for (const PlannedStatement& one : statements) {
        if (one.effect.effect != Effect::instant || app.global.verbose) {
            app.out.line("    " + on_one_line(app, one.sql));
            app.out.line(fmt::format("      {} {}", glyph(app.out, mark_of(one.effect.effect)),
                                     printable(effect_line(one), 300)));
        } else if (++instant <= most_instant) {
            app.out.line(app.out.inked(Ink::dim, "    " + on_one_line(app, one.effect.why)));
        }
    }
    if (instant > most_instant)
        app.out.line(app.out.inked(Ink::dim, fmt::format("    … and {} more that are instant: -v shows them",
                                                         instant - most_instant)));
}

// Of the rehearsal; nullptr where it did not come so far.
const RehearsedStep* rehearsed_as(const PlannedStep& step, const Rehearsal& rehearsal) {
    for (const RehearsedStep& one : rehearsal.steps)
        if (one.revision == step.revision) return &one;
    return rehearsal.failed && rehearsal.failed->revision == step.revision ? &*rehearsal.failed : nullptr;
}

// A table or a column, with all that stands in it.
bool drops_something(const PlannedStep& step, const Rehearsal& rehearsal) {
    const RehearsedStep* rehearsed = rehearsed_as(step, rehearsal);
    return rehearsed && std::any_of(rehearsed->changes.begin(), rehearsed->changes.end(),
                                    [](const migration::SchemaChange& change) { return drops_rows(change); });
}

void put_rehearsed(App& app, const PlannedStep& step, const Rehearsal& rehearsal, bool failed) {
    const RehearsedStep* rehearsed = rehearsed_as(step, rehearsal);
    if (!rehearsed)
        return app.out.line(app.out.inked(Ink::dim, "    not rehearsed: one before it failed")), void();
    if (failed) {
        app.out.line(fmt::format("    {} fails on the copy: {}", glyph(app.out, Mark::fail),
                                 printable(rehearsal.failure.said, 600)));
        if (!rehearsal.failure.sql.empty()) app.out.line("      " + on_one_line(app, rehearsal.failure.sql));
    }
    for (const migration::SchemaChange& change : rehearsed->changes)
        app.out.line((drops_rows(change) ? fmt::format("    {} ", glyph(app.out, Mark::fail))
                                         : std::string("    = ")) +
                     on_one_line(app, words_of(change)));
    if (rehearsed->changes.empty())
        app.out.line(app.out.inked(Ink::dim, failed ? "    = it had changed nothing of the structure before"
                                                    : "    = changes nothing of the structure"));
}

}  // namespace

std::string plan_summary(const UpgradePlan& plan, const Rehearsal* rehearsal) {
    std::vector<std::string> parts;
    const auto add = [&](Effect effect, std::string_view one, std::string_view several) {
        if (const size_t n = plan.steps_that(effect); n > 0)
            parts.push_back(fmt::format("{} {}", n, n == 1 ? one : several));
    };
    add(Effect::destroys, "destroys data", "destroy data");
    add(Effect::unknown, "has a statement that is not judged", "have statements that are not judged");
    add(Effect::changes_rows, "changes rows", "change rows");
    add(Effect::rewrites, "rewrites a table", "rewrite tables");
    add(Effect::locks_writes, "locks writers out", "lock writers out");
    if (const PlannedStatement* largest = plan.largest(Effect::locks_writes); largest && !parts.empty())
        parts.back() += fmt::format(" (the largest table: `{}`, {})", printable(largest->effect.table, 64),
                                    size_of(*largest));
    if (const size_t n = plan.untold(); n > 0) {
        const auto drops = std::count_if(plan.steps.begin(), plan.steps.end(), [&](const PlannedStep& step) {
            return !step.statements && rehearsal && drops_something(step, *rehearsal);
        });
        parts.push_back(fmt::format("{} not knowable offline", n));
        if (drops > 0)
            parts.back() += fmt::format(", of which {} dropped columns or tables of the copy", drops);
    }
    if (parts.empty()) return "none touches stored rows";
    return join(parts, ", ");
}

void put_plan(App& app, const revision::RevisionMap& map, const UpgradePlan& plan,
              const Rehearsal* rehearsal) {
    for (const PlannedStep& step : plan.steps) {
        const auto& file = map[step.revision].file;
        const bool failed = rehearsal && rehearsal->failed && rehearsal->failed->revision == step.revision;
        put_finding(app.out,
                    failed            ? Mark::fail
                    : step.statements ? mark_of(step.effect())
                                      : Mark::note,
                    fmt::format("{}  {}", printable(file.revision, 64), printable(file.title(), 120)),
                    step.statements ? words_of(step.effect()) : "not knowable offline", {});
        if (!step.statements)
            app.out.line(app.out.inked(Ink::dim, "    " + on_one_line(app, step.why)));
        else if (step.statements->empty())
            app.out.line(app.out.inked(Ink::dim, "    no statement"));
        else
            put_statements(app, *step.statements);
        if (rehearsal) put_rehearsed(app, step, *rehearsal, failed);
    }
}

Json plan_json(const revision::RevisionMap& map, const UpgradePlan& plan, const Rehearsal* rehearsal) {
    Json::Array steps;
    const auto or_null = [](const auto& text) { return text.empty() ? Json() : Json(text); };
    const auto number = [](const std::optional<uint64_t>& value) { return value ? Json(*value) : Json(); };
    for (const PlannedStep& step : plan.steps) {
        const auto& file = map[step.revision].file;
        Json::Array statements;
        if (step.statements)
            for (const PlannedStatement& one : *step.statements)
                statements.push_back(Json::object({{"sql", one.sql},
                                                   {"effect", name_of(one.effect.effect)},
                                                   {"why", or_null(one.effect.why)},
                                                   {"table", or_null(one.effect.table)},
                                                   {"rows", number(one.rows)},
                                                   {"bytes", number(one.bytes)},
                                                   {"made_before", one.made_before}}));
        Json changed;
        if (const RehearsedStep* rehearsed = rehearsal ? rehearsed_as(step, *rehearsal) : nullptr) {
            Json::Array changes;
            for (const migration::SchemaChange& change : rehearsed->changes)
                changes.push_back(to_json(change));
            changed = Json(std::move(changes));
        }
        steps.push_back(Json::object({{"revision", file.revision},
                                      {"title", file.title()},
                                      {"file", file.path.string()},
                                      {"effect", name_of(step.effect())},
                                      {"knowable", step.statements.has_value()},
                                      {"why", or_null(step.why)},
                                      {"statements", Json(std::move(statements))},
                                      {"changed", std::move(changed)}}));
    }
    return Json(std::move(steps));
}

}  // namespace logbook::cli
