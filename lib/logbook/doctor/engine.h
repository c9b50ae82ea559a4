// Runs checks side by side under one deadline and reports each as it ends.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "logbook/doctor/diagnosis.h"
#include "logbook/runbook/catalogue.h"

namespace logbook::doctor {

// Watches a run. Called on the thread that called run_checks(), one call at a time.
class LOGBOOK_EXPORT Observer {
  public:
    virtual ~Observer() = default;
    virtual void on_finding(const Finding& finding) { (void)finding; }
    // Every quarter second while checks are running: which ones, and for how long the whole run has been
    // going.
    virtual void on_waiting(const std::vector<std::string>& running, Millis elapsed) {
        (void)running, (void)elapsed;
    }
};

struct RunOptions {
    std::vector<std::string> only{};  // ids or areas ("db"); what they need is run too. Empty: all
    std::vector<Waiver> waivers{};    // the expired ones must have been left out
    // How long past the deadline a check that is stuck in the kernel (a dead network mount) is waited for.
    Millis grace{250};
};

// `scene` is shared because a check that never comes back keeps it: `unfinished` is then set, the thread is
// left behind, and the process should end without waiting for it. Fails with `invalid` on an unknown id in
// `only`.
LOGBOOK_EXPORT Result<Diagnosis> run_checks(const std::shared_ptr<const Scene>& scene,
                                            const std::vector<Check>& checks,
                                            const runbook::Catalogue& catalogue, const RunOptions& options,
                                            Deadline deadline, Observer& observer);

}  // namespace logbook::doctor
