// Around each hit, the record: back to the nearest line that surely opens one, then forward by the grouping
// rule. Every byte is walked over once at most, however the hits lie, since a walk stops where the last one
// ended.
#include "logbook/logsource/hit_scan.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "logbook/logsource/line_feed.h"

namespace logbook::logsource {
namespace {

using logscan::Line;
using logscan::LineKind;
using logscan::Record;

constexpr size_t block = 256 << 10;

// 16 bytes at a time: an order faster than std::count without -O3.
size_t count_lines(const char* data, size_t size) {
    using Bytes16 = unsigned char __attribute__((vector_size(16)));
    const Bytes16 feed = {'\n', '\n', '\n', '\n', '\n', '\n', '\n', '\n',
                          '\n', '\n', '\n', '\n', '\n', '\n', '\n', '\n'};
    size_t count = 0, at = 0;
    while (at + 16 <= size) {
        Bytes16 sums = {};
        for (int i = 0; i < 255 && at + 16 <= size; ++i, at += 16) {
            Bytes16 bytes;
            std::memcpy(&bytes, data + at, 16);
            sums -= Bytes16(bytes == feed);  // a true lane is 255, so it adds one
        }
        for (int i = 0; i < 16; ++i) count += sums[i];
    }
    for (; at < size; ++at) count += data[at] == '\n';
    return count;
}

}  // namespace

HitScan::HitScan(std::unique_ptr<Bytes> bytes, std::string service, std::unique_ptr<RawReader> reader,
                 logscan::PatternScanner scanner, logscan::SourceStats& stats)
    : bytes_(std::move(bytes))
    , service_(std::move(service))
    , reader_(std::move(reader))
    , scanner_(std::move(scanner))
    , stats_(stats) {}

Result<HitScan> HitScan::make(std::string begun, std::unique_ptr<Bytes> bytes, std::string service,
                              const logscan::PatternSet& fragments, logscan::SourceStats& stats) {
    auto scanner = logscan::PatternScanner::make(fragments);
    if (!scanner) return fail(scanner.error());
    HitScan scan(std::move(bytes), std::move(service), std::make_unique<RawReader>(format_of(begun)),
                 std::move(*scanner), stats);
    scan.buffer_.resize(std::max(begun.size(), block) + block);
    std::copy(begun.begin(), begun.end(), scan.buffer_.begin());
    scan.size_ = begun.size();
    stats.bytes += begun.size();
    stats.lines += count_lines(begun.data(), begun.size());
    return scan;
}

// Reads on, and finds the end of the last complete line.
Result<bool> HitScan::fill(Deadline deadline) {
    if (buffer_.size() - size_ < block) buffer_.resize(size_ + block);
    const size_t had = size_;
    const auto n = bytes_->read(buffer_.data() + size_, block, deadline);
    if (!n && n.error().code == ErrorCode::timeout) return fail(n.error());
    if (!n) stats_.problems.push_back(n.error());
    if (!n || *n == 0) {
        ended_ = true;
        complete_ = size_;
        return true;
    }
    size_ += *n;
    stats_.bytes += *n;
    stats_.lines += count_lines(buffer_.data() + had, *n);
    if (dropping_) cut_long_line(had);
    const void* last =
        size_ > complete_ ? ::memrchr(buffer_.data() + complete_, '\n', size_ - complete_) : nullptr;
    if (last) complete_ = size_t(static_cast<const char*>(last) - buffer_.data()) + 1;
    if (size_ - complete_ > longest_raw_line) {
        stats_.cut_bytes += size_ - complete_ - longest_raw_line;
        size_ = complete_ + longest_raw_line;
        dropping_ = true;
    }
    return true;
}

// The bytes from `had` on belong to a line of which enough is kept, up to its line feed.
void HitScan::cut_long_line(size_t had) {
    const auto* feed = static_cast<const char*>(std::memchr(buffer_.data() + had, '\n', size_ - had));
    const size_t drop = feed ? size_t(feed - buffer_.data()) - had : size_ - had;
    std::memmove(buffer_.data() + had, buffer_.data() + had + drop, size_ - had - drop);
    size_ -= drop;
    stats_.cut_bytes += drop;
    dropping_ = feed == nullptr;
}

// Lines that the engine may have split are longer than a piece. A match may lie across two pieces, so every
// such line is a hit.
void HitScan::note_pieces(size_t from) {
    if (reader_->format() != RawFormat::json_file) return;
    while (complete_ - from > engine_piece) {
        const auto* feed = static_cast<const char*>(::memrchr(buffer_.data() + from, '\n', engine_piece));
        if (feed) {
            from = size_t(feed - buffer_.data()) + 1;
            continue;
        }
        pieces_ = true;
        hits_.push_back(from);
        feed = static_cast<const char*>(std::memchr(buffer_.data() + from, '\n', complete_ - from));
        if (!feed) return;
        from = size_t(feed - buffer_.data()) + 1;
    }
}

size_t HitScan::line_begin(size_t place) const {
    const void* feed = place > 0 ? ::memrchr(buffer_.data(), '\n', place) : nullptr;
    return feed ? size_t(static_cast<const char*>(feed) - buffer_.data()) + 1 : 0;
}

HitScan::Shape HitScan::shape_at(size_t begin) {
    const auto* feed = static_cast<const char*>(std::memchr(buffer_.data() + begin, '\n', complete_ - begin));
    Shape shape;
    shape.end = feed ? size_t(feed - buffer_.data()) : complete_;
    shape.next = feed ? shape.end + 1 : complete_;
    shape.line = reader_->peek(bytes_at(begin, shape.end));
    return shape;
}

// Brings the stream to the beginning of the last line, at or before `place`, from which on the rule needs
// nothing of what stands before: a head, or a line behind so many foreign ones that no record can be open.
bool HitScan::skip_to_certain(Stream& stream, size_t place) {
    if (pieces_ || stream.grouping.joining() || place <= stream.at) return false;
    unsigned foreign = 0;
    for (size_t end = place; end > stream.at;) {
        const size_t begin = std::max(line_begin(end - 1), stream.at);
        const Shape shape = shape_at(begin);
        if (&stream_of(shape.line) == &stream) {
            foreign = 0;
            if (shape.line.kind == LineKind::head) {
                stream.at = begin;
                stream.grouping = {};
                stream.open_begin = none;
                return true;
            }
        } else if (++foreign > logscan::Grouping::most_foreign) {
            stream.at = shape.next;
            for (unsigned i = 0; i < logscan::Grouping::most_foreign && stream.at < place; ++i)
                stream.at = shape_at(stream.at).next;
            stream.grouping = {};
            stream.open_begin = none;
            return true;
        }
        end = begin;
    }
    return false;
}

// Takes the stream's lines that begin before `until` into its grouping.
void HitScan::run(Stream& stream, size_t until) {
    while (stream.at < until) {
        const Shape shape = shape_at(stream.at);
        if (&stream_of(shape.line) != &stream) {
            stream.grouping.foreign_line();
            if (!stream.grouping.open()) stream.open_begin = none;
        } else if (stream.grouping.opens(shape.line.kind, shape.line.ends)) {
            stream.open_begin = stream.at;
        }
        stream.at = shape.next;
    }
}

// Goes on to the end of the record that is open at stream.at, and hands it on. False when its end is not in
// the buffer yet.
bool HitScan::finish_record(Stream& stream) {
    while (stream.at < complete_) {
        const Shape shape = shape_at(stream.at);
        if (&stream_of(shape.line) != &stream) {
            stream.grouping.foreign_line();
            if (!stream.grouping.open()) {
                hand_on(stream, stream.at, false);
                return true;
            }
        } else {
            logscan::Grouping next = stream.grouping;
            if (next.opens(shape.line.kind, shape.line.ends)) {
                hand_on(stream, stream.at, false);
                return true;  // the next record's first line is not taken yet
            }
            stream.grouping = next;
        }
        stream.at = shape.next;
    }
    if (!ended_) return false;
    hand_on(stream, complete_, false);
    return true;
}

// Unwraps the open record, whose lines end before `end`.
void HitScan::hand_on(Stream& stream, size_t end, bool cut) {
    stream.wanted = false;
    const size_t begin = std::exchange(stream.open_begin, none);
    if (begin == none) return;
    logscan::RecordBuilder builder;
    const uint64_t damaged = reader_->damaged();
    for (size_t at = begin; at < end;) {
        const Shape shape = shape_at(at);
        if (&stream_of(shape.line) == &stream) {
            const Line line = reader_->unwrap(bytes_at(at, shape.end));
            if (builder.empty())
                builder.begin(line);
            else
                builder.append(line);
        }
        at = shape.next;
    }
    stats_.damaged_lines += reader_->damaged() - damaged;
    Ready ready{int64_t(begin), builder.finish(service_)};
    if (cut) ready.record.cut_bytes = std::max<uint64_t>(ready.record.cut_bytes, 1);
    if (!ready.record.time) {
        ready.record.time = time_before(begin);
        ready.record.time_inherited = ready.record.time.has_value();
    }
    ready_.push_back(std::move(ready));
}

// The time of the last record that begins before `begin` and has one of its own.
std::optional<WallTime> HitScan::time_before(size_t begin) {
    for (size_t end = begin; end > known_until_;) {
        const size_t at = std::max(line_begin(end - 1), known_until_);
        const Shape shape = shape_at(at);
        end = at;
        if (shape.line.kind != LineKind::head && reader_->format() == RawFormat::text) continue;
        const Line line = reader_->unwrap(bytes_at(at, shape.end));
        Record record;
        record.text = line.text.substr(0, logscan::longest_line);
        record.time = line.time;
        interpret(record);
        if (!record.time) continue;
        known_time_ = record.time;
        break;
    }
    known_until_ = std::max(known_until_, begin);
    return known_time_;
}

void HitScan::settle(Stream& stream) {
    if (stream.at < complete_) skip_to_certain(stream, complete_);
    run(stream, complete_);
}

// Finds the hits in what is new, and their records.
void HitScan::search() {
    std::vector<size_t> places;
    scanner_.scan_block(bytes_at(searched_, complete_), places);
    for (const size_t place : places) hits_.push_back(place + searched_);
    const size_t found = hits_.size();
    note_pieces(searched_);
    if (hits_.size() > found) std::sort(hits_.begin(), hits_.end());
    searched_ = complete_;

    bool waits[2] = {false, false};
    for (int i = 0; i < 2; ++i)
        if (streams_[i].wanted) waits[i] = !finish_record(streams_[i]);
    for (const size_t hit : hits_) {
        const size_t begin = line_begin(hit);
        const Shape shape = shape_at(begin);
        Stream& stream = stream_of(shape.line);
        bool& waiting = waits[&stream - streams_];
        if (waiting || begin < stream.at) continue;
        skip_to_certain(stream, shape.next);
        run(stream, shape.next);
        if (stream.open_begin == none) continue;  // the rest of a record that was too long
        if (finish_record(stream)) continue;
        stream.wanted = true;
        waiting = true;
    }
    hits_.clear();
    for (Stream& stream : streams_) settle(stream);
}

// Moves to `out` what no record that began earlier can come before any more: an open one may still get a hit.
void HitScan::give(std::vector<Record>& out) {
    std::stable_sort(ready_.begin(), ready_.end(),
                     [](const Ready& a, const Ready& b) { return a.begin < b.begin; });
    int64_t limit = std::numeric_limits<int64_t>::max();
    for (const Stream& stream : streams_)
        if (!ended_ && stream.grouping.open() && stream.open_begin != none)
            limit = std::min(limit, int64_t(stream.open_begin));
    size_t given = 0;
    while (given < ready_.size() && ready_[given].begin < limit) {
        stats_.cut_bytes += ready_[given].record.cut_bytes;
        out.push_back(std::move(ready_[given++].record));
    }
    ready_.erase(ready_.begin(), ready_.begin() + ptrdiff_t(given));
}

// Moves open records and the incomplete line to the front of the buffer.
void HitScan::keep_rest() {
    size_t keep = complete_;
    for (Stream& stream : streams_) {
        if (!stream.grouping.open() || stream.open_begin == none) continue;
        if (complete_ - stream.open_begin > logscan::longest_record) {
            if (stream.wanted) hand_on(stream, complete_, true);
            stream.open_begin = none;
        } else {
            keep = std::min(keep, stream.open_begin);
        }
    }
    (void)time_before(keep);
    std::memmove(buffer_.data(), buffer_.data() + keep, size_ - keep);
    for (Stream& stream : streams_) {
        stream.at -= keep;
        if (stream.open_begin != none) stream.open_begin -= keep;
    }
    for (Ready& ready : ready_) ready.begin -= int64_t(keep);
    size_ -= keep;
    complete_ -= keep;
    searched_ -= keep;
    known_until_ -= std::min(known_until_, keep);
    pieces_ = false;
    if (complete_ > 0) {
        const size_t had = hits_.size();
        note_pieces(0);
        hits_.resize(had);
    }
    if (buffer_.size() > size_ + 4 * block) {
        buffer_.resize(size_ + block);
        buffer_.shrink_to_fit();
    }
}

Result<bool> HitScan::read(std::vector<Record>& out, Deadline deadline) {
    if (ended_) return false;
    const auto filled = fill(deadline);
    if (!filled) return fail(filled.error());
    if (complete_ > searched_ || ended_) {
        search();
        if (ended_) {
            for (Stream& stream : streams_) stream.wanted = false;
        } else {
            keep_rest();
        }
        give(out);
    }
    return true;
}

}  // namespace logbook::logsource
