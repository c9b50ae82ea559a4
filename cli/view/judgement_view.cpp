// Rows of judgements.
#include "view/judgement_view.h"

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "view/table.h"

namespace logbook::cli {
namespace {

using instrument::Judgement;
using instrument::Level;

Mark mark_of(Level level) {
    switch (level) {
    case Level::ok:
        return Mark::pass;
    case Level::unjudged:
        return Mark::note;
    case Level::warn:
        return Mark::warn;
    case Level::fail:
        return Mark::fail;
    }
    return Mark::note;
}

Json number_or_null(const std::optional<double>& value) {
    return value ? Json(*value) : Json();
}

// A label of performance data may hold no quote, no `=` and no bar.
std::string perfdata(const Judgement& one) {
    const auto limit = [&one](const std::optional<double>& value) {
        const bool judged = value && one.level != Level::unjudged;
        return judged ? fmt::format("{:g}{}", *value, one.low_is_bad ? ":" : "") : std::string();
    };
    return fmt::format("'{}'={:g};{};{}", one.id, *one.value, limit(one.warn), limit(one.fail));
}

}  // namespace

void put_judgements(Stream& out, const std::vector<Judgement>& judgements) {
    std::vector<TableRow> rows;
    for (const Judgement& one : judgements) {
        TableRow row;
        row.mark = mark_of(one.level);
        row.cells = {replace_all(one.id, "_", " "), one.figure};
        if (!one.meaning.empty()) row.details.emplace_back("means", one.meaning);
        if (!one.next.empty()) row.details.emplace_back("next", one.next);
        rows.push_back(std::move(row));
    }
    put_table(out, {{""}, {""}}, rows, false);
}

std::string verdict_of(const std::vector<Judgement>& judgements) {
    size_t failures = 0, warnings = 0;
    for (const Judgement& one : judgements) {
        failures += one.level == Level::fail ? 1 : 0;
        warnings += one.level == Level::warn ? 1 : 0;
    }
    if (failures + warnings == 0) return "all figures are well";
    if (failures == 0) return counted(warnings, "warning");
    return fmt::format("{}, {}", counted(failures, "problem"), counted(warnings, "warning"));
}

Json to_json(const std::vector<Judgement>& judgements) {
    Json::Array list;
    for (const Judgement& one : judgements)
        list.push_back(Json::object({{"id", one.id},
                                     {"level", instrument::name_of(one.level)},
                                     {"figure", one.figure},
                                     {"meaning", one.meaning.empty() ? Json() : Json(one.meaning)},
                                     {"next", one.next.empty() ? Json() : Json(one.next)},
                                     {"value", number_or_null(one.value)},
                                     {"warn", number_or_null(one.warn)},
                                     {"fail", number_or_null(one.fail)}}));
    return Json(std::move(list));
}

int nagios_status(const std::vector<Judgement>& judgements) {
    switch (instrument::worst(judgements)) {
    case Level::ok:
    case Level::unjudged:
        return 0;
    case Level::warn:
        return 1;
    case Level::fail:
        return 2;
    }
    return 3;
}

std::string nagios_line(std::string_view what, const std::vector<Judgement>& judgements) {
    static constexpr std::string_view words[] = {"OK", "WARNING", "CRITICAL"};
    std::vector<std::string> said, data;
    for (const Level level : {Level::fail, Level::warn})
        for (const Judgement& one : judgements)
            if (one.level == level) said.push_back(fmt::format("{}: {}", one.id, one.figure));
    for (const Judgement& one : judgements)
        if (one.value) data.push_back(perfdata(one));
    const std::string text = said.empty() ? "all figures are well" : join(said, "; ");
    return fmt::format("{} {} - {} | {}", what, words[nagios_status(judgements)],
                       replace_all(printable(text, 400), "|", "/"), join(data, " "));
}

}  // namespace logbook::cli
