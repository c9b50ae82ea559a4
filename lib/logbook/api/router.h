// Finds the route of a request. Exact paths win over those with `{name}`s; a path with a slash at its end is
// another path.
#pragma once

#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "logbook/api/route.h"

namespace logbook::api {

struct Match {
    const Route* route = nullptr;
    std::vector<std::pair<std::string, std::string>> params;
    std::vector<std::string> allowed;  // methods of this path, HEAD included; empty: there is no such path
    bool bad_path = false;             // broken escapes: nothing can be there
};

// Immutable once made; thread-safe.
class LOGBOOK_EXPORT Router {
  public:
    // Throws std::invalid_argument for two routes at one place, a template that is not well formed, params
    // that are not those of the path, or a missing handler: such a table is a bug.
    explicit Router(std::vector<Route> routes);
    // A Match points into the routes.
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;

    Match find(std::string_view method, std::string_view target) const;
    const std::vector<Route>& routes() const { return routes_; }

  private:
    struct Template {
        std::vector<std::string> segments;  // "{name}" where any value fits
        std::vector<const Route*> routes;   // one for each method
    };
    std::vector<Route> routes_;
    std::unordered_map<std::string, std::vector<const Route*>> exact_;  // by segments joined with NUL
    std::vector<Template> templates_;
};

}  // namespace logbook::api
