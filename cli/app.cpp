// App: how documents and failures are written.
#include "app.h"

#include <algorithm>
#include <unistd.h>

#include "logbook/base/text.h"

namespace logbook::cli {

bool GlobalOptions::confirmed(std::string_view name) const {
    return std::find(confirm.begin(), confirm.end(), name) != confirm.end();
}

App::App(Seams real) : seams(real), out(STDOUT_FILENO, redactor), err(STDERR_FILENO, redactor) {}

void App::take_by_default(Millis limit) {
    if (!global.timeout_given) deadline = Deadline::in(limit);
}

void App::emit(std::string_view schema, const Json& document) {
    Json whole = Json::object({{"schema", schema}});
    if (const Json::Object* members = document.as_object())
        for (const Json::Member& member : *members) whole.set(member.first, member.second);
    out.line(one_line_documents ? whole.dump() : whole.dump_pretty());
}

ExitCode App::report(const Error& error) {
    return report(error, exit_code_for(error));
}

ExitCode App::report(const Error& error, ExitCode code) {
    err.line("logbookctl: " + error.what);
    for (const std::string& line : split(error.hint, '\n'))
        if (!line.empty()) err.line("  next: " + line);
    if (global.json()) {
        emit("logbookctl/error/1", Json::object({{"code", name_of(error.code)},
                                                 {"what", error.what},
                                                 {"hint", error.hint},
                                                 {"exit", int(code)}}));
    }
    return code;
}

}  // namespace logbook::cli
