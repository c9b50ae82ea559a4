// What .env says is what the containers were made with.
#include <algorithm>

#include "logbook/doctor/checks/checks.h"
#include "logbook/doctor/drift_finding.h"

namespace logbook::doctor {
namespace {

using deployment::DriftKind;
using deployment::DriftStake;

Finding run(const Scene& scene) {
    if (!scene.containers() || !scene.drift())
        return not_applicable("this deployment runs without containers");
    const DriftOf stale = drift_of(scene, {DriftKind::stale});
    if (stale.drift.findings.empty())
        return stale.drift.complete() ? passed() : not_applicable(stale.drift.unknown.front());
    const bool a_key =
        std::any_of(stale.drift.findings.begin(), stale.drift.findings.end(),
                    [](const deployment::DriftFinding& f) { return f.stake == DriftStake::key; });
    Finding finding;
    if (a_key) {
        finding = failed("A key in .env is not the one that the running backend uses", stale.seen);
        finding.data_at_stake = true;
        finding.meaning =
            "The container may hold the only copy of the key that the stored data was encrypted or "
            "signed with; recreating it destroys that copy.";
    } else {
        finding = warned(".env was edited, and the containers still have the old values", stale.seen);
        finding.meaning = "A restart does not apply it: only a new container does.";
    }
    add_remedies(finding, scene, stale.drift);
    return finding;
}

}  // namespace

Check check_config_applied() {
    return {"config.applied",
            "what .env says has reached the containers",
            {"env.file", "engine.deployment"},
            {},
            &run};
}

}  // namespace logbook::doctor
