// `__complete`, hidden: what the completion scripts ask for, and the tree for the tests.
#include <memory>

#include "commands/catalogue.h"
#include "logbook/doctor/check.h"
#include "site_runbook.h"
#include "tree.h"
#include "user_config.h"

namespace logbook::cli {
namespace {

Json option_json(const OptionFacts& option) {
    return Json::object({{"names", Json::array(option.names)},
                         {"value", option.value},
                         {"words", Json::array(option.values.words)},
                         {"description", option.description}});
}

Json tree_json(const CommandFacts& root) {
    Json commands = Json(Json::Array{});
    for (const CommandFacts* command : all_commands(root)) {
        Json options = Json(Json::Array{}), words = Json(Json::Array{});
        for (const OptionFacts& option : command->options) options.push(option_json(option));
        for (const WordFacts& word : command->words)
            words.push(Json::object({{"name", word.name},
                                     {"required", word.required},
                                     {"words", Json::array(word.values.words)}}));
        commands.push(Json::object({{"path", command->path},
                                    {"noun", !command->commands.empty()},
                                    {"options", std::move(options)},
                                    {"words", std::move(words)},
                                    {"examples", uint64_t(command->text.examples.size())},
                                    {"exit_codes", uint64_t(command->text.exit_codes.size())}}));
    }
    return Json::object({{"commands", std::move(commands)}});
}

ExitCode run_complete(App& app, const std::string& what, const CommandFacts& facts) {
    if (what == "tree") {
        app.out.line(tree_json(facts).dump());
        return ExitCode::ok;
    }
    if (what == "checks")
        for (const doctor::Check& check : doctor::all_checks())
            app.out.line(std::string(check.id) + "\t" + std::string(check.claim));
    if (what == "deployments")
        for (const std::string& name : configured_deployments()) app.out.line(name);
    if (what == "entries") {
        const runbook::Catalogue catalogue = catalogue_with_site_entries(app);
        for (const runbook::Entry& entry : catalogue.entries()) app.out.line(entry.slug + "\t" + entry.title);
    }
    return ExitCode::ok;
}

}  // namespace

void add_complete(const Command& parent) {
    const Command cmd = parent.add_subcommand("__complete", "For the completion scripts", "");
    auto what = std::make_shared<std::string>();
    cmd.add_option("what", *what, "").required().one_of({"entries", "checks", "deployments", "tree"});
    cmd.on_chosen([parent, what](App& app) { return run_complete(app, *what, facts_of(parent)); });
}

}  // namespace logbook::cli
