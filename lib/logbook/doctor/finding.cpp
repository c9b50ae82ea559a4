// Findings: names and short forms.
#include "logbook/doctor/finding.h"

namespace logbook::doctor {
namespace {

Finding with(Outcome outcome, std::string cause, std::vector<std::string> seen) {
    Finding finding;
    finding.outcome = outcome;
    finding.cause = std::move(cause);
    finding.seen = std::move(seen);
    return finding;
}

}  // namespace

std::string_view name_of(Outcome outcome) {
    switch (outcome) {
    case Outcome::pass:
        return "pass";
    case Outcome::note:
        return "note";
    case Outcome::warn:
        return "warn";
    case Outcome::fail:
        return "fail";
    case Outcome::skip:
        return "skip";
    }
    return "?";
}

Finding passed(std::string seen) {
    return with(Outcome::pass, {}, seen.empty() ? std::vector<std::string>{} : std::vector{std::move(seen)});
}
Finding noted(std::string cause) {
    return with(Outcome::note, std::move(cause), {});
}
Finding warned(std::string cause, std::vector<std::string> seen) {
    return with(Outcome::warn, std::move(cause), std::move(seen));
}
Finding failed(std::string cause, std::vector<std::string> seen) {
    return with(Outcome::fail, std::move(cause), std::move(seen));
}
Finding not_applicable(std::string reason) {
    return with(Outcome::skip, std::move(reason), {});
}
Finding undetermined(std::string reason) {
    Finding finding = with(Outcome::skip, std::move(reason), {});
    finding.undetermined = true;
    return finding;
}

}  // namespace logbook::doctor
