// Redis' own client, through the engine's exec.
#include "logbook/deployment/contained_redis.h"

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/deployment/contained_client.h"

namespace logbook::deployment {
namespace {

// The codes that Redis' errors begin with, in front of a blank.
constexpr std::string_view error_codes[] = {"ERR",        "NOAUTH",     "WRONGPASS", "NOPERM",    "LOADING",
                                            "MISCONF",    "OOM",        "BUSY",      "WRONGTYPE", "READONLY",
                                            "MASTERDOWN", "NOREPLICAS", "DENIED"};

// With a wrong password the client complains and goes on without one.
constexpr std::string_view auth_failed = "AUTH failed: ";

class ContainedSession final : public net::RedisSession {
  public:
    ContainedSession(const docker::Engine& engine, std::string container, std::string name,
                     net::RedisEndpoint endpoint)
        : client_{engine, std::move(container), std::move(name)}, endpoint_(std::move(endpoint)) {}

    Result<net::RedisReply> command(const std::vector<std::string>& words, Deadline deadline) override {
        ClientCall call;
        call.programs = {"redis-cli", "valkey-cli"};
        call.arguments = {"--no-auth-warning", "-h", "127.0.0.1", "-p", std::to_string(endpoint_.port)};
        // On the server's own loopback there is nobody in between.
        if (endpoint_.tls.on) call.arguments.insert(call.arguments.end(), {"--tls", "--insecure"});
        if (!endpoint_.user.empty()) call.arguments.insert(call.arguments.end(), {"--user", endpoint_.user});
        if (!endpoint_.password.empty()) call.environment = {{"REDISCLI_AUTH", endpoint_.password}};
        call.input = Secret(redis_cli_line(words));
        const auto done = client_.run(call, deadline);
        if (!done) return fail(done.error());
        const std::string place = printable(client_.name, 80);
        const std::string_view complaint = trim(done->err);
        if (const size_t at = complaint.find(auth_failed); at != std::string_view::npos)
            return fail(ErrorCode::auth, printable(complaint.substr(at + auth_failed.size()), 200));
        if (contains(complaint, "Could not connect"))
            return fail(ErrorCode::unreachable,
                        fmt::format("Redis in {} does not accept connections", place));
        if (done->exit_code != 0 && trim(done->out).empty())
            return fail(ErrorCode::closed,
                        fmt::format("Redis in {} gave no answer: {}", place, printable(complaint, 200)));
        return parse_redis_cli(done->out);
    }

  private:
    ContainedClient client_;
    net::RedisEndpoint endpoint_;
};

class ContainedConnector final : public net::RedisConnector {
  public:
    ContainedConnector(const docker::Engine& engine, std::string container, std::string name)
        : engine_(engine), container_(std::move(container)), name_(std::move(name)) {}

    Result<std::unique_ptr<net::RedisSession>> connect(const net::RedisEndpoint& endpoint,
                                                       Deadline deadline) const override {
        auto session = std::make_unique<ContainedSession>(engine_, container_, name_, endpoint);
        if (const auto pong = session->command({"PING"}, deadline); !pong) return fail(pong.error());
        return std::unique_ptr<net::RedisSession>(std::move(session));
    }

  private:
    const docker::Engine& engine_;
    std::string container_, name_;
};

}  // namespace

std::string redis_cli_line(const std::vector<std::string>& words) {
    std::string line;
    for (const std::string& word : words) {
        if (!line.empty()) line += ' ';
        line += '"';
        for (const char c : word) {
            const auto byte = static_cast<unsigned char>(c);
            if (c == '"' || c == '\\')
                line += fmt::format("\\{}", c);
            else if (byte < 0x20 || byte >= 0x7f)
                line += fmt::format("\\x{:02x}", byte);
            else
                line += c;
        }
        line += '"';
    }
    return line + "\n";
}

net::RedisReply parse_redis_cli(std::string_view printed) {
    net::RedisReply reply;
    if (!printed.empty() && printed.back() == '\n') printed.remove_suffix(1);
    reply.kind = net::RedisReply::Kind::text;
    reply.text = std::string(printed);
    const std::string_view first = printed.substr(0, printed.find(' '));
    for (const std::string_view code : error_codes)
        if (first == code) reply.kind = net::RedisReply::Kind::error;
    return reply;
}

std::unique_ptr<net::RedisConnector> contained_redis(const docker::Engine& engine, std::string container,
                                                     std::string container_name) {
    return std::make_unique<ContainedConnector>(engine, std::move(container), std::move(container_name));
}

}  // namespace logbook::deployment
