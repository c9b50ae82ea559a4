// The grouping rule and its collectors.
#include "logbook/logscan/grouping.h"

#include <algorithm>
#include <utility>

namespace logbook::logscan {

bool Grouping::opens(LineKind kind, bool ends) {
    foreign_ = 0;
    if (std::exchange(joining_, !ends)) return false;
    const auto begin = [&](bool headed) {
        open_ = true;
        headed_ = headed;
        traceback_ = kind == LineKind::trace;
        return true;
    };
    if (kind == LineKind::head) return begin(true);
    if (!open_) return begin(false);
    if (kind == LineKind::trace) traceback_ = true;
    if (kind != LineKind::plain || headed_) return false;
    // "ValueError: …" ends a traceback; the next plain line is one of its own.
    if (std::exchange(traceback_, false)) return false;
    return begin(false);
}

void Grouping::foreign_line() {
    // A line that the engine split is not finished by other streams, however much they say.
    if (!open_ || joining_ || ++foreign_ <= most_foreign) return;
    open_ = false;
    foreign_ = 0;
}

void RecordBuilder::begin(const Line& line) {
    record_ = Record{};
    record_.stream = line.stream;
    record_.time = line.time;
    begun_ = true;
    joining_ = false;
    add(line);
}

void RecordBuilder::append(const Line& line) {
    if (!joining_) {
        if (record_.text.size() < longest_record)
            record_.text += '\n';
        else
            ++record_.cut_bytes;
    }
    add(line);
}

void RecordBuilder::add(const Line& line) {
    if (!joining_) line_bytes_ = 0;
    joining_ = !line.ends;
    const size_t room = std::min(longest_line - std::min(line_bytes_, longest_line),
                                 longest_record - std::min(record_.text.size(), longest_record));
    const size_t kept = std::min(room, line.text.size());
    record_.text.append(line.text.data(), kept);
    record_.cut_bytes += line.cut_bytes + (line.text.size() - kept);
    line_bytes_ += line.text.size();
}

Record RecordBuilder::finish(const std::string& service) {
    Record record = std::move(record_);
    record_ = Record{};
    begun_ = false;
    joining_ = false;
    while (!record.text.empty() && record.text.back() == '\n') record.text.pop_back();
    record.service = service;
    interpret(record);
    return record;
}

void Grouper::feed(const Line& line, LineKind kind) {
    const size_t place = place_of(line.stream);
    const size_t other = 1 - place;
    grouping_[other].foreign_line();
    if (!grouping_[other].open() && open_[other]) std::exchange(open_[other], nullptr)->complete = true;
    // Also a record whose beginning nobody saw: it was flushed meanwhile.
    if (grouping_[place].opens(kind, line.ends) || !open_[place]) {
        if (open_[place]) open_[place]->complete = true;
        slots_.emplace_back();
        open_[place] = &slots_.back();
        open_[place]->builder.begin(line);
    } else {
        open_[place]->builder.append(line);
    }
}

bool Grouper::take(Record& out) {
    if (slots_.empty() || !slots_.front().complete) return false;
    out = slots_.front().builder.finish(service_);
    slots_.pop_front();
    if (out.time) {
        last_time_ = out.time;
    } else if (last_time_) {
        out.time = last_time_;
        out.time_inherited = true;
    }
    return true;
}

void Grouper::flush() {
    for (Slot& slot : slots_) slot.complete = true;
    open_[0] = open_[1] = nullptr;
}

}  // namespace logbook::logscan
