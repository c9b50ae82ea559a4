// Blocks of "  label  text", wrapped with a hanging indent: the common body of doctor's findings and
// explain's entries.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "logbook/runbook/entry.h"
#include "view/stream.h"

namespace logbook::cli {

// One labelled line, wrapped to the stream's width under its own beginning. An empty label continues the
// block above; `hang` columns more are left free before every line but the first.
void put_labelled(Stream& out, std::string_view label, std::string_view text, Ink ink = Ink::plain,
                  size_t hang = 0);

// The same for a command: whole on its line, so that it can be pasted.
void put_whole(Stream& out, std::string_view label, std::string_view command);

// Numbered steps: the command stands whole on its line, what it does after it or, where that is too long,
// above it.
void put_steps(Stream& out, std::string_view label, const std::vector<runbook::Step>& steps);

}  // namespace logbook::cli
