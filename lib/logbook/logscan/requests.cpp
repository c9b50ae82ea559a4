// Request lines and their figures. Durations are counted in buckets 3 % wide, so that no list of them is
// kept.
#include "logbook/logscan/requests.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

namespace logbook::logscan {
namespace {

constexpr std::string_view arrow = " \xE2\x86\x92 ";
constexpr std::array<std::string_view, 7> methods = {"GET",    "POST", "PUT",    "PATCH",
                                                     "DELETE", "HEAD", "OPTIONS"};

// Takes a number of at most nine digits from the front.
std::optional<uint64_t> take_number(std::string_view& text) {
    size_t at = 0;
    uint64_t value = 0;
    while (at < text.size() && at < 9 && text[at] >= '0' && text[at] <= '9')
        value = value * 10 + uint64_t(text[at++] - '0');
    if (at == 0) return std::nullopt;
    text.remove_prefix(at);
    return value;
}

bool take(std::string_view& text, std::string_view what) {
    if (text.substr(0, what.size()) != what) return false;
    text.remove_prefix(what.size());
    return true;
}

// Up to 64 ms each value is its own bucket; then each is about 3 % wider than the one before.
uint16_t bucket_of(uint64_t millis) {
    if (millis < 64) return uint16_t(millis);
    return uint16_t(64 + std::floor(std::log(double(millis) / 64.0) / std::log(1.03)));
}

uint64_t middle_of(uint16_t bucket) {
    if (bucket < 64) return bucket;
    return uint64_t(std::llround(64.0 * std::pow(1.03, double(bucket - 64) + 0.5)));
}

uint64_t quantile(const std::map<uint16_t, uint64_t>& buckets, uint64_t count, double part, uint64_t most) {
    const auto rank = uint64_t(std::ceil(double(count) * part));
    uint64_t seen = 0;
    for (const auto& bucket : buckets) {
        seen += bucket.second;
        if (seen >= rank) return std::min(middle_of(bucket.first), most);
    }
    return most;
}

bool is_id(std::string_view part) {
    if (part.empty()) return false;
    const bool numeric = std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (numeric) return true;
    const bool has_digit = std::any_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
    const bool hex = std::all_of(part.begin(), part.end(), [](char c) {
        return std::isxdigit(static_cast<unsigned char>(c)) || c == '-';
    });
    if (hex && has_digit && part.size() >= 8) return true;
    // A token: long, and letters and digits mixed.
    return has_digit && part.size() >= 20;
}

}  // namespace

std::optional<Request> parse_request(std::string_view message) {
    Request request;
    const size_t blank = message.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    request.method = message.substr(0, blank);
    if (std::find(methods.begin(), methods.end(), request.method) == methods.end()) return std::nullopt;
    message.remove_prefix(blank + 1);
    const size_t end = message.find(arrow);
    if (end == std::string_view::npos || end == 0 || message[0] != '/') return std::nullopt;
    request.path = message.substr(0, end);
    if (request.path.find('\n') != std::string_view::npos) return std::nullopt;
    message.remove_prefix(end + arrow.size());
    const auto status = take_number(message);
    if (!status || *status < 100 || *status > 999 || !take(message, " (")) return std::nullopt;
    const auto millis = take_number(message);
    if (!millis || !take(message, "ms)")) return std::nullopt;
    request.status = int(*status);
    request.millis = *millis;
    if (take(message, " [rid=")) request.id = message.substr(0, message.find(']'));
    return request;
}

std::string route_of(std::string_view path) {
    path = path.substr(0, path.find_first_of("?#"));
    std::string route;
    while (!path.empty()) {
        const size_t slash = path.find('/', 1);
        const std::string_view part = path.substr(1, slash == std::string_view::npos ? slash : slash - 1);
        route += '/';
        route += is_id(part) ? "{id}" : std::string(part);
        if (slash == std::string_view::npos) break;
        path.remove_prefix(slash);
    }
    if (route.size() > 200) route.resize(200);
    return route;
}

bool RequestTable::add(const Record& record) {
    const auto request = parse_request(record.message());
    if (!request) return false;
    ++requests_;
    std::string route = std::string(request->method) + " " + route_of(request->path);
    if (routes_.size() >= most_routes && routes_.find(route) == routes_.end()) route = "(other routes)";
    Tally& tally = routes_[route];
    ++tally.count;
    tally.server_errors += request->status >= 500;
    tally.client_errors += request->status >= 400 && request->status < 500;
    ++tally.buckets[bucket_of(request->millis)];
    if (tally.count == 1 || request->millis > tally.slowest) {
        tally.slowest = request->millis;
        tally.slowest_id = request->id;
        tally.slowest_at = record.time;
    }
    return true;
}

std::vector<RouteFigures> RequestTable::slowest_first() const {
    std::vector<RouteFigures> out;
    for (const auto& entry : routes_) {
        const Tally& tally = entry.second;
        RouteFigures figures;
        figures.route = entry.first;
        figures.count = tally.count;
        figures.server_errors = tally.server_errors;
        figures.client_errors = tally.client_errors;
        figures.p50 = quantile(tally.buckets, tally.count, 0.5, tally.slowest);
        figures.p95 = quantile(tally.buckets, tally.count, 0.95, tally.slowest);
        figures.slowest = tally.slowest;
        figures.slowest_id = tally.slowest_id;
        figures.slowest_at = tally.slowest_at;
        out.push_back(std::move(figures));
    }
    std::stable_sort(out.begin(), out.end(), [](const RouteFigures& a, const RouteFigures& b) {
        return a.p95 != b.p95 ? a.p95 > b.p95 : a.count > b.count;
    });
    return out;
}

}  // namespace logbook::logscan
