// The table of routes.
#include "logbook/api/router.h"

#include <algorithm>
#include <stdexcept>

#include "logbook/base/text.h"

namespace logbook::api {
namespace {

bool is_param(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

// A decoded segment cannot hold a NUL, so this joins without ambiguity.
std::string key_of(const std::vector<std::string>& segments) {
    return join(segments, std::string_view("\0", 1));
}

[[noreturn]] void bad(const Route& route, const std::string& why) {
    throw std::invalid_argument("route " + route.method + " " + route.path + ": " + why);
}

void check(const Route& route, const std::vector<std::string>& segments) {
    if (!route.handle) bad(route, "has no handler");
    if (route.replies.empty()) bad(route, "names no reply");
    std::vector<std::string> names, declared;
    for (const std::string& segment : segments) {
        if (is_param(segment))
            names.push_back(segment.substr(1, segment.size() - 2));
        else if (segment.empty() || contains(segment, "{") || contains(segment, "}"))
            bad(route, "has a segment that is not well formed");
    }
    for (const PathParam& param : route.params) declared.push_back(param.name);
    if (names != declared) bad(route, "declares other params than its path has");
}

void put(std::vector<const Route*>& place, const Route& route) {
    for (const Route* other : place)
        if (other->method == route.method) bad(route, "stands twice in the table");
    place.push_back(&route);
}

}  // namespace

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)) {
    for (const Route& route : routes_) {
        const std::optional<Path> path = parse_path(route.path);
        if (!path || path->ends_with_slash) bad(route, "has a path that is not well formed");
        check(route, path->segments);
        if (std::none_of(path->segments.begin(), path->segments.end(), is_param)) {
            put(exact_[key_of(path->segments)], route);
            continue;
        }
        // {id} and {user_id} at one place are one template: two methods may name it apart.
        const auto same_shape = [&](const Template& t) {
            return std::equal(t.segments.begin(), t.segments.end(), path->segments.begin(),
                              path->segments.end(), [](const std::string& a, const std::string& b) {
                                  return a == b || (is_param(a) && is_param(b));
                              });
        };
        auto place = std::find_if(templates_.begin(), templates_.end(), same_shape);
        if (place == templates_.end()) place = templates_.insert(place, Template{path->segments, {}});
        put(place->routes, route);
    }
}

Match Router::find(std::string_view method, std::string_view target) const {
    Match match;
    const std::optional<Path> path = parse_path(target);
    if (!path) {
        match.bad_path = true;
        return match;
    }
    if (path->ends_with_slash) return match;

    const std::vector<const Route*>* place = nullptr;
    if (const auto found = exact_.find(key_of(path->segments)); found != exact_.end()) place = &found->second;
    for (auto t = templates_.begin(); !place && t != templates_.end(); ++t) {
        const bool fits =
            std::equal(t->segments.begin(), t->segments.end(), path->segments.begin(), path->segments.end(),
                       [](const std::string& wanted, const std::string& got) {
                           return is_param(wanted) ? !got.empty() : wanted == got;
                       });
        if (fits) place = &t->routes;
    }
    if (!place) return match;

    for (const Route* route : *place) {
        match.allowed.push_back(route->method);
        if (route->method == "GET") match.allowed.emplace_back("HEAD");
        if (route->method == method) match.route = route;
        if (route->method == "GET" && method == "HEAD" && !match.route) match.route = route;
    }
    std::sort(match.allowed.begin(), match.allowed.end());
    match.allowed.erase(std::unique(match.allowed.begin(), match.allowed.end()), match.allowed.end());
    if (!match.route) return match;
    const std::vector<std::string> own = parse_path(match.route->path)->segments;
    for (size_t i = 0; i < own.size(); ++i)
        if (is_param(own[i]))
            match.params.emplace_back(own[i].substr(1, own[i].size() - 2), path->segments[i]);
    return match;
}

}  // namespace logbook::api
