// The fish script: one `complete` line for each command, option and word, with a condition on the words so
// far.
#include <fmt/format.h>

#include "completion/shell.h"
#include "logbook/base/text.h"

namespace logbook::cli {
namespace {

std::string in_quotes(std::string_view text) {
    return "'" + replace_all(replace_all(std::string(text), "\\", "\\\\"), "'", "\\'") + "'";
}

// "-x -a …" for values from a list, "-r -F" for files.
std::string offer_of(const Values& values) {
    std::vector<std::string> sources;
    if (!values.words.empty()) sources.push_back(join(values.words, " "));
    if (values.entries) sources.push_back("(logbookctl __complete entries 2>/dev/null)");
    if (values.checks) sources.push_back("(logbookctl __complete checks 2>/dev/null)");
    if (values.deployments) sources.push_back("(logbookctl __complete deployments 2>/dev/null)");
    if (values.folders) sources.push_back("(__fish_complete_directories)");
    std::string out = values.files ? " -r -F" : " -x";
    if (!sources.empty()) out += " -a " + in_quotes(join(sources, " "));
    return out;
}

std::string names_of(const OptionFacts& option) {
    std::string out;
    for (const std::string& name : option.names)
        out += name.size() == 2 ? " -s " + name.substr(1) : " -l " + name.substr(2);
    return out;
}

// The options that take a value, so that the walk can skip it.
std::string value_cases(const CommandFacts& root) {
    std::string out;
    for (const CommandFacts* command : all_commands(root)) {
        std::vector<std::string> names;
        for (const OptionFacts& option : command->options)
            if (!option.value.empty()) names.insert(names.end(), option.names.begin(), option.names.end());
        if (names.empty()) continue;
        std::string patterns;
        for (const std::string& name : names)
            patterns += " " + in_quotes((command == &root ? "*:" : command->path + ":") + name);
        out += "        case" + patterns + "\n            return 0\n";
    }
    return out;
}

std::string path_cases(const CommandFacts& root) {
    std::string patterns;
    for (const CommandFacts* command : all_commands(root))
        if (command != &root) patterns += " " + in_quotes(command->path);
    return "        case" + patterns + "\n            return 0\n";
}

std::string lines_of(const CommandFacts& command, bool is_root) {
    const std::string at =
        fmt::format(" -n {}", in_quotes("__logbookctl_at " + (is_root ? "''" : "'" + command.path + "'")));
    std::string out;
    for (const CommandFacts& sub : command.commands)
        out +=
            fmt::format("complete -c logbookctl{} -a {} -d {}\n", at, sub.name, in_quotes(sub.description));
    for (const OptionFacts& option : command.options)
        out +=
            fmt::format("complete -c logbookctl{}{}{} -d {}\n", is_root ? "" : at, names_of(option),
                        option.value.empty() ? "" : offer_of(option.values), in_quotes(option.description));
    for (const WordFacts& word : command.words)
        if (word.values.any())
            out += fmt::format("complete -c logbookctl{}{}\n", at,
                               word.values.files ? " -F" : replace_all(offer_of(word.values), " -x", ""));
    return out;
}

constexpr std::string_view head =
    R"sh(# Completion of logbookctl for fish, made by `logbookctl completion fish`. Do not edit.

function __logbookctl_takes_value
    switch "$argv[1]"
)sh";

constexpr std::string_view middle = R"sh(    end
    return 1
end

function __logbookctl_is_command
    switch "$argv[1]"
)sh";

constexpr std::string_view tail = R"sh(    end
    return 1
end

# Whether the words so far have led to this command.
function __logbookctl_at
    set -l where ''
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip -eq 1
            set skip 0
        else if string match -q -- '--*=*' $word
            continue
        else if string match -q -- '-?*' $word
            if __logbookctl_takes_value "$where:$word"
                set skip 1
            end
        else if __logbookctl_is_command (string trim -- "$where $word")
            set where (string trim -- "$where $word")
        end
    end
    test "$where" = "$argv[1]"
end

complete -c logbookctl -f
)sh";

}  // namespace

std::string fish_completion(const CommandFacts& root) {
    std::string out =
        std::string(head) + value_cases(root) + std::string(middle) + path_cases(root) + std::string(tail);
    for (const CommandFacts* command : all_commands(root)) out += lines_of(*command, command == &root);
    return out;
}

}  // namespace logbook::cli
