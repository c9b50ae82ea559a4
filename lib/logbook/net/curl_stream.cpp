// The streaming HTTP client: libcurl's multi interface, so that a stop and a silence are noticed between two
// pieces; and its raw connection (with TLS where asked) for an upgrade.
#include "logbook/net/http_stream.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <optional>
#include <poll.h>
#include <sys/socket.h>

#include "logbook/net/curl_call.h"
#include "logbook/net/http_head.h"
#include "logbook/net/tcp.h"

namespace logbook::net {
namespace {

using Reply = tl::expected<HttpReply, HttpFailure>;
using Steady = std::chrono::steady_clock;

constexpr size_t most_refusal_bytes = size_t(64) << 10;  // of a body that is not 2xx
constexpr Millis stop_check{100};

// How the wait for the next bytes ended.
enum class Wait { bytes, stopped, silent, late };

struct Patience {
    const StreamOptions& options;
    Deadline deadline;
    Steady::time_point last = Steady::now();

    void heard() { last = Steady::now(); }
    // What ends the call now, if anything.
    Wait judge(bool head_came) const {
        if (options.stopped && options.stopped()) return Wait::stopped;
        if (deadline.passed()) return Wait::late;
        if (head_came && options.idle.count() > 0 && Steady::now() - last > options.idle) return Wait::silent;
        return Wait::bytes;
    }
    Millis slice() const {
        Millis most = deadline.remaining();
        if (options.stopped) most = std::min(most, stop_check);
        if (options.idle.count() > 0) most = std::min(most, options.idle);
        return std::max(std::min(most, Millis(1000)), Millis(1));
    }
};

HttpFailure ended(const CurlCall& call, Wait why, bool head_came) {
    if (why == Wait::stopped) return call.failure(ErrorCode::interrupted, "was left: a stop was asked");
    if (why == Wait::silent)
        return call.failure(ErrorCode::timeout, "fell silent in the middle of its answer");
    return call.failure(ErrorCode::timeout, head_came ? "did not finish its answer in time"
                                                      : "accepts connections but does not answer");
}

// Where the pieces of a streamed body go.
struct Taker {
    CurlCall& call;
    const ByteSink& sink;
    size_t left;  // bytes
    Patience& patience;
    bool enough = false;
};

size_t take_piece(char* data, size_t, size_t size, void* user) {
    auto& taker = *static_cast<Taker*>(user);
    taker.patience.heard();
    const int status = taker.call.status();
    if (status < 200 || status > 299) {
        std::string& body = taker.call.reply.body;
        body.append(data, std::min(size, most_refusal_bytes - std::min(most_refusal_bytes, body.size())));
        return size;
    }
    if (size > taker.left) {
        taker.call.too_large = true;
        return 0;
    }
    taker.left -= size;
    taker.enough = !taker.sink(std::string_view(data, size));
    return taker.enough ? 0 : size;
}

// A raw connection that curl made.
class RawConnection {
  public:
    explicit RawConnection(CurlCall& call) : call_(call) {}

    CURLcode connect() {
        curl_easy_setopt(call_.easy(), CURLOPT_CONNECT_ONLY, 1L);
        const CURLcode code = curl_easy_perform(call_.easy());
        if (code != CURLE_OK) return code;
        curl_socket_t socket = CURL_SOCKET_BAD;
        if (curl_easy_getinfo(call_.easy(), CURLINFO_ACTIVESOCKET, &socket) != CURLE_OK || socket < 0)
            return CURLE_COULDNT_CONNECT;
        socket_ = socket;
        return CURLE_OK;
    }
    // Moves what can be moved now; CURLE_AGAIN when nothing can.
    CURLcode send(std::string_view& bytes) {
        size_t sent = 0;
        const CURLcode code = curl_easy_send(call_.easy(), bytes.data(), bytes.size(), &sent);
        bytes.remove_prefix(sent);
        return code;
    }
    CURLcode receive(std::string& into) {
        char buffer[16 * 1024];
        size_t size = 0;
        const CURLcode code = curl_easy_recv(call_.easy(), buffer, sizeof buffer, &size);
        into.assign(buffer, code == CURLE_OK ? size : 0);
        return code;
    }
    void wait(bool to_write, Millis most) {
        wait_for(socket_, short(POLLIN | (to_write ? POLLOUT : 0)), Deadline::in(most));
    }
    void close_ours() { ::shutdown(socket_, SHUT_WR); }

  private:
    CurlCall& call_;
    int socket_ = -1;
};

std::string upgrade_head(const HttpRequest& request) {
    const size_t scheme = request.url.find("://");
    const size_t host = scheme == std::string::npos ? 0 : scheme + 3;
    const size_t path = std::min(request.url.find('/', host), request.url.size());
    std::string head = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n",
                                   request.method, path < request.url.size() ? request.url.substr(path) : "/",
                                   request.url.substr(host, path - host));
    for (const auto& [name, value] : request.headers) head += fmt::format("{}: {}\r\n", name, value);
    return head + fmt::format("Content-Length: {}\r\n\r\n{}", request.body.size(), request.body);
}

class CurlStream final : public HttpStream {
  public:
    Reply stream(const HttpRequest& request, const StreamOptions& options, const ByteSink& sink,
                 Deadline deadline) const override {
        CurlCall call(request, deadline);
        Patience patience{options, deadline};
        Taker taker{call, sink, request.most_bytes, patience};
        curl_easy_setopt(call.easy(), CURLOPT_WRITEFUNCTION, &take_piece);
        curl_easy_setopt(call.easy(), CURLOPT_WRITEDATA, &taker);
        const std::unique_ptr<CURLM, CURLMcode (*)(CURLM*)> multi(curl_multi_init(), curl_multi_cleanup);
        curl_multi_add_handle(multi.get(), call.easy());
        auto reply = run(multi.get(), call, patience, taker);
        curl_multi_remove_handle(multi.get(), call.easy());
        return reply;
    }

    Reply upgrade(const HttpRequest& request, const StreamOptions& options, std::string_view input,
                  const ByteSink& sink, Deadline deadline) const override {
        CurlCall call(request, deadline);
        RawConnection raw(call);
        if (const CURLcode code = raw.connect(); code != CURLE_OK) return tl::unexpected(call.failure(code));
        Patience patience{options, deadline};
        const std::string head_text = upgrade_head(request);
        std::string_view to_send = head_text;
        std::string received, piece;
        std::optional<RawHead> head;
        size_t left = request.most_bytes;
        bool ours_closed = false;
        for (;;) {
            if (const Wait why = patience.judge(head.has_value()); why != Wait::bytes)
                return tl::unexpected(ended(call, why, head.has_value()));
            bool moved = false;
            if (!to_send.empty()) {
                const CURLcode code = raw.send(to_send);
                // A program may end before it has read its input: its output and end still count.
                if (code != CURLE_OK && code != CURLE_AGAIN) {
                    if (!head) return tl::unexpected(call.failure(code));
                    to_send = {};
                }
                moved = code == CURLE_OK;
            }
            if (head && to_send.empty() && !ours_closed) {
                raw.close_ours();
                ours_closed = true;
            }
            const CURLcode code = raw.receive(piece);
            if (code == CURLE_OK && piece.empty()) break;  // the peer is done
            if (code != CURLE_OK && code != CURLE_AGAIN) {
                if (head && ours_closed) break;  // TLS peers often end without a farewell
                return tl::unexpected(call.failure(code));
            }
            if (code == CURLE_OK) {
                moved = true;
                patience.heard();
                if (!head) {
                    received += piece;
                    const auto parsed = parse_raw_head(received);
                    if (!parsed)
                        return tl::unexpected(call.failure(parsed.error().code, "does not speak HTTP"));
                    if (!*parsed) continue;
                    head = **parsed;
                    if (head->reply.status != 101 && head->reply.status != 200)
                        return refusal(call, raw, patience, *head, received.substr(head->size));
                    piece = received.substr(head->size);
                    to_send = input;
                    if (piece.empty()) continue;
                }
                if (piece.size() > left) {
                    call.too_large = true;
                    return tl::unexpected(call.failure(CURLE_WRITE_ERROR));
                }
                left -= piece.size();
                if (!sink(piece)) break;
            }
            if (!moved) raw.wait(!to_send.empty(), patience.slice());
        }
        if (!head)
            return tl::unexpected(call.failure(ErrorCode::closed, "closed the connection without an answer"));
        return std::move(head->reply);
    }

  private:
    static Reply run(CURLM* multi, CurlCall& call, Patience& patience, Taker& taker) {
        for (;;) {
            int running = 0;
            curl_multi_perform(multi, &running);
            int queued = 0;
            if (const CURLMsg* message = curl_multi_info_read(multi, &queued); message) {
                const CURLcode code = message->data.result;
                if (code == CURLE_OK || (taker.enough && code == CURLE_WRITE_ERROR)) return call.take_reply();
                return tl::unexpected(call.failure(code));
            }
            const bool head_came = call.status() != 0;
            if (const Wait why = patience.judge(head_came); why != Wait::bytes)
                return tl::unexpected(ended(call, why, head_came));
            curl_multi_poll(multi, nullptr, 0, int(patience.slice().count()), nullptr);
        }
    }

    // The body of an answer that is no upgrade: it says why.
    static Reply refusal(CurlCall& call, RawConnection& raw, Patience& patience, const RawHead& head,
                         std::string body) {
        const size_t wanted = std::min(head.body_bytes, most_refusal_bytes);
        std::string piece;
        while (body.size() < wanted) {
            if (const Wait why = patience.judge(true); why != Wait::bytes)
                return tl::unexpected(ended(call, why, true));
            const CURLcode code = raw.receive(piece);
            if (code == CURLE_AGAIN) {
                raw.wait(false, patience.slice());
                continue;
            }
            if (code != CURLE_OK || piece.empty()) break;
            patience.heard();
            body += piece;
        }
        HttpReply reply = head.reply;
        reply.body = body.substr(0, wanted);
        return reply;
    }
};

}  // namespace

std::unique_ptr<HttpStream> make_curl_stream() {
    return std::make_unique<CurlStream>();
}

}  // namespace logbook::net
