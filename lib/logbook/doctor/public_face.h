// The public face: what a member's browser meets before it reaches the backend (certificate, redirects,
// proxy).
#pragma once

#include <string>
#include <vector>

#include "logbook/doctor/health_report.h"

namespace logbook::doctor {

// A certificate that ends sooner than this makes a public layer degraded.
inline constexpr std::chrono::hours certificate_warning{14 * 24};

// /health behind the certificate, and what plain http answers. `url` is http:// or https://, host and port; a
// path is left away. `backend` is where the backend is on this machine, for the steps that name it.
// Redirects are walked to their end only to say where they lead; nothing secret is sent.
LOGBOOK_EXPORT std::vector<HealthLayer> public_layers(const net::Transport& http, const std::string& url,
                                                      const std::string& backend, const Clock& clock,
                                                      Deadline deadline);

// The first https origin of ALLOWED_ORIGINS (a comma list or a JSON array); empty when there is none.
LOGBOOK_EXPORT std::string public_url(const settings::Settings& settings);

}  // namespace logbook::doctor
