// The help screen: what it is for, two examples, then the options; exit codes and related commands last.
#pragma once

#include "command_line.h"

namespace logbook::cli {

// Reads the words and the width from the line, which must outlive it.
class HelpFormatter : public CLI::Formatter {
  public:
    explicit HelpFormatter(const CommandLine& line) : line_(line) {}
    std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;

  private:
    const CommandLine& line_;
};

}  // namespace logbook::cli
