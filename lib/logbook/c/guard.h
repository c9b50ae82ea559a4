// The boundary: what leaves it is a number, and words for logbook_error().
#pragma once

#include <functional>

#include "logbook/base/result.h"

namespace logbook::c {

// The number that logbook.h gives to a kind of failure. Pure.
int status_of(ErrorCode code);

// Runs the work of one call. Its failure, and whatever it throws, become a number; the words are kept for
// this thread.
int guarded(const std::function<Status()>& work) noexcept;

}  // namespace logbook::c
