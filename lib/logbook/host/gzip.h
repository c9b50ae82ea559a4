// Unpacks gzip data as it comes: any length, several members one behind the other, in 64 KiB of memory.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "logbook/base/result.h"

namespace logbook::host {

// The two bytes that every gzip file begins with.
LOGBOOK_EXPORT bool is_gzip(std::string_view first_bytes);

// One for each stream. Move-only, not thread-safe.
class LOGBOOK_EXPORT Gunzip {
  public:
    explicit Gunzip(std::string name);  // of the file, for messages
    Gunzip(Gunzip&& other) noexcept;
    Gunzip& operator=(Gunzip&& other) noexcept;
    ~Gunzip();

    struct Step {
        size_t taken = 0;  // bytes of the input that were used up
        size_t given = 0;  // bytes that were written
    };
    // Call it again with the rest of the input as long as it takes or gives something. Fails with `protocol`
    // on data that is damaged.
    Result<Step> step(std::string_view packed, char* into, size_t room);

    // At the end of the input: fails when a member is not complete. Bytes behind a complete member that are
    // no further one (padding) are ignored.
    Status finish() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
    std::string name_;
};

}  // namespace logbook::host
