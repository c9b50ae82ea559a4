// The compiled-in form of the catalogue: the entries and their compiled patterns as one run of bytes, made at
// build time, read in well under a millisecond.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/result.h"
#include "logbook/runbook/entry.h"

namespace logbook::runbook {

std::string pack(const std::vector<Entry>& entries);

// Fails with `protocol` on bytes that `pack` did not make.
Result<std::vector<Entry>> unpack(std::string_view bytes);

// Every pattern of every entry, in order, and beside each the index of its entry.
struct PatternIndex {
    std::vector<std::string> patterns;
    std::vector<size_t> entry_of;
};
PatternIndex patterns_of(const std::vector<Entry>& entries);

// What raw log bytes are searched for, on behalf of all those patterns: a certain part of each, the shape of
// the application's own codes, and the words of grave levels. nullopt when a pattern has no certain part.
std::optional<std::vector<std::string>> search_patterns(const std::vector<Entry>& entries);

// Written by the generator (generate.cpp) into the build folder.
struct Embedded {
    std::string_view entries;    // pack()
    std::string_view patterns;   // logscan::PatternSet::serialised() of patterns_of()
    std::string_view fragments;  // the same of search_patterns(), for blocks
};
Embedded embedded();

}  // namespace logbook::runbook
