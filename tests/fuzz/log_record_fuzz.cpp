// Fuzzes what a log file may hold: the same bytes as plain text or json-file, fed in two ways, give the same
// records wherever a fragment stands in them; request lines and fingerprints take whatever comes out.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "logbook/logscan/fingerprint.h"
#include "logbook/logscan/requests.h"
#include "logbook/logsource/hit_scan.h"
#include "logbook/logsource/line_feed.h"

namespace {

using namespace logbook;

class Pieces final : public logsource::Bytes {
  public:
    Pieces(std::string_view bytes, size_t size) : rest_(bytes), size_(size) {}
    Result<size_t> read(char* into, size_t room, Deadline) override {
        const size_t n = std::min({room, size_, rest_.size()});
        std::memcpy(into, rest_.data(), n);
        rest_.remove_prefix(n);
        return n;
    }

  private:
    std::string_view rest_;
    size_t size_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static const auto needle = *logscan::PatternSet::compile({"ERROR"}, logscan::ScanUnit::block);
    if (size < 2) return 0;
    const size_t piece = data[0] + 1u;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);

    logscan::SourceStats stats, other;
    logsource::LineFeed feed("x", stats);
    for (size_t at = 0; at < text.size(); at += piece) feed.push(text.substr(at, piece));
    feed.finish();
    std::vector<std::string> all, found;
    logscan::RequestTable requests;
    for (logscan::Record record; feed.take(record);) {
        (void)logscan::fingerprint(record);
        requests.add(record);
        if (record.message_at > record.text.size()) std::abort();
        if (record.text.find("ERROR") != std::string::npos || record.raw.find("ERROR") != std::string::npos)
            all.push_back(record.text);
    }
    (void)requests.slowest_first();

    // The format is told by the first line there, and by the first bytes here; both see it when they see the
    // line.
    const size_t begun = std::min(text.size(), std::max<size_t>(64, text.find('\n')));
    auto scan =
        logsource::HitScan::make(std::string(text.substr(0, begun)),
                                 std::make_unique<Pieces>(text.substr(begun), piece), "x", needle, other);
    if (!scan) std::abort();
    std::vector<logscan::Record> records;
    for (bool more = true; more;) more = *scan->read(records, Deadline::in(Millis(60'000)));
    for (const logscan::Record& record : records)
        if (record.text.find("ERROR") != std::string::npos || record.raw.find("ERROR") != std::string::npos)
            found.push_back(record.text);
    // JSON may spell the letters of a word as \u0045, which no logger of ours does.
    if (text.find("\\u") == std::string_view::npos && found != all) std::abort();
    return 0;
}
