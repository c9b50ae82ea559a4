// How runbook entries look: on a terminal, and as JSON.
#pragma once

#include <vector>

#include "logbook/base/json.h"
#include "logbook/runbook/catalogue.h"
#include "view/stream.h"

namespace logbook::cli {

// The first match in full, the others one line each, the verdict last. Quiet: the verdict only.
void print_matches(Stream& out, const runbook::Matches& matches, const runbook::Facts& facts, bool quiet);

// One entry in full: title, meaning, causes, fix, never, published advice, proof.
void print_entry(Stream& out, const runbook::Entry& entry, const runbook::Facts& facts);

// Slug and title, by area.
void print_entry_list(Stream& out, const std::vector<runbook::Entry>& entries);

// A match with its whole entry.
Json match_json(const runbook::Match& match, const runbook::Facts& facts);

}  // namespace logbook::cli
