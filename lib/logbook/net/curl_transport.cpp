// The real HTTP client: libcurl, one easy handle a request.
#include <curl/curl.h>

#include "logbook/net/curl_call.h"
#include "logbook/net/transport.h"

namespace logbook::net {
namespace {

struct Taken {
    CurlCall& call;
    size_t most_bytes;
};

size_t take_body(char* data, size_t, size_t size, void* user) {
    auto& taken = *static_cast<Taken*>(user);
    if (taken.call.reply.body.size() + size > taken.most_bytes) {
        taken.call.too_large = true;
        return 0;
    }
    taken.call.reply.body.append(data, size);
    return size;
}

class CurlTransport final : public Transport {
  public:
    explicit CurlTransport(TrustedAuthorities trusted) : trusted_(std::move(trusted)) {}

    tl::expected<HttpReply, HttpFailure> send(const HttpRequest& request, Deadline deadline) const override {
        CurlCall call(request, deadline);
        call.trust(trusted_);
        Taken taken{call, request.most_bytes};
        curl_easy_setopt(call.easy(), CURLOPT_WRITEFUNCTION, &take_body);
        curl_easy_setopt(call.easy(), CURLOPT_WRITEDATA, &taken);
        const CURLcode code = curl_easy_perform(call.easy());
        if (code != CURLE_OK) return tl::unexpected(call.failure(code));
        return call.take_reply();
    }

  private:
    const TrustedAuthorities trusted_;
};

}  // namespace

std::unique_ptr<Transport> make_curl_transport(TrustedAuthorities trusted) {
    return std::make_unique<CurlTransport>(std::move(trusted));
}

}  // namespace logbook::net
