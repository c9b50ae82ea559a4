// A set of regular expressions that are looked for together, in one pass over a line or over a block of
// lines.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/result.h"

namespace logbook::logscan {

// What one scan looks at: a line, where each pattern counts once, or a block of many lines, where every line
// that one of the patterns ends in is told, and ^ and $ mean the ends of lines.
enum class ScanUnit { line, block };

// Immutable once made, and cheap to copy (copies share it). Thread-safe; each thread makes its own
// PatternScanner.
//
// The expressions are those of Hyperscan: Perl's, without look-around and back references. `.` and `[^x]`
// work on bytes, so a set of characters is best written `[^'\n]`. `(?i)` at the start ignores case.
class LOGBOOK_EXPORT PatternSet {
  public:
    // At most `most_patterns` of `longest_pattern` bytes each. Fails with `invalid`, naming the expression
    // that cannot be compiled and why, or `too_large`.
    static Result<PatternSet> compile(const std::vector<std::string>& patterns,
                                      ScanUnit unit = ScanUnit::line);
    static constexpr size_t most_patterns = 4096;
    static constexpr size_t longest_pattern = 512;

    // Takes what `serialised` gave for the same patterns, in microseconds. Bytes made by another version of
    // the engine, for another machine, or damaged are put aside, and the patterns are compiled anew.
    static Result<PatternSet> load(std::string_view serialised, const std::vector<std::string>& patterns,
                                   ScanUnit unit = ScanUnit::line);

    // The compiled form, fit for every processor of this architecture.
    Result<std::string> serialised() const;

    size_t size() const { return size_; }

  private:
    friend class PatternScanner;
    struct Compiled;
    PatternSet(std::shared_ptr<const Compiled> compiled, size_t size);

    std::shared_ptr<const Compiled> compiled_;  // null for a set without patterns
    size_t size_ = 0;
};

// Scans one line, or one block, after another. Not thread-safe; keeps its set alive. Move-only.
class LOGBOOK_EXPORT PatternScanner {
  public:
    static Result<PatternScanner> make(const PatternSet& set);
    PatternScanner(PatternScanner&& other) noexcept;
    PatternScanner& operator=(PatternScanner&& other) noexcept;
    ~PatternScanner();

    // The indices of the patterns that occur in the line, ascending, each once. Valid until the next call.
    const std::vector<uint32_t>& scan(std::string_view line);

    // For a set of ScanUnit::block: where in the block (ascending, one for each line) a pattern ends. A
    // pattern that can run over a line feed may tell lines that it does not stand in; it misses none.
    void scan_block(std::string_view block, std::vector<size_t>& places);

  private:
    struct Scratch;
    PatternScanner(PatternSet set, std::unique_ptr<Scratch> scratch);

    PatternSet set_;
    std::unique_ptr<Scratch> scratch_;
    std::vector<uint32_t> found_;
};

}  // namespace logbook::logscan
