// The head of an HTTP answer on a raw connection, for the one case where no HTTP library may read on: an
// upgrade.
#pragma once

#include <optional>
#include <string_view>

#include "logbook/net/transport.h"

namespace logbook::net {

struct RawHead {
    HttpReply reply;        // status and headers
    size_t size = 0;        // bytes, with the empty line
    size_t body_bytes = 0;  // Content-Length; 0 when absent
};

// Pure. Nothing while the empty line has not come; fails with `protocol` for what is no HTTP answer,
// `too_large` past 64 KiB.
Result<std::optional<RawHead>> parse_raw_head(std::string_view bytes);

}  // namespace logbook::net
