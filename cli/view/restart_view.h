// How a restart is told: as a document, and as lines while it goes on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app.h"
#include "logbook/restart/execute.h"
#include "logbook/restart/staleness.h"

namespace logbook::cli {

// Everything that there is to tell. `planned`: nothing was carried out.
struct RestartTale {
    std::string headline, project, folder;
    bool dry_run = false, apply_env = false;
    restart::Staleness stale;
    std::vector<std::string> notes;
    std::string apply_command, go_on_command;  // ready to paste
    restart::Plan plan;
    std::optional<restart::Refusal> refusal;  // before anything was changed
    std::optional<restart::RunReport> run;    // nothing: it was not carried out
    Millis took{0};
};

// "done", "planned", "refused", "failed", "interrupted", "out_of_time"
std::string_view outcome_of(const RestartTale& tale);

// "logbookctl/restart/1"
void emit_restart(App& app, const RestartTale& tale);

// Where it is, what is stale, what else to know.
void put_restart_head(Stream& out, const RestartTale& tale);
// One step as it stands.
void put_restart_step(Stream& out, const restart::StepReport& report, size_t width);
// The end: verdict last.
void put_restart_end(Stream& out, const RestartTale& tale, bool quiet);

// Columns that the longest step takes.
size_t width_of_steps(const restart::Plan& plan);

}  // namespace logbook::cli
