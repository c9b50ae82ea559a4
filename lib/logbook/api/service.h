// The API as a function from request to reply: routes and the steps around them. No socket is needed to call
// it.
#pragma once

#include <vector>

#include "logbook/api/router.h"
#include "logbook/api/step.h"

namespace logbook::api {

// Immutable once made; thread-safe where its routes and steps are.
class LOGBOOK_EXPORT Service {
  public:
    // The first step is the outermost. Throws std::invalid_argument as Router does.
    Service(std::vector<Route> routes, std::vector<Step> steps);

    // The reply to HEAD is that to GET, without its body. Throws only what a handler throws, when no step
    // catches it.
    Reply handle(const Request& request) const;

    // Of the request's route, at this moment; without one it is cheap.
    Cost cost_of(const Request& request) const;

    const std::vector<Route>& routes() const { return router_.routes(); }

  private:
    Reply run(size_t step, Call& call, const Match& match) const;
    Router router_;
    std::vector<Step> steps_;
};

}  // namespace logbook::api
