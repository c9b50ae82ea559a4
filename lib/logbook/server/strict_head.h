// The strict layer: which request heads are accepted at all. It looks at every byte before a parser
// interprets any, so that this server and whatever stands in front of it never see two different requests.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "logbook/server/limits.h"

namespace logbook::server {

struct Rejection {
    int status = 400;
    std::string why;  // never holds what the stranger sent
};

// What the framing of a request head says, once it has passed.
struct HeadFacts {
    int minor = 1;  // HTTP/1.<minor>
    bool chunked = false;
    std::optional<size_t> length;  // of the body
    bool expects_continue = false;
};

// Takes a head byte by byte; how the bytes were cut into pieces makes no difference. Sans-IO; not
// thread-safe.
class HeadScanner {
  public:
    explicit HeadScanner(const RequestLimits& limits) : limits_(limits) {}

    enum class Progress { more, complete, rejected };
    // `bytes` begins with the request's first byte and has grown since the last call.
    Progress scan(std::string_view bytes);

    size_t size() const { return at_; }  // bytes of the head, when complete
    const HeadFacts& facts() const { return facts_; }
    const Rejection& rejection() const { return rejection_; }

  private:
    Progress reject(int status, std::string why);
    bool take_request_line(std::string_view line);
    bool take_field(std::string_view line);
    bool finish();
    bool judge_host();
    bool judge_framing();

    RequestLimits limits_;
    size_t at_ = 0;           // bytes looked at
    size_t line_ = 0;         // where the current line begins
    size_t fields_from_ = 0;  // where the first field line begins; 0: still in the request line
    size_t count_ = 0;
    std::string authority_;  // of an absolute target
    std::vector<std::string> hosts_, lengths_, codings_, expectations_;
    HeadFacts facts_;
    Rejection rejection_;
};

}  // namespace logbook::server
