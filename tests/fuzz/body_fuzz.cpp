// JSON bodies: what a description accepts, it accepts again as it was normalised, and nothing in it is beyond
// what it says.
#include <cstdlib>
#include <string>

#include "logbook/api/schema.h"

using namespace logbook;
using namespace logbook::api;

namespace {

void demand(bool holds) {
    if (!holds) std::abort();
}

const Schema person = object_schema(
    "Person", {{"name", text_schema(1, 8), true},
               {"mail", nullable(email_schema())},
               {"id", uuid_schema()},
               {"since", date_schema()},
               {"seen", time_schema()},
               {"state", word_schema({"on", "off"})},
               {"age", integer_schema(0, 150)},
               {"price", decimal_schema(10, 2, 0)},
               {"active", boolean_schema()},
               {"friends", list_schema(object_schema("", {{"name", text_schema(1, 4), true}}, true), 3)}});

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto sent = parse_json(bytes);
    if (!sent) return 0;
    std::vector<FieldError> errors;
    const Json once = validated(person, *sent, errors);
    demand(errors.size() <= 100);
    for (const FieldError& error : errors) demand(!error.message.empty());
    if (!errors.empty()) return 0;
    const Json twice = validated(person, once, errors);
    demand(errors.empty() && twice == once);
    const auto again = parse_json(once.dump());
    demand(again && *again == once);
    demand(once.find("friends") == nullptr || once.find("friends")->as_array()->size() <= 3);
    return 0;
}
