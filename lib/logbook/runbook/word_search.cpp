// Word search: inverse document frequency over the catalogue's own words, counted for each question (some
// milliseconds for a few hundred entries, and only when nothing else matched).
#include "logbook/runbook/word_search.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "logbook/base/text.h"

namespace logbook::runbook {
namespace {

constexpr size_t most_words = 16;
constexpr double least_known = 0.55;  // of the question's weight

const std::set<std::string_view> common = {
    "a",     "an",     "and",     "are",      "as",    "at",         "be",       "because", "been",  "but",
    "by",    "can",    "cannot",  "do",       "does",  "doesn",      "don",      "for",     "from",  "get",
    "gets",  "got",    "had",     "has",      "have",  "how",        "i",        "if",      "in",    "into",
    "is",    "isn",    "it",      "its",      "just",  "keep",       "keeps",    "me",      "my",    "no",
    "not",   "of",     "off",     "on",       "or",    "our",        "please",   "say",     "says",  "so",
    "some",  "that",   "the",     "their",    "them",  "then",       "there",    "they",    "this",  "to",
    "too",   "up",     "us",      "was",      "we",    "what",       "when",     "where",   "which", "why",
    "will",  "with",   "won",     "you",      "your",  "t",          "s",        "after",   "all",   "any",
    "error", "errors", "problem", "logbook",  "help",  "everything", "anything", "nothing", "again", "now",
    "still", "very",   "really",  "suddenly", "today", "since",      "over",
};

// Folds the commonest endings, so that "passwords", "locked" and "changing" meet "password", "lock" and
// "change".
std::string stem(std::string word) {
    const auto drop = [&](std::string_view ending, size_t least) {
        if (word.size() < ending.size() + least ||
            std::string_view(word).substr(word.size() - ending.size()) != ending)
            return false;
        word.resize(word.size() - ending.size());
        return true;
    };
    if (drop("ies", 2)) return word + "y";
    if (drop("ing", 3) || drop("ed", 3) || drop("es", 3)) {
        if (word.size() > 3 && word.back() == word[word.size() - 2]) word.pop_back();  // "stopped" → "stop"
        if (word.back() == 'e') word.pop_back();
        return word;
    }
    if (word.size() > 3 && word[word.size() - 2] != 's') drop("s", 3);
    if (word.size() > 4 && word.back() == 'e') word.pop_back();
    return word;
}

// "log in", "signed in": one word, and neither of its parts alone.
bool enters(std::string_view stemmed, std::string_view next) {
    return next == "in" && (stemmed == "log" || stemmed == "sign");
}

template <typename Take>
void each_word(std::string_view text, const Take& take) {
    std::string word, held;  // `held`: waits for what follows it
    const auto release = [&] {
        if (held.size() > 1) take(held);
        held.clear();
    };
    const auto finish = [&] {
        if (word.empty()) return;
        if (enters(held, word)) {
            held = "login";
        } else {
            release();
            if (common.count(word) == 0) held = stem(word);
        }
        word.clear();
    };
    for (char c : text) {
        if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80)
            word += c;
        else
            finish();
    }
    finish();
    release();
}

// The words of a text, each once, in order.
std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    each_word(text, [&](std::string word) { words.push_back(std::move(word)); });
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    return words;
}

// For each asked word the weight of the best place where it stands in the entry; 0 where it does not.
std::vector<int> weigh(const Entry& entry, const std::vector<std::string>& asked) {
    std::vector<int> weights(asked.size(), 0);
    const auto add = [&](std::string_view text, int weight) {
        each_word(text, [&](const std::string& word) {
            const auto at = std::lower_bound(asked.begin(), asked.end(), word);
            if (at == asked.end() || *at != word) return;
            int& held = weights[size_t(at - asked.begin())];
            held = std::max(held, weight);
        });
    };
    add(entry.slug, 5);
    add(entry.title, 4);
    for (const std::string& text : entry.symptoms)
        add(text, words_of(text) == asked ? 6 : 4);  // the very symptom is asked for
    for (const std::string& text : entry.codes) add(text, 3);
    for (const std::string& text : entry.causes) add(text, 2);
    add(entry.meaning, 2);
    for (const std::string& text : entry.examples) add(text, 1);
    return weights;
}

}  // namespace

std::vector<WordMatch> search_words(std::string_view question, const std::vector<Entry>& entries,
                                    size_t most) {
    // A log line or a command that no pattern knows is not a question: its words would only be guessed at.
    if (question.size() > 400 || question.find_first_of("|{}[]()<>=\";&$%*\\`") != std::string_view::npos)
        return {};
    const std::vector<std::string> asked = words_of(question);
    if (asked.empty() || asked.size() > most_words) return {};

    std::vector<std::vector<int>> weights;
    weights.reserve(entries.size());
    for (const Entry& entry : entries) weights.push_back(weigh(entry, asked));
    std::vector<double> rarity;
    double whole = 0;
    for (size_t w = 0; w < asked.size(); ++w) {
        const auto known =
            std::count_if(weights.begin(), weights.end(), [&](const auto& held) { return held[w] > 0; });
        rarity.push_back(std::log(1.0 + double(entries.size()) / (1.0 + double(known))));
        whole += rarity.back();
    }

    std::vector<WordMatch> matches;
    for (size_t i = 0; i < weights.size(); ++i) {
        WordMatch match{i, 0, {}};
        double score = 0, known = 0;
        for (size_t w = 0; w < asked.size(); ++w) {
            if (weights[i][w] == 0) continue;
            score += rarity[w] * weights[i][w];
            known += rarity[w];
            match.words.push_back(asked[w]);
        }
        const size_t needed = asked.size() > 1 ? 2 : 1;
        if (match.words.size() < needed || known < least_known * whole) continue;
        match.score = int(score * 100);
        matches.push_back(std::move(match));
    }
    std::stable_sort(matches.begin(), matches.end(),
                     [](const WordMatch& a, const WordMatch& b) { return a.score > b.score; });
    if (matches.size() > most) matches.resize(most);
    return matches;
}

}  // namespace logbook::runbook
