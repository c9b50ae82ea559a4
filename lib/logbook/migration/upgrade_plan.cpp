// From SQL to judged statements.
#include "logbook/migration/upgrade_plan.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "logbook/base/text.h"
#include "logbook/migration/sql_script.h"

namespace logbook::migration {
namespace {

template <typename Predicate>
size_t count_steps(const std::vector<PlannedStep>& steps, const Predicate& is) {
    return size_t(std::count_if(steps.begin(), steps.end(), is));
}

}  // namespace

Effect PlannedStep::effect() const {
    if (!statements) return Effect::unknown;
    Effect worst = Effect::instant;
    for (const PlannedStatement& one : *statements) worst = std::max(worst, one.effect.effect);
    return worst;
}

size_t UpgradePlan::untold() const {
    return count_steps(steps, [](const PlannedStep& step) { return !step.statements; });
}

size_t UpgradePlan::steps_that(Effect effect) const {
    return count_steps(steps, [&](const PlannedStep& step) {
        return step.statements && std::any_of(step.statements->begin(), step.statements->end(),
                                              [&](const auto& one) { return one.effect.effect == effect; });
    });
}

const PlannedStatement* UpgradePlan::largest(Effect at_least) const {
    const PlannedStatement* found = nullptr;
    for (const PlannedStep& step : steps) {
        if (!step.statements) continue;
        for (const PlannedStatement& one : *step.statements)
            if (one.effect.effect >= at_least && one.bytes && (!found || *one.bytes > *found->bytes))
                found = &one;
    }
    return found;
}

UpgradePlan make_plan(const std::vector<OfflineStep>& steps, const SchemaSnapshot& schema,
                      const SqlServer& server) {
    UpgradePlan plan;
    std::set<std::string> made;
    for (const OfflineStep& step : steps) {
        PlannedStep& planned = plan.steps.emplace_back();
        planned.revision = step.revision;
        planned.why = step.why;
        if (!step.sql) continue;
        const auto statements = split_sql(*step.sql);
        if (!statements) {
            planned.why = "its SQL cannot be taken apart: " + statements.error().what;
            continue;
        }
        planned.statements.emplace();
        for (const SqlStatement& statement : *statements) {
            StatementEffect effect = judge_statement(statement.text, server);
            if (effect.notes_revision) continue;
            PlannedStatement& one = planned.statements->emplace_back();
            one.sql = statement.text;
            if (const TableShape* table = effect.table.empty() ? nullptr : schema.find(effect.table);
                table && !table->view) {
                one.rows = table->rows;
                one.bytes = table->bytes();
            } else {
                one.made_before = made.count(effect.table) > 0;
            }
            if (effect.makes_table) made.insert(effect.table);
            one.effect = std::move(effect);
        }
    }
    return plan;
}

std::vector<OfflineStep> native_steps(const revision::RevisionMap& map,
                                      const std::vector<revision::RevisionIndex>& path) {
    std::vector<OfflineStep> steps;
    for (const revision::RevisionIndex index : path) steps.push_back({index, map[index].file.script, {}});
    return steps;
}

std::string_view words_of(Effect effect) {
    switch (effect) {
    case Effect::instant:
        return "instant";
    case Effect::adds_rows:
        return "adds rows";
    case Effect::reads_table:
        return "reads the whole table";
    case Effect::locks_writes:
        return "locks writers out";
    case Effect::rewrites:
        return "rewrites the table";
    case Effect::changes_rows:
        return "changes rows";
    case Effect::destroys:
        return "destroys data";
    case Effect::unknown:
        return "effect unknown";
    }
    return "effect unknown";
}

}  // namespace logbook::migration
