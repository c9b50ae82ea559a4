// The list.
#include "logbook/backend/routes.h"

namespace logbook::backend {

std::vector<api::Route> all_routes(const Backend& backend) {
    return {health_route(backend), health_db_route(backend), health_redis_route(backend)};
}

}  // namespace logbook::backend
