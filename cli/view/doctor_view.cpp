// The table form of a diagnosis.
#include "view/doctor_view.h"

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "view/labelled.h"

namespace logbook::cli {
namespace {

using doctor::Diagnosis;
using doctor::Finding;
using doctor::Outcome;
using doctor::Problem;

std::string_view glyph(Outcome outcome) {
    switch (outcome) {
    case Outcome::pass:
        return "✔";
    case Outcome::fail:
        return "✖";
    case Outcome::warn:
        return "!";
    case Outcome::note:
        return "·";
    case Outcome::skip:
        return "–";
    }
    return "?";
}

// Single-character glyphs become words where the terminal is not UTF-8; these two would be mistaken for
// punctuation.
std::string mark(const Stream& out, Outcome outcome) {
    if (out.terminal().utf8) return std::string(glyph(outcome));
    return outcome == Outcome::pass   ? "ok"
           : outcome == Outcome::fail ? "FAIL"
                                      : std::string(name_of(outcome));
}

Ink ink_of(Outcome outcome) {
    switch (outcome) {
    case Outcome::pass:
        return Ink::green;
    case Outcome::fail:
        return Ink::red;
    case Outcome::warn:
        return Ink::yellow;
    case Outcome::note:
    case Outcome::skip:
        return Ink::dim;
    }
    return Ink::plain;
}

// "✖ The cause in one sentence                                  db.host", the id at the right edge where it
// fits.
void put_headline(Stream& out, const Finding& finding) {
    const std::string sign = mark(out, finding.outcome);
    const size_t width = out.terminal().width;
    const size_t lead = display_width(sign) + 1;
    std::vector<std::string> lines = wrap(finding.cause, width - lead);
    const size_t last = lead + display_width(lines.back());
    const std::string id = out.inked(Ink::dim, finding.check);
    for (size_t i = 0; i < lines.size(); ++i) {
        out.put(i == 0 ? out.inked(ink_of(finding.outcome), sign) + " " : std::string(lead, ' '));
        out.put(out.inked(Ink::bold, lines[i]));
        if (i + 1 < lines.size()) out.line();
    }
    if (last + 2 + finding.check.size() <= width)
        out.line(std::string(width - last - finding.check.size(), ' ') + id);
    else
        out.line().line(std::string(lead, ' ') + id);
}

std::string explained_words(const Diagnosis& diagnosis, const Problem& problem) {
    std::vector<std::string> words;
    size_t waiting = 0;
    for (const size_t i : problem.explained) {
        const Finding& finding = diagnosis.findings[i];
        if (finding.outcome == Outcome::skip)
            ++waiting;
        else
            words.push_back(fmt::format("{} ({})", finding.check, finding.cause));
    }
    if (waiting > 0) words.push_back(fmt::format("{} not judged because of it", counted(waiting, "check")));
    return join(words, " · ");
}

void put_problem(Stream& out, const Diagnosis& diagnosis, const Problem& problem) {
    const Finding& finding = diagnosis.findings[problem.finding];
    put_headline(out, finding);
    const std::string margin(4, ' ');
    if (!finding.meaning.empty())
        for (const std::string& line : wrap(finding.meaning, out.terminal().width - margin.size()))
            out.line(margin + line);
    for (size_t i = 0; i < finding.seen.size(); ++i) put_labelled(out, i == 0 ? "seen" : "", finding.seen[i]);
    if (!problem.explained.empty()) put_labelled(out, "explains", explained_words(diagnosis, problem));
    put_steps(out, "fix", finding.fix);
    if (!finding.proves.empty()) put_labelled(out, "proves", finding.proves, Ink::cyan);
    for (size_t i = 0; i < finding.never.size(); ++i)
        put_labelled(out, i == 0 ? "never" : "", finding.never[i], Ink::red);
    out.line();
}

void put_every_check(Stream& out, const Diagnosis& diagnosis) {
    const size_t width = out.terminal().width;
    for (const Finding& finding : diagnosis.findings) {
        const std::string sign = mark(out, finding.outcome);
        std::string row = fmt::format("{} {:<18} {}", sign, finding.check, finding.claim);
        std::string more = !finding.cause.empty() ? finding.cause
                           : finding.seen.empty() ? ""
                                                  : finding.seen.front();
        if (finding.waived)
            more = fmt::format("waived: {}{}{}", finding.waived->reason, more.empty() ? "" : " · ", more);
        const bool beside = display_width(row) + 3 + display_width(more) <= width;
        out.put(out.inked(ink_of(finding.outcome), sign) + row.substr(sign.size()));
        if (beside && !more.empty()) out.put(out.inked(Ink::dim, "   " + more));
        out.line();
        if (beside || more.empty()) continue;
        const std::string margin(display_width(sign) + 20, ' ');
        const size_t room = width > margin.size() + 20 ? width - margin.size() : 20;
        for (const std::string& text : wrap(more, room)) out.line(margin + out.inked(Ink::dim, text));
    }
    out.line();
}

// Skips that belong to no root: what could not be determined, each reason once.
void put_undetermined(Stream& out, const Diagnosis& diagnosis) {
    for (const Finding& finding : diagnosis.findings) {
        if (finding.outcome != Outcome::skip || !finding.undetermined || !finding.waits_for.empty()) continue;
        out.put(out.inked(Ink::yellow, mark(out, Outcome::skip)) + " ");
        out.line(fmt::format("{}: {}", finding.check, finding.cause));
    }
}

std::string verdict_line(const Stream& out, const Diagnosis& diagnosis, bool warnings_count) {
    const std::string took = human_duration(diagnosis.took);
    const std::string notes =
        diagnosis.notes > 0 ? fmt::format(" · {} (doctor -v)", counted(diagnosis.notes, "note")) : "";
    const std::string waived = diagnosis.waived > 0 ? fmt::format(", {} waived", diagnosis.waived) : "";
    const size_t judged = diagnosis.passed + diagnosis.notes + diagnosis.warned;
    switch (diagnosis.verdict(warnings_count)) {
    case doctor::Verdict::healthy:
        if (diagnosis.warned == 0)
            return fmt::format("{} healthy · {} in {}{}{}", out.inked(Ink::green, mark(out, Outcome::pass)),
                               counted(judged, "check"), took, waived, notes);
        return fmt::format(
            "{} works, with {} · {} in {}{}{}", out.inked(Ink::yellow, mark(out, Outcome::warn)),
            counted(diagnosis.warned, "warning"), counted(judged, "check"), took, waived, notes);
    case doctor::Verdict::unknown:
        return fmt::format("{} nothing wrong was found, but {} could not be made · {} passed · {}{}",
                           out.inked(Ink::yellow, mark(out, Outcome::skip)),
                           counted(diagnosis.undetermined, "check"), diagnosis.passed, took, waived);
    case doctor::Verdict::deadline:
        return fmt::format(
            "{} the time was over before there was a verdict · {} · give it longer: --timeout 30s",
            out.inked(Ink::yellow, mark(out, Outcome::skip)), took);
    case doctor::Verdict::problem:
        break;
    }
    size_t explained = 0;
    for (const Problem& root : diagnosis.roots) explained += root.explained.size();
    return fmt::format("{}{}, {}, {} passed{}{} · {} · details: doctor -v, one topic: explain {}",
                       counted(diagnosis.roots.size(), "root cause"),
                       explained > 0 ? fmt::format(" (explains {})", explained) : "",
                       counted(diagnosis.warned, "warning"), diagnosis.passed,
                       diagnosis.notes > 0 ? ", " + counted(diagnosis.notes, "note") : "", waived, took,
                       diagnosis.roots.empty() ? diagnosis.findings[diagnosis.warnings.front().finding].check
                                               : diagnosis.findings[diagnosis.roots.front().finding].check);
}

}  // namespace

void show_diagnosis(Stream& out, const Diagnosis& diagnosis, const DoctorViewOptions& options) {
    if (!options.quiet) {
        out.line(options.headline);
        const bool quiet_healthy =
            diagnosis.roots.empty() && diagnosis.warnings.empty() && diagnosis.undetermined == 0;
        if (!quiet_healthy || options.verbose > 0) out.line();
        if (options.verbose > 0) put_every_check(out, diagnosis);
        for (const Problem& root : diagnosis.roots) put_problem(out, diagnosis, root);
        for (const Problem& warning : diagnosis.warnings) put_problem(out, diagnosis, warning);
        put_undetermined(out, diagnosis);
    }
    out.line(verdict_line(out, diagnosis, options.warnings_count));
}

}  // namespace logbook::cli
