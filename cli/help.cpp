// The help screen.
#include "help.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "tree.h"

namespace logbook::cli {
namespace {

// Lays out one screen for a width.
class Screen {
  public:
    explicit Screen(size_t width) : width_(std::clamp<size_t>(width, 40, 100)) {}

    void text(std::string_view words, size_t indent = 0) {
        for (const std::string& line : wrap(words, width_ - indent))
            out_ += std::string(indent, ' ') + line + "\n";
    }
    void heading(std::string_view words) {
        out_ += "\n";
        text(words);
    }

    // "  left          right, wrapped under itself". What is too long on the left stands on its own line.
    void row(std::string_view left, std::string_view right, size_t left_width) {
        left_width = std::min(left_width, width_ / 2);
        const std::vector<std::string> lines = wrap(right, width_ - left_width - 2);
        const bool beside = display_width(left) + 2 <= left_width;
        out_ +=
            "  " + std::string(left) + (beside ? std::string(left_width - display_width(left), ' ') : "\n");
        for (size_t i = 0; i < lines.size(); ++i)
            out_ += (i == 0 && beside ? "" : std::string(left_width + 2, ' ')) + lines[i] + "\n";
    }
    std::string take() { return std::move(out_); }

  private:
    size_t width_;
    std::string out_;
};

std::string left_of(const OptionFacts& option) {
    std::string left = join(option.names, ", ");
    if (option.names.front().size() > 2) left = "    " + left;  // long names stand below each other
    return option.value.empty() ? left : left + " " + option.value;
}

// The width of the left column: the longest that is not an exception.
size_t column_of(const std::vector<std::string>& lefts) {
    size_t widest = 0;
    for (const std::string& left : lefts)
        if (left.size() <= 30) widest = std::max(widest, left.size() + 2);
    return widest;
}

void put_usage(Screen& screen, const CommandFacts& facts) {
    std::string usage = "Usage: logbookctl" + (facts.path.empty() ? "" : " " + facts.path);
    if (!facts.commands.empty()) usage += " COMMAND";
    for (const WordFacts& word : facts.words)
        usage += (word.required ? " " + word.name : " [" + word.name + "]") + (word.repeats ? "..." : "");
    usage += " [options]";
    if (facts.path.empty())
        screen.text(usage);  // the whole program's screen is the fullest one
    else
        screen.heading(usage);
}

void put_commands(Screen& screen, const CommandFacts& facts) {
    std::vector<std::string> groups, names;
    for (const CommandFacts& sub : facts.commands) {
        names.push_back(sub.name);
        if (std::find(groups.begin(), groups.end(), sub.group) == groups.end()) groups.push_back(sub.group);
    }
    for (const std::string& group : groups) {
        screen.heading(group == "Subcommands" ? "Commands" : group);
        for (const CommandFacts& sub : facts.commands)
            if (sub.group == group) screen.row(sub.name, sub.description, column_of(names) + 2);
    }
}

// On the one screen of the whole program these pairs share a line each.
struct SharedLine {
    std::string_view first, second;
    const char *left, *description;
};
constexpr SharedLine shared_lines[] = {
    {"--output", "--color", "-o, --output, --color WORD", "table or json; colour: auto, always or never"},
    {"--quiet", "--verbose", "-q, --quiet, -v, --verbose", "Only the verdict; more detail"},
    {"--yes", "--no-input", "-y, --yes, --no-input", "Answer yes to questions about safe steps; never ask"},
};
const SharedLine* shared_line_of(std::string_view name) {
    for (const SharedLine& line : shared_lines)
        if (name == line.first || name == line.second) return &line;
    return nullptr;
}

void put_options(Screen& screen, const CommandFacts& facts) {
    if (facts.options.empty() && facts.words.empty()) return;
    std::vector<std::string> lefts;
    for (const WordFacts& word : facts.words) lefts.push_back(word.name);
    for (const OptionFacts& option : facts.options) lefts.push_back(left_of(option));
    const size_t column = column_of(lefts);
    screen.heading(facts.path.empty() ? "Options (every command takes them)" : "Options");
    for (const WordFacts& word : facts.words) screen.row(word.name, word.description, column);
    for (const OptionFacts& option : facts.options) {
        const std::string& name = option.names.back();
        const SharedLine* shared = facts.path.empty() ? shared_line_of(name) : nullptr;
        if (name == "--version" || (shared && name == shared->second)) continue;
        if (name == "--help")
            screen.row(left_of(option) + ", --version", "Show this help; print the version", column);
        else if (shared)
            screen.row(shared->left, shared->description, column);
        else
            screen.row(left_of(option), option.description, column);
    }
}

// The facts of the command that CLI11 asks about.
const CommandFacts* find(const CommandFacts& root, const std::string& path) {
    for (const CommandFacts* command : all_commands(root))
        if (command->path == path) return command;
    return nullptr;
}

std::string path_of(const CLI::App* app) {
    if (!app->get_parent()) return {};
    const std::string above = path_of(app->get_parent());
    return above.empty() ? app->get_name() : above + " " + app->get_name();
}

}  // namespace

std::string HelpFormatter::make_help(const CLI::App* app, std::string, CLI::AppFormatMode) const {
    const CLI::App* top = app;
    while (top->get_parent()) top = top->get_parent();
    const CommandFacts tree = facts_of(*top, registry_);
    const CommandFacts* facts = find(tree, path_of(app));
    if (!facts) return "logbookctl " + path_of(app) + "\n";  // a hidden command

    Screen screen(registry_.width);
    screen.text(facts->description + (facts->path.empty() ? "" : "."));
    put_usage(screen, *facts);
    if (!facts->text.examples.empty()) {
        screen.heading("Examples");
        for (const Example& example : facts->text.examples) {
            screen.text(example.command, 2);
            screen.text(example.why, 6);
        }
    }
    put_commands(screen, *facts);
    put_options(screen, *facts);
    if (!facts->text.exit_codes.empty()) {
        screen.heading("Exit codes");
        for (const std::string& code : facts->text.exit_codes) screen.text(code, 2);
    }
    screen.heading(facts->path.empty() ? "Start with: logbookctl doctor"
                                       : "Also takes -C, -o json, --timeout and the like: logbookctl --help");
    if (!facts->text.see_also.empty()) screen.text("See also: " + join(facts->text.see_also, " · "));
    return screen.take();
}

}  // namespace logbook::cli
