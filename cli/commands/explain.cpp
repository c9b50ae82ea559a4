// `explain`: what an id, a code, an error text or a log means, and the safe way out.
#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <memory>
#include <poll.h>
#include <unistd.h>

#include "commands/catalogue.h"
#include "logbook/base/text.h"
#include "site_runbook.h"
#include "view/entry_view.h"

namespace logbook::cli {
namespace {

constexpr size_t most_input = 16 << 20;

struct ExplainOptions {
    std::vector<std::string> words;
    bool list = false;
};

struct Question {
    std::string text;
    bool from_stdin = false;
    bool cut = false;   // more than most_input came
    bool open = false;  // the input had not ended at the deadline
};

// Reads standard input to its end, its limit or the deadline, whichever is first. What came by then is a
// question too: `docker compose logs -f` never ends.
Result<Question> read_stdin(App& app) {
    Question question;
    question.from_stdin = true;
    if (::isatty(STDIN_FILENO) == 1) {
        app.err.line("logbookctl: paste the text, and end it with Ctrl-D on a line of its own");
        (void)app.err.flush();
    }
    std::string block(256 << 10, '\0');
    while (question.text.size() <= most_input) {
        pollfd ready{STDIN_FILENO, POLLIN, 0};
        const int count = ::poll(&ready, 1, int(app.deadline.remaining().count()));
        if (count == 0) {
            question.open = true;
            break;
        }
        if (count < 0 && errno == EINTR) continue;
        const ssize_t n = count < 0 ? -1 : ::read(STDIN_FILENO, block.data(), block.size());
        if (n == 0) break;
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail(system_error("cannot read standard input", errno));
        question.text.append(block, 0, size_t(n));
    }
    if (question.text.size() > most_input) {
        question.text.resize(most_input);
        question.cut = true;
    }
    if (question.open && question.text.empty())
        return fail(ErrorCode::timeout, "nothing came on standard input before the deadline",
                    "pipe a log into it: docker compose logs --since 1h backend | logbookctl explain -");
    if (trim(question.text).empty())
        return fail(ErrorCode::invalid, "standard input is empty",
                    "pipe a log into it: docker compose logs --since 1h backend | logbookctl explain -");
    return question;
}

Result<Question> ask(App& app, const ExplainOptions& options) {
    if (options.words == std::vector<std::string>{"-"}) return read_stdin(app);
    Question question;
    question.text = join(options.words, " ");
    if (trim(question.text).empty())
        return fail(ErrorCode::invalid, "the text is empty", "logbookctl explain --list shows every entry");
    return question;
}

std::string limits_met(const Question& question, const runbook::Matches& matches) {
    std::vector<std::string> said;
    if (question.open) said.push_back("the input had not ended at the deadline; what came by then was read");
    if (question.cut) said.push_back("only the first 16 MiB were read");
    if (matches.cut > 0) said.push_back(counted(matches.cut, "line") + " read only to 64 KiB");
    return join(said, "; ");
}

// A name that was meant, for a question that nothing answers.
std::string near_name(const runbook::Catalogue& catalogue, const std::string& text) {
    const std::string_view word = trim(text);
    return word.find(' ') == std::string_view::npos && word.size() <= 64 ? catalogue.nearest_name(word) : "";
}

void print_json(App& app, const runbook::Catalogue& catalogue, const Question& question,
                const runbook::Matches& matches) {
    const runbook::Facts facts = runbook_facts(app.global);
    Json found = Json(Json::Array{});
    for (const runbook::Match& match : matches.best_first) found.push(match_json(match, facts));
    app.emit("logbookctl/explain/1",
             Json::object({{"known", !matches.best_first.empty()},
                           {"lines", uint64_t(matches.lines)},
                           {"limits", limits_met(question, matches)},
                           {"nearest", matches.best_first.empty() ? near_name(catalogue, question.text) : ""},
                           {"matches", std::move(found)}}));
}

ExitCode say_unknown(App& app, const runbook::Catalogue& catalogue, const Question& question) {
    const std::string what =
        question.from_stdin ? std::string("this input") : "`" + printable(trim(question.text), 80) + "`";
    const std::string near = near_name(catalogue, question.text);
    app.err.line("logbookctl: nothing known about " + what + (near.empty() ? "" : "; nearest: " + near));
    app.err.line(
        "  next: logbookctl doctor looks at the stack itself; logbookctl explain --list shows every entry");
    return ExitCode::unknown;
}

ExitCode list_entries(App& app, const runbook::Catalogue& catalogue) {
    if (app.global.json()) {
        Json entries = Json(Json::Array{});
        for (const runbook::Entry& entry : catalogue.entries())
            entries.push(Json::object({{"slug", entry.slug},
                                       {"title", entry.title},
                                       {"codes", Json::array(entry.codes)},
                                       {"origin", entry.origin}}));
        app.emit("logbookctl/explain-list/1", Json::object({{"entries", std::move(entries)}}));
        return ExitCode::ok;
    }
    print_entry_list(app.out, catalogue.entries());
    return ExitCode::ok;
}

ExitCode run_explain(App& app, const ExplainOptions& options) {
    const runbook::Catalogue catalogue = catalogue_with_site_entries(app);
    if (options.list) return list_entries(app, catalogue);
    const Result<Question> question = ask(app, options);
    if (!question) return app.report(question.error());
    const runbook::Matches matches = catalogue.match(question->text);
    if (app.global.json()) {
        print_json(app, catalogue, *question, matches);
        if (matches.best_first.empty()) return say_unknown(app, catalogue, *question);
        return ExitCode::ok;
    }
    if (const std::string limits = limits_met(*question, matches); !limits.empty())
        app.err.line("logbookctl: " + limits);
    if (matches.best_first.empty()) return say_unknown(app, catalogue, *question);
    print_matches(app.out, matches, runbook_facts(app.global), app.global.quiet);
    return ExitCode::ok;
}

}  // namespace

void add_explain(const Command& parent) {
    const Command cmd = parent.add_subcommand(
        "explain", "Say what an error, a code or a log means, and the safe fix", "Diagnose");
    auto options = std::make_shared<ExplainOptions>();
    cmd.add_option("text", options->words,
                   "An entry's id, a code, a status, any error text; - reads a log from stdin")
        .type_name("ENTRY|CODE|TEXT|-");
    cmd.add_flag("--list", options->list, "Every entry, one line each");
    cmd.set_help(
        {{{"logbookctl explain db.host", "one entry, as doctor names it"},
          {"docker compose logs --since 1h backend | logbookctl explain -",
           "what a log holds, the gravest first"},
          {"logbookctl explain LB-AUTH-006", "a code; also 404, 1045, NOAUTH, or plain words"}},
         {"0  something is known", "3  nothing is known (no guess is made)"},
         {"doctor", "logbook-runbook(7)"},
         "The answer names the cause, the fix step by step with what each step costs, what never to do, what "
         "the "
         "application's published pages advise and where that is wrong, and the command that proves the "
         "repair.\n\n"
         "Text that holds advice which destroys data, such as removing the volumes, is answered with its "
         "warning "
         "first.\n\n"
         "A site adds entries of its own as YAML files in /etc/logbookctl/runbook.d, or in the folder that "
         "LOGBOOKCTL_RUNBOOK_DIR names; an entry of a known id replaces ours. A broken file is told and left "
         "out.\n\n"
         "Standard input is read to 16 MiB, a line to 64 KiB, and no longer than --timeout. Nothing is "
         "contacted."});
    cmd.on_chosen([options](App& app) { return run_explain(app, *options); },
                  [options] {
                      const bool nothing = options->words.empty() && !options->list;
                      return nothing ? "a text, a code, an entry's id, - or --list" : "";
                  });
}

}  // namespace logbook::cli
