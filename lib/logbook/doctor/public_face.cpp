// The public face, from readings of it.
#include "logbook/doctor/public_face.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/doctor/next_steps.h"

namespace logbook::doctor {
namespace {

using net::TlsFault;
using probe::HealthReading;
using probe::HealthState;

constexpr size_t most_stops = 6;  // of one journey along redirects

// "C = US, O = Let's Encrypt, CN = R11" → "R11": what a person calls it.
std::string short_name(const std::string& subject) {
    const size_t at = subject.find("CN = ");
    return at == std::string::npos ? subject : subject.substr(at + 5, subject.find(", ", at) - at - 5);
}

// Along the redirects of `first`. The stops after the first; `circle`: the last is one that was visited.
struct Journey {
    std::vector<std::string> stops;
    HealthReading end;
    bool circle = false;
};

Journey follow(const net::Transport& http, const HealthReading& first, Deadline deadline) {
    Journey journey;
    journey.end = first;
    std::vector<std::string> visited = {first.url};
    while (journey.end.state == HealthState::redirect && visited.size() <= most_stops) {
        const std::string next = resolve_location(journey.end.url, journey.end.location);
        if (next.empty()) break;
        journey.stops.push_back(next);
        journey.circle = std::find(visited.begin(), visited.end(), next) != visited.end();
        if (journey.circle) break;
        visited.push_back(next);
        journey.end = probe::read_health(http, next, deadline);
    }
    journey.circle = journey.circle || visited.size() > most_stops;
    return journey;
}

void judge_redirect(const net::Transport& http, const HealthReading& reading, HealthLayer& layer,
                    Deadline deadline) {
    const Journey journey = follow(http, reading, deadline);
    if (journey.stops.empty()) return;
    if (journey.circle) {
        layer.state = HealthState::redirect_loop;
        layer.said = fmt::format("HTTP {}: a browser is sent round in a circle: {} → {}", reading.status,
                                 reading.url, join(journey.stops, " → "));
        return;
    }
    layer.said = fmt::format("HTTP {} to {}", reading.status, join(journey.stops, ", and on to "));
    if (journey.end.state == HealthState::healthy) layer.said += ", which is healthy";
}

// One sentence on what is wrong, for people who have never seen a certificate.
std::string words_of(TlsFault fault, const Origin& asked, const std::vector<net::Certificate>& chain,
                     const Clock& clock, const std::string& otherwise) {
    if (chain.empty()) return otherwise;
    const net::Certificate& leaf = chain.front();
    const net::Certificate& last = chain.back();
    switch (fault) {
    case TlsFault::expired:
        for (const net::Certificate& certificate : chain)
            if (certificate.not_after <= clock.wall())
                return fmt::format("the {} of {} ended on {}: browsers refuse the page",
                                   &certificate == &leaf ? "certificate" : "intermediate certificate",
                                   short_name(certificate.subject), iso8601(certificate.not_after));
        return "a certificate of the chain has ended: browsers refuse the page";
    case TlsFault::not_yet_valid:
        return fmt::format("the certificate of {} is good only from {}, and this machine's clock says {}",
                           short_name(leaf.subject), iso8601(leaf.not_before), iso8601(clock.wall()));
    case TlsFault::wrong_name:
        return fmt::format("the certificate is for {}, not for {}",
                           leaf.names.empty() ? short_name(leaf.subject) : join(leaf.names, ", "),
                           asked.host);
    case TlsFault::self_signed:
        return fmt::format("the certificate of {} is self-signed: no browser trusts it",
                           short_name(leaf.subject));
    case TlsFault::unknown_issuer:
        if (last.subject == last.issuer)
            return fmt::format("the certificate leads to the authority {}, which this machine does not trust",
                               short_name(last.subject));
        if (chain.size() == 1)
            return fmt::format(
                "the server sends its own certificate alone: the intermediate certificate {} is "
                "missing, or {} is a private authority that this machine does not know",
                short_name(leaf.issuer), short_name(leaf.issuer));
        return fmt::format("the chain ends at {}, whose issuer {} is missing or not trusted here",
                           short_name(last.subject), short_name(last.issuer));
    case TlsFault::none:
    case TlsFault::handshake:
    case TlsFault::other:
        break;
    }
    return otherwise;
}

void judge_certificate(const net::Transport& http, HealthReading& reading, const Origin& asked,
                       HealthLayer& layer, const Clock& clock, Deadline deadline) {
    const bool untrusted = layer.state == HealthState::untrusted;
    if (untrusted) {
        // Asked once more without trust, only to see the certificate. Nothing secret is sent.
        net::HttpRequest request;
        request.url = reading.url;
        request.verify_tls = false;
        if (const auto reply = http.send(request, deadline)) reading.certificates = reply->certificates;
        layer.said = words_of(reading.tls, asked, reading.certificates, clock, layer.said);
        layer.next = steps_for_certificate(reading.tls, asked, reading.certificates);
    }
    if (reading.certificates.empty()) return;
    const WallTime ends =
        std::min_element(reading.certificates.begin(), reading.certificates.end(),
                         [](const auto& a, const auto& b) { return a.not_after < b.not_after; })
            ->not_after;
    layer.certificate_left = std::chrono::duration_cast<Millis>(ends - clock.wall());
    if (layer.state == HealthState::healthy && *layer.certificate_left < certificate_warning) {
        layer.state = HealthState::degraded;
        layer.said = fmt::format("the certificate ends in {}, on {}", human_duration(*layer.certificate_left),
                                 iso8601(ends));
        layer.next = steps_for_renewal(asked);
    }
}

HealthLayer public_layer(const net::Transport& http, const Origin& asked, HealthReading reading,
                         const std::string& backend, const Clock& clock, Deadline deadline) {
    HealthLayer layer = layer_of("public", reading);
    if (reading.tls == TlsFault::handshake)
        layer.said += ": this port speaks no TLS that this machine knows; in nginx it needs `listen " +
                      asked.port_or_default() + " ssl;`";
    if (layer.state == HealthState::redirect) judge_redirect(http, reading, layer, deadline);
    if (asked.https) judge_certificate(http, reading, asked, layer, clock, deadline);
    if (layer.next.empty()) layer.next = steps_in_front(layer.state, asked, backend);
    if (reading.failure && reading.failure->code == ErrorCode::io)
        layer.next = {{reading.failure->hint, {}, runbook::Risk::none}};
    return layer;
}

// What a visitor meets who leaves the s away.
HealthLayer plain_layer(const HealthReading& reading) {
    HealthLayer layer = layer_of("plain http", reading);
    const std::string leads_to = resolve_location(reading.url, reading.location);
    if (reading.state == HealthState::redirect && origin_of(leads_to).https) {
        layer.state = HealthState::healthy;
        layer.said = fmt::format("HTTP {} to {}", reading.status, leads_to);
        return layer;
    }
    layer.applies = false;  // a closed port 80 is fine, and what else it does is only shown
    if (reading.status >= 200 && reading.status < 300) {
        layer.state = HealthState::degraded;
        layer.said =
            "answers without TLS and does not send visitors to https, so passwords can be read on the way";
        layer.next = {{"in nginx, in the server block of port 80:", "return 301 https://$host$request_uri;",
                       runbook::Risk::none}};
    }
    return layer;
}

}  // namespace

std::vector<HealthLayer> public_layers(const net::Transport& http, const std::string& url,
                                       const std::string& backend, const Clock& clock, Deadline deadline) {
    Origin asked = origin_of(url);
    HealthReading reading = probe::read_health(http, asked.text() + "/health", deadline);
    std::vector<HealthLayer> layers;
    if (!asked.https && reading.state == HealthState::redirect) {
        const Origin secure = origin_of(resolve_location(reading.url, reading.location));
        if (secure.https && secure.host == asked.host) {
            layers.push_back(plain_layer(reading));
            asked = secure;
            reading = probe::read_health(http, asked.text() + "/health", deadline);
        }
    }
    layers.insert(layers.begin(), public_layer(http, asked, reading, backend, clock, deadline));
    // Beside a port of one's own choice, port 80 is somebody else's.
    if (asked.https && asked.port_or_default() == "443" && layers.size() == 1)
        layers.push_back(plain_layer(probe::read_health(http, "http://" + asked.host + "/", deadline)));
    return layers;
}

std::string public_url(const settings::Settings& settings) {
    const std::string origins = settings.text("ALLOWED_ORIGINS");
    std::vector<std::string> list = split(origins, ',');
    if (const auto json = parse_json(origins); json && json->as_array()) {
        list.clear();
        for (const Json& item : *json->as_array())
            if (item.as_string()) list.push_back(*item.as_string());
    }
    for (const std::string& origin : list) {
        const std::string_view trimmed = trim(origin);
        if (trimmed.substr(0, 8) == "https://") return std::string(trimmed);
    }
    return {};
}

}  // namespace logbook::doctor
