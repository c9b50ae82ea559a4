// Pattern sets on vectorscan, in what it calls block mode: a line, or a block of lines, in one call.
#include "logbook/logscan/pattern_set.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <hs.h>

#include "logbook/base/text.h"

namespace logbook::logscan {

struct PatternSet::Compiled {
    hs_database_t* database = nullptr;
    Compiled() = default;
    explicit Compiled(hs_database_t* made) : database(made) {}
    Compiled(const Compiled&) = delete;
    Compiled& operator=(const Compiled&) = delete;
    ~Compiled() { hs_free_database(database); }
};

struct PatternScanner::Scratch {
    hs_scratch_t* scratch = nullptr;
    Scratch() = default;
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() { hs_free_scratch(scratch); }
};

PatternSet::PatternSet(std::shared_ptr<const Compiled> compiled, size_t size)
    : compiled_(std::move(compiled)), size_(size) {}

Result<PatternSet> PatternSet::compile(const std::vector<std::string>& patterns, ScanUnit unit) {
    if (patterns.empty()) return PatternSet(nullptr, 0);
    if (patterns.size() > most_patterns)
        return fail(ErrorCode::too_large,
                    fmt::format("{} patterns in one set; {} at the most", patterns.size(), most_patterns));
    std::vector<const char*> texts;
    std::vector<unsigned> ids, flags;
    for (const std::string& pattern : patterns) {
        if (pattern.empty() || pattern.size() > longest_pattern ||
            contains(pattern, std::string_view("\0", 1)))
            return fail(ErrorCode::invalid, fmt::format("a pattern must have 1 to {} bytes and no NUL: `{}`",
                                                        longest_pattern, printable(pattern, 60)));
        ids.push_back(unsigned(texts.size()));
        texts.push_back(pattern.c_str());
        flags.push_back(unit == ScanUnit::line ? HS_FLAG_SINGLEMATCH : HS_FLAG_MULTILINE);
    }
    // A database without special features runs on every processor of the architecture: the compiled-in one is
    // made on the machine that builds, and used on another.
    hs_platform_info_t any{};
    any.tune = HS_TUNE_FAMILY_GENERIC;
    hs_database_t* database = nullptr;
    hs_compile_error_t* error = nullptr;
    if (hs_compile_multi(texts.data(), flags.data(), ids.data(), unsigned(texts.size()), HS_MODE_BLOCK, &any,
                         &database, &error) != HS_SUCCESS) {
        const std::string why = error && error->message ? error->message : "out of memory";
        const int at = error ? error->expression : -1;
        hs_free_compile_error(error);
        return fail(ErrorCode::invalid,
                    at >= 0 ? fmt::format("the pattern `{}` cannot be compiled: {}",
                                          printable(patterns[size_t(at)], 120), printable(why, 200))
                            : fmt::format("the patterns cannot be compiled: {}", printable(why, 200)),
                    "look-around and back references are not known; write a class as [^'\\n]");
    }
    return PatternSet(std::make_shared<const Compiled>(database), patterns.size());
}

Result<PatternSet> PatternSet::load(std::string_view serialised, const std::vector<std::string>& patterns,
                                    ScanUnit unit) {
    if (patterns.empty()) return PatternSet(nullptr, 0);
    hs_database_t* database = nullptr;
    // The engine checks version, platform and a checksum here.
    if (hs_deserialize_database(serialised.data(), serialised.size(), &database) != HS_SUCCESS)
        return compile(patterns, unit);
    return PatternSet(std::make_shared<const Compiled>(database), patterns.size());
}

Result<std::string> PatternSet::serialised() const {
    if (!compiled_) return std::string();
    char* bytes = nullptr;
    size_t length = 0;
    if (hs_serialize_database(compiled_->database, &bytes, &length) != HS_SUCCESS)
        return fail(ErrorCode::io, "the compiled patterns cannot be serialised");
    std::string out(bytes, length);
    std::free(bytes);
    return out;
}

PatternScanner::PatternScanner(PatternSet set, std::unique_ptr<Scratch> scratch)
    : set_(std::move(set)), scratch_(std::move(scratch)) {}
PatternScanner::PatternScanner(PatternScanner&& other) noexcept = default;
PatternScanner& PatternScanner::operator=(PatternScanner&& other) noexcept = default;
PatternScanner::~PatternScanner() = default;

Result<PatternScanner> PatternScanner::make(const PatternSet& set) {
    auto scratch = std::make_unique<Scratch>();
    if (set.compiled_ && hs_alloc_scratch(set.compiled_->database, &scratch->scratch) != HS_SUCCESS)
        return fail(ErrorCode::io, "no memory to scan for patterns");
    return PatternScanner(set, std::move(scratch));
}

const std::vector<uint32_t>& PatternScanner::scan(std::string_view line) {
    found_.clear();
    if (!set_.compiled_) return found_;
    const auto remember = [](unsigned id, unsigned long long, unsigned long long, unsigned, void* found) {
        static_cast<std::vector<uint32_t>*>(found)->push_back(id);
        return 0;
    };
    // Lengths are unsigned in the engine; nobody's line has 4 GiB.
    const auto length = unsigned(std::min<size_t>(line.size(), 1u << 30));
    hs_scan(set_.compiled_->database, line.data(), length, 0, scratch_->scratch, remember, &found_);
    std::sort(found_.begin(), found_.end());
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
    return found_;
}

void PatternScanner::scan_block(std::string_view block, std::vector<size_t>& places) {
    places.clear();
    if (!set_.compiled_) return;
    struct Found {
        std::string_view block;
        std::vector<size_t>& places;
        unsigned long long line_begin = 0, line_end = 0;  // of the line told last
        bool ascending = true;
    } found{block, places};
    const auto remember = [](unsigned, unsigned long long, unsigned long long to, unsigned, void* context) {
        auto& at = *static_cast<Found*>(context);
        // A pattern that ends n times in one line is told once; `to` is the byte behind the match.
        if (to == 0 || (to > at.line_begin && to <= at.line_end)) return 0;
        if (to < at.line_end) at.ascending = false;
        const auto* end =
            static_cast<const char*>(std::memchr(at.block.data() + to, '\n', at.block.size() - to));
        at.line_begin = to - 1;
        at.line_end = end ? unsigned(end - at.block.data()) : at.block.size();
        at.places.push_back(size_t(to - 1));
        return 0;
    };
    hs_scan(set_.compiled_->database, block.data(), unsigned(block.size()), 0, scratch_->scratch, remember,
            &found);
    if (!found.ascending) std::sort(places.begin(), places.end());
}

}  // namespace logbook::logscan
