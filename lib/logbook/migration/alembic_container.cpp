// A container of its own for Alembic: made of the backend's, and only sleeping.
#include <atomic>
#include <fmt/format.h>
#include <unistd.h>

#include "logbook/base/text.h"
#include "logbook/migration/alembic_at_work.h"
#include "logbook/migration/alembic_run.h"

namespace logbook::migration {
namespace {

// Longer than any migration, and not for ever.
constexpr const char* a_day = "86400";

bool is_at_or_above(const std::string& path, const std::string& below) {
    return path == below || path == "/" ||
           (below.compare(0, path.size(), path) == 0 && below[path.size()] == '/');
}

// Whether what is mounted there would stand in the place of the image's code.
bool hides(const docker::Mount& mount, const std::string& code) {
    return is_at_or_above(mount.destination, code) ||
           (mount.kind == "bind" && is_at_or_above(code, mount.destination));
}

docker::NewContainer sleeping(const docker::Container& backend, const docker::Image& image, bool other_code) {
    docker::NewContainer wanted;
    wanted.image = image.id;
    static std::atomic<int> made{0};
    wanted.name = fmt::format("logbookctl-alembic-{}-{}-{}", backend.id.substr(0, 12), ::getpid(), ++made);
    wanted.entrypoint = {"sleep"};
    wanted.command = {a_day};
    wanted.environment = backend.environment;
    wanted.user = backend.user;
    wanted.working_dir = other_code && !image.working_dir.empty() ? image.working_dir : backend.working_dir;
    wanted.network_mode = backend.network_mode;
    wanted.extra_hosts = backend.extra_hosts;
    wanted.healthcheck = false;
    wanted.auto_remove = true;
    for (const docker::Attachment& attachment : backend.networks)
        if (attachment.network != backend.network_mode && attachment.network != "bridge" &&
            attachment.network != "host" && attachment.network != "none")
            wanted.networks.push_back(attachment.network);
    const std::string code = wanted.working_dir.empty() ? "/app" : wanted.working_dir;
    for (const docker::Mount& mount : backend.mounts)
        if (!other_code || !hides(mount, code)) wanted.mounts.push_back(mount);
    // An image that Compose built carries its labels: this container is none of the project's, whose `down`
    // must not end it in the middle of a migration.
    wanted.labels = {{std::string(made_for_alembic), owner_of_this_process()},
                     {std::string(made_for_project), backend.compose.project},
                     {"com.docker.compose.project", ""},
                     {"com.docker.compose.service", ""},
                     {"com.docker.compose.oneoff", "True"}};
    return wanted;
}

class OwnContainer final : public Alembic {
  public:
    OwnContainer(const docker::Engine& engine, docker::Container container)
        : engine_(engine), id_(container.id), alembic_(alembic_inside(engine, container)) {}
    ~OwnContainer() override { (void)engine_.remove(id_, true, Deadline::in(Millis(10'000))); }

    std::string where() const override { return alembic_->where(); }
    Result<AlembicEnd> run(const AlembicCall& call, Deadline deadline) const override {
        return alembic_->run(call, deadline);
    }

  private:
    const docker::Engine& engine_;
    const std::string id_;
    std::unique_ptr<Alembic> alembic_;
};

}  // namespace

Result<std::unique_ptr<Alembic>> alembic_in_container(const docker::Engine& engine,
                                                      const docker::Container& backend,
                                                      const std::string& image, bool other_code,
                                                      Deadline deadline) {
    remove_idle_alembic_containers(engine, deadline.at_most(Millis(5000)));
    const auto known = engine.inspect_image(image, deadline);
    if (!known) {
        Error error = known.error();
        if (error.code == ErrorCode::not_found)
            error.hint = "docker pull " + shell_quoted(printable(image, 200));
        return fail(std::move(error));
    }
    const auto id = engine.create_container(sleeping(backend, *known, other_code), deadline);
    if (!id) return fail(id.error());
    Status started = engine.start(*id, deadline);
    auto container =
        started ? engine.inspect(*id, deadline) : Result<docker::Container>(fail(started.error()));
    if (!container) {
        (void)engine.remove(*id, true, Deadline::in(Millis(10'000)));
        return fail(container.error());
    }
    return std::unique_ptr<Alembic>(std::make_unique<OwnContainer>(engine, std::move(*container)));
}

}  // namespace logbook::migration
