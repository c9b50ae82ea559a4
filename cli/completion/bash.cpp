// The bash script: case tables of the tree, and one function that walks the words typed so far.
#include <fmt/format.h>

#include "completion/shell.h"
#include "logbook/base/text.h"

namespace logbook::cli {
namespace {

// The kinds of values as the script's own words: "words a b", "files", "folders", "entries", "checks",
// "deployments".
std::string kinds_of(const Values& values) {
    std::string kinds;
    if (values.files) kinds += "files;";
    if (values.folders) kinds += "folders;";
    if (values.entries) kinds += "entries;";
    if (values.checks) kinds += "checks;";
    if (values.deployments) kinds += "deployments;";
    if (!values.words.empty()) kinds += "words " + join(values.words, " ") + ";";
    return kinds;
}

std::string subcommand_cases(const CommandFacts& root) {
    std::string out;
    for (const CommandFacts* command : all_commands(root)) {
        if (command->commands.empty()) continue;
        std::vector<std::string> names;
        for (const CommandFacts& sub : command->commands) names.push_back(sub.name);
        out += fmt::format("    '{}') echo '{}' ;;\n", command->path, join(names, " "));
    }
    return out;
}

std::string option_cases(const CommandFacts& root) {
    std::string out;
    for (const CommandFacts* command : all_commands(root)) {
        std::vector<std::string> names;
        for (const OptionFacts& option : command->options)
            names.insert(names.end(), option.names.begin(), option.names.end());
        if (command != &root && !names.empty())
            out += fmt::format("    '{}') echo '{}' ;;\n", command->path, join(names, " "));
    }
    return out;
}

std::string value_cases(const CommandFacts& root) {
    std::string own, everywhere;
    for (const CommandFacts* command : all_commands(root))
        for (const OptionFacts& option : command->options) {
            if (option.value.empty()) continue;
            std::vector<std::string> keys;
            for (const std::string& name : option.names)
                keys.push_back(command == &root ? "*:" + name : "'" + command->path + ":" + name + "'");
            (command == &root ? everywhere : own) +=
                fmt::format("    {}) echo '{}' ;;\n", join(keys, " | "), kinds_of(option.values));
        }
    // A command's own option comes before one that the program has by the same name.
    return own + everywhere;
}

std::string word_cases(const CommandFacts& root) {
    std::string out;
    for (const CommandFacts* command : all_commands(root))
        for (size_t i = 0; i < command->words.size(); ++i)
            if (command->words[i].values.any())
                out += fmt::format("    '{}:{}') echo '{}' ;;\n", command->path,
                                   command->words[i].repeats ? "'*'" : std::to_string(i),
                                   kinds_of(command->words[i].values));
    return out;
}

constexpr std::string_view walk = R"sh(
__logbookctl_offer() {
    local kind word
    while read -r -d ';' kind; do
        case $kind in
        files) compopt -o filenames 2>/dev/null; while read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$2") ;;
        folders) compopt -o filenames 2>/dev/null; while read -r word; do COMPREPLY+=("$word"); done < <(compgen -d -- "$2") ;;
        entries | checks | deployments)
            while read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$("${COMP_WORDS[0]}" __complete "$kind" 2>/dev/null | cut -f 1)" -- "$2") ;;
        words\ *) while read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "${kind#words }" -- "$2") ;;
        esac
    done <<<"$1"
}

_logbookctl() {
    local cur=${COMP_WORDS[COMP_CWORD]} where='' option='' only_words='' count=0 i word
    COMPREPLY=()
    # Bash breaks --output=json into three words.
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $word == '=' ]]; then
            continue
        elif [[ -n $option ]]; then
            option=''
        elif [[ -z $only_words && $word == -- ]]; then
            only_words=1
        elif [[ -z $only_words && $word == -?* ]]; then
            __logbookctl_value "$where:$word" >/dev/null && option=$word
        elif [[ " $(__logbookctl_commands "$where") " == *" $word "* ]]; then
            where=${where:+$where }$word
        else
            count=$((count + 1))
        fi
    done
    [[ $cur == '=' ]] && cur=''
    if [[ -n $option ]]; then
        __logbookctl_offer "$(__logbookctl_value "$where:$option")" "$cur"
    elif [[ -z $only_words && $cur == -* ]]; then
        while read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$(__logbookctl_options "$where") $__logbookctl_everywhere" -- "$cur")
    else
        __logbookctl_offer "words $(__logbookctl_commands "$where");$(__logbookctl_words "$where:$count")" "$cur"
    fi
}

complete -F _logbookctl logbookctl
)sh";

}  // namespace

std::string bash_completion(const CommandFacts& root) {
    std::vector<std::string> everywhere;
    for (const OptionFacts& option : root.options)
        everywhere.insert(everywhere.end(), option.names.begin(), option.names.end());
    const auto function = [](std::string_view name, std::string_view about, const std::string& cases,
                             std::string_view otherwise) {
        return fmt::format("\n# {}\n__logbookctl_{}() {{\n    case $1 in\n{}    *) {} ;;\n    esac\n}}\n",
                           about, name, cases, otherwise);
    };
    return "# Completion of logbookctl for bash, made by `logbookctl completion bash`. Do not edit.\n"
           "# shellcheck shell=bash\n\n__logbookctl_everywhere='" +
           join(everywhere, " ") + "'\n" +
           function("commands", "The commands below a command.", subcommand_cases(root), ":") +
           function("options", "The options of a command, beside those taken everywhere.", option_cases(root),
                    ":") +
           function("value", "What an option takes; fails for a flag.", value_cases(root), "return 1") +
           function("words", "What a command takes as its n-th word.", word_cases(root), ":") +
           std::string(walk);
}

}  // namespace logbook::cli
