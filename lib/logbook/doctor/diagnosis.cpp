// Root causes. For every failing finding the set of findings that it reaches through `explains` is found; a
// failure that no other reaches is a root.
#include "logbook/doctor/diagnosis.h"

#include <algorithm>
#include <map>
#include <set>

namespace logbook::doctor {
namespace {

class Graph {
  public:
    Graph(const std::vector<Finding>& findings, const std::vector<Check>& checks) : findings_(findings) {
        for (size_t i = 0; i < findings.size(); ++i) index_[findings[i].check] = i;
        for (const Check& check : checks) checks_[check.id] = &check;
    }

    // Every failure and warning that `from` is the reason for, at first or second hand, and the skips behind
    // them.
    std::set<size_t> explained_by(size_t from) const {
        std::set<size_t> found;
        follow(from, from, found);
        found.erase(from);
        return found;
    }

  private:
    static bool is_problem(const Finding& finding) {
        return finding.counts() && (finding.outcome == Outcome::fail || finding.outcome == Outcome::warn);
    }

    bool admits(const Finding& finding, size_t root) const {
        const auto& blames = finding.blames;
        return blames.empty() ||
               std::find(blames.begin(), blames.end(), findings_[root].area()) != blames.end();
    }

    void follow(size_t root, size_t at, std::set<size_t>& found) const {
        if (!found.insert(at).second) return;
        // What waits for this one cannot be judged because of it.
        for (size_t i = 0; i < findings_.size(); ++i)
            if (findings_[i].outcome == Outcome::skip && findings_[i].waits_for == findings_[at].check)
                follow(root, i, found);
        const auto check = checks_.find(findings_[at].check);
        if (check == checks_.end()) return;
        // A warning explains nothing by itself; a skipped check passes on what its own failure would have
        // explained.
        if (findings_[at].outcome == Outcome::warn) return;
        for (const std::string_view id : check->second->explains) {
            const auto next = index_.find(std::string(id));
            if (next == index_.end() || !is_problem(findings_[next->second])) continue;
            if (admits(findings_[next->second], root)) follow(root, next->second, found);
        }
    }

    const std::vector<Finding>& findings_;
    std::map<std::string, size_t> index_;
    std::map<std::string_view, const Check*> checks_;
};

void count(Diagnosis& diagnosis) {
    for (const Finding& finding : diagnosis.findings) {
        if (finding.waived) {
            ++diagnosis.waived;
            continue;
        }
        switch (finding.outcome) {
        case Outcome::pass:
            ++diagnosis.passed;
            break;
        case Outcome::note:
            ++diagnosis.notes;
            break;
        case Outcome::warn:
            ++diagnosis.warned;
            break;
        case Outcome::fail:
            ++diagnosis.failed;
            break;
        case Outcome::skip:
            ++diagnosis.skipped;
            if (finding.undetermined) ++diagnosis.undetermined;
            break;
        }
    }
}

}  // namespace

std::string_view name_of(Verdict verdict) {
    switch (verdict) {
    case Verdict::healthy:
        return "healthy";
    case Verdict::problem:
        return "problem";
    case Verdict::unknown:
        return "unknown";
    case Verdict::deadline:
        return "deadline";
    }
    return "?";
}

Verdict Diagnosis::verdict(bool warnings_count) const {
    if (failed > 0 || (warnings_count && warned > 0)) return Verdict::problem;
    if (unfinished) return Verdict::deadline;
    return undetermined > 0 ? Verdict::unknown : Verdict::healthy;
}

const Finding* Diagnosis::find(std::string_view check) const {
    for (const Finding& finding : findings)
        if (finding.check == check) return &finding;
    return nullptr;
}

Diagnosis diagnose(std::vector<Finding> findings, const std::vector<Check>& checks) {
    Diagnosis diagnosis;
    diagnosis.findings = std::move(findings);
    count(diagnosis);

    const Graph graph(diagnosis.findings, checks);
    std::map<size_t, std::set<size_t>> reach;  // of each failure
    std::set<size_t> explained;
    for (size_t i = 0; i < diagnosis.findings.size(); ++i) {
        const Finding& finding = diagnosis.findings[i];
        if (finding.outcome != Outcome::fail || !finding.counts()) continue;
        reach[i] = graph.explained_by(i);
        explained.insert(reach[i].begin(), reach[i].end());
    }
    for (const auto& [i, consequences] : reach)
        if (!explained.count(i)) diagnosis.roots.push_back({i, {consequences.begin(), consequences.end()}});
    for (size_t i = 0; i < diagnosis.findings.size(); ++i)
        if (diagnosis.findings[i].outcome == Outcome::warn && diagnosis.findings[i].counts() &&
            !explained.count(i))
            diagnosis.warnings.push_back({i, {}});
    // Data first; then what explains most; then the catalogue's order.
    std::stable_sort(diagnosis.roots.begin(), diagnosis.roots.end(), [&](const Problem& a, const Problem& b) {
        const Finding& left = diagnosis.findings[a.finding];
        const Finding& right = diagnosis.findings[b.finding];
        if (left.data_at_stake != right.data_at_stake) return left.data_at_stake;
        return a.explained.size() > b.explained.size();
    });
    return diagnosis;
}

}  // namespace logbook::doctor
