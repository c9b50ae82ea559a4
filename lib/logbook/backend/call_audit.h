// An audit event with what the call itself tells: who, from where, in which organization.
#pragma once

#include "logbook/api/call.h"
#include "logbook/backend/audit.h"
#include "logbook/backend/rules.h"

namespace logbook::backend {

// User, name, session and organization of the principal, where the call has one.
AuditEvent event_of(const api::Call& call, const Rules& rules, std::string type, std::string category);

// The caller's User-Agent, made printable and cut at 512 bytes; empty when none was sent.
std::string user_agent(const api::Call& call);

}  // namespace logbook::backend
