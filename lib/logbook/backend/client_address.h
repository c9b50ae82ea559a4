// Who is calling: the address that limits, sessions and the audit chain name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "logbook/api/message.h"

namespace logbook::backend {

// "10.0.0.0/8", "2001:db8::/32" or an address alone. Pure.
LOGBOOK_EXPORT bool is_address_range(std::string_view text);

// The peer itself, unless it is one of the `trusted` proxies: then the rightmost address of X-Forwarded-For
// that is none of them, since everything to the left of it may be the caller's invention. Where that text is
// no address, the last proxy that was trusted stands for it. Canonical: IPv4 also where it came as
// ::ffff:a.b.c.d, IPv6 lower case and shortened; at most 45 characters. "unknown" for a peer without an
// address. Pure.
LOGBOOK_EXPORT std::string client_address(const api::Request& request,
                                          const std::vector<std::string>& trusted);

}  // namespace logbook::backend
