// The command tree as plain facts: what completion scripts, man pages and the tests read.
#pragma once

#include <string>
#include <vector>

#include "command.h"

namespace logbook::cli {

// What may stand as a value. It is read from the option's type name, whose parts stand between bars: a word
// in small letters is itself, FILE and DIR are paths, ENTRY is a runbook entry, ID a check of doctor,
// DEPLOYMENT one of the config file; others are anything.
struct Values {
    std::vector<std::string> words;
    bool files = false;
    bool folders = false;
    bool entries = false;
    bool checks = false;
    bool deployments = false;

    bool any() const { return !words.empty() || files || folders || entries || checks || deployments; }
};

struct OptionFacts {
    std::vector<std::string> names;  // "-o", "--output"
    std::string value;               // "table|json"; empty for a flag
    std::string description;
    std::string variable;  // of the environment; may be empty
    Values values;
    bool repeatable = false;
};

struct WordFacts {
    std::string name;  // "ENTRY|CODE|TEXT|-"
    std::string description;
    Values values;
    bool required = false;
    bool repeats = false;
};

struct CommandFacts {
    std::string name;
    std::string path;  // "" for the program itself, "secrets generate"
    std::string description;
    std::string group;
    std::vector<OptionFacts> options;  // its own; those of the program itself are taken everywhere
    std::vector<WordFacts> words;
    HelpText text;
    std::vector<CommandFacts> commands;
};

// Hidden commands and options (those without a group) are left out.
CommandFacts facts_of(const CLI::App& root, const Registry& registry);
CommandFacts facts_of(const Command& root);

// Every command below, and the program itself first.
std::vector<const CommandFacts*> all_commands(const CommandFacts& root);

// "table|json" of an option's type name, without the validator's words behind the colon.
std::string shown_type(const CLI::Option& option);

}  // namespace logbook::cli
