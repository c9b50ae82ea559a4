// One shape for all duplicates.
#include "logbook/backend/duplicate.h"

#include "logbook/api/errors.h"

namespace logbook::backend {

api::Reply duplicate_reply(std::string_view field, std::string_view message) {
    return api::error_reply(409, Json::object({{"field", field}, {"message", message}}));
}

}  // namespace logbook::backend
