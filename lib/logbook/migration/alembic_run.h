// The application's own Alembic, run where the application is installed: inside its running backend, in a
// container made of an image for this alone, or on this machine. The application itself is never started.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/docker/engine.h"

namespace logbook::migration {

struct AlembicCall {
    std::vector<std::string> arguments;  // {"upgrade", "head"}; everybody can read them
    // Beside what the place gives, and before it: DB_NAME for another database.
    std::vector<docker::EnvironmentValue> environment;
    // Every line as it comes, without its end: Alembic's own words, which may hold secrets. May be empty.
    std::function<void(docker::Channel channel, std::string_view line)> line;
    // Asked several times a second: true ends Alembic as Ctrl-C does, 10 s later by force. May be empty.
    std::function<bool()> stopped;
};

struct AlembicEnd {
    int exit_code = 0;
    bool stopped = false;  // it was ended here, on its way
    bool late = false;     // by the deadline
};

// Not thread-safe. What it was made of must outlive it.
class LOGBOOK_EXPORT Alembic {
  public:
    virtual ~Alembic() = default;
    virtual std::string where() const = 0;  // "inside intranet-backend", printable
    // Runs it to its end. At the deadline it is ended like by `stopped`, and this returns within 15 s.
    // Fails with `unsupported` where there is no Alembic, and where the engine hangs up: then nobody knows
    // here whether it goes on (find_alembic_at_work). A Ctrl-C or SIGKILL of this process does not end one
    // that runs in a container; one on this machine is ended.
    virtual Result<AlembicEnd> run(const AlembicCall& call, Deadline deadline) const = 0;
};

// Inside a running container.
LOGBOOK_EXPORT std::unique_ptr<Alembic> alembic_inside(const docker::Engine& engine,
                                                       const docker::Container& container);

// In a container of its own, with the backend's network, environment, mounts and user; `image` is what it is
// made of. Where that is `other_code`, another one than the backend's mounts hold, those that would hide it
// are left out. It does nothing by itself, ends after a day at the latest, and is removed with this object,
// or after a kill by the next one that is made.
LOGBOOK_EXPORT Result<std::unique_ptr<Alembic>> alembic_in_container(const docker::Engine& engine,
                                                                     const docker::Container& backend,
                                                                     const std::string& image,
                                                                     bool other_code, Deadline deadline);

struct AlembicHere {
    std::filesystem::path folder;                       // that holds alembic.ini
    std::string search_path;                            // to find the program on
    std::vector<docker::EnvironmentValue> environment;  // complete: nothing is inherited
};
// As a child process. Fails with `unsupported` where there is no Alembic.
LOGBOOK_EXPORT Result<std::unique_ptr<Alembic>> alembic_here(AlembicHere here);

}  // namespace logbook::migration
