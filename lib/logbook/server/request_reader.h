// Bytes in, requests out: the strict layer in front, Boost.Beast's parser for the head behind it. Sans-IO, so
// that tests and the fuzzer drive exactly what the server runs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "logbook/api/message.h"
#include "logbook/server/chunked_body.h"
#include "logbook/server/strict_head.h"

namespace logbook::server {

// Not thread-safe. Feed it only while it wants bytes: what it holds is bounded by the limits plus one piece.
class RequestReader {
  public:
    explicit RequestReader(const RequestLimits& limits);
    RequestReader(const RequestReader&) = delete;
    RequestReader& operator=(const RequestReader&) = delete;

    enum class State {
        idle,      // no byte of the next request has come
        head,      // some of its head
        body,      // the head, and not the whole body
        ready,     // take() it
        rejected,  // see rejection(); nothing that follows can be understood
    };
    State state() const { return state_; }

    void feed(std::string_view bytes);

    // The request; then goes on with what followed it. Only when ready.
    api::Request take();

    const Rejection& rejection() const { return rejection_; }
    // Of the request that is ready or in its body.
    bool keep_alive() const { return keep_alive_; }
    int minor() const { return facts_.minor; }
    // Once true while the client waits for word before it sends the body.
    bool take_expectation();

  private:
    void advance();
    void advance_body();
    void reject(Rejection rejection);

    RequestLimits limits_;
    State state_ = State::idle;
    std::string pending_;
    HeadScanner scanner_;
    HeadFacts facts_;
    std::optional<ChunkedBody> chunks_;
    api::Request request_;  // whose body is awaited
    bool keep_alive_ = false;
    bool expectation_ = false;
    Rejection rejection_;
};

}  // namespace logbook::server
