// The container engine answers.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/doctor/container_state.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    const auto* containers = scene.containers();
    if (!containers) return not_applicable("this deployment runs without containers");
    if (!containers->engine_failure)
        return passed(containers->endpoint ? containers->endpoint->text() : std::string());
    const Error& failure = *containers->engine_failure;
    const std::string hint = failure.hint;
    Finding finding;
    switch (failure.code) {
    case ErrorCode::denied:
        finding = failed("The container engine does not let this user in", {failure.what});
        finding.meaning = "Its containers cannot be looked at; what can be asked over the network still is.";
        finding.fix = {
            {"Ask as a user who may", "sudo " + logbookctl_command(scene) + " doctor", runbook::Risk::none}};
        break;
    case ErrorCode::unreachable:
    case ErrorCode::not_found:
        finding = failed("The container engine does not run", {failure.what});
        finding.meaning = "Without it no container of the deployment runs, or none can be looked at.";
        finding.fix = {
            {"See why it is stopped", "systemctl status docker --no-pager", runbook::Risk::none},
            {"Its start starts the containers too, the backend among them; when doctor found no trap "
             "before the engine went down, start it with systemctl",
             {},
             runbook::Risk::data}};
        finding.never = {"deleting /var/lib/docker (the database's volume is in it)"};
        break;
    case ErrorCode::timeout:
    case ErrorCode::closed:
        finding = failed("The container engine hangs", {failure.what});
        finding.fix = {
            {"Look at its log", "journalctl -u docker --since -15min --no-pager", runbook::Risk::none}};
        break;
    default:
        finding = failed("The container engine cannot be asked", {failure.what});
        if (!hint.empty()) finding.fix = {{hint, {}, runbook::Risk::none}};
        break;
    }
    finding.proves = logbookctl_command(scene) + " ps";
    return finding;
}

}  // namespace

Check check_engine_reachable() {
    return {"engine.reachable",
            "the container engine answers",
            {},
            {"db.host", "db.connect", "cache.host", "cache.connect", "backend.port", "backend.answers",
             "backend.health", "frontend.proxy"},
            &run};
}

}  // namespace logbook::doctor
