// What was pasted, made ready to be looked at: lines, without what a terminal, Compose or a JSON logger
// wrapped around them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace logbook::runbook {

constexpr size_t longest_line = 64 << 10;  // bytes; the rest of a longer line is not read

struct ReadLine {
    std::string text;
    size_t number = 0;  // of the line as pasted, from 1
};

struct Reading {
    std::vector<ReadLine> lines;  // no empty ones
    size_t pasted = 0;            // lines in the text
    size_t cut = 0;               // lines that were longer than longest_line
};

// Colour and cursor sequences are dropped. A line that is a JSON object yields itself and, as further lines
// of the same number, the texts inside it (a logger's message and exception, an API's detail and code, the
// engine's log), to three levels. Pure.
Reading read_lines(std::string_view text);

// "LB-AUTH-001" wherever it stands in the line, in upper case.
std::vector<std::string> codes_in(std::string_view line);

// What a person types for a code, in the spelling of the catalogue: "http 404", "status 404", "error 404" and
// "404" give "HTTP 404"; "ERROR 1045" and "1045" give "1045"; "noauth" gives "NOAUTH". Candidates, the
// likeliest first.
std::vector<std::string> code_spellings(std::string_view text);

}  // namespace logbook::runbook
