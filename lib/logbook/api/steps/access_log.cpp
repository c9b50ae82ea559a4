// The access record.
#include "logbook/api/steps/access_log.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::api {
namespace {

// Writes the record at the end of its life, so that a handler that throws leaves one too: as the 500 that it
// becomes further out.
struct Recorder {
    const Clock& clock;
    const AccessLog& log;
    AccessRecord record;
    std::chrono::steady_clock::time_point begun = clock.steady();

    Recorder(const Clock& with, const AccessLog& to, AccessRecord what)
        : clock(with), log(to), record(std::move(what)) {}
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;
    ~Recorder() {
        record.took = std::chrono::duration_cast<Millis>(clock.steady() - begun);
        try {
            log(record);
        } catch (...) {  // a log that fails must not end the server
        }
    }
};

}  // namespace

std::string to_line(const AccessRecord& r) {
    return fmt::format("{} {} → {} ({}ms) [rid={}]", r.method, r.path, r.status, r.took.count(),
                       r.request_id);
}

Step access_log(const Clock& clock, AccessLog log, std::vector<std::string> quiet) {
    return {"access_log",
            [&clock, log = std::move(log), quiet = std::move(quiet)](Call& call, const Next& next) {
                const std::string_view target = call.request.target;
                const std::string_view path = target.substr(0, target.find('?'));
                const auto covers = [&](const std::string& start) {
                    return path.substr(0, start.size()) == start;
                };
                if (std::any_of(quiet.begin(), quiet.end(), covers)) return next(call);
                Recorder recorder(clock, log,
                                  {printable(call.request.method, 32), printable(path, 400), 500, Millis(0),
                                   call.request_id, call.request.peer});
                Reply reply = next(call);
                recorder.record.status = reply.status;
                return reply;
            }};
}

}  // namespace logbook::api
