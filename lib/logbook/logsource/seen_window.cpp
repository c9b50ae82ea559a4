// A ring of marks, and a count of each while reading again.
#include "logbook/logsource/seen_window.h"

#include <algorithm>
#include <functional>

namespace logbook::logsource {

uint64_t SeenWindow::key_of(const Mark& mark) {
    return mark.content ^ (uint64_t(mark.time.time_since_epoch().count()) * 0x9E3779B97F4A7C15u);
}

SeenWindow::Mark SeenWindow::mark_of(WallTime time, std::string_view text) {
    return {time, std::hash<std::string_view>()(text)};
}

void SeenWindow::add(WallTime time, std::string_view text) {
    latest_ = marks_.empty() ? time : std::max(latest_, time);
    marks_.push_back(mark_of(time, text));
    ++held_[key_of(marks_.back())];
    while (marks_.size() > most || marks_.front().time < latest_ - span) {
        floor_ = std::max(floor_.value_or(marks_.front().time), marks_.front().time);
        if (const auto held = held_.find(key_of(marks_.front())); --held->second == 0) held_.erase(held);
        marks_.pop_front();
    }
}

std::optional<WallTime> SeenWindow::begin() const {
    if (marks_.empty()) return std::nullopt;
    const WallTime early = latest_ - span;
    return floor_ ? std::max(early, *floor_ + WallTime::duration(1)) : early;
}

void SeenWindow::cut_at_first() {
    if (!marks_.empty()) floor_ = std::max(floor_.value_or(marks_.front().time), marks_.front().time);
}

void SeenWindow::rewind() {
    again_.clear();
    const auto from = begin();
    for (const Mark& mark : marks_)
        if (mark.time >= *from) ++again_[key_of(mark)];
}

bool SeenWindow::seen(WallTime time, std::string_view text) {
    if (again_.empty()) return false;
    const auto at = again_.find(key_of(mark_of(time, text)));
    if (at == again_.end()) return false;
    if (--at->second == 0) again_.erase(at);
    return true;
}

bool SeenWindow::holds(WallTime time, std::string_view text) const {
    return held_.count(key_of(mark_of(time, text))) > 0;
}

}  // namespace logbook::logsource
