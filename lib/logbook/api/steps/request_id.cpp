// X-Request-ID.
#include "logbook/api/steps/request_id.h"

#include <algorithm>

#include "logbook/crypto/random.h"

namespace logbook::api {
namespace {

bool sane(std::string_view id) {
    return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
               c == '_' || c == '-';
    });
}

}  // namespace

Step request_id() {
    return {"request_id", [](Call& call, const Next& next) {
                const auto given = call.request.headers.get("X-Request-ID");
                if (given && sane(*given)) {
                    call.request_id = *given;
                } else if (const Result<Secret> made = crypto::random_hex(8)) {
                    call.request_id = made->reveal();
                }
                if (!call.request_id.empty()) call.always.set("X-Request-ID", call.request_id);
                return next(call);
            }};
}

}  // namespace logbook::api
