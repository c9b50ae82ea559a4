// Bytes in, some records out: searches whole blocks of the file as it stands, and unwraps only records in
// which one of the fragments was found.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "logbook/logscan/grouping.h"
#include "logbook/logscan/source.h"
#include "logbook/logsource/bytes.h"
#include "logbook/logsource/raw_line.h"

namespace logbook::logsource {

// Gives, of all records that LineFeed would give, at least those that hold a fragment, in the same order. Not
// thread-safe.
class HitScan {
  public:
    // `begun` are bytes that were read already.
    static Result<HitScan> make(std::string begun, std::unique_ptr<Bytes> bytes, std::string service,
                                const logscan::PatternSet& fragments, logscan::SourceStats& stats);

    // One block further; false at the end.
    Result<bool> read(std::vector<logscan::Record>& out, Deadline deadline);

  private:
    static constexpr size_t none = size_t(-1);

    // Where a stream's grouping stands. Offsets are in the buffer.
    struct Stream {
        logscan::Grouping grouping;
        size_t at = 0;             // lines before it are in `grouping`
        size_t open_begin = none;  // of the open record, unless it was handed on, or is too long to be kept
        bool wanted = false;       // the open record holds a hit
    };
    struct Ready {
        int64_t begin = 0;  // negative: it has left the buffer
        logscan::Record record;
    };
    struct Shape {
        RawLine line;
        size_t end = 0;   // of its bytes
        size_t next = 0;  // where the next line begins
    };

    HitScan(std::unique_ptr<Bytes> bytes, std::string service, std::unique_ptr<RawReader> reader,
            logscan::PatternScanner scanner, logscan::SourceStats& stats);

    Result<bool> fill(Deadline deadline);
    void cut_long_line(size_t had);
    void note_pieces(size_t from);
    void search();
    void give(std::vector<logscan::Record>& out);
    void keep_rest();

    bool skip_to_certain(Stream& stream, size_t place);
    void run(Stream& stream, size_t until);
    bool finish_record(Stream& stream);
    void settle(Stream& stream);
    void hand_on(Stream& stream, size_t end, bool cut);
    std::optional<WallTime> time_before(size_t begin);

    Shape shape_at(size_t begin);
    size_t line_begin(size_t place) const;
    std::string_view bytes_at(size_t begin, size_t end) const {
        return {buffer_.data() + begin, end - begin};
    }
    Stream& stream_of(const RawLine& line) {
        return streams_[line.stream == logscan::StreamName::err ? 1 : 0];
    }

    std::unique_ptr<Bytes> bytes_;
    std::string service_;
    std::unique_ptr<RawReader> reader_;
    logscan::PatternScanner scanner_;
    logscan::SourceStats& stats_;

    std::vector<char> buffer_;
    size_t size_ = 0;      // bytes in the buffer
    size_t complete_ = 0;  // of them, in complete lines
    size_t searched_ = 0;
    bool ended_ = false;
    bool dropping_ = false;  // the line at the end is too long: its rest is dropped
    bool pieces_ = false;    // the buffer holds lines that the engine split: no line stands for itself
    std::vector<size_t> hits_;
    Stream streams_[2];
    std::vector<Ready> ready_;
    std::optional<WallTime> known_time_;  // of the last timed record that begins before known_until_
    size_t known_until_ = 0;
};

}  // namespace logbook::logsource
