// Man pages in the man(7) macros, which every reader of man pages knows.
#include "man_page.h"

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/base/version.h"

namespace logbook::cli {
namespace {

// The date of the pages: a fixed one, so that the same tree gives the same bytes on every machine.
constexpr std::string_view page_date = "2026-11-22";

// Text for a line of its own or for the end of one: what roff would take for a command is hidden from it.
std::string roff(std::string_view text) {
    constexpr std::pair<std::string_view, std::string_view> special[] = {
        {"…", "..."}, {"–", "\\(en"}, {"—", "\\(em"}, {"·", "\\(bu"}, {"→", "\\(->"}, {"×", "\\(mu"},
        {"✔", "ok"},  {"✖", "FAIL"},  {"’", "\\(cq"}, {"≤", "<="},    {"≥", ">="},
    };
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '\\':
            out += "\\e";
            break;
        case '-':
            out += "\\-";
            break;
        case '\'':
            out += "\\(aq";
            break;
        case '`':
            out += "\\(ga";
            break;
        case '~':
            out += "\\(ti";
            break;
        case '^':
            out += "\\(ha";
            break;
        case '\n':
            out += ' ';
            break;
        default:
            out += c;
        }
    }
    for (const auto& [from, to] : special) out = replace_all(std::move(out), from, to);
    return out.substr(0, 1) == "." ? "\\&" + out : out;
}

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = char(c - 'a' + 'A');
    return out;
}

// Source lines of moderate length: mandoc warns of long ones, and a diff stays readable.
std::string paragraph(std::string_view text) {
    std::string out;
    for (const std::string& line : wrap(text, 100)) out += roff(trim(line)) + "\n";
    return out;
}

std::string paragraphs(std::string_view text) {
    std::string out;
    for (const std::string& part : split(replace_all(std::string(text), "\n\n", "\x01"), '\x01'))
        out += (out.empty() ? "" : ".PP\n") + paragraph(part);
    return out;
}

std::string bold(std::string_view text) {
    return "\\fB" + roff(text) + "\\fR";
}

std::string option_item(const OptionFacts& option) {
    std::string names;
    for (const std::string& name : option.names) names += (names.empty() ? "" : ", ") + bold(name);
    if (!option.value.empty()) names += " \\fI" + roff(option.value) + "\\fR";
    std::string out = ".TP\n" + names + "\n" + paragraph(option.description);
    if (!option.variable.empty()) out += paragraph("(environment: " + option.variable + ")");
    return out;
}

std::string example_items(const std::vector<Example>& examples) {
    std::string out;
    for (const Example& example : examples)
        out += ".TP\n" + bold(example.command) + "\n" + paragraph(example.why);
    return out;
}

std::string command_section(const CommandFacts& command) {
    std::string usage = "logbookctl " + command.path;
    for (const WordFacts& word : command.words)
        usage += word.required ? " " + word.name : " [" + word.name + "]";
    std::string out = ".SS " + roff(usage) + "\n" + paragraph(command.description + ".");
    if (!command.text.details.empty()) out += ".PP\n" + paragraphs(command.text.details);
    for (const WordFacts& word : command.words)
        out += ".TP\n\\fI" + roff(word.name) + "\\fR\n" + paragraph(word.description);
    for (const OptionFacts& option : command.options) out += option_item(option);
    if (!command.text.exit_codes.empty()) {
        out += ".PP\nExit codes:\n";
        for (const std::string& code : command.text.exit_codes) out += ".br\n" + roff(code) + "\n";
    }
    if (!command.text.examples.empty()) out += ".PP\nExamples:\n" + example_items(command.text.examples);
    if (!command.text.see_also.empty())
        out += ".PP\nSee also: " + roff(join(command.text.see_also, ", ")) + ".\n";
    return out;
}

std::string heading(std::string_view name, std::string_view section, std::string_view manual) {
    return fmt::format(".\\\" Made by the target `docs` from the program itself. Do not edit.\n"
                       ".TH {} {} {} \"logbookctl {}\" \"{}\"\n",
                       name, section, page_date, version(), manual);
}

// What stands in every installation, whatever commands there are.
constexpr std::string_view exit_codes[][2] = {
    {"0", "All is well."},
    {"1", "A problem was found, or the operation failed."},
    {"2", "The command line is wrong; the nearest right word is named."},
    {"3", "It could not be determined."},
    {"4", "The operator or a safety gate said no."},
    {"5", "Migrations are pending."},
    {"124", "The deadline (--timeout) ended the run before any verdict."},
    {"130", "Interrupted."},
};

std::string entry_item(const runbook::Entry& entry) {
    std::string out =
        ".SS " + roff(entry.slug) + "\n" + bold(entry.title) + "\n.PP\n" + paragraph(entry.meaning);
    out += ".PP\nCauses, the most likely first:\n";
    for (const std::string& cause : entry.causes) out += ".IP \\(bu 2\n" + paragraph(cause);
    out += ".PP\nFix:\n";
    for (size_t i = 0; i < entry.fix.size(); ++i) {
        const runbook::Step& step = entry.fix[i];
        std::string text = step.text;
        if (step.risk == runbook::Risk::restart) text += " (interrupts the service for some seconds)";
        if (step.risk == runbook::Risk::data) text += " (data is at stake)";
        out += fmt::format(".IP {}. 4\n", i + 1) + paragraph(text);
        if (!step.command.empty()) out += ".br\n" + bold(step.command) + "\n";
    }
    for (const std::string& never : entry.never) out += ".PP\nNever: " + roff(never) + "\n";
    if (!entry.published.empty()) out += ".PP\nPublished advice. " + paragraph(entry.published);
    if (!entry.published_wrong.empty()) out += ".PP\nWrong, because: " + paragraph(entry.published_wrong);
    if (!entry.codes.empty()) out += ".PP\nCodes: " + roff(join(entry.codes, ", ")) + "\n";
    return out + ".PP\nProved by: " + bold(entry.proves) + "\n";
}

}  // namespace

std::string man_page(const CommandFacts& root) {
    std::string out = heading("LOGBOOKCTL", "1", "The Logbook operator's manual");
    out += ".SH NAME\nlogbookctl \\- diagnose and operate self\\-hosted deployments of The Logbook\n";
    out += ".SH SYNOPSIS\n" + bold("logbookctl") + " \\fIcommand\\fR [\\fIoptions\\fR]\n";
    out += ".SH DESCRIPTION\n" +
           paragraphs(
               "One command names the root cause and the exact, safe fix. Start with logbookctl doctor.\n\n"
               "Data goes to standard output, messages to standard error. With -o json standard output holds "
               "one JSON "
               "document, which names its published schema; a failure is a document too.\n\n"
               "No command destroys data unasked. A severe action wants --confirm with the name that it asks "
               "for, or a "
               "typed answer. Every wait ends by --timeout. No option takes a secret, and only secrets "
               "generate without "
               "--write prints one.");
    out += ".SH OPTIONS\nEvery command takes these.\n";
    for (const OptionFacts& option : root.options) out += option_item(option);
    out += ".SH COMMANDS\n";
    for (const CommandFacts* command : all_commands(root))
        if (command != &root) out += command_section(*command);
    out += ".SH EXIT STATUS\n";
    for (const auto& [code, meaning] : exit_codes) out += ".TP\n" + bold(code) + "\n" + paragraph(meaning);
    out += ".SH ENVIRONMENT\nAn option on the command line wins over its variable.\n";
    for (const OptionFacts& option : root.options)
        if (!option.variable.empty())
            out += ".TP\n" + bold(option.variable) + "\n" + paragraph("As " + option.names.back() + ".");
    out += ".TP\n" + bold("LOGBOOKCTL_RUNBOOK_DIR") + "\n" +
           paragraph("A folder with runbook entries of the site.");
    out += ".TP\n" + bold("NO_COLOR") + "\n" + paragraph("When it is not empty, no colour is used.");
    out += ".TP\n" + bold("COLUMNS") + "\n" + paragraph("The width to lay lines out for, 40 at the least.");
    out += ".SH FILES\n.TP\n" + bold(".env") + "\n" +
           paragraph("The deployment's settings, in the project's folder.");
    out +=
        ".TP\n" + bold("$XDG_CONFIG_HOME/logbookctl/config.yaml") + ", " +
        bold("~/.config/logbookctl/config.yaml") + ", " + bold("/etc/logbookctl/config.yaml") + "\n" +
        paragraph(
            "Named deployments and defaults, the user's over the system's. Under deployments, each name has "
            "any of folder (absolute, or from ~/), engine (as --host), project (as --project-name), url "
            "(the public address, for health --url), timeout, output and color. At the top stand engine, "
            "timeout, output and color for all, and default: the deployment that is meant where neither "
            "--deployment nor --project-dir is given and the current folder holds no project. An option "
            "beats its variable, that beats the project's .env, and that beats these files. A file that "
            "somebody else owns or may write is refused, since it could send commands to another engine. "
            "There is no key for a secret.");
    out +=
        ".TP\n" + bold("/etc/logbookctl/runbook.d/*.yaml") + "\n" + paragraph("Runbook entries of the site.");
    return out + ".SH SEE ALSO\n" + bold("logbook-runbook") + "(7), " + bold("logbook") + "(3)\n";
}

std::string runbook_page(const runbook::Catalogue& catalogue) {
    std::string out = heading("LOGBOOK-RUNBOOK", "7", "The Logbook operator's manual");
    out += ".SH NAME\nlogbook\\-runbook \\- symptoms of The Logbook, their causes, safe fixes and proofs\n";
    out +=
        ".SH DESCRIPTION\n" +
        paragraphs(
            "What logbookctl doctor and logbookctl explain know, entry by entry. Commands are those of the "
            "base stack, run in the project's folder; logbookctl explain fills in your own names.\n\n"
            "A site adds entries as YAML files in /etc/logbookctl/runbook.d: a list of maps. Needed are slug "
            "(area.claim), title, meaning and fix; a step of fix is a text, or a map of text, command and "
            "risk (none, restart, data; a step of risk data has no command). Optional are the lists causes, "
            "symptoms, never, codes, patterns (regular expressions for one line), examples, near_misses and "
            "see_also, the texts proves, published and published_wrong, and weight (1 to 9, the order among "
            "several matches). An unknown key is an error. An entry whose slug is known replaces it.");
    std::string area;
    for (const runbook::Entry& entry : catalogue.entries()) {
        const std::string its_area = entry.slug.substr(0, entry.slug.find('.'));
        if (its_area != area) out += ".SH " + upper(its_area) + "\n";
        area = its_area;
        out += entry_item(runbook::filled(entry, {}));
    }
    return out + ".SH SEE ALSO\n" + bold("logbookctl") + "(1)\n";
}

}  // namespace logbook::cli
