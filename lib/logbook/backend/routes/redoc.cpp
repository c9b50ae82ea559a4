// GET /redoc: ReDoc.
#include "logbook/backend/docs/assets.h"
#include "logbook/backend/docs/pages.h"
#include "logbook/backend/routes.h"

namespace logbook::backend {

api::Route redoc_route() {
    api::Route route("GET", "/redoc", "This API in ReDoc", api::Policy::everyone());
    route.cost = api::Cost::cheap;
    route.documented = false;
    route.replies = {{200, "the page"}};
    route.handle = [](const api::Call&) { return docs_page(DocsPage::redoc, !docs_assets().empty()); };
    return route;
}

}  // namespace logbook::backend
