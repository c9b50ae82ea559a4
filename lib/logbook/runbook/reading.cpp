// Unwraps pasted text.
#include "logbook/runbook/reading.h"

#include <algorithm>

#include "logbook/base/json.h"
#include "logbook/base/text.h"

namespace logbook::runbook {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = char(c - 'a' + 'A');
    return out;
}

// Drops ESC [ … letter, and a lone ESC with the byte behind it.
std::string without_escapes(std::string_view line) {
    if (line.find('\x1b') == std::string_view::npos) return std::string(line);
    std::string out;
    for (size_t at = 0; at < line.size();) {
        if (line[at] != '\x1b') {
            out += line[at++];
            continue;
        }
        ++at;
        if (at < line.size() && line[at] == '[') {
            ++at;
            while (at < line.size() && (line[at] < '@' || line[at] > '~')) ++at;
        }
        if (at < line.size()) ++at;
    }
    return out;
}

void add_text(std::string_view text, size_t number, int levels, std::vector<ReadLine>& out);

void add_json(const Json& json, size_t number, int levels, std::vector<ReadLine>& out) {
    if (const std::string* text = json.as_string()) {
        add_text(*text, number, levels, out);
    } else if (const Json::Array* items = json.as_array()) {
        for (const Json& item : *items) add_json(item, number, levels, out);
    } else if (const Json::Object* members = json.as_object()) {
        for (const Json::Member& member : *members) add_json(member.second, number, levels, out);
    }
}

// Adds the lines of a text, and what stands inside those that are JSON.
void add_text(std::string_view text, size_t number, int levels, std::vector<ReadLine>& out) {
    for (const std::string& part : split(text, '\n')) {
        const std::string line(trim(part));
        if (line.empty()) continue;
        out.push_back({line, number});
        if (levels == 0) continue;
        // Compose puts "backend  | " in front.
        const size_t brace = line.find('{');
        if (brace == std::string::npos || line.back() != '}') continue;
        if (brace > 0 && trim(std::string_view(line).substr(0, brace)).back() != '|') continue;
        if (const auto json = parse_json(std::string_view(line).substr(brace), {longest_line, 16}))
            add_json(*json, number, levels - 1, out);
    }
}

}  // namespace

Reading read_lines(std::string_view text) {
    Reading reading;
    while (!text.empty()) {
        const size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        ++reading.pasted;
        if (line.size() > longest_line) {
            line = line.substr(0, longest_line);
            ++reading.cut;
        }
        add_text(without_escapes(line), reading.pasted, 3, reading.lines);
    }
    return reading;
}

std::vector<std::string> codes_in(std::string_view line) {
    std::vector<std::string> codes;
    for (size_t at = line.find("LB-"); at != std::string_view::npos; at = line.find("LB-", at + 3)) {
        size_t end = at + 3;
        while (end < line.size() && is_upper(line[end])) ++end;
        const size_t dash = end;
        const bool shaped = dash > at + 3 && dash + 4 <= line.size() && line[dash] == '-' &&
                            is_digit(line[dash + 1]) && is_digit(line[dash + 2]) &&
                            is_digit(line[dash + 3]) &&
                            (dash + 4 == line.size() || !is_digit(line[dash + 4]));
        if (shaped) codes.emplace_back(line.substr(at, dash + 4 - at));
    }
    return codes;
}

std::vector<std::string> code_spellings(std::string_view text) {
    std::string word = upper(trim(text));
    if (word.size() > 40) return {};
    for (const std::string_view lead :
         {"HTTP/1.1 ", "HTTP ", "STATUS CODE ", "STATUS ", "ERROR CODE ", "ERROR ", "CODE ", "MYSQL "})
        if (word.size() > lead.size() && std::string_view(word).substr(0, lead.size()) == lead) {
            word = word.substr(lead.size());
            break;
        }
    if (word.empty() || word.find(' ') != std::string::npos) return {};
    const bool number = std::all_of(word.begin(), word.end(), is_digit);
    if (number && word.size() == 3) return {"HTTP " + word, word};
    return {word};
}

}  // namespace logbook::runbook
