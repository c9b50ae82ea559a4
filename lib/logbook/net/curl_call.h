// What our libcurl clients share: one call's handle, set up from a request, its answer's head, and its
// failures in words.
#pragma once

#include <memory>

#include "logbook/net/transport.h"

namespace logbook::net {

// One request in the making. Not thread-safe; lives in one function. `easy` is the CURL handle, which no
// header may name.
class CurlCall {
  public:
    // Everything but what becomes of the body. The request must outlive the call.
    CurlCall(const HttpRequest& request, Deadline deadline);
    CurlCall(const CurlCall&) = delete;
    CurlCall& operator=(const CurlCall&) = delete;
    ~CurlCall();

    // Whose certificates are trusted, unless the request itself says.
    void trust(const TrustedAuthorities& authorities);

    void* easy() const { return easy_; }
    HttpReply reply;         // headers and body so far
    bool too_large = false;  // set it when the body passed its limit: failure() then says that

    int status() const;      // 0 before the head came
    HttpReply take_reply();  // completed with status, timings and certificates
    HttpFailure failure(int curl_code) const;
    HttpFailure failure(ErrorCode code, std::string_view what) const;  // with the URL in front

  private:
    static size_t take_header(char* data, size_t, size_t size, void* user);
    HttpTimings timings() const;

    const HttpRequest& request_;
    void* easy_ = nullptr;
    void* lines_ = nullptr;  // curl_slist*
    size_t header_bytes_ = 0;
    std::unique_ptr<char[]> detail_;
};

}  // namespace logbook::net
