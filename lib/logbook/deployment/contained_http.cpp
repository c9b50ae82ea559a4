// A client program, through the engine's exec.
#include "logbook/deployment/contained_http.h"

#include <chrono>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/deployment/contained_client.h"
#include "logbook/net/http_head.h"

namespace logbook::deployment {
namespace {

// curl's own exit codes (curl(1)); the script below ends with the same.
constexpr int cannot_connect = 7, timed_out = 28, nothing_came = 52, receiving_failed = 56;

// Prints what `curl --include` prints. Run with -I and -B, so that no module of the application is imported
// and no file is written: a reloading backend starts anew on any changed file, which can cost all data
// (LOGBOOK.md, 9). Arguments: seconds, bytes of the body, URL, "Name: value" of each header.
constexpr std::string_view python_client = R"(
import http.client, sys, urllib.parse
seconds, most, url = float(sys.argv[1]), int(sys.argv[2]), urllib.parse.urlsplit(sys.argv[3])
headers = dict(line.split(": ", 1) for line in sys.argv[4:])
connection = http.client.HTTPConnection(url.hostname, url.port, timeout=seconds)
try:
    connection.request("GET", url.path + ("?" + url.query if url.query else ""), headers=headers)
    reply = connection.getresponse()
    body = reply.read(most)
except ConnectionRefusedError:
    sys.exit(7)
except TimeoutError:
    sys.exit(28)
except http.client.RemoteDisconnected:
    sys.exit(52)
except (OSError, http.client.HTTPException):
    sys.exit(56)
out = sys.stdout.buffer
out.write(b"HTTP/1.1 %d \r\n" % reply.status)
for name, value in reply.getheaders():
    out.write(("%s: %s\r\n" % (name, value)).encode("latin-1", "replace"))
out.write(b"\r\n" + body)
)";

class ContainedTransport final : public net::Transport {
  public:
    ContainedTransport(const docker::Engine& engine, std::string container, std::string name)
        : client_{engine, std::move(container), std::move(name)} {}

    tl::expected<net::HttpReply, net::HttpFailure> send(const net::HttpRequest& request,
                                                        Deadline deadline) const override {
        const auto start = std::chrono::steady_clock::now();
        auto reply = ask(request, deadline);
        net::HttpTimings timings;
        timings.total = std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - start);
        if (!reply) return tl::unexpected(net::HttpFailure{reply.error(), timings, net::TlsFault::none});
        reply->timings = timings;
        return std::move(*reply);
    }

  private:
    Result<net::HttpReply> ask(const net::HttpRequest& request, Deadline deadline) const {
        const std::string place =
            fmt::format("{} inside {}", printable(request.url, 200), printable(client_.name, 80));
        // One second less than the engine's own wait, so that the client can still say why.
        const double seconds = std::max(0.5, double(deadline.remaining().count()) / 1000 - 1);
        const std::string limit = fmt::format("{:.1f}", seconds),
                          most = std::to_string(request.most_bytes + 1);

        ClientCall call;
        call.programs = {"python3", "python"};
        call.arguments = {"-I", "-B", "-c", std::string(python_client), limit, most, request.url};
        for (const auto& [name, value] : request.headers)
            call.arguments.push_back(fmt::format("{}: {}", name, value));
        auto done = client_.run(call, deadline);
        if (!done && done.error().code == ErrorCode::unsupported) {
            call.programs = {"curl"};
            call.arguments = {"--disable", "--silent", "--include", "--noproxy", "*", "--max-time", limit};
            for (const auto& [name, value] : request.headers)
                call.arguments.insert(call.arguments.end(), {"--header", fmt::format("{}: {}", name, value)});
            call.arguments.push_back(request.url);
            done = client_.run(call, deadline);
        }
        if (!done) return fail(done.error());
        switch (done->exit_code) {
        case 0:
            break;
        case cannot_connect:
            return fail(ErrorCode::unreachable, place + " does not accept connections");
        case timed_out:
            return fail(ErrorCode::timeout, place + " accepts connections but does not answer");
        case nothing_came:
        case receiving_failed:
            return fail(ErrorCode::closed, place + " closed the connection without an answer");
        default:
            return fail(ErrorCode::protocol,
                        fmt::format("{} could not be asked: {}", place, printable(trim(done->err), 200)));
        }
        return parse_printed_reply(done->out, request.most_bytes);
    }

    ContainedClient client_;
};

}  // namespace

Result<net::HttpReply> parse_printed_reply(std::string_view printed, size_t most_bytes) {
    auto head = net::parse_raw_head(printed);
    if (!head) return fail(head.error());
    if (!*head) return fail(ErrorCode::protocol, "the answer's head has no end");
    net::HttpReply reply = std::move((*head)->reply);
    const std::string_view body = printed.substr((*head)->size);
    if (body.size() > most_bytes)
        return fail(ErrorCode::too_large, fmt::format("the answer has more than {} bytes", most_bytes));
    reply.body = std::string(body);
    return reply;
}

std::unique_ptr<net::Transport> contained_http(const docker::Engine& engine, std::string container,
                                               std::string container_name) {
    return std::make_unique<ContainedTransport>(engine, std::move(container), std::move(container_name));
}

}  // namespace logbook::deployment
