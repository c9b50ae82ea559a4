// The engine seam: everything that this program asks of Docker or Podman, spoken over the Engine API.
//
// Errors, everywhere: `not_found` (no such container, volume, …: it may have vanished since it was listed),
// `unreachable` (no socket: the engine is stopped), `denied` (the socket refuses this user), `timeout` (it
// hangs), `closed` (it hung up in the middle), `protocol` (it answers with garbage), `conflict` (the engine
// says 409: wrong state, name taken), `too_large`, `interrupted` (a stop was asked), `unsupported` (too old),
// `io` (the engine failed: its own words are in `what`).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "logbook/base/deadline.h"
#include "logbook/docker/archive.h"
#include "logbook/docker/container.h"
#include "logbook/docker/endpoint.h"
#include "logbook/docker/frame.h"
#include "logbook/docker/new_container.h"
#include "logbook/docker/resources.h"
#include "logbook/docker/stats.h"
#include "logbook/net/http_stream.h"

namespace logbook::docker {

struct ContainerFilter {
    bool all = true;                  // the stopped ones too
    std::vector<std::string> labels;  // "key" or "key=value"; all must be there
    std::vector<std::string> names;   // any of them; a part of the name counts, as in the engine
};

struct LogOptions {
    bool out = true, err = true;
    bool timestamps = false;
    bool follow = false;            // until the container ends, the sink has enough, or a stop
    std::optional<WallTime> since;  // this moment and later
    std::optional<WallTime> until;
    std::optional<uint64_t> tail;   // the last lines only
    std::function<bool()> stopped;  // see net::StreamOptions
};

struct EventOptions {
    std::vector<std::string> kinds;        // "container"; empty: all
    std::vector<std::string> containers;   // ids or names; empty: all
    std::optional<WallTime> since, until;  // without `until` it follows
    std::function<bool()> stopped;
};
using EventSink = std::function<bool(const Event&)>;  // false: enough

// A program run inside a container. Secrets go by `environment` or `input`: everybody can read argv, and the
// engine writes it into its events.
struct ExecRequest {
    std::vector<std::string> argv;
    std::vector<EnvironmentValue> environment;
    std::optional<Secret>
        input;  // written to standard input, which is then closed; nothing: no standard input
    std::string user, working_dir;        // empty: the container's
    size_t most_bytes = size_t(4) << 20;  // of both outputs together; more fails with `too_large`
    // Standard output goes there as it comes, however long it is; a failure ends the call with it.
    std::function<Status(std::string_view)> output;
    std::function<Status(std::string_view)> errors;  // the same of standard error
    std::function<bool()> stopped;                   // see net::StreamOptions; not with `input`
};
struct ExecResult {
    int exit_code = 0;
    std::string out, err;
};

struct Sampled {
    std::string id;
    Result<Usage> usage;
};

// Thread-safe: any number of calls at once. `id` is an id, a unique beginning of one, or a name.
class LOGBOOK_EXPORT Engine {
  public:
    virtual ~Engine() = default;

    virtual const Endpoint& endpoint() const = 0;
    virtual const std::string& api_version() const = 0;  // negotiated: "1.41"

    virtual Status ping(Deadline deadline) const = 0;
    virtual Result<EngineVersion> version(Deadline deadline) const = 0;
    virtual Result<EngineInfo> info(Deadline deadline) const = 0;
    virtual Result<DiskUsage> disk_usage(Deadline deadline) const = 0;  // may take the engine many seconds

    // Newest first, as the engine lists them. Read one by one from the stream: 10,000 are no burden.
    virtual Result<std::vector<Container>> list_containers(const ContainerFilter& filter,
                                                           Deadline deadline) const = 0;
    virtual Result<Container> inspect(const std::string& id, Deadline deadline) const = 0;
    // Of a running container, as the engine's own `ps` shows them; `conflict` where it does not run.
    virtual Result<std::vector<Process>> processes(const std::string& id, Deadline deadline) const = 0;
    // Takes the engine a few milliseconds, or up to a second where it gives its statistics out once a second
    // (seen on Docker 20.10); before API 1.41 one second or two.
    virtual Result<StatsReading> stats(const std::string& id, Deadline deadline) const = 0;
    // Use of each container over `interval`, all at once: takes little more than that. (An engine before
    // Docker 25 gives its statistics out once a second; where it runs on another machine too, this takes
    // about two intervals.) One that vanishes or does not run has its own Error. In the order of `ids`.
    virtual std::vector<Sampled> sample_all(const std::vector<std::string>& ids, Millis interval,
                                            Deadline deadline) const = 0;

    // The log as the container wrote it. `tty` (Container::tty) tells how to read it: without frames,
    // everything is one endless frame of `out`.
    virtual Status logs(const std::string& id, bool tty, const LogOptions& options, const PieceSink& sink,
                        Deadline deadline) const = 0;
    virtual Status events(const EventOptions& options, const EventSink& sink, Deadline deadline) const = 0;

    // These change things. Already started or stopped is a success. `stop` and `restart` wait up to `grace`
    // for the program before it is killed: the deadline must leave room for that.
    virtual Status start(const std::string& id, Deadline deadline) const = 0;
    virtual Status stop(const std::string& id, std::chrono::seconds grace, Deadline deadline) const = 0;
    virtual Status restart(const std::string& id, std::chrono::seconds grace, Deadline deadline) const = 0;
    virtual Status kill(const std::string& id, std::string_view signal, Deadline deadline) const = 0;
    virtual Status rename(const std::string& id, std::string_view name, Deadline deadline) const = 0;
    virtual Status update_restart_policy(const std::string& id, const RestartPolicy& policy,
                                         Deadline deadline) const = 0;
    // Never removes a named volume; `force` ends a running one first.
    virtual Status remove(const std::string& id, bool force, Deadline deadline) const = 0;
    // Made, not started. Refuses with `declined` to send an environment over a connection that others can
    // read.
    virtual Result<std::string> create_container(const NewContainer& wanted, Deadline deadline) const = 0;

    // Runs a program to its end. At the deadline this fails with `timeout`; the program inside goes on, since
    // the API knows no way to end it. Refuses with `declined` to send an environment or input over a
    // connection that others can read (Endpoint::confidential).
    virtual Result<ExecResult> exec(const std::string& id, const ExecRequest& request,
                                    Deadline deadline) const = 0;
    // A file or folder of a container, running or not.
    virtual Result<std::vector<ArchiveEntry>> archive(const std::string& id, const std::string& path,
                                                      ArchiveLimits limits, Deadline deadline) const = 0;

    virtual Result<std::vector<Image>> list_images(Deadline deadline) const = 0;
    virtual Result<Image> inspect_image(const std::string& id, Deadline deadline) const = 0;
    virtual Result<std::vector<Volume>> list_volumes(Deadline deadline) const = 0;
    virtual Result<Volume> inspect_volume(const std::string& name, Deadline deadline) const = 0;
    virtual Result<std::vector<Network>> list_networks(Deadline deadline) const = 0;
    virtual Result<Network> inspect_network(const std::string& id, Deadline deadline) const = 0;
};

// Negotiates the API version with one /_ping: the engine's own, 1.44 at the most; older than 1.24 is refused
// (`unsupported`). `stream` must outlive the engine.
LOGBOOK_EXPORT Result<std::unique_ptr<Engine>>
connect_engine(const Endpoint& endpoint, const net::HttpStream& stream, Deadline deadline);

}  // namespace logbook::docker
