// The JSON form.
#include "logbook/doctor/document.h"

#include <map>

namespace logbook::doctor {
namespace {

Json step_json(const runbook::Step& step) {
    return Json::object(
        {{"text", step.text}, {"command", step.command}, {"risk", runbook::name_of(step.risk)}});
}

Json finding_json(const Finding& finding, const std::vector<std::string>& explains,
                  const std::string& explained_by) {
    Json json = Json::object({{"check", finding.check},
                              {"claim", finding.claim},
                              {"outcome", name_of(finding.outcome)},
                              {"data_at_stake", finding.data_at_stake},
                              {"undetermined", finding.undetermined},
                              {"cause", finding.cause},
                              {"meaning", finding.meaning},
                              {"seen", Json::array(finding.seen)},
                              {"explains", Json::array(explains)},
                              {"explained_by", explained_by.empty() ? Json() : Json(explained_by)},
                              {"fix", Json(Json::Array{})},
                              {"never", Json::array(finding.never)},
                              {"proves", finding.proves},
                              {"waived", Json()},
                              {"took_ms", int64_t(finding.took.count())}});
    Json::Array steps;
    for (const runbook::Step& step : finding.fix) steps.push_back(step_json(step));
    json.set("fix", Json(std::move(steps)));
    if (finding.waived)
        json.set("waived",
                 Json::object(
                     {{"reason", finding.waived->reason},
                      {"until", finding.waived->until ? Json(iso8601(*finding.waived->until)) : Json()}}));
    return json;
}

}  // namespace

Json to_json(const Diagnosis& diagnosis, bool warnings_count) {
    std::map<size_t, std::vector<std::string>> explains;
    std::map<size_t, std::string> explained_by;
    Json::Array roots, findings;
    for (const Problem& root : diagnosis.roots) {
        roots.emplace_back(diagnosis.findings[root.finding].check);
        for (const size_t i : root.explained) {
            explains[root.finding].push_back(diagnosis.findings[i].check);
            explained_by.try_emplace(i, diagnosis.findings[root.finding].check);
        }
    }
    for (size_t i = 0; i < diagnosis.findings.size(); ++i)
        findings.push_back(finding_json(diagnosis.findings[i], explains[i], explained_by[i]));
    return Json::object({{"verdict", name_of(diagnosis.verdict(warnings_count))},
                         {"roots", Json(std::move(roots))},
                         {"counts", Json::object({{"passed", uint64_t(diagnosis.passed)},
                                                  {"notes", uint64_t(diagnosis.notes)},
                                                  {"warned", uint64_t(diagnosis.warned)},
                                                  {"failed", uint64_t(diagnosis.failed)},
                                                  {"skipped", uint64_t(diagnosis.skipped)},
                                                  {"undetermined", uint64_t(diagnosis.undetermined)},
                                                  {"waived", uint64_t(diagnosis.waived)}})},
                         {"took_ms", int64_t(diagnosis.took.count())},
                         {"findings", Json(std::move(findings))}});
}

}  // namespace logbook::doctor
