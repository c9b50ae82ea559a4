// The Host header.
#include "logbook/api/steps/trusted_hosts.h"

#include <algorithm>

#include "logbook/base/text.h"

namespace logbook::api {
namespace {

// Of "Example.org:8080" and "[::1]:3001".
std::string name_of_host(std::string_view header) {
    if (!header.empty() && header[0] == '[') return lower(header.substr(0, header.find(']') + 1));
    return lower(header.substr(0, header.find(':')));
}

bool fits(const std::string& pattern, const std::string& host) {
    if (pattern == "*") return true;
    if (pattern.rfind("*.", 0) != 0) return pattern == host;
    const std::string below = pattern.substr(1);
    return host.size() > below.size() && host.compare(host.size() - below.size(), below.size(), below) == 0;
}

}  // namespace

Step trusted_hosts(std::vector<std::string> hosts) {
    for (std::string& host : hosts) host = lower(host);
    return {
        "trusted_hosts", [hosts = std::move(hosts)](Call& call, const Next& next) {
            const std::string host = name_of_host(call.request.headers.get("Host").value_or(""));
            if (std::any_of(hosts.begin(), hosts.end(), [&](const auto& known) { return fits(known, host); }))
                return next(call);
            Reply reply;
            reply.status = 400;
            reply.headers.add("Content-Type", "text/plain; charset=utf-8");
            reply.body = "Invalid host header";
            return reply;
        }};
}

}  // namespace logbook::api
