// The help screen.
#include "help.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::cli {
namespace {

std::string path_of(const CLI::App* app) {
    return app->get_parent() ? path_of(app->get_parent()) + " " + app->get_name() : "logbookctl";
}

// "  left          right, wrapped under itself": two columns with a hanging indent.
std::string row(std::string_view left, std::string_view right, size_t left_width) {
    std::string out = fmt::format("  {:<{}}", left, left_width);
    const std::vector<std::string> lines = wrap(right, 78 - left_width);
    if (display_width(left) >= left_width) out += "\n" + std::string(left_width + 2, ' ');
    for (size_t i = 0; i < lines.size(); ++i)
        out += (i == 0 ? "" : "\n" + std::string(left_width + 2, ' ')) + lines[i];
    return out + "\n";
}

std::string option_rows(const CLI::App* app) {
    std::string out;
    for (const CLI::Option* option :
         app->get_options([](const CLI::Option* o) { return !o->get_group().empty(); })) {
        if (option->get_positional()) continue;
        std::string name = option->get_name(false, true);
        name = replace_all(std::move(name), ",", ", ");
        if (!option->get_type_name().empty()) name += " " + option->get_type_name();
        out += row(name, option->get_description(), 27);
    }
    return out;
}

std::string positionals_of(const CLI::App* app) {
    std::string out;
    for (const CLI::Option* option :
         app->get_options([](const CLI::Option* o) { return o->get_positional(); }))
        out += fmt::format(fmt::runtime(option->get_required() ? " {}" : " [{}]"), option->get_type_name().empty()
                                                                         ? option->get_single_name()
                                                                         : option->get_type_name());
    return out;
}

// The commands by group, in the order of their first member.
std::string commands_of(const CLI::App* app) {
    const auto subs = app->get_subcommands([](const CLI::App* sub) { return !sub->get_group().empty(); });
    std::vector<std::string> groups;
    for (const CLI::App* sub : subs)
        if (std::find(groups.begin(), groups.end(), sub->get_group()) == groups.end())
            groups.push_back(sub->get_group());
    std::string out;
    for (const std::string& group : groups) {
        out += "\n" + (group == "Subcommands" ? std::string("Commands") : group) + "\n";
        for (const CLI::App* sub : subs)
            if (sub->get_group() == group) out += row(sub->get_name(), sub->get_description(), 16);
    }
    return out;
}

}  // namespace

std::string HelpFormatter::make_help(const CLI::App* app, std::string, CLI::AppFormatMode) const {
    const bool is_root = app->get_parent() == nullptr;
    std::string out = app->get_description() + "\n";
    const std::string commands = commands_of(app);
    out += fmt::format("\nUsage: {}{}{} [options]\n", path_of(app), commands.empty() ? "" : " COMMAND",
                       positionals_of(app));
    const auto text = texts_.find(app);
    if (text != texts_.end() && !text->second.examples.empty()) {
        out += "\nExamples\n";
        for (const Example& example : text->second.examples)
            out += fmt::format("  {}\n      {}\n", example.command, example.why);
    }
    out += commands;
    for (const CLI::Option* option :
         app->get_options([](const CLI::Option* o) { return o->get_positional(); })) {
        if (option == app->get_options([](const CLI::Option* o) { return o->get_positional(); }).front())
            out += "\nWords\n";
        out += row(option->get_type_name().empty() ? option->get_single_name() : option->get_type_name(),
                   option->get_description(), 27);
    }
    out += is_root ? "\nOptions (every command takes them)\n" : "\nOptions\n";
    out += option_rows(app);
    if (text != texts_.end() && !text->second.exit_codes.empty()) {
        out += "\nExit codes\n";
        for (const std::string& code : text->second.exit_codes) out += "  " + code + "\n";
    }
    if (text != texts_.end() && !text->second.see_also.empty())
        out += "\nSee also: " + join(text->second.see_also, " · ") + "\n";
    if (is_root) out += "\nStart with: logbookctl doctor\n";
    return out;
}

}  // namespace logbook::cli
