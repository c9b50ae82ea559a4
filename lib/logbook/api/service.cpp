// From request to reply.
#include "logbook/api/service.h"

#include "logbook/api/errors.h"
#include "logbook/base/text.h"

namespace logbook::api {
namespace {

Reply no_route(const Match& match) {
    if (match.bad_path) return error_reply(400, "The path is not well formed");
    if (match.allowed.empty()) return error_reply(404, "Not Found");
    Reply reply = error_reply(405, "Method Not Allowed");
    reply.headers.set("Allow", join(match.allowed, ", "));
    return reply;
}

}  // namespace

Service::Service(std::vector<Route> routes, std::vector<Step> steps)
    : router_(std::move(routes)), steps_(std::move(steps)) {}

Reply Service::run(size_t step, Call& call, const Match& match) const {
    if (step < steps_.size())
        return steps_[step].run(call, [&](Call& inner) { return run(step + 1, inner, match); });
    return call.route ? call.route->handle(call) : no_route(match);
}

Reply Service::handle(const Request& request) const {
    Match match = router_.find(request.method, request.target);
    Call call{request, match.route, std::move(match.params), {}, {}};
    Reply reply = run(0, call, match);
    for (const Headers::Field& field : call.always.fields())
        if (!reply.headers.get(field.first)) reply.headers.add(field.first, field.second);
    if (request.method == "HEAD") {
        reply.length_of_absent_body = reply.body.size();
        reply.body.clear();
    }
    return reply;
}

Cost Service::cost_of(const Request& request) const {
    const Match match = router_.find(request.method, request.target);
    if (!match.route || (match.route->at_hand && match.route->at_hand())) return Cost::cheap;
    return match.route->cost;
}

}  // namespace logbook::api
