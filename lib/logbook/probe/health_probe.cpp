// Reading a health endpoint: the body first, then the status.
#include "logbook/probe/health_probe.h"

#include <ctime>
#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::probe {
namespace {

// Components whose value, or whose "status", is not a good word.
std::vector<std::string> failing_components(const Json& checks) {
    std::vector<std::string> failing;
    if (!checks.as_object()) return failing;
    for (const Json::Member& member : *checks.as_object()) {
        const std::string* direct = member.second.as_string();
        const std::string word = direct ? *direct : std::string(member.second.text("status"));
        const bool good =
            word.empty() || word == "healthy" || word == "ok" || word == "connected" || word == "up";
        if (!good) failing.push_back(printable(member.first, 40));
    }
    return failing;
}

HealthState state_of(std::string_view word, const Json& body) {
    const Json* ready = body.find("ready");
    if (word == "starting" || (ready && ready->as_bool() && !*ready->as_bool())) return HealthState::starting;
    if (word == "healthy" || word == "ok") return HealthState::healthy;
    if (word == "degraded") return HealthState::degraded;
    if (word == "unhealthy" || word == "error") return HealthState::unhealthy;
    return HealthState::foreign;
}

// RFC 9110, section 5.6.7: "Sun, 22 Nov 2026 17:42:43 GMT"; older spellings are no longer sent.
std::optional<WallTime> date_of(std::string_view text) {
    std::tm parts{};
    const std::string zeroed(text.substr(0, 64));
    const char* end = ::strptime(zeroed.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    if (!end || *end != '\0') return std::nullopt;
    return from_unix_seconds(::timegm(&parts));
}

// What a proxy means by the answer that is its own.
std::string words_of_gateway(int status) {
    switch (status) {
    case 502:
        return "HTTP 502: the proxy in front is up, and nobody behind it takes the request, or hangs up on "
               "it";
    case 504:
        return "HTTP 504: the proxy in front is up, and what is behind it does not answer in time";
    default:
        return fmt::format("HTTP {}: the proxy in front is up, and has nobody to pass the request on to",
                           status);
    }
}

}  // namespace

std::string_view name_of(HealthState state) {
    switch (state) {
    case HealthState::healthy:
        return "healthy";
    case HealthState::degraded:
        return "degraded";
    case HealthState::unhealthy:
        return "unhealthy";
    case HealthState::starting:
        return "starting";
    case HealthState::absent:
        return "absent";
    case HealthState::bad_gateway:
        return "bad_gateway";
    case HealthState::bad_host:
        return "bad_host";
    case HealthState::redirect:
        return "redirect";
    case HealthState::redirect_loop:
        return "redirect_loop";
    case HealthState::untrusted:
        return "untrusted";
    case HealthState::foreign:
        return "foreign";
    case HealthState::refused:
        return "refused";
    case HealthState::silent:
        return "silent";
    case HealthState::unreachable:
        return "unreachable";
    }
    return "?";
}

HealthReading judge_health(const std::string& url, const net::HttpReply& reply) {
    HealthReading reading;
    reading.url = url;
    reading.status = reply.status;
    reading.timings = reply.timings;
    reading.certificates = reply.certificates;
    reading.date = date_of(reply.header("date"));
    const std::string start = printable(reply.body, 120);
    reading.said = fmt::format("HTTP {} {}", reply.status, start);

    if (reply.status >= 300 && reply.status < 400) {
        reading.state = HealthState::redirect;
        reading.location = printable(reply.header("location"), 200);
        reading.said = fmt::format("HTTP {} to {}", reply.status, reading.location);
        return reading;
    }
    const auto body = parse_json(reply.body);
    if (body && body->as_object()) {
        const std::string_view word = body->text("status");
        if (!word.empty())
            reading.state = state_of(word, *body);
        else if (reply.status == 404 && body->find("detail"))
            reading.state = HealthState::absent;
        else if (!body->text("code").empty() || body->find("detail"))
            reading.state = reply.status >= 500 ? HealthState::unhealthy : HealthState::foreign;
        else
            reading.state = HealthState::foreign;
        if (const Json* checks = body->find("checks")) reading.failing = failing_components(*checks);
        // A good word under a bad status is not health.
        if (reading.state == HealthState::healthy && reply.status != 200)
            reading.state = HealthState::unhealthy;
        return reading;
    }
    if (reply.status == 400 && contains(reply.body, "Invalid host header")) {
        reading.state = HealthState::bad_host;
        reading.said = "HTTP 400 Invalid host header: the backend is up, and does not accept the name it was "
                       "asked by";
    } else if (reply.status == 502 || reply.status == 503 || reply.status == 504) {
        reading.state = HealthState::bad_gateway;
        reading.said = words_of_gateway(reply.status);
    } else {
        reading.state = HealthState::foreign;
        const std::string type(reply.header("content-type"));
        reading.said =
            fmt::format("HTTP {} with {}{}", reply.status, type.empty() ? "a body" : printable(type, 60),
                        reply.body.empty() ? " and nothing in it" : ": " + start);
    }
    return reading;
}

HealthReading read_health(const net::Transport& http, const std::string& url, Deadline deadline) {
    net::HttpRequest request;
    request.url = url;
    request.most_bytes = size_t(64) << 10;
    request.headers.emplace_back("Accept", "application/json");
    const auto reply = http.send(request, deadline);
    if (reply) return judge_health(url, *reply);

    HealthReading reading;
    reading.url = url;
    reading.failure = reply.error().error;
    reading.tls = reply.error().tls;
    reading.timings = reply.error().timings;
    reading.said = reading.failure->what;
    switch (reading.failure->code) {
    case ErrorCode::timeout:
        reading.state = HealthState::silent;
        break;
    case ErrorCode::closed:  // what a published container port does when the process behind it does not
                             // listen
    case ErrorCode::unreachable:
        reading.state = HealthState::refused;
        break;
    case ErrorCode::tls:  // without a certificate there was no TLS at all
        reading.state =
            reading.tls == net::TlsFault::handshake ? HealthState::foreign : HealthState::untrusted;
        break;
    case ErrorCode::protocol:
    case ErrorCode::too_large:
        reading.state = HealthState::foreign;
        break;
    default:
        reading.state = HealthState::unreachable;
        break;
    }
    return reading;
}

}  // namespace logbook::probe
