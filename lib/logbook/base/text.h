// Text: small helpers on bytes and UTF-8 that every room needs. All pure and thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/export.h"

namespace logbook {

LOGBOOK_EXPORT std::string_view trim(std::string_view text);  // ASCII blanks, at both ends
LOGBOOK_EXPORT std::string lower(std::string_view text);      // ASCII only
LOGBOOK_EXPORT std::vector<std::string> split(std::string_view text, char separator);  // keeps empty parts
LOGBOOK_EXPORT std::string join(const std::vector<std::string>& parts, std::string_view separator);
LOGBOOK_EXPORT bool contains(std::string_view text, std::string_view part);
LOGBOOK_EXPORT std::string replace_all(std::string text, std::string_view from, std::string_view to);
LOGBOOK_EXPORT std::string hex(std::string_view bytes);  // lower case

// "1 warning", "3 warnings".
LOGBOOK_EXPORT std::string counted(size_t count, std::string_view noun);

// What a stranger sent, made safe for a terminal or a log: control bytes (ESC, CR, NUL; line feeds and tabs
// become a blank) and broken UTF-8 are replaced, and what passes `most` bytes is cut with "…". One line comes
// out.
LOGBOOK_EXPORT std::string printable(std::string_view untrusted, size_t most = 400);

LOGBOOK_EXPORT bool valid_utf8(std::string_view text);

// Columns on a terminal: combining marks take none, East Asian wide characters two. ANSI sequences are not
// known here.
LOGBOOK_EXPORT size_t display_width(std::string_view utf8);

// Breaks at blanks into lines of at most `width` columns; a longer word stands on its own line, unbroken (a
// path or a command must stay whole to be pasted). Line feeds in the text are kept.
LOGBOOK_EXPORT std::vector<std::string> wrap(std::string_view utf8, size_t width);

// The candidate within a third of its length in edits (transposition counts one), or nothing.
LOGBOOK_EXPORT std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

// Quotes for POSIX sh when needed: a printed command can be pasted as it stands.
LOGBOOK_EXPORT std::string shell_quoted(std::string_view word);

}  // namespace logbook
