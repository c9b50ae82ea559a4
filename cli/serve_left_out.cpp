// `logbookctl serve` in a build without the HTTP listener (LOGBOOK_SERVER=OFF): it says so.
#include "commands/catalogue.h"

namespace logbook::cli {

void add_serve(const Command& parent) {
    const Command cmd =
        parent.add_subcommand("serve", "Left out of this build (LOGBOOK_SERVER=OFF)", "Embed");
    cmd.set_help({{{"logbookctl serve", "says that this build cannot serve"}},
                  {"1  always"},
                  {"health"},
                  "The library and this program were built without their HTTP listener."});
    cmd.on_chosen([](App& app) {
        return app.report({ErrorCode::unsupported, "this build has no HTTP listener (LOGBOOK_SERVER=OFF)",
                           "build it with -DLOGBOOK_SERVER=ON"});
    });
}

}  // namespace logbook::cli
