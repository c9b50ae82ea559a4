// Where a command writes. Everything passes the redactor, so no secret value reaches a stream; text is made
// ASCII where the terminal is not UTF-8. Nothing is written before flush(), so a failing command leaves no
// half output.
#pragma once

#include <string>
#include <string_view>

#include "logbook/base/result.h"
#include "logbook/redact/redactor.h"
#include "view/terminal.h"

namespace logbook::cli {

enum class Ink { plain, bold, dim, red, green, yellow, cyan };

// Not thread-safe.
class Stream {
  public:
    Stream(int fd, const redact::Redactor& redactor) : fd_(fd), redactor_(redactor) {}

    void set_terminal(const Terminal& terminal) { terminal_ = terminal; }
    const Terminal& terminal() const { return terminal_; }

    Stream& put(std::string_view text);  // masked
    std::string
    as_shown(std::string_view text) const;  // what put() would write: masked, ASCII where it must be
    Stream& line(std::string_view text = {});
    // The text in that colour when the terminal has colour, else as it is.
    std::string inked(Ink ink, std::string_view text) const;

    // For the one output that is itself secret (`secrets generate` without --write): not masked.
    Stream& put_secret(std::string_view text);

    // Writes what was put. Fails where the reader has gone (`closed`) or the disk is full (`io`).
    Status flush();

  private:
    int fd_;
    const redact::Redactor& redactor_;
    Terminal terminal_;
    std::string pending_;
};

// "✔ ✖ ! · – … → ×" and line drawing in plain ASCII, other characters as `?`.
std::string to_ascii(std::string_view utf8);

}  // namespace logbook::cli
