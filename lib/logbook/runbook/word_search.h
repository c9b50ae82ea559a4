// Finds entries by plain words: "locked out after password change".
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "logbook/runbook/entry.h"

namespace logbook::runbook {

struct WordMatch {
    size_t entry = 0;  // index
    int score = 0;
    std::vector<std::string> words;  // of the question, found in the entry
};

// The best first, at most `most`. Rare words weigh more than common ones, a title more than an explanation.
// Nothing comes back when the entries know less than half of what the question says: no answer is better than
// a guess. A question of more than 16 meaningful words is a pasted text, not a question. Pure.
std::vector<WordMatch> search_words(std::string_view question, const std::vector<Entry>& entries,
                                    size_t most);

}  // namespace logbook::runbook
