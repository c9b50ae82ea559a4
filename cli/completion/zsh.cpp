// The zsh script: case tables with descriptions, and one function that walks the words typed so far.
#include <fmt/format.h>

#include "completion/shell.h"
#include "logbook/base/text.h"

namespace logbook::cli {
namespace {

std::string in_quotes(std::string_view text) {
    return "'" + replace_all(std::string(text), "'", "'\\''") + "'";
}

// "name:description", with the colons of the name hidden from _describe.
std::string described(const std::string& name, const std::string& about) {
    return in_quotes(replace_all(name, ":", "\\:") + ":" + about);
}

std::string action_of(const Values& values) {
    std::string out;
    if (!values.words.empty()) {
        std::string words;
        for (const std::string& word : values.words) words += " " + in_quotes(word);
        out += "_words=(" + words.substr(1) + "); compadd -a _words; ";
    }
    if (values.entries) out += "__logbookctl_names entries; ";
    if (values.checks) out += "__logbookctl_names checks; ";
    if (values.deployments) out += "__logbookctl_names deployments; ";
    if (values.files) out += "_files; ";
    if (values.folders) out += "_files -/; ";
    return out.empty() ? "_message 'a value'; " : out;
}

std::string command_cases(const CommandFacts& root) {
    std::string out;
    for (const CommandFacts* command : all_commands(root)) {
        if (command->commands.empty()) continue;
        out += fmt::format("    {}) reply=(", in_quotes(command->path));
        for (const CommandFacts& sub : command->commands) out += " " + described(sub.name, sub.description);
        out += " ) ;;\n";
    }
    return out;
}

std::string option_cases(const CommandFacts& root) {
    std::string out;
    for (const CommandFacts* command : all_commands(root)) {
        if (command->options.empty() || command == &root) continue;
        out += fmt::format("    {}) reply=(", in_quotes(command->path));
        for (const OptionFacts& option : command->options)
            for (const std::string& name : option.names) out += " " + described(name, option.description);
        out += " ) ;;\n";
    }
    return out;
}

std::string value_cases(const CommandFacts& root) {
    std::string out;
    for (const CommandFacts* command : all_commands(root))
        for (const OptionFacts& option : command->options) {
            if (option.value.empty()) continue;
            std::vector<std::string> keys;
            for (const std::string& name : option.names)
                keys.push_back(command == &root ? "*:" + name : in_quotes(command->path + ":" + name));
            out += fmt::format("    {}) reply=({}) ;;\n", join(keys, " | "),
                               in_quotes(action_of(option.values)));
        }
    return out;
}

std::string word_cases(const CommandFacts& root) {
    std::string out;
    for (const CommandFacts* command : all_commands(root))
        for (size_t i = 0; i < command->words.size(); ++i)
            if (command->words[i].values.any())
                out += fmt::format("    {}) reply=({}) ;;\n",
                                   command->words[i].repeats
                                       ? in_quotes(command->path + ":") + "*"
                                       : in_quotes(command->path + ":" + std::to_string(i)),
                                   in_quotes(action_of(command->words[i].values)));
    return out;
}

constexpr std::string_view walk = R"sh(
# Names that the program knows, with their titles.
__logbookctl_names() {
    local -a lines named
    lines=("${(@f)$("${words[1]}" __complete "$1" 2>/dev/null)}")
    local line
    for line in $lines; do
        named+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    done
    (( $#named )) && _describe -t "$1" "$1" named
}

_logbookctl() {
    local where='' option='' only_words='' word
    local -a reply subcommands _words
    integer count=0 i
    for (( i = 2; i < CURRENT; i++ )); do
        word=$words[i]
        if [[ -n $option ]]; then
            option=''
        elif [[ -z $only_words && $word == -- ]]; then
            only_words=1
        elif [[ -z $only_words && $word == --*=* ]]; then
            continue
        elif [[ -z $only_words && $word == -?* ]]; then
            __logbookctl_value "$where:$word" && option=$word
        else
            __logbookctl_commands "$where"
            if (( ${reply[(I)${(b)word}:*]} )); then
                where=${where:+$where }$word
            else
                count+=1
            fi
        fi
    done
    if [[ -z $option && -z $only_words && $PREFIX == --*=* ]]; then
        option=${PREFIX%%=*}
        compset -P '*='
        __logbookctl_value "$where:$option" || return 1
    fi
    if [[ -n $option ]]; then
        __logbookctl_value "$where:$option" && eval "$reply[1]"
    elif [[ -z $only_words && $PREFIX == -* ]]; then
        __logbookctl_options "$where"
        reply+=($__logbookctl_everywhere)
        _describe -o -t options option reply
    else
        __logbookctl_commands "$where"
        subcommands=($reply)
        (( $#subcommands )) && _describe -t commands command subcommands
        __logbookctl_words "$where:$count" && eval "$reply[1]"
    fi
}

if [[ $funcstack[1] == _logbookctl ]]; then
    _logbookctl "$@"
else
    compdef _logbookctl logbookctl
fi
)sh";

}  // namespace

std::string zsh_completion(const CommandFacts& root) {
    std::string everywhere;
    for (const OptionFacts& option : root.options)
        for (const std::string& name : option.names) everywhere += " " + described(name, option.description);
    const auto function = [](std::string_view name, std::string_view about, const std::string& cases) {
        return fmt::format("\n# {}\n__logbookctl_{}() {{\n    reply=()\n    case $1 in\n{}    *) return 1 "
                           ";;\n    esac\n}}\n",
                           about, name, cases);
    };
    return "#compdef logbookctl\n"
           "# Completion of logbookctl for zsh, made by `logbookctl completion zsh`. Do not edit.\n\n"
           "typeset -ga __logbookctl_everywhere\n__logbookctl_everywhere=(" +
           everywhere + " )\n" + function("commands", "The commands below a command.", command_cases(root)) +
           function("options", "The options of a command, beside those taken everywhere.",
                    option_cases(root)) +
           function("value", "What an option takes, as code; fails for a flag.", value_cases(root)) +
           function("words", "What a command takes as its n-th word, as code.", word_cases(root)) +
           std::string(walk);
}

}  // namespace logbook::cli
