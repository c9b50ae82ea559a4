// In a build without the room `server`.
#include "logbook/c/listener.h"

namespace logbook::c {

Result<std::unique_ptr<Listener>> listen(const api::Service&, const Clock&, std::string, uint16_t) {
    return fail(ErrorCode::unsupported, "this build has no HTTP listener (LOGBOOK_SERVER=OFF)");
}

}  // namespace logbook::c
