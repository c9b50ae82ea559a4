// Counting braces outside of texts; whether an object is JSON is for the parser to say.
#include "logbook/docker/json_cutter.h"

#include <fmt/format.h>

namespace logbook::docker {

// A byte outside of any object; true: an object begins with it.
Result<bool> JsonCutter::between(char c) {
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t') return false;
    if (shape_ == Shape::array) {
        if (place_ == Place::before && c == '[') return place_ = Place::between, false;
        if (place_ == Place::between && c == ',') return false;
        if (place_ == Place::between && c == ']') return place_ = Place::after, false;
        if (place_ == Place::between && c == '{') return true;
    } else if (c == '{') {
        return true;
    }
    return fail(ErrorCode::protocol, "the engine's answer is not the JSON that was asked for");
}

Result<bool> JsonCutter::feed(std::string_view bytes, const Sink& sink) {
    size_t begun = 0;  // where the part of the object that is not yet held begins
    for (size_t i = 0; i < bytes.size(); ++i) {
        const char c = bytes[i];
        if (place_ != Place::inside) {
            const Result<bool> begins = between(c);
            if (!begins) return fail(begins.error());
            if (!*begins) continue;
            place_ = Place::inside;
            depth_ = 1;
            begun = i;
            continue;
        }
        if (escaped_) {
            escaped_ = false;
        } else if (in_text_) {
            if (c == '\\') escaped_ = true;
            if (c == '"') in_text_ = false;
        } else if (c == '"') {
            in_text_ = true;
        } else if (c == '{' || c == '[') {
            ++depth_;
        } else if ((c == '}' || c == ']') && --depth_ == 0) {
            const std::string_view tail = bytes.substr(begun, i + 1 - begun);
            if (held_.size() + tail.size() > most_bytes_) break;
            place_ = Place::between;
            std::string whole;
            if (!held_.empty()) whole = std::exchange(held_, {}).append(tail);
            Result<bool> more = sink(whole.empty() ? tail : std::string_view(whole));
            if (!more || !*more) return more;
        }
    }
    if (place_ != Place::inside) return true;
    const std::string_view tail = bytes.substr(begun);
    if (held_.size() + tail.size() > most_bytes_)
        return fail(ErrorCode::too_large,
                    fmt::format("the engine answered with one object of more than {} bytes", most_bytes_));
    held_.append(tail);
    return true;
}

Status JsonCutter::finish() const {
    if (place_ == Place::inside || (shape_ == Shape::array && place_ != Place::after))
        return fail(ErrorCode::closed, "the engine's answer ends in the middle");
    return {};
}

}  // namespace logbook::docker
