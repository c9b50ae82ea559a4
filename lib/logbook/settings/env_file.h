// Reads a `.env` file the way Compose v2 does, since Compose decides what the containers get.
// The differences that remain are listed, with their reasons, in tests/cli/env_compose_test.py.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/result.h"
#include "logbook/base/secret.h"
#include "logbook/host/file.h"

namespace logbook::settings {

// The environment around the file, in which Compose looks first for `${NAME}`. Empty: nothing is set.
using Lookup = std::function<std::optional<std::string>(std::string_view name)>;

// One `NAME=value`. Any value may be a secret, so all are held as such.
struct EnvAssignment {
    std::string name;
    Secret value;     // unquoted, unescaped, interpolated
    size_t line = 0;  // of the name, counted from 1
    // The raw value in the file's bytes, without its quotes, blanks around it and inline comment.
    size_t value_begin = 0;
    size_t value_end = 0;
    char quote = 0;  // ' or " around the value; 0 when there is none
    // `$NAME`s that were set nowhere, so that Compose puts nothing in their place: the mark of a password
    // with an unescaped dollar sign.
    std::vector<std::string> blanked;
};

// Why Compose refuses the whole file. Never contains a value.
struct EnvProblem {
    size_t line = 0;
    std::string what;
};

struct EnvFile {
    std::vector<EnvAssignment> assignments;  // in the file's order, duplicates kept
    std::vector<EnvProblem> problems;        // reading stops at the first; what stands before it is kept
    bool has_bom = false;
    bool crlf = false;  // the first line ends with CR LF
    // Names that stand alone on a line: their value is the surrounding environment's.
    std::vector<std::string> inherited;

    // The effective assignment of a name: the last one. nullptr when there is none.
    LOGBOOK_EXPORT const EnvAssignment* find(std::string_view name) const;
    bool readable() const { return problems.empty(); }
};

// Pure; never fails: what is wrong stands in `problems`. Bytes need not be UTF-8 here.
LOGBOOK_EXPORT EnvFile parse_env(std::string_view bytes, const Lookup& outer = {});

struct LoadedEnv {
    std::filesystem::path path;
    EnvFile file;
    Secret bytes;  // as they stand in the file
    host::FileFacts facts;
};

constexpr uint64_t largest_env_file = 1 << 20;

// Reads and parses. One clear Error for what is missing, unreadable, not a regular file, larger than
// `largest_env_file`, or not text (NUL bytes, not UTF-8). Problems inside the file are not an Error.
LOGBOOK_EXPORT Result<LoadedEnv> load_env(const std::filesystem::path& path, const Lookup& outer = {});

}  // namespace logbook::settings
