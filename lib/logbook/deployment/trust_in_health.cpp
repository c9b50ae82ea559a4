// The shipped healthchecks, and what each leaves unproved.
#include "logbook/deployment/trust_in_health.h"

#include "logbook/base/text.h"

namespace logbook::deployment {
namespace {

std::string whole_test(const docker::Healthcheck& check) {
    std::string text;
    for (const Secret& part : check.test) text.append(part.reveal()).append(" ");
    return text;
}

}  // namespace

std::string why_health_proves_little(Role role, const docker::Container& container) {
    if (!container.healthcheck || container.healthcheck->test.empty()) return {};
    const std::string test = whole_test(*container.healthcheck);
    if (role == Role::backend || role == Role::frontend) {
        if (contains(test, "503"))
            return "its healthcheck accepts 503: healthy also while its database is away";
        const bool curl_without_fail = contains(test, "curl") && !contains(test, " -f") &&
                                       !contains(test, "--fail") && !contains(test, " -sf") &&
                                       !contains(test, "-fsS");
        if (curl_without_fail || contains(test, "except"))
            return "its healthcheck accepts any HTTP status: healthy as long as something answers";
    }
    if (role == Role::database && (contains(test, "mysqladmin") || contains(test, "mariadb-admin") ||
                                   contains(test, "/healthcheck.sh")))
        return "its healthcheck asks the local socket only: healthy proves neither TCP nor a login";
    return {};
}

}  // namespace logbook::deployment
