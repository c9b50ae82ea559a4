// A container engine that fails every call: a test overrides what is asked of it.
#pragma once

#include "logbook/docker/engine.h"

namespace logbook {

class UnaskedEngine : public docker::Engine {
  public:
    const docker::Endpoint& endpoint() const override { return endpoint_; }
    const std::string& api_version() const override { return version_; }
    Status ping(Deadline) const override { return none(); }
    Result<docker::EngineVersion> version(Deadline) const override { return none(); }
    Result<docker::EngineInfo> info(Deadline) const override { return none(); }
    Result<docker::DiskUsage> disk_usage(Deadline) const override { return none(); }
    Result<std::vector<docker::Container>> list_containers(const docker::ContainerFilter&,
                                                           Deadline) const override {
        return none();
    }
    Result<docker::Container> inspect(const std::string&, Deadline) const override { return none(); }
    Result<std::vector<docker::Process>> processes(const std::string&, Deadline) const override {
        return none();
    }
    Result<docker::StatsReading> stats(const std::string&, Deadline) const override { return none(); }
    std::vector<docker::Sampled> sample_all(const std::vector<std::string>&, Millis,
                                            Deadline) const override {
        return {};
    }
    Status logs(const std::string&, bool, const docker::LogOptions&, const docker::PieceSink&,
                Deadline) const override {
        return none();
    }
    Status events(const docker::EventOptions&, const docker::EventSink&, Deadline) const override {
        return none();
    }
    Status start(const std::string&, Deadline) const override { return none(); }
    Status stop(const std::string&, std::chrono::seconds, Deadline) const override { return none(); }
    Status restart(const std::string&, std::chrono::seconds, Deadline) const override { return none(); }
    Status kill(const std::string&, std::string_view, Deadline) const override { return none(); }
    Status rename(const std::string&, std::string_view, Deadline) const override { return none(); }
    Status update_restart_policy(const std::string&, const docker::RestartPolicy&, Deadline) const override {
        return none();
    }
    Status remove(const std::string&, bool, Deadline) const override { return none(); }
    Result<std::string> create_container(const docker::NewContainer&, Deadline) const override {
        return none();
    }
    Result<docker::ExecResult> exec(const std::string&, const docker::ExecRequest&, Deadline) const override {
        return none();
    }
    Result<std::vector<docker::ArchiveEntry>> archive(const std::string&, const std::string&,
                                                      docker::ArchiveLimits, Deadline) const override {
        return none();
    }
    Result<std::vector<docker::Image>> list_images(Deadline) const override { return none(); }
    Result<docker::Image> inspect_image(const std::string&, Deadline) const override { return none(); }
    Result<std::vector<docker::Volume>> list_volumes(Deadline) const override { return none(); }
    Result<docker::Volume> inspect_volume(const std::string&, Deadline) const override { return none(); }
    Result<std::vector<docker::Network>> list_networks(Deadline) const override { return none(); }
    Result<docker::Network> inspect_network(const std::string&, Deadline) const override { return none(); }

  private:
    static tl::unexpected<Error> none() { return fail(ErrorCode::unsupported, "not asked here"); }
    docker::Endpoint endpoint_ = on_this_machine();
    static docker::Endpoint on_this_machine() {
        docker::Endpoint endpoint;
        endpoint.socket = "/nowhere/docker.sock";
        return endpoint;
    }
    std::string version_ = "1.41";
};

}  // namespace logbook
