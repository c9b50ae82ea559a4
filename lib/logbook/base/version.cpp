// The version, given by the build.
#include "logbook/base/version.h"

namespace logbook {

std::string_view version() {
    return LOGBOOK_VERSION;
}

}  // namespace logbook
