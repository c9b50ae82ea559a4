// The catalogue: finding by slug, code, pattern and words.
#include "logbook/runbook/catalogue.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <stdexcept>
#include <unordered_map>

#include "logbook/base/text.h"
#include "logbook/host/file.h"
#include "logbook/logscan/pattern_set.h"
#include "logbook/runbook/entry_yaml.h"
#include "logbook/runbook/packed.h"
#include "logbook/runbook/reading.h"
#include "logbook/runbook/word_search.h"

namespace logbook::runbook {

// Slugs, not indices: an entry that was replaced has a pattern here and no claim to it.
struct Catalogue::PatternGroup {
    logscan::PatternSet set;
    std::vector<std::string> slug_of;  // of each pattern
};

namespace {

constexpr size_t most_word_matches = 5;
constexpr size_t most_line_matches = 50;

std::vector<std::string> slugs_of(const PatternIndex& index, const std::vector<Entry>& entries) {
    std::vector<std::string> slugs;
    for (const size_t entry : index.entry_of) slugs.push_back(entries[entry].slug);
    return slugs;
}

}  // namespace

std::string_view name_of(MatchedBy by) {
    switch (by) {
    case MatchedBy::slug:
        return "slug";
    case MatchedBy::code:
        return "code";
    case MatchedBy::pattern:
        return "pattern";
    case MatchedBy::words:
        return "words";
    }
    return "words";
}

Catalogue Catalogue::builtin() {
    const Embedded bytes = embedded();
    Catalogue catalogue;
    auto entries = unpack(bytes.entries);
    if (!entries) throw std::logic_error(entries.error().what);  // what the build embedded cannot be broken
    catalogue.entries_ = std::move(*entries);
    const PatternIndex index = patterns_of(catalogue.entries_);
    auto set = logscan::PatternSet::load(bytes.patterns, index.patterns);
    if (!set) throw std::logic_error(set.error().what);
    catalogue.groups_.push_back(std::make_shared<const PatternGroup>(
        PatternGroup{std::move(*set), slugs_of(index, catalogue.entries_)}));
    return catalogue;
}

Status Catalogue::add_text(std::string_view yaml, std::string_view name) {
    auto added = parse_entries(yaml, name);
    if (!added) return fail(added.error());
    for (size_t i = 0; i < added->size(); ++i)
        for (size_t j = 0; j < i; ++j)
            if ((*added)[i].slug == (*added)[j].slug)
                return fail(ErrorCode::invalid,
                            fmt::format("{}: `{}` stands here already, at {}", (*added)[i].origin,
                                        (*added)[i].slug, (*added)[j].origin));
    const PatternIndex index = patterns_of(*added);
    auto set = logscan::PatternSet::compile(index.patterns);
    if (!set) return fail(set.error().code, fmt::format("{}: {}", name, set.error().what), set.error().hint);

    const std::vector<std::string> owners = slugs_of(index, *added);
    for (Entry& entry : *added) {
        // The replaced entry's patterns go with it.
        for (auto& group : groups_) {
            auto changed = std::make_shared<PatternGroup>(*group);
            std::replace(changed->slug_of.begin(), changed->slug_of.end(), entry.slug, std::string());
            group = std::move(changed);
        }
        const auto known = std::find_if(entries_.begin(), entries_.end(),
                                        [&](const Entry& ours) { return ours.slug == entry.slug; });
        if (known != entries_.end())
            *known = std::move(entry);
        else
            entries_.push_back(std::move(entry));
    }
    groups_.push_back(std::make_shared<const PatternGroup>(PatternGroup{std::move(*set), owners}));
    return {};
}

Status Catalogue::add_file(const std::filesystem::path& file) {
    const auto text = host::read_file(file, most_entry_bytes);
    if (!text) return fail(text.error());
    return add_text(text->bytes, file.string());
}

std::vector<Error> Catalogue::add_folder(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    std::error_code error;
    if (!std::filesystem::exists(folder, error)) return {};
    for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
        if (at->path().extension() == ".yaml") files.push_back(at->path());
    std::vector<Error> errors;
    if (error)
        errors.push_back(Error{ErrorCode::io,
                               fmt::format("cannot read the folder {}: {}", folder.string(), error.message()),
                               "check its owner and its mode"});
    std::sort(files.begin(), files.end());
    for (const std::filesystem::path& file : files)
        if (Status added = add_file(file); !added) errors.push_back(added.error());
    return errors;
}

const Entry* Catalogue::find(std::string_view slug) const {
    const auto at =
        std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.slug == slug; });
    return at == entries_.end() ? nullptr : &*at;
}

std::vector<const Entry*> Catalogue::by_code(std::string_view code) const {
    for (const std::string& spelling : code_spellings(code)) {
        std::vector<const Entry*> found;
        for (const Entry& entry : entries_)
            if (std::find(entry.codes.begin(), entry.codes.end(), spelling) != entry.codes.end())
                found.push_back(&entry);
        std::stable_sort(found.begin(), found.end(),
                         [](const Entry* a, const Entry* b) { return a->weight > b->weight; });
        if (!found.empty()) return found;
    }
    return {};
}

std::string Catalogue::nearest_name(std::string_view word) const {
    std::vector<std::string> slugs, codes;
    for (const Entry& entry : entries_) {
        slugs.push_back(entry.slug);
        codes.insert(codes.end(), entry.codes.begin(), entry.codes.end());
    }
    std::string near = nearest(lower(word), slugs);
    if (!near.empty()) return near;
    // Codes differ in one digit by nature: only a slip in their letters is a slip.
    for (const std::string& spelling : code_spellings(word)) {
        std::vector<std::string> same_number;
        for (const std::string& code : codes)
            if (code.size() > 3 && spelling.size() > 3 &&
                code.substr(code.size() - 3) == spelling.substr(spelling.size() - 3))
                same_number.push_back(code);
        if (std::string code = nearest(spelling, same_number); !code.empty()) return code;
    }
    return {};
}

Result<std::optional<logscan::PatternSet>> Catalogue::fragments() const {
    const auto patterns = search_patterns(entries_);
    if (!patterns) return std::optional<logscan::PatternSet>();
    // A site's entries are not among the compiled ones.
    auto set = groups_.size() == 1
                   ? logscan::PatternSet::load(embedded().fragments, *patterns, logscan::ScanUnit::block)
                   : logscan::PatternSet::compile(*patterns, logscan::ScanUnit::block);
    if (!set) return fail(set.error());
    return std::optional<logscan::PatternSet>(std::move(*set));
}

struct Matcher::Prepared {
    std::unordered_map<std::string_view, const Entry*> by_slug;
    std::map<std::string_view, std::vector<const Entry*>> by_lb_code;
    std::vector<logscan::PatternScanner> scanners;  // of each group
};

Matcher::Matcher(const Catalogue& catalogue)
    : catalogue_(catalogue), prepared_(std::make_unique<Prepared>()) {
    for (const Entry& entry : catalogue_.entries_) {
        prepared_->by_slug.emplace(entry.slug, &entry);
        for (const std::string& code : entry.codes) prepared_->by_lb_code[code].push_back(&entry);
    }
    for (const auto& group : catalogue_.groups_) {
        auto scanner = logscan::PatternScanner::make(group->set);
        if (!scanner) throw std::bad_alloc();
        prepared_->scanners.push_back(std::move(*scanner));
    }
}

Matcher::Matcher(Matcher&& other) noexcept = default;
Matcher::~Matcher() = default;

Matches Matcher::match_lines(std::string_view text) {
    const Reading reading = read_lines(text);
    Matches seen;
    seen.lines = reading.pasted;
    seen.cut = reading.cut;
    std::vector<Match>& found = seen.best_first;
    std::unordered_map<const Entry*, size_t> place;
    std::unordered_map<const Entry*, size_t> last_line;
    const auto note = [&](const Entry* entry, MatchedBy by, const ReadLine& line) {
        const auto [at, fresh] = place.emplace(entry, found.size());
        if (fresh) found.push_back(Match{entry, by, entry->weight, line.text, line.number, 0});
        size_t& last = last_line[entry];
        if (last != line.number) ++found[at->second].count;
        last = line.number;
    };
    const auto& groups = catalogue_.groups_;
    for (const ReadLine& line : reading.lines) {
        for (size_t g = 0; g < groups.size(); ++g)
            for (const uint32_t id : prepared_->scanners[g].scan(line.text))
                if (const auto entry = prepared_->by_slug.find(groups[g]->slug_of[id]);
                    entry != prepared_->by_slug.end())
                    note(entry->second, MatchedBy::pattern, line);
        for (const std::string& code : codes_in(line.text))
            if (const auto owners = prepared_->by_lb_code.find(code); owners != prepared_->by_lb_code.end())
                for (const Entry* entry : owners->second) note(entry, MatchedBy::code, line);
    }
    // At equal weight the earlier line wins: in a log the cause stands above what it caused.
    std::stable_sort(found.begin(), found.end(),
                     [](const Match& a, const Match& b) { return a.score > b.score; });
    if (found.size() > most_line_matches) found.resize(most_line_matches);
    return seen;
}

Matches Catalogue::match(std::string_view text) const {
    Matches seen;
    const std::string_view question = trim(text);
    if (question.empty()) return seen;
    seen.lines = 1;
    if (const Entry* named = find(lower(question))) {
        seen.best_first = {Match{named, MatchedBy::slug, 9, std::string(question), 0, 1}};
        return seen;
    }
    for (const Entry* entry : by_code(question))
        seen.best_first.push_back(Match{entry, MatchedBy::code, entry->weight, std::string(question), 0, 1});
    if (!seen.best_first.empty()) return seen;
    seen = Matcher(*this).match_lines(text);
    if (!seen.best_first.empty() || seen.lines > 3) return seen;
    for (const WordMatch& found : search_words(question, entries_, most_word_matches))
        seen.best_first.push_back(Match{&entries_[found.entry], MatchedBy::words, found.score,
                                        join(found.words, " "), 0, found.words.size()});
    return seen;
}

}  // namespace logbook::runbook
