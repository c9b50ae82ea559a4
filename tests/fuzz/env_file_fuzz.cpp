// Any bytes as a `.env`: reading ends, spans lie within the file, and editing changes nothing but what it
// should.
#include <cstdlib>

#include "logbook/secrets/env_edit.h"
#include "logbook/settings/gate.h"

using namespace logbook;

namespace {

void demand(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size > 64 << 10) return 0;
    const std::string text(reinterpret_cast<const char*>(data), size);
    const settings::Lookup outer = [](std::string_view name) -> std::optional<std::string> {
        return name == "OUTER" ? std::optional<std::string>("value") : std::nullopt;
    };
    const settings::EnvFile file = settings::parse_env(text, outer);
    size_t at = 0;
    for (const settings::EnvAssignment& assignment : file.assignments) {
        demand(at <= assignment.value_begin && assignment.value_begin <= assignment.value_end &&
               assignment.value_end <= size);
        demand(!assignment.name.empty() && assignment.line > 0);
        at = assignment.value_end;
    }
    (void)settings::judge_gate(settings::Settings(file, outer));

    // No change gives the same bytes.
    const Result<Secret> same = secrets::edit_env(Secret(text), {}, outer);
    demand(same && same->reveal() == text);

    // A change takes effect, twice gives the same as once, and a file that Compose refuses is left alone.
    const secrets::NewValues values = {{"SECRET_KEY", Secret("0a1b2c")}, {"A", Secret("Zz9")}};
    const Result<Secret> once = secrets::edit_env(Secret(text), values, outer);
    demand(once.has_value() <= file.readable());
    if (once) {
        const settings::EnvFile after = settings::parse_env(once->reveal(), outer);
        demand(after.readable() && after.find("A")->value.reveal() == "Zz9");
        const Result<Secret> twice = secrets::edit_env(*once, values, outer);
        demand(twice && twice->reveal() == once->reveal());
    }
    return 0;
}
