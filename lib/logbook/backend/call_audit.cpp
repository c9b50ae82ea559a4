// From a call to an event.
#include "logbook/backend/call_audit.h"

#include "logbook/backend/client_address.h"
#include "logbook/base/text.h"

namespace logbook::backend {

std::string user_agent(const api::Call& call) {
    return printable(call.request.headers.get("User-Agent").value_or(std::string_view()), 512);
}

AuditEvent event_of(const api::Call& call, const Rules& rules, std::string type, std::string category) {
    AuditEvent event;
    event.type = std::move(type);
    event.category = std::move(category);
    event.address = client_address(call.request, rules.trusted_proxies);
    event.user_agent = user_agent(call);
    if (call.principal) {
        event.user = call.principal->user;
        event.username = call.principal->username;
        event.session = call.principal->session;
        event.organization = call.principal->organization;
    }
    return event;
}

}  // namespace logbook::backend
