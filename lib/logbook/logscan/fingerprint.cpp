// Fingerprints and their groups.
#include "logbook/logscan/fingerprint.h"

#include <algorithm>
#include <cctype>

#include "logbook/base/text.h"

namespace logbook::logscan {
namespace {

constexpr size_t longest_fingerprint = 300;
constexpr size_t most_frames = 3;
constexpr size_t longest_example = 8 << 10;  // many groups may be held

bool alnum(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

bool begins(std::string_view text, std::string_view with) {
    return text.substr(0, with.size()) == with;
}

// A word with a digit in it is an id, unless its digits stand at the end of a name: "sha2", "utf8".
bool is_id(std::string_view word) {
    const size_t digits =
        size_t(std::count_if(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; }));
    if (digits == 0) return false;
    const bool all_hex = std::all_of(word.begin(), word.end(), [](char c) {
        return std::isxdigit(static_cast<unsigned char>(c)) || c == '-';
    });
    return all_hex || digits * 2 >= word.size() || (word.size() >= 12 && digits >= 3);
}

// `sqlalchemy.exc.OperationalError: text` → `sqlalchemy.exc.OperationalError`; empty for other lines.
std::string_view exception_type(std::string_view line) {
    size_t end = 0;
    while (end < line.size() && (alnum(line[end]) || line[end] == '.' || line[end] == '_')) ++end;
    if (end == 0 || std::isdigit(static_cast<unsigned char>(line[0]))) return {};
    if (end < line.size() && line[end] != ':') return {};
    return line.substr(0, end);
}

// `  File "/app/app/services/users.py", line 88, in get` → `app/services/users.py:get`.
std::string frame_of(std::string_view line) {
    const size_t open = line.find("File \"");
    const size_t close = open == std::string_view::npos ? open : line.find('"', open + 6);
    if (close == std::string_view::npos) return {};
    std::string_view file = line.substr(open + 6, close - open - 6);
    for (const std::string_view root : {"/site-packages/", "/dist-packages/", "/app/"})
        if (const size_t at = file.find(root); at != std::string_view::npos) {
            file.remove_prefix(at + root.size());
            break;
        }
    const size_t in = line.find(", in ", close);
    std::string frame(file);
    if (in != std::string_view::npos) frame += ":" + std::string(line.substr(in + 5));
    return frame;
}

// Type and last frames of the last traceback in the lines; empty when there is none.
std::string traceback_key(const std::vector<std::string_view>& lines) {
    std::vector<std::string> frames;
    std::string type;
    bool seen = false;
    for (const std::string_view line : lines) {
        if (begins(line, "Traceback (most recent call last)")) {
            frames.clear();
            type.clear();
            seen = true;
        } else if (const std::string frame = frame_of(line); !frame.empty()) {
            frames.push_back(frame);
            type.clear();
            seen = true;
        } else if (seen && type.empty() && !line.empty() && line[0] != ' ') {
            type = exception_type(line);
        }
    }
    if (!seen || (frames.empty() && type.empty())) return {};
    std::string key = type;
    const size_t from = frames.size() > most_frames ? frames.size() - most_frames : 0;
    for (size_t i = from; i < frames.size(); ++i) key += " < " + frames[i];
    return key;
}

}  // namespace

std::string folded(std::string_view text) {
    std::string out;
    for (size_t at = 0; at < text.size() && out.size() < longest_fingerprint;) {
        const char c = text[at];
        if (c == '\'' || c == '"' || c == '`') {
            // An apostrophe ("Can't") opens nothing.
            const bool opens = at == 0 || !alnum(text[at - 1]);
            const size_t close = opens ? text.find(c, at + 1) : std::string_view::npos;
            if (close != std::string_view::npos && close - at <= 200) {
                // Names of hosts, tables and columns tell kinds apart; values do not.
                const std::string_view inside = text.substr(at + 1, close - at - 1);
                const bool name =
                    inside.size() <= 64 && !inside.empty() &&
                    std::all_of(inside.begin(), inside.end(),
                                [](char b) { return alnum(b) || b == '_' || b == '.' || b == '-'; }) &&
                    !is_id(inside);
                out += c;
                out += name && c == '`' ? std::string(inside) : "…";
                out += c;
                at = close + 1;
                continue;
            }
        }
        if (!alnum(c)) {
            out += c;
            ++at;
            continue;
        }
        size_t end = at;
        while (end < text.size() &&
               (alnum(text[end]) || (text[end] == '-' && end + 1 < text.size() && alnum(text[end + 1]))))
            ++end;
        const std::string_view word = text.substr(at, end - at);
        if (is_id(word)) {
            if (out.empty() || out.back() != '#') out += '#';
        } else {
            out += word;
        }
        at = end;
    }
    if (out.size() > longest_fingerprint) out.resize(longest_fingerprint);
    return out;
}

std::string fingerprint(const Record& record) {
    const std::vector<std::string_view> lines = record.lines();
    if (std::string key = traceback_key(lines); !key.empty()) return key;
    std::string_view message = record.message();
    message = message.substr(0, message.find('\n'));
    return std::string(name_of(record.level)) + " " + folded(trim(message));
}

std::string Groups::add(const Record& record, const std::string& prefix) {
    std::string key = prefix + fingerprint(record);
    auto at = groups_.find(key);
    if (at == groups_.end()) {
        if (groups_.size() >= most_) {
            ++others_;
            return key;
        }
        at = groups_.emplace(key, Group{}).first;
        at->second.key = key;
    }
    Group& group = at->second;
    ++group.count;
    if (record.time) {
        if (!group.first || *record.time < *group.first) group.first = record.time;
        if (!group.last || *record.time >= *group.last) group.last = record.time;
    }
    group.example = record;
    if (group.example.text.size() > longest_example) {
        group.example.cut_bytes += group.example.text.size() - longest_example;
        group.example.text.resize(longest_example);
    }
    group.example.message_at = std::min(group.example.message_at, group.example.text.size());
    group.example.raw.clear();
    return key;
}

std::vector<const Group*> Groups::by_count() const {
    std::vector<const Group*> out;
    for (const auto& entry : groups_) out.push_back(&entry.second);
    std::stable_sort(out.begin(), out.end(), [](const Group* a, const Group* b) {
        return a->count != b->count ? a->count > b->count : a->last > b->last;
    });
    return out;
}

}  // namespace logbook::logscan
