// What the log of the backend's last start proves about where its database stood then.
#pragma once

#include <string>
#include <string_view>

#include "logbook/base/export.h"

namespace logbook::migration {

// Takes the log from the start of the container on, line by line; a later start hides an earlier one.
class LOGBOOK_EXPORT StartProof {
  public:
    void take(std::string_view line);

    bool found() const { return found_; }                      // a start at all
    bool done() const { return done_; }                        // it came to its end
    bool at_head() const { return at_head_; }                  // it left the database at the head of its code
    const std::string& revision() const { return revision_; }  // that its upgrade came to; empty: none ran
    // Why it proves nothing, whatever else it says: the application stamped the database, for example.
    const std::string& against() const { return against_; }
    const std::string& line() const { return line_; }  // the one that proves, printable

  private:
    bool found_ = false, begun_ = false, done_ = false, at_head_ = false;
    std::string revision_, against_, line_;
};

}  // namespace logbook::migration
