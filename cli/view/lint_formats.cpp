// JUnit's XML, and GitHub's workflow commands.
#include "view/lint_formats.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "logbook/base/text.h"

namespace logbook::cli {
namespace {

using revision::LintFinding;
using revision::VersionsFolder;

constexpr std::string_view whole_chain = "the chain as a whole";

std::string xml(std::string_view text) {
    std::string out;
    for (const char c : printable(text, 2000)) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else
            out += c;
    }
    return out;
}

// Of a property's value, or, with `message`, of the text behind the colons.
std::string command_text(std::string_view text, bool message) {
    std::string out;
    for (const char c : printable(text, 2000)) {
        if (c == '%')
            out += "%25";
        else if (!message && c == ':')
            out += "%3A";
        else if (!message && c == ',')
            out += "%2C";
        else
            out += c;
    }
    return out;
}

std::string sentence(const LintFinding& finding) {
    return finding.hint.empty() ? finding.what : finding.what + "; " + finding.hint;
}

}  // namespace

void put_junit(Stream& out, const VersionsFolder& folder, const std::vector<LintFinding>& findings) {
    std::map<std::string, std::vector<const LintFinding*>> cases;
    cases[std::string(whole_chain)];
    for (const revision::RevisionFile& file : folder.files) cases[file.path.filename().string()];
    for (const LintFinding& finding : findings)
        cases[finding.file.empty() ? std::string(whole_chain) : finding.file].push_back(&finding);
    const auto failed = [](const auto& one) {
        return std::any_of(one.second.begin(), one.second.end(),
                           [](const LintFinding* f) { return f->error; });
    };
    out.line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    out.line(
        fmt::format("<testsuite name=\"logbookctl migrate check\" tests=\"{}\" failures=\"{}\" errors=\"0\">",
                    cases.size(), std::count_if(cases.begin(), cases.end(), failed)));
    for (const auto& [name, list] : cases) {
        const std::string open =
            fmt::format("  <testcase classname=\"{}\" name=\"{}\"", xml(folder.path.string()), xml(name));
        if (list.empty()) {
            out.line(open + "/>");
            continue;
        }
        out.line(open + ">");
        std::string errors, warnings, first;
        for (const LintFinding* finding : list) {
            const std::string line = fmt::format(
                "{}{}: {}\n", finding->rule,
                finding->line > 0 ? fmt::format(" (line {})", finding->line) : "", xml(sentence(*finding)));
            (finding->error ? errors : warnings) += line;
            if (finding->error && first.empty()) first = xml(finding->what);
        }
        if (!errors.empty()) {
            out.line(fmt::format("    <failure message=\"{}\">", first));
            out.line(errors + "    </failure>");
        }
        if (!warnings.empty()) out.line("    <system-out>\n" + warnings + "    </system-out>");
        out.line("  </testcase>");
    }
    out.line("</testsuite>");
}

void put_github(Stream& out, const VersionsFolder& folder, const std::vector<LintFinding>& findings) {
    std::error_code ignored;
    const std::filesystem::path here = std::filesystem::proximate(folder.path, ignored);
    for (const LintFinding& finding : findings) {
        std::string where;
        if (!finding.file.empty()) {
            where = " file=" + command_text((here / finding.file).string(), false);
            if (finding.line > 0) where += fmt::format(",line={}", finding.line);
        }
        out.line(fmt::format("::{}{}{}title={}::{}", finding.error ? "error" : "warning", where,
                             where.empty() ? " " : ",", command_text("migrate " + finding.rule, false),
                             command_text(sentence(finding), true)));
    }
}

}  // namespace logbook::cli
