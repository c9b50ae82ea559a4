// The command line as a value: what was chosen, and the words of each command's help. Help, man page and
// completion are all made from this and the tree of CLI::App, so they cannot drift apart.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "app.h"

namespace logbook::cli {

struct Example {
    std::string command;  // "logbookctl doctor --only db.host"
    std::string why;      // "one check"
};

// The words that CLI::App has no place for. Its own description is the one sentence of what the command is
// for.
struct HelpText {
    std::vector<Example> examples;        // two, the common ones first
    std::vector<std::string> exit_codes;  // "1  a problem was found"
    std::vector<std::string> see_also;    // "explain", "logbook-runbook(7)"
    std::string details;                  // for the man page: paragraphs apart by an empty line
};

struct CommandLine {
    std::function<ExitCode(App&)> run;  // of the command that was chosen
    std::map<const CLI::App*, HelpText> help;
    size_t width = 80;  // of help screens, in columns
};

// A duration option: "3s", "250ms", "2m".
CLI::Option* add_duration(CLI::App& app, const std::string& flag, Millis& value, const std::string& what);

// The whole tree: global options bound to `global`, and every command of commands/catalogue.h.
void build_command_line(CLI::App& root, GlobalOptions& global, CommandLine& line);

// Reads argv. On success `line.run` is set. Otherwise returns the text to print and the exit code: help and
// version are for standard output (code 0), the rest for standard error (code 2).
struct ParseOutcome {
    bool proceed = false;
    std::string text;
    ExitCode code = ExitCode::ok;
};
ParseOutcome parse_command_line(CLI::App& root, CommandLine& line, int argc, const char* const* argv);

}  // namespace logbook::cli
