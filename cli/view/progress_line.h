// The one line of a terminal that is drawn anew in its place while something lasts.
#pragma once

#include <string_view>

#include "view/stream.h"

namespace logbook::cli {

// Draws only at a terminal that can, and only if wanted; takes the line away at its end. Not thread-safe; the
// stream must outlive it, and others may write to it only after clear().
class ProgressLine {
  public:
    explicit ProgressLine(Stream& stream, bool wanted = true);
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    bool live() const { return live_; }
    void show(std::string_view text);  // made printable, and cut to the terminal's width
    void clear();

  private:
    Stream& stream_;
    const bool live_;
    bool drawn_ = false;
};

}  // namespace logbook::cli
