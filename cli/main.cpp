// logbookctl: names the real clock, network and environment, reads the command line, and runs one command.
#include <csignal>
#include <cstdlib>
#include <exception>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "app.h"
#include "command_line.h"
#include "logbook/net/http_stream.h"
#include "logbook/net/redis_session.h"
#include "logbook/net/sql_session.h"
#include "logbook/net/transport.h"
#include "user_config.h"

namespace logbook::cli {
namespace {

// A closed standard stream must not be handed to the next socket or file that is opened. Opened for reading
// only, a write to it still fails, and is reported.
void occupy_standard_streams() {
    for (int fd = 0; fd <= 2; ++fd)
        if (::fcntl(fd, F_GETFD) < 0) (void)::open("/dev/null", O_RDONLY);
}

void prepare_process() {
    occupy_standard_streams();
    std::signal(SIGPIPE, SIG_IGN);  // a gone reader is an error of write(2), not a silent death
    std::signal(SIGINT, [](int) { ::_exit(int(ExitCode::interrupted)); });
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);  // a core file would hold every secret
}

// The exit code, unless what it stands for could not be written.
int finish(App& app, ExitCode code) {
    const Status written = app.out.flush();
    if (!written && written.error().code != ErrorCode::closed) app.report(written.error());
    (void)app.err.flush();
    const int status = !written && code == ExitCode::ok ? int(ExitCode::problem) : int(code);
    if (app.leave_at_once) ::_exit(status);
    return status;
}

std::string setting(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

int run(int argc, char** argv) {
    prepare_process();
    const SystemClock clock;
    const auto http = net::make_curl_transport({setting("SSL_CERT_FILE"), setting("SSL_CERT_DIR")});
    const auto sql = net::make_mysql_connector();
    const auto redis = net::make_redis_connector();
    const auto stream = net::make_curl_stream();
    App app(Seams{clock, *http, *sql, *redis, *stream});

    CommandLine line(app.global, terminal_of(STDOUT_FILENO, "never").width);
    const ParseOutcome parsed = line.parse(argc, argv);
    app.out.set_terminal(terminal_of(STDOUT_FILENO, app.global.color));
    app.err.set_terminal(terminal_of(STDERR_FILENO, app.global.color));
    if (!parsed.proceed) {
        (parsed.code == ExitCode::ok ? app.out : app.err).put(parsed.text);
        return finish(app, parsed.code);
    }
    // A wrong config file is a wrong command line; completion must work all the same.
    if (const std::string word = line.first_word(); word != "__complete" && word != "completion") {
        if (const Status applied = apply_user_config(line.root(), app.global); !applied) {
            app.report(applied.error());
            return finish(app, ExitCode::usage);
        }
        app.out.set_terminal(terminal_of(STDOUT_FILENO, app.global.color));
        app.err.set_terminal(terminal_of(STDERR_FILENO, app.global.color));
    }
    app.deadline = Deadline::in(app.global.timeout);
    return finish(app, line.run(app));
}

}  // namespace
}  // namespace logbook::cli

int main(int argc, char** argv) {
    try {
        return logbook::cli::run(argc, argv);
    } catch (const std::exception& bug) {
        // No detail of the exception's origin helps an operator; its text helps the one who reads the report.
        std::fprintf(stderr,
                     "logbookctl: internal error: %s\n  next: report it with the command that you ran\n",
                     bug.what());
        return int(logbook::cli::ExitCode::problem);
    }
}
