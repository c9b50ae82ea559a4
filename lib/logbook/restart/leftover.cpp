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

namespace {

constexpr size_t digits = 12;

bool has_name_for_a_while(const deployment::Member& member) {
    const std::string& name = member.container.name;
    return !member.container.compose.project.empty() && name.size() > digits + 1 && name[digits] == '_' &&
           name.find_first_not_of("0123456789abcdef") == digits;
}

}  // namespace

bool is_unborn(const deployment::Deployment& running, const deployment::Member& member) {
    return has_name_for_a_while(member) && is_doubled(running, member) && member.container.inspected &&
           member.container.state == docker::ContainerState::created && !member.container.started;
}

std::optional<std::string> name_to_mend(const deployment::Deployment& running,
                                        const deployment::Member& member) {
    if (!has_name_for_a_while(member)) return std::nullopt;
    std::string wanted = member.container.name.substr(digits + 1);
    const bool taken =
        std::any_of(running.members.begin(), running.members.end(),
                    [&](const deployment::Member& other) { return other.container.name == wanted; });
    if (taken) return std::nullopt;
    return wanted;
}

}  // namespace logbook::restart
