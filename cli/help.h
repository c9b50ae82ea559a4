// The help screen: what it is for, two examples, then the options; exit codes and related commands last.
#pragma once

#include <CLI/CLI.hpp>

#include "command.h"

namespace logbook::cli {

// Reads the words and the width from the registry, which must outlive it.
class HelpFormatter : public CLI::Formatter {
  public:
    explicit HelpFormatter(const Registry& registry) : registry_(registry) {}
    std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;

  private:
    const Registry& registry_;
};

}  // namespace logbook::cli
