// The help screen: what it is for, two examples, then the options; exit codes and related commands last.
#pragma once

#include <map>

#include "command_line.h"

namespace logbook::cli {

class HelpFormatter : public CLI::Formatter {
  public:
    explicit HelpFormatter(const std::map<const CLI::App*, HelpText>& texts) : texts_(texts) {}
    std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;

  private:
    const std::map<const CLI::App*, HelpText>& texts_;
};

}  // namespace logbook::cli
