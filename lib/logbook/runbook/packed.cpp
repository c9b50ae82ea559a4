// Packing: every number is four bytes, little end first; a text is its length and its bytes.
#include "logbook/runbook/packed.h"

#include <cstdint>

#include "logbook/logscan/fragment.h"

namespace logbook::runbook {
namespace {

class Writer {
  public:
    std::string bytes;

    void operator()(uint32_t number) {
        for (int shift = 0; shift < 32; shift += 8) bytes += char(number >> shift & 0xFF);
    }
    void operator()(const std::string& text) {
        (*this)(uint32_t(text.size()));
        bytes += text;
    }
    void operator()(int number) { (*this)(uint32_t(number)); }
    void operator()(const Step& step) {
        (*this)(step.text);
        (*this)(step.command);
        (*this)(uint32_t(step.risk));
    }
    template <typename T>
    void operator()(const std::vector<T>& list) {
        (*this)(uint32_t(list.size()));
        for (const T& item : list) (*this)(item);
    }
};

class Unpacker {
  public:
    explicit Unpacker(std::string_view bytes) : rest_(bytes) {}
    bool well() const { return well_; }
    bool done() const { return well_ && rest_.empty(); }

    void operator()(uint32_t& number) {
        number = 0;
        if (rest_.size() < 4) {
            well_ = false;
            return;
        }
        for (size_t i = 0; i < 4; ++i) number |= uint32_t(uint8_t(rest_[i])) << (8 * i);
        rest_.remove_prefix(4);
    }
    void operator()(std::string& text) {
        uint32_t length = 0;
        (*this)(length);
        if (length > rest_.size()) {
            well_ = false;
            return;
        }
        text.assign(rest_.substr(0, length));
        rest_.remove_prefix(length);
    }
    void operator()(int& number) {
        uint32_t raw = 0;
        (*this)(raw);
        number = int(raw);
    }
    void operator()(Step& step) {
        (*this)(step.text);
        (*this)(step.command);
        uint32_t risk = 0;
        (*this)(risk);
        if (risk > uint32_t(Risk::data)) well_ = false;
        step.risk = well_ ? Risk(risk) : Risk::none;
    }
    template <typename T>
    void operator()(std::vector<T>& list) {
        uint32_t count = 0;
        (*this)(count);
        if (count > rest_.size()) well_ = false;  // an item has a byte at the least: never reserve for a lie
        for (uint32_t i = 0; well_ && i < count; ++i) (*this)(list.emplace_back());
    }

  private:
    std::string_view rest_;
    bool well_ = true;
};

// The one list of what is packed, for both ways.
template <typename Way, typename Some>
void each_member(Way& way, Some& entry) {
    way(entry.slug), way(entry.title), way(entry.meaning);
    way(entry.causes), way(entry.symptoms), way(entry.fix), way(entry.never);
    way(entry.proves), way(entry.published), way(entry.published_wrong);
    way(entry.codes), way(entry.patterns), way(entry.examples), way(entry.near_misses), way(entry.see_also);
    way(entry.weight), way(entry.origin);
}

}  // namespace

std::string pack(const std::vector<Entry>& entries) {
    Writer writer;
    writer(uint32_t(entries.size()));
    for (const Entry& entry : entries) each_member(writer, entry);
    return writer.bytes;
}

Result<std::vector<Entry>> unpack(std::string_view bytes) {
    Unpacker unpacker(bytes);
    uint32_t count = 0;
    unpacker(count);
    std::vector<Entry> entries;
    for (uint32_t i = 0; unpacker.well() && i < count; ++i) each_member(unpacker, entries.emplace_back());
    if (!unpacker.done()) return fail(ErrorCode::protocol, "the packed runbook is damaged");
    return entries;
}

PatternIndex patterns_of(const std::vector<Entry>& entries) {
    PatternIndex index;
    for (size_t i = 0; i < entries.size(); ++i)
        for (const std::string& pattern : entries[i].patterns) {
            index.patterns.push_back(pattern);
            index.entry_of.push_back(i);
        }
    return index;
}

std::optional<std::vector<std::string>> search_patterns(const std::vector<Entry>& entries) {
    auto patterns = logscan::safe_fragments(patterns_of(entries).patterns);
    if (!patterns) return std::nullopt;
    for (const char* more : {"LB-[A-Z]+-\\d\\d\\d", "ERROR", "CRITICAL", "FATAL",
                             "\\[(?:error|crit|alert|emerg)\\]", "Traceback \\(most recent call last\\)"})
        patterns->push_back(more);
    return patterns;
}

}  // namespace logbook::runbook
