// The face over CLI11.
#include "command.h"

#include <CLI/CLI.hpp>

namespace logbook::cli {

Option Option::type_name(const std::string& name) const {
    option_->type_name(name);
    return *this;
}

Option Option::variable(const std::string& name) const {
    option_->envname(name);
    return *this;
}

Option Option::one_of(const std::vector<std::string>& words) const {
    option_->check(CLI::IsMember(words));
    return *this;
}

Option Option::range(uint64_t least, uint64_t most) const {
    option_->check(CLI::Range(least, most));
    return *this;
}

Option Option::check(std::function<std::string(const std::string&)> what_is_wrong) const {
    option_->check(std::move(what_is_wrong));
    return *this;
}

Option Option::required() const {
    option_->required();
    return *this;
}

Option Option::repeatable() const {
    option_->take_all();
    return *this;
}

Option Option::value_may_be_missing() const {
    option_->expected(0, 1);
    return *this;
}

Option Option::needs(Option other) const {
    option_->needs(other.option_);
    return *this;
}

Option Option::excludes(Option other) const {
    option_->excludes(other.option_);
    return *this;
}

bool Option::given() const {
    return option_->count() > 0;
}

std::string Option::text() const {
    return option_->as<std::string>();
}

Command Command::add_subcommand(const std::string& name, const std::string& description,
                                const std::string& group) const {
    CLI::App* sub = app_->add_subcommand(name, description);
    sub->fallthrough();  // global options may stand behind it
    sub->group(group);
    return {*sub, *registry_};
}

Command Command::add_noun(const std::string& name, const std::string& description,
                          const std::string& group) const {
    const Command noun = add_subcommand(name, description, group);
    noun.app_->require_subcommand(0, 1);
    return noun;
}

Option Command::add_option(const std::string& names, std::string& value, const std::string& what) const {
    return Option(app_->add_option(names, value, what));
}

Option Command::add_option(const std::string& names, std::vector<std::string>& value,
                           const std::string& what) const {
    return Option(app_->add_option(names, value, what));
}

Option Command::add_option(const std::string& names, std::filesystem::path& value,
                           const std::string& what) const {
    return Option(app_->add_option(names, value, what));
}

Option Command::add_option(const std::string& names, size_t& value, const std::string& what) const {
    return Option(app_->add_option(names, value, what));
}

Option Command::add_option(const std::string& names, int& value, const std::string& what) const {
    return Option(app_->add_option(names, value, what));
}

Option Command::add_option(const std::string& names, uint16_t& value, const std::string& what) const {
    return Option(app_->add_option(names, value, what));
}

Option Command::add_option(const std::string& names, const std::string& what) const {
    return Option(app_->add_option(names)->description(what)->expected(1));
}

Option Command::add_flag(const std::string& names, bool& value, const std::string& what) const {
    return Option(app_->add_flag(names, value, what));
}

Option Command::add_count(const std::string& names, int& value, const std::string& what) const {
    return Option(app_->add_flag(names, value, what));
}

Option Command::add_duration(const std::string& names, Millis& value, const std::string& what) const {
    const auto read = [&value](const std::string& text) {
        const Result<Millis> parsed = parse_duration(text);
        if (!parsed) throw CLI::ValidationError(parsed.error().what + "; " + parsed.error().hint);
        value = *parsed;
    };
    return Option(app_->add_option_function<std::string>(names, read, what)->type_name("TIME"));
}

Option Command::option(const std::string& name) const {
    return Option(app_->get_option(name));
}

void Command::set_help(HelpText text) const {
    registry_->help[app_] = std::move(text);
}

void Command::on_chosen(std::function<ExitCode(App&)> run, std::function<std::string()> missing) const {
    app_->callback([registry = registry_, run = std::move(run), missing = std::move(missing)] {
        if (missing)
            if (const std::string what = missing(); !what.empty()) throw CLI::RequiredError(what);
        registry->run = run;
    });
}

}  // namespace logbook::cli
