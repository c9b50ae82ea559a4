// A sandbox's processes, as a document and as lines.
#pragma once

#include <filesystem>
#include <string>

#include "app.h"
#include "logbook/sandbox/state.h"

namespace logbook::cli {

// `folder_option` as the user gave it, else the default place.
std::filesystem::path sandbox_folder(const std::string& folder_option);

// Whether every process of it lives.
bool all_alive(const sandbox::State& state);

// "logbookctl/sandbox/1"
void emit_sandbox(App& app, const std::filesystem::path& folder, const sandbox::State& state);

// One line a process.
void print_sandbox(App& app, const sandbox::State& state);

}  // namespace logbook::cli
