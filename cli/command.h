// A command while it is declared: its words, options and help. A thin face over CLI11, whose headers cost
// every file that includes them seconds; they stand in the few sources that read the tree.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "exit_code.h"
#include "logbook/base/clock.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace logbook::cli {

struct App;

struct Example {
    std::string command;  // "logbookctl doctor --only db.host"
    std::string why;      // "one check"
};

// The words that CLI11 has no place for. A command's own description is the one sentence of what it is for.
struct HelpText {
    std::vector<Example> examples;        // two, the common ones first
    std::vector<std::string> exit_codes;  // "1  a problem was found"
    std::vector<std::string> see_also;    // "explain", "logbook-runbook(7)"
    std::string details;                  // for the man page: paragraphs apart by an empty line
};

// What the commands of one tree leave behind.
struct Registry {
    std::function<ExitCode(App&)> run;  // of the command that was chosen
    std::map<const CLI::App*, HelpText> help;
    size_t width = 80;  // of help screens, in columns
};

// An option or a word of a command. A handle: the tree that it stands in must outlive it.
class Option {
  public:
    explicit Option(CLI::Option* option) : option_(option) {}

    Option type_name(const std::string& name) const;  // "FILE": see Values in tree.h for what names mean
    Option variable(const std::string& name) const;   // of the environment, which gives the value too
    Option one_of(const std::vector<std::string>& words) const;
    Option range(uint64_t least, uint64_t most) const;
    Option check(std::function<std::string(const std::string&)> what_is_wrong) const;  // "" for nothing
    Option required() const;
    Option repeatable() const;            // keeps all values
    Option value_may_be_missing() const;  // `--url` as well as `--url URL`
    Option needs(Option other) const;
    Option excludes(Option other) const;

    bool given() const;  // on the command line or by its variable; valid once the line was read
    std::string text() const;

  private:
    CLI::Option* option_;
};

// A handle, as Option is. What values are bound to must live until the line was read.
class Command {
  public:
    Command(CLI::App& app, Registry& registry) : app_(&app), registry_(&registry) {}

    // Help lists it under `group`; with an empty one it is hidden.
    Command add_subcommand(const std::string& name, const std::string& description,
                           const std::string& group = "Subcommands") const;
    // One that does nothing itself: "migrate".
    Command add_noun(const std::string& name, const std::string& description, const std::string& group) const;

    // Names without dashes are words of the command line. Numbers that are none, or do not fit, are refused.
    Option add_option(const std::string& names, std::string& value, const std::string& what) const;
    Option add_option(const std::string& names, std::vector<std::string>& value,
                      const std::string& what) const;
    Option add_option(const std::string& names, std::filesystem::path& value, const std::string& what) const;
    Option add_option(const std::string& names, size_t& value, const std::string& what) const;
    Option add_option(const std::string& names, int& value, const std::string& what) const;
    Option add_option(const std::string& names, uint16_t& value, const std::string& what) const;
    Option add_option(const std::string& names, const std::string& what) const;  // read with Option::text()
    Option add_flag(const std::string& names, bool& value, const std::string& what) const;
    Option add_count(const std::string& names, int& value, const std::string& what) const;  // -vv
    Option add_duration(const std::string& names, Millis& value,
                        const std::string& what) const;  // "250ms", "2m"

    // One that was added to it: "--timeout".
    Option option(const std::string& name) const;

    void set_help(HelpText text) const;

    // What it does when it is chosen. `missing` names what the line lacks, if anything ("a PATTERN or
    // --rid").
    void on_chosen(std::function<ExitCode(App&)> run, std::function<std::string()> missing = {}) const;

    CLI::App& tree() const { return *app_; }
    Registry& registry() const { return *registry_; }

  private:
    CLI::App* app_;
    Registry* registry_;
};

}  // namespace logbook::cli
