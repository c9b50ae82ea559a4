// The runbook catalogue: what is known of symptom, cause, safe fix and proof. Doctor, `explain` and the log
// scan all ask here.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/result.h"
#include "logbook/logscan/pattern_set.h"
#include "logbook/runbook/entry.h"

namespace logbook::runbook {

// Why an entry was found.
enum class MatchedBy {
    slug,     // it was named
    code,     // by one of its codes
    pattern,  // a line has one of its patterns
    words,    // plain words
};
LOGBOOK_EXPORT std::string_view name_of(MatchedBy by);

struct Match {
    const Entry* entry = nullptr;
    MatchedBy by = MatchedBy::pattern;
    int score = 0;        // for comparing matches of one question only
    std::string matched;  // the line, or the words, that matched: untrusted text, not made printable
    size_t line = 0;      // of the text, from 1; 0 when the whole text was the question
    size_t count = 0;     // lines that matched
};

// What `match` saw of a text.
struct Matches {
    std::vector<Match> best_first;
    size_t lines = 0;  // in the text
    size_t cut = 0;    // lines of which only the first 64 KiB were read
};

// Entries by their order in the catalogue. A value; const calls are thread-safe. Pointers to entries live as
// long as the catalogue, and until an entry is added.
class LOGBOOK_EXPORT Catalogue {
  public:
    // What is compiled in. Costs about as much as copying its text.
    static Catalogue builtin();

    // Adds a site's entries. An entry whose slug is known replaces ours. All of a file comes in, or nothing:
    // the error names file and line.
    Status add_text(std::string_view yaml, std::string_view name);
    // A regular file of at most 1 MiB.
    Status add_file(const std::filesystem::path& file);
    // Every *.yaml of the folder, by name; the errors of those that stay out. A folder that does not exist
    // has none.
    std::vector<Error> add_folder(const std::filesystem::path& folder);

    const std::vector<Entry>& entries() const& { return entries_; }
    const std::vector<Entry>& entries() && = delete;  // they would die with the temporary
    const Entry* find(std::string_view slug) const;
    // "LB-AUTH-001", "http 404", "404", "1045", "noauth": the entries with that code.
    std::vector<const Entry*> by_code(std::string_view code) const;
    // The slug or code that is nearest to a wrong one; empty when nothing is near.
    std::string nearest_name(std::string_view word) const;

    // A slug, a code, a log line in text or JSON form, a traceback, an API answer, a whole log, or plain
    // words. What puts data at stake comes first, then the specific before the general. Nothing known: an
    // empty list. Costs 16 MiB of log about as long as reading it; the caller bounds the text.
    Matches match(std::string_view text) const;

    // What raw log bytes can be searched for (see logscan/fragment.h): every record that match() finds an
    // entry for, or whose level is error or graver, holds one of these. nullopt when a site's pattern has no
    // such part.
    Result<std::optional<logscan::PatternSet>> fragments() const;

  private:
    friend class Matcher;
    // The patterns of some entries, compiled: ours once at build time, a site's file when it is added.
    struct PatternGroup;

    std::vector<Entry> entries_;
    std::vector<std::shared_ptr<const PatternGroup>> groups_;
};

// Asks a catalogue about one piece of log after another; what a question needs is prepared once. The
// catalogue must outlive it and stay as it is. Move-only, not thread-safe.
class LOGBOOK_EXPORT Matcher {
  public:
    explicit Matcher(const Catalogue& catalogue);
    Matcher(Matcher&& other) noexcept;
    ~Matcher();

    // What Catalogue::match finds in lines: by pattern and by code, never by name or by plain words.
    Matches match_lines(std::string_view text);

  private:
    struct Prepared;
    const Catalogue& catalogue_;
    std::unique_ptr<Prepared> prepared_;
};

}  // namespace logbook::runbook
