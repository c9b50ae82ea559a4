// The streaming HTTP seam: an answer taken piece by piece, and a connection that is upgraded to raw bytes in
// both directions. Made for the Docker Engine API; the real client is libcurl.
#pragma once

#include <functional>

#include "logbook/net/transport.h"

namespace logbook::net {

// Takes a piece of the body. False: enough, the connection is closed and the call succeeds.
using ByteSink = std::function<bool(std::string_view piece)>;

struct StreamOptions {
    // Longest silence of the peer after its head came; zero: only the deadline counts (following a log).
    Millis idle{0};
    // Asked at least ten times a second, from the calling thread; true ends the call with `interrupted`.
    // Empty: never asked.
    std::function<bool()> stopped;
};

// Thread-safe: any number of calls at once. Redirects are never followed.
class LOGBOOK_EXPORT HttpStream {
  public:
    virtual ~HttpStream() = default;

    // One request whose body goes to `sink` as it comes, `most_bytes` of the request at the most in all. Only
    // a body of status 2xx does; another one is collected in the reply's `body` (its first 64 KiB). The reply
    // comes when the peer is done or the sink has enough.
    virtual tl::expected<HttpReply, HttpFailure> stream(const HttpRequest& request,
                                                        const StreamOptions& options, const ByteSink& sink,
                                                        Deadline deadline) const = 0;

    // The same over an upgraded connection ("Upgrade: tcp"): after the head, `input` is written while the
    // peer's bytes go to `sink`; then our direction is closed, and the peer's end of stream ends the call.
    // `input` is never put into an Error. A peer that answers with a status other than 101 or 200 gets no
    // input.
    virtual tl::expected<HttpReply, HttpFailure> upgrade(const HttpRequest& request,
                                                         const StreamOptions& options, std::string_view input,
                                                         const ByteSink& sink, Deadline deadline) const = 0;
};

// libcurl, under the same restrictions as make_curl_transport().
LOGBOOK_EXPORT std::unique_ptr<HttpStream> make_curl_stream();

}  // namespace logbook::net
