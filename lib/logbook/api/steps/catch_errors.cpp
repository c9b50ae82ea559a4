// From exception to 500.
#include "logbook/api/steps/catch_errors.h"

#include <exception>

#include "logbook/api/errors.h"
#include "logbook/base/text.h"

namespace logbook::api {

Step catch_errors(CauseLog log) {
    return {"catch_errors", [log = std::move(log)](Call& call, const Next& next) {
                std::string cause;
                try {
                    return next(call);
                } catch (const std::exception& bug) {
                    cause = printable(bug.what());
                } catch (...) {
                    cause = "an exception without text";
                }
                if (log) log(call, cause);
                return error_reply(500, "Internal server error", "LB-SYS-001");
            }};
}

}  // namespace logbook::api
