// The table of the ranks (LOGBOOK.md §11).
#include "logbook/backend/ranks.h"

#include <unordered_map>

#include "logbook/base/text.h"

namespace logbook::backend {
namespace {

struct Rank {
    const char* slug;
    const char* permissions;  // with blanks between
};

constexpr Rank ranks[] = {
    {"fire_chief",
     "admin.access analytics.view apparatus.approve_driver_exception apparatus.create apparatus.delete "
     "apparatus.edit apparatus.maintenance apparatus.manage apparatus.view audit.export audit.manage "
     "audit.view compliance.manage compliance.view documents.manage documents.view elections.manage "
     "elections.view equipment_check.manage equipment_check.submit equipment_check.view events.create "
     "events.delete events.edit events.manage events.view facilities.create facilities.delete "
     "facilities.edit facilities.maintenance facilities.manage facilities.view "
     "facilities.view_sensitive forms.manage forms.view fundraising.manage fundraising.view "
     "integrations.manage inventory.manage inventory.manage_medical inventory.view "
     "inventory.view_medical legal.propose legal.publish locations.create locations.delete "
     "locations.edit locations.manage locations.view meetings.manage meetings.view "
     "members.assign_positions members.create members.manage members.view minutes.manage minutes.view "
     "notifications.manage notifications.view organization.edit organization.update_settings "
     "organization.view positions.create positions.delete positions.edit positions.manage_permissions "
     "positions.update positions.view prospective_members.manage prospective_members.view reports.view "
     "scheduling.assign scheduling.manage scheduling.report scheduling.swap scheduling.view "
     "security.manage settings.edit settings.manage settings.manage_contact_visibility settings.view "
     "storefront.manage storefront.order storefront.view training.manage training.view "
     "training.view_all users.create users.delete users.edit users.update_positions users.view "
     "users.view_contact"},
    {"deputy_chief",
     "analytics.view apparatus.approve_driver_exception apparatus.create apparatus.delete "
     "apparatus.edit apparatus.maintenance apparatus.manage apparatus.view audit.view "
     "compliance.manage compliance.view documents.manage documents.view elections.manage "
     "elections.view equipment_check.manage equipment_check.submit equipment_check.view events.create "
     "events.delete events.edit events.manage events.view facilities.create facilities.delete "
     "facilities.edit facilities.maintenance facilities.manage facilities.view "
     "facilities.view_sensitive forms.manage forms.view fundraising.manage fundraising.view "
     "integrations.manage inventory.manage inventory.manage_medical inventory.view "
     "inventory.view_medical legal.propose locations.create locations.delete locations.edit "
     "locations.manage locations.view meetings.manage meetings.view members.assign_positions "
     "members.create members.manage members.view minutes.manage minutes.view notifications.manage "
     "notifications.view organization.view positions.view prospective_members.manage "
     "prospective_members.view reports.view scheduling.assign scheduling.manage scheduling.report "
     "scheduling.swap scheduling.view settings.view storefront.manage storefront.order storefront.view "
     "training.manage training.view training.view_all users.create users.edit users.update_positions "
     "users.view users.view_contact"},
    {"assistant_chief",
     "analytics.view apparatus.approve_driver_exception apparatus.create apparatus.edit "
     "apparatus.maintenance apparatus.manage apparatus.view audit.view compliance.manage "
     "compliance.view documents.manage documents.view elections.view equipment_check.manage "
     "equipment_check.submit equipment_check.view events.create events.edit events.manage events.view "
     "facilities.create facilities.edit facilities.maintenance facilities.manage facilities.view "
     "facilities.view_sensitive forms.manage forms.view fundraising.view inventory.manage "
     "inventory.manage_medical inventory.view inventory.view_medical legal.propose locations.create "
     "locations.edit locations.manage locations.view meetings.manage meetings.view "
     "members.assign_positions members.create members.manage members.view minutes.manage minutes.view "
     "notifications.manage notifications.view organization.view positions.view "
     "prospective_members.manage prospective_members.view reports.view scheduling.assign "
     "scheduling.manage scheduling.report scheduling.swap scheduling.view settings.view "
     "storefront.manage storefront.order storefront.view training.manage training.view "
     "training.view_all users.create users.edit users.update_positions users.view users.view_contact"},
    {"captain",
     "analytics.view apparatus.edit apparatus.maintenance apparatus.view audit.view compliance.manage "
     "compliance.view documents.view elections.view equipment_check.manage equipment_check.submit "
     "equipment_check.view events.create events.edit events.view facilities.maintenance "
     "facilities.view forms.view fundraising.view inventory.view legal.propose locations.view "
     "meetings.view members.manage members.view minutes.view notifications.view organization.view "
     "positions.view prospective_members.manage prospective_members.view reports.view "
     "scheduling.assign scheduling.manage scheduling.report scheduling.swap scheduling.view "
     "settings.view storefront.order storefront.view training.manage training.view training.view_all "
     "users.view users.view_contact"},
    {"lieutenant",
     "analytics.view apparatus.maintenance apparatus.view audit.view compliance.view documents.view "
     "elections.view equipment_check.manage equipment_check.submit equipment_check.view events.create "
     "events.edit events.view facilities.view forms.view fundraising.view inventory.view legal.propose "
     "locations.view meetings.view members.view minutes.view notifications.view organization.view "
     "positions.view prospective_members.view reports.view scheduling.assign scheduling.manage "
     "scheduling.report scheduling.swap scheduling.view settings.view storefront.order storefront.view "
     "training.manage training.view training.view_all users.view users.view_contact"},
    {"engineer",
     "apparatus.maintenance apparatus.view compliance.view documents.view elections.view events.view "
     "facilities.view forms.view inventory.view locations.view meetings.view members.view minutes.view "
     "notifications.view organization.view scheduling.swap scheduling.view storefront.order "
     "storefront.view training.view"},
    {"firefighter",
     "apparatus.view compliance.view documents.view elections.view events.view facilities.view "
     "forms.view inventory.view locations.view meetings.view members.view minutes.view "
     "notifications.view organization.view scheduling.swap scheduling.view storefront.order "
     "storefront.view training.view"},
};

std::unordered_map<std::string, std::vector<std::string>> by_slug() {
    std::unordered_map<std::string, std::vector<std::string>> table;
    for (const Rank& rank : ranks) table.emplace(rank.slug, split(rank.permissions, ' '));
    return table;
}

}  // namespace

const std::vector<std::string>& rank_permissions(std::string_view rank) {
    static const auto table = by_slug();
    static const std::vector<std::string> none;
    const auto found = table.find(std::string(rank));
    return found == table.end() ? none : found->second;
}

}  // namespace logbook::backend
