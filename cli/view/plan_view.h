// How a plan is shown: a line for each revision, one for each statement that matters, the verdict last.
#pragma once

#include "app.h"
#include "logbook/migration/rehearsal.h"
#include "logbook/migration/upgrade_plan.h"

namespace logbook::cli {

// The verdict's clauses: "1 destroys data, 2 rewrite tables (the largest: `members`, about 12,000 rows,
// 4.5 MiB)". Pure.
std::string plan_summary(const migration::UpgradePlan& plan, const migration::Rehearsal* rehearsal);

// With -v every statement whole; else each on one line, and of those that are instant only what they are for.
// Beneath, what the rehearsal found, where there was one.
void put_plan(App& app, const revision::RevisionMap& map, const migration::UpgradePlan& plan,
              const migration::Rehearsal* rehearsal);

// Its steps.
Json plan_json(const revision::RevisionMap& map, const migration::UpgradePlan& plan,
               const migration::Rehearsal* rehearsal);

}  // namespace logbook::cli
