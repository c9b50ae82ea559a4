// What one client may cost: sizes, times and counts. A server's defaults stand here, and nowhere else.
#pragma once

#include <cstddef>

#include "logbook/base/clock.h"

namespace logbook::server {

// Each is exact: the limit itself passes, one more does not.
struct RequestLimits {
    size_t target = 4096;        // bytes of the request target; more: 414
    size_t fields_bytes = 8192;  // of all header lines with their line ends; more: 431
    size_t fields = 100;         // header lines; more: 431
    size_t body = 1 << 20;       // bytes of the decoded body; more: 413
};

struct Deadlines {
    Millis head{5'000};    // for the whole head, from its first byte or from the connection's beginning
    Millis body{15'000};   // for the whole body, from the end of the head
    Millis idle{15'000};   // between requests
    Millis write{10'000};  // for the whole reply
    Millis linger{1'000};  // for the client to read the reply to a refused request
    Millis stop{10'000};   // for requests in flight, once told to stop
};

struct Caps {
    size_t connections = 512;
    size_t connections_per_address = 64;  // an IPv6 /64 counts as one address
    size_t workers = 8;                   // threads for routes that block
    size_t queue = 64;                    // requests that wait for a worker; more: 503
    size_t vital_workers = 2;             // threads beside those, for vital routes; they have a queue as long
};

}  // namespace logbook::server
