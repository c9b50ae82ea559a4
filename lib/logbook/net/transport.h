// The HTTP seam: one request, one bounded answer. Fakes and the real client (libcurl) stand behind it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "logbook/base/deadline.h"
#include "logbook/base/result.h"

namespace logbook::net {

struct HttpRequest {
    std::string method = "GET";
    std::string url;  // http:// or https://
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    size_t most_bytes = 1 << 20;  // of the answer's body; more fails with `too_large`
    Millis connect_timeout{1500};
    bool verify_tls = true;
    std::string unix_socket;  // a path: connected to instead of the URL's host, when not empty
    // PEM files, each used when not empty: the authority to trust instead of the system's, and our own
    // certificate with its key.
    std::string tls_ca, tls_certificate, tls_key;
};

// When each layer was done, from the start of the request. Negative: not reached, or not part of it.
struct HttpTimings {
    Millis resolved{-1}, connected{-1}, tls_done{-1}, first_byte{-1}, total{-1};
};

// The server's certificate, as far as the handshake showed it.
struct Certificate {
    std::string subject, issuer;
    std::vector<std::string>
        names;  // that it is good for: "logbook.example.org", "*.example.org", "192.0.2.7"
    WallTime not_before{}, not_after{};
};

// Why TLS could not be trusted, or not even be agreed on.
enum class TlsFault {
    none,
    handshake,
    expired,
    not_yet_valid,
    wrong_name,
    self_signed,
    unknown_issuer,
    other
};

struct HttpReply {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
    std::string body;
    HttpTimings timings;
    std::vector<Certificate> certificates;  // leaf first; https only

    std::string_view header(std::string_view lower_case_name) const;  // empty when absent
};

// Which layer a request died in, beside the Error: what a probe reports.
struct HttpFailure {
    Error error;
    HttpTimings timings;
    TlsFault tls = TlsFault::none;
};

// Thread-safe: any number of calls at once. Redirects are never followed.
class LOGBOOK_EXPORT Transport {
  public:
    virtual ~Transport() = default;
    virtual tl::expected<HttpReply, HttpFailure> send(const HttpRequest& request,
                                                      Deadline deadline) const = 0;
};

// Whose certificates are trusted. Empty: whom this machine trusts.
struct TrustedAuthorities {
    std::string file;    // PEM; instead of the machine's bundle
    std::string folder;  // hashed by `openssl rehash`; instead of /etc/ssl/certs
};

// libcurl. http and https only, no proxy from the environment, no cookies, nothing from a .netrc.
LOGBOOK_EXPORT std::unique_ptr<Transport> make_curl_transport(TrustedAuthorities trusted = {});

}  // namespace logbook::net
