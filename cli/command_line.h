// The command line as a value: what was chosen. Help, man page and completion are all made from its one tree,
// so they cannot drift apart.
#pragma once

#include <memory>
#include <string>

#include "app.h"
#include "command.h"

namespace logbook::cli {

struct ParseOutcome {
    bool proceed = false;
    std::string text;
    ExitCode code = ExitCode::ok;
};

// The whole tree: global options bound to `global`, which must outlive it, and every command of
// commands/catalogue.h.
class CommandLine {
  public:
    explicit CommandLine(GlobalOptions& global, size_t help_width = 80);
    ~CommandLine();
    CommandLine(const CommandLine&) = delete;
    CommandLine& operator=(const CommandLine&) = delete;

    // Reads argv, once. Unless it says to proceed, it returns the text to print and the exit code: help and
    // version are for standard output (code 0), the rest for standard error (code 2).
    ParseOutcome parse(int argc, const char* const* argv);

    Command root() { return {*tree_, registry_}; }
    std::string first_word() const;  // of the commands that were chosen: "doctor", "migrate"
    ExitCode run(App& app) const;    // what was chosen

  private:
    Registry registry_;
    std::unique_ptr<CLI::App> tree_;
};

}  // namespace logbook::cli
