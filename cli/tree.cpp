// Reads the tree of CLI::App.
#include "tree.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "logbook/base/text.h"

namespace logbook::cli {
namespace {

bool is_word(std::string_view part) {
    return !part.empty() && part.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ[]<> ") == std::string_view::npos;
}

Values values_of(const CLI::Option& option) {
    Values values;
    const std::string type = option.get_type_name();
    const size_t set = type.find(":{");  // the words of an IsMember
    const std::string parts =
        set == std::string::npos ? replace_all(shown_type(option), ",", "|")
                                 : replace_all(type.substr(set + 2, type.find('}', set) - set - 2), ",", "|");
    for (const std::string& part : split(parts, '|')) {
        const std::string kind = part.substr(0, part.find_first_of("=[ ."));
        if (kind == "FILE")
            values.files = true;
        else if (kind == "DIR")
            values.folders = true;
        else if (kind == "ENTRY")
            values.entries = true;
        else if (kind == "ID")
            values.checks = true;
        else if (kind == "DEPLOYMENT")
            values.deployments = true;
        else if (is_word(part))
            values.words.push_back(part);
    }
    if (contains(type, ":FILE") || contains(type, ":PATH")) values.files = true;
    if (contains(type, ":DIR")) values.folders = true;
    return values;
}

OptionFacts option_facts(const CLI::Option& option) {
    OptionFacts facts;
    for (const std::string& name : option.get_snames()) facts.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) facts.names.push_back("--" + name);
    facts.description = option.get_description();
    facts.variable = option.get_envname();
    if (option.get_items_expected_max() > 0) {
        facts.value = shown_type(option);
        facts.values = values_of(option);
        facts.repeatable = option.get_expected_max() > 1;
    }
    return facts;
}

CommandFacts command_facts(const CLI::App& app, const std::string& path, const Registry& registry) {
    CommandFacts facts;
    facts.name = app.get_parent() ? app.get_name() : "logbookctl";
    facts.path = path;
    facts.description = app.get_description();
    facts.group = app.get_group();
    if (const auto text = registry.help.find(&app); text != registry.help.end()) facts.text = text->second;
    for (const CLI::Option* option : app.get_options()) {
        if (option->get_positional()) {
            const std::string type = shown_type(*option);
            facts.words.push_back({type.empty() ? option->get_single_name() : type, option->get_description(),
                                   values_of(*option), option->get_required(),
                                   option->get_expected_max() > 1});
        } else if (!option->get_group().empty()) {
            // --help is the program's own, and taken everywhere.
            const bool help = option == app.get_help_ptr();
            if (!help || !app.get_parent()) facts.options.push_back(option_facts(*option));
        }
    }
    for (const CLI::App* sub : app.get_subcommands([](const CLI::App* a) { return !a->get_group().empty(); }))
        facts.commands.push_back(
            command_facts(*sub, path.empty() ? sub->get_name() : path + " " + sub->get_name(), registry));
    return facts;
}

void collect(const CommandFacts& facts, std::vector<const CommandFacts*>& out) {
    out.push_back(&facts);
    for (const CommandFacts& sub : facts.commands) collect(sub, out);
}

}  // namespace

CommandFacts facts_of(const CLI::App& root, const Registry& registry) {
    return command_facts(root, "", registry);
}

CommandFacts facts_of(const Command& root) {
    return facts_of(root.tree(), root.registry());
}

std::vector<const CommandFacts*> all_commands(const CommandFacts& root) {
    std::vector<const CommandFacts*> all;
    collect(root, all);
    return all;
}

std::string shown_type(const CLI::Option& option) {
    const std::string type = option.get_type_name();
    return type.substr(0, type.find(':'));
}

}  // namespace logbook::cli
