// Every setting of .env can reach the application: a Compose file's `environment:` is a whitelist.
#include "logbook/doctor/checks/checks.h"
#include "logbook/doctor/drift_finding.h"

namespace logbook::doctor {
namespace {

using deployment::DriftKind;

Finding run(const Scene& scene) {
    if (!scene.containers() || !scene.drift())
        return not_applicable("this deployment runs without containers");
    const DriftOf held = drift_of(scene, {DriftKind::not_passed, DriftKind::hard_coded, DriftKind::shadowed});
    if (held.drift.findings.empty())
        return held.drift.complete() ? passed() : not_applicable(held.drift.unknown.front());
    const DriftKind first = held.drift.findings.front().kind;
    Finding finding = warned(first == DriftKind::shadowed ? "This shell's environment beats what .env says"
                             : first == DriftKind::hard_coded
                                 ? "A setting of .env has no effect: the Compose file sets it itself"
                                 : "A setting of .env never reaches the application",
                             held.seen);
    add_remedies(finding, scene, held.drift);
    return finding;
}

}  // namespace

Check check_config_passed() {
    return {"config.passed",
            "the settings of .env can reach the application",
            {"env.file", "engine.deployment"},
            {},
            &run};
}

}  // namespace logbook::doctor
