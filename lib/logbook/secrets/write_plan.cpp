// The decision: what to write, and whether it may be.
#include "logbook/secrets/write_plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/secrets/names.h"
#include "logbook/settings/known.h"

namespace logbook::secrets {

std::string_view name_of(DataPresence presence) {
    switch (presence) {
    case DataPresence::none:
        return "none";
    case DataPresence::present:
        return "present";
    case DataPresence::unknown:
        return "unknown";
    }
    return "unknown";
}

std::string_view name_of(Reason reason) {
    switch (reason) {
    case Reason::missing:
        return "missing";
    case Reason::placeholder:
        return "placeholder";
    case Reason::replaced:
        return "replaced";
    }
    return "missing";
}

WritePlan plan_write(const settings::EnvFile& file, const std::vector<std::string>& replace) {
    WritePlan plan;
    for (const SecretName& known : secret_names()) {
        const settings::EnvAssignment* assigned = file.find(known.name);
        const std::string name(known.name);
        if (!assigned || assigned->value.empty())
            plan.write.push_back({name, Reason::missing});
        else if (settings::is_placeholder(assigned->value.reveal()))
            plan.write.push_back({name, Reason::placeholder});
        else if (std::find(replace.begin(), replace.end(), name) != replace.end())
            plan.write.push_back({name, Reason::replaced});
        else
            plan.keep.push_back(name);
    }
    return plan;
}

Status may_write(const WritePlan& plan, const DataProof& proof, bool fresh_install,
                 std::string_view confirm_with) {
    if (plan.write.empty() || proof.presence == DataPresence::none) return {};
    if (proof.presence == DataPresence::unknown && fresh_install) return {};

    std::vector<std::string> names;
    for (const PlannedSecret& planned : plan.write) names.push_back(planned.name);
    const bool known_data = proof.presence == DataPresence::present;
    std::string what = fmt::format(
        "{} not written: {} ({})", join(names, ", "),
        known_data ? "this installation holds data" : "this installation may hold data", proof.evidence);
    std::string hint;
    const bool placeholder =
        std::any_of(plan.write.begin(), plan.write.end(),
                    [](const PlannedSecret& planned) { return planned.reason == Reason::placeholder; });
    if (placeholder) what += ". A placeholder may be the key that the data was written with";
    for (const PlannedSecret& planned : plan.write)
        what += fmt::format("\n  with a new {}: {}", planned.name, secret_name(planned.name)->at_stake);
    if (known_data)
        hint = "keep the values that the data was written with: a running backend container or an older copy "
               "of .env has them";
    else
        hint = fmt::format("let the database answer, so that it can be seen to be empty\n"
                           "or, only if this is a fresh installation without any data: {}",
                           confirm_with);
    return fail(ErrorCode::declined, std::move(what), std::move(hint));
}

}  // namespace logbook::secrets
