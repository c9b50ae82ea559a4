// The listener and its thread.
#include "logbook/c/listener.h"

#include <thread>

#include "logbook/server/server.h"

namespace logbook::c {
namespace {

class Running final : public Listener {
  public:
    explicit Running(std::unique_ptr<server::Server> server)
        : server_(std::move(server)), thread_([this] { server_->run(); }) {}
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running() override {
        server_->stop();
        thread_.join();
    }
    uint16_t port() const override { return server_->port(); }

  private:
    std::unique_ptr<server::Server> server_;
    std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Listener>> listen(const api::Service& service, const Clock& clock, std::string address,
                                         uint16_t port) {
    server::ServerOptions options;
    options.address = std::move(address);
    options.port = port;
    auto server = server::Server::listen(service, clock, options);
    if (!server) return fail(server.error());
    return std::make_unique<Running>(std::move(*server));
}

}  // namespace logbook::c
