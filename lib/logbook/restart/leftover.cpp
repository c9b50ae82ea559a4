// Told by numbers and names.
#include "logbook/restart/leftover.h"

#include <algorithm>

namespace logbook::restart {

bool is_doubled(const deployment::Deployment& running, const deployment::Member& member) {
    return std::count_if(
               running.members.begin(), running.members.end(), [&](const deployment::Member& other) {
                   return other.service == member.service && !other.container.compose.project.empty() &&
                          other.container.compose.number == member.container.compose.number;
               }) > 1;
}

std::optional<std::string> name_to_mend(const deployment::Deployment& running,
                                        const deployment::Member& member) {
    constexpr size_t digits = 12;
    const std::string& name = member.container.name;
    if (member.container.compose.project.empty() || name.size() <= digits + 1 || name[digits] != '_' ||
        name.find_first_not_of("0123456789abcdef") != digits)
        return std::nullopt;
    std::string wanted = name.substr(digits + 1);
    const bool taken =
        std::any_of(running.members.begin(), running.members.end(),
                    [&](const deployment::Member& other) { return other.container.name == wanted; });
    if (taken) return std::nullopt;
    return wanted;
}

}  // namespace logbook::restart
