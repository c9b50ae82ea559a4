// Which lines belong together: the rule, apart from the text, and the collector that follows it line by line.
#pragma once

#include <deque>

#include "logbook/logscan/line_head.h"
#include "logbook/logscan/record.h"

namespace logbook::logscan {

// The rule, for the lines of one stream in order. A small value: a caller may keep one and go on from it
// later.
class Grouping {
  public:
    // Whether a line of that kind opens a record; otherwise it goes on with the one before it. `ends` is
    // false for a piece of a line that the engine split.
    bool opens(LineKind kind, bool ends);

    // A line of another stream came in between. After `most_foreign` of them the open record is complete.
    void foreign_line();
    static constexpr unsigned most_foreign = 32;

    bool open() const { return open_; }
    bool joining() const { return joining_; }

  private:
    bool open_ = false;
    bool headed_ = false;     // the open record begins with a logger's head
    bool traceback_ = false;  // its exception line is still to come
    bool joining_ = false;    // the last piece did not end its line
    unsigned foreign_ = 0;
};

// Collects the lines of one record. The first `longest_record` bytes are kept.
class RecordBuilder {
  public:
    void begin(const Line& line);
    void append(const Line& line);
    bool empty() const { return !begun_; }
    // The record, interpreted; the builder is empty then.
    Record finish(const std::string& service);

  private:
    void add(const Line& line);

    Record record_;
    bool begun_ = false;
    bool joining_ = false;
    size_t line_bytes_ = 0;  // of the line that is being joined
};

// Lines in, records out, in the order in which they began. For sources that hand on every line. Not
// thread-safe.
class LOGBOOK_EXPORT Grouper {
  public:
    explicit Grouper(std::string service) : service_(std::move(service)) {}

    void feed(const Line& line) { feed(line, kind_of(line.text)); }
    // For a caller that knows the line's kind.
    void feed(const Line& line, LineKind kind);

    // The next record that is complete. A record without a time takes that of the record before it.
    bool take(Record& out);

    // No more lines come, or none came for a while: what is open is complete.
    void flush();
    bool anything_open() const { return !slots_.empty(); }

  private:
    struct Slot {
        RecordBuilder builder;
        bool complete = false;
    };
    static size_t place_of(StreamName stream) { return stream == StreamName::err ? 1 : 0; }

    std::string service_;
    Grouping grouping_[2];
    Slot* open_[2] = {nullptr, nullptr};
    std::deque<Slot> slots_;  // a deque: the addresses of the others stay
    std::optional<WallTime> last_time_;
};

}  // namespace logbook::logscan
