// What must be before anything is served: settings that the application's own gate lets through, a database
// that answers, and, if it is there, the cache.
#pragma once

#include "app.h"
#include "logbook/settings/settings.h"
#include "stop_signals.h"
#include "view/log_writer.h"

namespace logbook::cli {

// From the environment over `.env`. The `.env` is optional here, since a container gets its settings through
// the environment; one that was named, or that is there and cannot be read, must be readable.
Result<settings::Settings> read_settings(App& app);

// The application's own judgement of its settings, in its own words. Fails with `invalid` where one blocks.
Status pass_gate(const settings::Settings& all, const LogWriter& log);

struct DatabaseWait {
    int tries = 10;  // far below the application's 40: whoever supervises this program starts it again
    Millis pause{2000};
};

// False: a signal ended the wait. Fails with `unreachable` when the database did not answer in all tries, and
// as the readers of the endpoints do. A cache that does not answer is a warning.
Result<bool> await_servers(const App& app, const settings::Settings& all, const DatabaseWait& wait,
                           const StopSignals& signals, const LogWriter& log);

}  // namespace logbook::cli
