// What to do next about a layer that is not healthy. Pure.
#pragma once

#include <string>
#include <vector>

#include "logbook/doctor/origin.h"
#include "logbook/net/transport.h"
#include "logbook/probe/health_probe.h"
#include "logbook/runbook/entry.h"

namespace logbook::doctor {

// For an address that the public, or the frontend, is asked by. Empty where it is healthy. `backend` is the
// backend's own address on this machine.
std::vector<runbook::Step> steps_in_front(probe::HealthState state, const Origin& asked,
                                          const std::string& backend);

// For a certificate that cannot be trusted; `chain` as the server sent it, leaf first.
std::vector<runbook::Step> steps_for_certificate(net::TlsFault fault, const Origin& asked,
                                                 const std::vector<net::Certificate>& chain);

// For one that ends, or has ended.
std::vector<runbook::Step> steps_for_renewal(const Origin& asked);

}  // namespace logbook::doctor
