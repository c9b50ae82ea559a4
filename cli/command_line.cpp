// Builds and reads the command line; wrong words get the nearest right one.
#include "command_line.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "commands/catalogue.h"
#include "help.h"
#include "logbook/base/text.h"
#include "logbook/base/version.h"
#include "user_config.h"

namespace logbook::cli {
namespace {

// The deepest command that the words reached.
const CLI::App* deepest(const CLI::App* app) {
    for (const auto subs = app->get_subcommands(); !subs.empty();) return deepest(subs.front());
    return app;
}

std::vector<std::string> names_of_options(const CLI::App* app) {
    std::vector<std::string> names;
    for (; app; app = app->get_parent())
        for (const CLI::Option* option : app->get_options())
            for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    return names;
}

std::vector<std::string> names_of_subcommands(const CLI::App* app) {
    std::vector<std::string> names;
    for (const CLI::App* sub :
         app->get_subcommands([](const CLI::App* a) { return !a->get_group().empty(); }))
        names.push_back(sub->get_name());
    return names;
}

std::string path_of(const CLI::App* app) {
    return app->get_parent() ? trim(path_of(app->get_parent()) + " " + app->get_name()).data() : "";
}

std::string explain_extra(const CLI::App& root, const std::string& word) {
    const CLI::App* at = deepest(&root);
    const std::string where = at->get_parent() ? "`" + path_of(at) + "`" : std::string("logbookctl");
    const bool is_option = word.size() > 1 && word[0] == '-';
    const std::string near = is_option ? nearest(split(word, '=').front(), names_of_options(at))
                                       : nearest(word, names_of_subcommands(at));
    std::string text =
        fmt::format("{} has no {} `{}`", where, is_option ? "option" : "subcommand", printable(word, 80));
    if (!at->get_parent() && !is_option) text = fmt::format("there is no command `{}`", printable(word, 80));
    if (!is_option && names_of_subcommands(at).empty())
        text = fmt::format("{} takes no further word; got `{}`", where, printable(word, 80));
    return near.empty() ? text : text + "; nearest: " + near;
}

// "--output: jsn not in {table,json}" in our words, with the nearest right one.
std::string explain_value(const std::string& what) {
    constexpr std::string_view between = " not in {";
    const size_t at = what.find(between);
    const size_t value = what.find(": ");
    const size_t end = what.rfind('}');
    if (at == std::string::npos || value == std::string::npos || value + 2 > at || end < at)
        return printable(what);
    const std::vector<std::string> words =
        split(std::string_view(what).substr(at + between.size(), end - at - between.size()), ',');
    const std::string given = what.substr(value + 2, at - value - 2);
    const std::string near = nearest(given, words);
    return fmt::format("{} takes {}, not `{}`{}", printable(what.substr(0, value), 80), join(words, ", "),
                       printable(given, 80), near.empty() ? "" : "; nearest: " + near);
}

// An option that may be repeated takes one value each time; CLI11 would let it swallow the words behind it.
void take_one_value_each(CLI::App& app) {
    for (CLI::Option* option : app.get_options())
        if (!option->get_positional()) option->allow_extra_args(false);
    for (CLI::App* sub : app.get_subcommands([](CLI::App*) { return true; })) take_one_value_each(*sub);
}

}  // namespace

CommandLine::CommandLine(GlobalOptions& global, size_t help_width) : tree_(std::make_unique<CLI::App>()) {
    registry_.width = help_width;
    CLI::App& tree = *tree_;
    tree.description("The operator's toolkit for self-hosted deployments of The Logbook.");
    tree.set_version_flag("--version", "logbookctl " + std::string(version()), "Print the version");
    tree.set_help_flag("-h,--help", "Show this help");
    tree.fallthrough();
    // Before the commands: each takes over its parent's.
    tree.formatter(std::make_shared<HelpFormatter>(registry_));

    const Command root(tree, registry_);
    root.add_option("-C,--project-dir", global.project_dir, "The folder with docker-compose.yml and .env")
        .type_name("DIR")
        .variable("LOGBOOKCTL_PROJECT_DIR");
    add_deployment_option(root);
    root.add_option("--env-file", global.env_file, "Read this file instead of .env in the project's folder")
        .type_name("FILE")
        .variable("LOGBOOKCTL_ENV_FILE");
    root.add_option("-p,--project-name", global.project_name, "The Compose project, where several run")
        .type_name("NAME")
        .variable("LOGBOOKCTL_PROJECT_NAME");
    root.add_option("-H,--host", global.engine, "The container engine: unix:///path, tcp://host:port")
        .type_name("ADDRESS")
        .variable("LOGBOOKCTL_HOST");
    root.add_option("-o,--output", global.output, "How to print")
        .one_of({"table", "json"})
        .type_name("table|json")
        .variable("LOGBOOKCTL_OUTPUT");
    root.add_duration("--timeout", global.timeout, "End the whole run by then (default 10s)")
        .variable("LOGBOOKCTL_TIMEOUT");
    root.add_option("--confirm", global.confirm,
                    "Confirm a severe action by the name that it asks for (repeatable)")
        .type_name("NAME")
        .repeatable();
    root.add_option("--color", global.color, "Colour: auto, always or never")
        .one_of({"auto", "always", "never"})
        .type_name("auto|always|never")
        .variable("LOGBOOKCTL_COLOR");
    root.add_flag("-q,--quiet", global.quiet, "Only the verdict");
    root.add_count("-v,--verbose", global.verbose, "More detail");
    root.add_flag("-y,--yes", global.yes, "Answer yes to questions about safe steps");
    root.add_flag("--no-input", global.no_input, "Never ask; refuse instead");

    add_all_commands(root);
    take_one_value_each(tree);
    tree.require_subcommand(0, 1);
}

CommandLine::~CommandLine() = default;

std::string CommandLine::first_word() const {
    const std::vector<CLI::App*> chosen = tree_->get_subcommands();
    return chosen.empty() ? "" : chosen.front()->get_name();
}

ExitCode CommandLine::run(App& app) const {
    return registry_.run(app);
}

ParseOutcome CommandLine::parse(int argc, const char* const* argv) {
    CLI::App& root = *tree_;
    const auto wrong = [&](const std::string& text) {
        const std::string path = path_of(deepest(&root));
        return ParseOutcome{false,
                            fmt::format("logbookctl: {}\n  next: logbookctl {}{}--help\n", text, path,
                                        path.empty() ? "" : " "),
                            ExitCode::usage};
    };
    try {
        root.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        return {false, deepest(&root)->help(), ExitCode::ok};
    } catch (const CLI::CallForAllHelp&) {
        return {false, root.help(), ExitCode::ok};
    } catch (const CLI::CallForVersion& version_text) {
        return {false, std::string(version_text.what()) + "\n", ExitCode::ok};
    } catch (const CLI::ExtrasError&) {
        const std::vector<std::string> extras = root.remaining(true);
        return wrong(explain_extra(root, extras.empty() ? "?" : extras.front()));
    } catch (const CLI::ParseError& error) {
        // What is missing may be missing only because another word was mistyped.
        const std::vector<std::string> extras = root.remaining(true);
        if (dynamic_cast<const CLI::RequiredError*>(&error) && !extras.empty())
            return wrong(explain_extra(root, extras.front()));
        return wrong(explain_value(error.what()));
    }
    if (registry_.run) return {true, {}, ExitCode::ok};
    // A noun without a verb, or nothing at all, asks for the list.
    const CLI::App* at = deepest(&root);
    return {false, at->help(), at == &root ? ExitCode::ok : ExitCode::usage};
}

}  // namespace logbook::cli
