// What a command may use: the global options, the seams, and the two streams. One exists, made by `main`.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "exit_code.h"
#include "logbook/base/clock.h"
#include "logbook/base/deadline.h"
#include "logbook/base/json.h"
#include "logbook/base/result.h"
#include "logbook/redact/redactor.h"
#include "view/stream.h"

namespace logbook::net {
class RedisConnector;
class SqlConnector;
class HttpStream;
class Transport;
}  // namespace logbook::net

namespace logbook::cli {

// The options that every command takes, with their defaults.
struct GlobalOptions {
    std::filesystem::path project_dir = ".";
    std::filesystem::path env_file;  // empty: `.env` in project_dir
    std::string project_name;        // -p; empty: not said
    std::string engine;              // -H; empty: as the docker program finds it
    std::string output = "table";    // table or json
    Millis timeout{10'000};          // for the whole run
    bool timeout_given = false;      // by an option, a variable or the config file
    std::vector<std::string> confirm;
    std::string color = "auto";
    bool quiet = false;
    int verbose = 0;
    bool yes = false;
    bool no_input = false;

    bool json() const { return output == "json"; }
    std::filesystem::path env_path() const { return env_file.empty() ? project_dir / ".env" : env_file; }
    bool confirmed(std::string_view name) const;
};

// The real world, or a test's.
struct Seams {
    const Clock& clock;
    const net::Transport& http;
    const net::SqlConnector& sql;
    const net::RedisConnector& redis;
    const net::HttpStream& stream;  // of the container engine
};

struct App {
    explicit App(Seams real);

    Seams seams;
    GlobalOptions global;
    Deadline deadline = Deadline::in(global.timeout);  // started anew when the command line has been read
    redact::Redactor redactor;
    Stream out;  // data
    Stream err;  // messages
    // A thread is stuck in the kernel (a dead network mount): the process ends without waiting for it.
    bool leave_at_once = false;

    // For a command whose work takes longer than the common limit: this long from now on, unless a limit was
    // given.
    void take_by_default(Millis limit);

    // Documents stand on one line each: for commands that write more than one (JSON Lines).
    bool one_line_documents = false;

    // One JSON document on standard output. `schema` names its published schema: "logbookctl/doctor/1".
    void emit(std::string_view schema, const Json& document);

    // Says what failed, and the next step, on standard error; in JSON mode also as a document. Returns its
    // exit code, or the one that is given, which the document names.
    ExitCode report(const Error& error);
    ExitCode report(const Error& error, ExitCode code);
};

}  // namespace logbook::cli
