// One engine's wire: requests of the API made and sent, answers as JSON, failures in words.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "logbook/base/deadline.h"
#include "logbook/base/json.h"
#include "logbook/docker/endpoint.h"
#include "logbook/net/http_stream.h"

namespace logbook::docker {

// Percent-encodes everything but unreserved characters: an id in a path is a stranger's text too.
std::string url_encoded(std::string_view text);

// "?a=1&b=x%20y", or nothing.
class Query {
  public:
    Query& add(std::string_view name, std::string_view value);
    const std::string& text() const { return text_; }

  private:
    std::string text_;
};

constexpr size_t most_json_bytes = size_t(16) << 20;  // of one document

// Thread-safe.
class Wire {
  public:
    Wire(Endpoint endpoint, const net::HttpStream& stream)
        : endpoint_(std::move(endpoint)), stream_(stream) {}

    const Endpoint& endpoint() const { return endpoint_; }
    const std::string& version() const { return version_; }
    // Later requests name this version of the API: "1.41".
    void use_version(std::string version) { version_ = std::move(version); }

    // `doing` stands in the Error of a refusal: "inspect intranet-backend".
    Result<Json> get(std::string_view doing, const std::string& path, Deadline deadline) const;
    // The answer's JSON; null when it has no body.
    Result<Json> send(std::string_view method, std::string_view doing, const std::string& path,
                      const Json& body, Deadline deadline) const;
    Result<net::HttpReply> stream(std::string_view method, std::string_view doing, const std::string& path,
                                  const std::string& body, const net::StreamOptions& options,
                                  size_t most_bytes, const net::ByteSink& sink, Deadline deadline) const;
    Status upgrade(std::string_view doing, const std::string& path, const std::string& body,
                   std::string_view input, size_t most_bytes, const net::ByteSink& sink,
                   Deadline deadline) const;

  private:
    net::HttpRequest request(std::string_view method, const std::string& path, const std::string& body,
                             size_t most_bytes) const;

    Endpoint endpoint_;
    const net::HttpStream& stream_;
    std::string version_;
};

}  // namespace logbook::docker
