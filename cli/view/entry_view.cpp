// Runbook entries, laid out: a label, and the text hanging beside it.
#include "view/entry_view.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "view/labelled.h"

namespace logbook::cli {
namespace {

constexpr size_t indent = 4;

std::string blanks(size_t count) {
    return std::string(count, ' ');
}

void put_list(Stream& out, std::string_view label, const std::vector<std::string>& texts,
              Ink ink = Ink::plain) {
    for (size_t i = 0; i < texts.size(); ++i) put_labelled(out, i == 0 ? label : "", texts[i], ink);
}

// The title, and the slug at the right edge where it fits.
void headline(Stream& out, const runbook::Entry& entry) {
    const size_t width = out.terminal().width;
    const std::vector<std::string> lines = wrap(entry.title, width);
    const std::string slug = out.inked(Ink::dim, entry.slug);
    for (size_t i = 0; i + 1 < lines.size(); ++i) out.line(out.inked(Ink::bold, lines[i]));
    const size_t last = display_width(lines.back());
    out.put(out.inked(Ink::bold, lines.back()));
    if (last + 2 + entry.slug.size() <= width)
        out.line(blanks(width - last - entry.slug.size()) + slug);
    else
        out.line().line(blanks(indent) + slug);
}

bool uses_placeholders(const runbook::Entry& entry) {
    return std::any_of(entry.fix.begin(), entry.fix.end(), [](const runbook::Step& step) {
        return contains(step.command, "{database}") || contains(step.command, "{cache}") ||
               contains(step.command, "{backend}") || contains(step.command, "{frontend}");
    });
}

std::string how_found(const runbook::Match& match, size_t lines) {
    switch (match.by) {
    case runbook::MatchedBy::slug:
        return "by its id";
    case runbook::MatchedBy::code:
        if (match.line == 0) return "by its code";
        return fmt::format("by a code in line {} of {}", match.line, lines);
    case runbook::MatchedBy::pattern:
        if (lines <= 1) return "by its text";
        return fmt::format("{} of {}, the first is {}", counted(match.count, "line"), lines, match.line);
    case runbook::MatchedBy::words:
        return fmt::format("by the words: {}", printable(match.matched, 80));
    }
    return "";
}

}  // namespace

void print_entry(Stream& out, const runbook::Entry& raw, const runbook::Facts& facts) {
    const runbook::Entry entry = runbook::filled(raw, facts);
    headline(out, entry);
    for (const std::string& line : wrap(entry.meaning, out.terminal().width - indent))
        out.line(blanks(indent) + line);
    put_list(out, "causes", entry.causes);
    put_steps(out, "fix", entry.fix);
    if (uses_placeholders(raw))
        put_labelled(out, "names",
                     "`" + facts.database + "`, `" + facts.cache + "` and `" + facts.backend +
                         "` are the base stack's services; yours: " + facts.compose + " config --services");
    if (!entry.proves.empty()) put_whole(out, "proves", entry.proves);
    put_list(out, "never", entry.never, Ink::red);
    if (!entry.published.empty()) put_labelled(out, "published", entry.published);
    if (!entry.published_wrong.empty()) put_labelled(out, "wrong", entry.published_wrong, Ink::yellow);
    if (!entry.see_also.empty()) put_labelled(out, "see also", join(entry.see_also, " · "));
    // Ours are named by file alone, a site's with their folder.
    if (contains(entry.origin, "/")) put_labelled(out, "from", entry.origin);
}

void print_matches(Stream& out, const runbook::Matches& matches, const runbook::Facts& facts, bool quiet) {
    const runbook::Match& best = matches.best_first.front();
    if (!quiet) {
        if (best.by == runbook::MatchedBy::pattern && matches.lines > 1)
            out.line(out.inked(Ink::dim, "line " + std::to_string(best.line) + ": " +
                                             printable(best.matched, out.terminal().width)));
        print_entry(out, *best.entry, facts);
        out.line();
        if (matches.best_first.size() > 1) {
            out.line("also fits");
            for (size_t i = 1; i < matches.best_first.size(); ++i) {
                const runbook::Entry& entry = *matches.best_first[i].entry;
                const std::string left = fmt::format("  {:<22} ", entry.slug);
                const std::vector<std::string> lines =
                    wrap(runbook::filled(entry.title, facts),
                         out.terminal().width - std::min<size_t>(25, out.terminal().width - 15));
                for (size_t l = 0; l < lines.size(); ++l)
                    out.line((l == 0 ? left : blanks(left.size())) + lines[l]);
            }
        }
    }
    const size_t others = matches.best_first.size() - 1;
    std::string verdict = best.entry->slug + " · " + how_found(best, matches.lines);
    if (others > 0) verdict += fmt::format(" · {} more fit{}", others, others == 1 ? "s" : "");
    for (const std::string& line : wrap(verdict, out.terminal().width)) out.line(line);
}

void print_entry_list(Stream& out, const std::vector<runbook::Entry>& entries) {
    size_t left = 0;
    for (const runbook::Entry& entry : entries) left = std::max(left, entry.slug.size());
    left = std::min<size_t>(left + 2, 30);
    std::string area;
    for (const runbook::Entry& entry : entries) {
        const std::string its_area = entry.slug.substr(0, entry.slug.find('.'));
        if (!area.empty() && its_area != area) out.line();
        area = its_area;
        const std::vector<std::string> lines =
            wrap(entry.title, std::max<size_t>(out.terminal().width, left + 20) - left);
        for (size_t i = 0; i < lines.size(); ++i)
            out.line(i == 0 ? fmt::format("{:<{}}{}", entry.slug, left, lines[i]) : blanks(left) + lines[i]);
    }
    out.line();
    out.line(fmt::format("{} · one in full: logbookctl explain db.host",
                         entries.size() == 1 ? "1 entry" : fmt::format("{} entries", entries.size())));
}

Json match_json(const runbook::Match& match, const runbook::Facts& facts) {
    const runbook::Entry entry = runbook::filled(*match.entry, facts);
    Json fix = Json(Json::Array{});
    for (const runbook::Step& step : entry.fix)
        fix.push(Json::object(
            {{"text", step.text}, {"command", step.command}, {"risk", runbook::name_of(step.risk)}}));
    return Json::object({{"slug", entry.slug},
                         {"title", entry.title},
                         {"by", runbook::name_of(match.by)},
                         {"matched", printable(match.matched, 400)},
                         {"line", uint64_t(match.line)},
                         {"count", uint64_t(match.count)},
                         {"meaning", entry.meaning},
                         {"causes", Json::array(entry.causes)},
                         {"fix", std::move(fix)},
                         {"never", Json::array(entry.never)},
                         {"proves", entry.proves},
                         {"published", entry.published},
                         {"published_wrong", entry.published_wrong},
                         {"codes", Json::array(entry.codes)},
                         {"see_also", Json::array(entry.see_also)},
                         {"origin", entry.origin}});
}

}  // namespace logbook::cli
