// What .env and the Compose files say is what the containers were made with.
#include <algorithm>

#include "logbook/doctor/checks/checks.h"
#include "logbook/doctor/drift_finding.h"

namespace logbook::doctor {
namespace {

using deployment::DriftFinding;
using deployment::DriftKind;
using deployment::DriftStake;

Finding run(const Scene& scene) {
    if (!scene.containers() || !scene.drift())
        return not_applicable("this deployment runs without containers");
    const DriftOf stale = drift_of(scene, {DriftKind::stale, DriftKind::redefined});
    if (stale.drift.findings.empty())
        return stale.drift.complete() ? passed() : not_applicable(stale.drift.unknown.front());
    const auto any = [&](const auto& holds) {
        return std::any_of(stale.drift.findings.begin(), stale.drift.findings.end(), holds);
    };
    const bool a_key = any([](const DriftFinding& f) { return f.stake == DriftStake::key; });
    const bool a_place = any([](const DriftFinding& f) { return f.stake == DriftStake::stored_data; });
    const bool a_variable = any([](const DriftFinding& f) { return f.kind == DriftKind::stale; });
    Finding finding;
    if (a_key) {
        finding = failed("A key in .env is not the one that the running backend uses", stale.seen);
        finding.data_at_stake = true;
        finding.meaning =
            "The container may hold the only copy of the key that the stored data was encrypted or "
            "signed with; recreating it destroys that copy.";
    } else if (a_place) {
        finding = failed("Made anew, a container would not find its stored data", stale.seen);
        finding.data_at_stake = true;
        finding.meaning = "The Compose files mount another volume or folder than the container has. Nothing "
                          "is deleted by a "
                          "recreate, but the application would start on an empty place, as if it were new.";
    } else {
        finding =
            warned(a_variable ? ".env was edited, and the containers still have the old values"
                              : "A Compose file was edited, and the containers are still as it was before",
                   stale.seen);
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
