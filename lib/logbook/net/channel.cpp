// Non-blocking sockets; OpenSSL where the stream is encrypted.
#include "logbook/net/channel.h"

#include <arpa/inet.h>
#include <cerrno>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

#include "logbook/base/text.h"
#include "logbook/net/tcp.h"

namespace logbook::net {
namespace {

Error silent(const std::string& place) {
    return {ErrorCode::timeout, place + " accepts connections but does not answer", {}};
}

Error ended(const std::string& place, int error_number) {
    if (error_number == 0) return {ErrorCode::closed, place + " closed the connection", {}};
    return {ErrorCode::closed, system_error(place + " ended the connection", error_number).what, {}};
}

class PlainChannel final : public Channel {
  public:
    PlainChannel(Fd fd, std::string place) : fd_(std::move(fd)), place_(std::move(place)) {}

    Status send_all(std::string_view bytes, Deadline deadline) override {
        while (!bytes.empty()) {
            const ssize_t n = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (n > 0)
                bytes.remove_prefix(size_t(n));
            else if (errno != EAGAIN && errno != EINTR)
                return fail(ended(place_, errno));
            else if (!wait_for(fd_.get(), POLLOUT, deadline))
                return fail(silent(place_));
        }
        return {};
    }

    Result<size_t> receive(char* into, size_t most, Deadline deadline) override {
        for (;;) {
            const ssize_t n = ::recv(fd_.get(), into, most, 0);
            if (n > 0) return size_t(n);
            if (n == 0) return fail(ended(place_, 0));
            if (errno != EAGAIN && errno != EINTR) return fail(ended(place_, errno));
            if (!wait_for(fd_.get(), POLLIN, deadline)) return fail(silent(place_));
        }
    }

    bool lost() const override { return has_ended(fd_.get(), true); }

  private:
    Fd fd_;
    std::string place_;
};

using Context = std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)>;
using Session = std::unique_ptr<SSL, void (*)(SSL*)>;

std::string last_words() {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    const char* reason = code ? ERR_reason_error_string(code) : nullptr;
    return reason ? reason : "no reason given";
}

// Hex digits alone, in small letters.
std::string plain_hex(std::string_view text) {
    return replace_all(lower(text), ":", "");
}

Status check_fingerprint(SSL* ssl, const std::string& wanted, const std::string& place) {
    const std::unique_ptr<X509, void (*)(X509*)> certificate(SSL_get1_peer_certificate(ssl), X509_free);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    const std::string pinned = plain_hex(wanted);
    const EVP_MD* kind = pinned.size() == 40 ? EVP_sha1() : EVP_sha256();
    if (!certificate || X509_digest(certificate.get(), kind, digest, &size) != 1)
        return fail(ErrorCode::tls, place + " shows no certificate");
    const std::string shown = hex({reinterpret_cast<const char*>(digest), size});
    if (shown == pinned) return {};
    return fail(ErrorCode::tls, fmt::format("{} shows another certificate than the pinned one (its {} is {})",
                                            place, pinned.size() == 40 ? "SHA-1" : "SHA-256", shown));
}

class TlsChannel final : public Channel {
  public:
    TlsChannel(Fd fd, std::string place, Context context, Session ssl)
        : fd_(std::move(fd)), place_(std::move(place)), context_(std::move(context)), ssl_(std::move(ssl)) {}

    Status handshake(const RedisTls& trust, Deadline deadline) {
        for (;;) {
            ERR_clear_error();
            const int done = SSL_connect(ssl_.get());
            if (done == 1) break;
            const int why = SSL_get_error(ssl_.get(), done);
            if (Status waited = wait(why, deadline); !waited) {
                if (waited.error().code != ErrorCode::tls) return waited;
                const long verdict = SSL_get_verify_result(ssl_.get());
                const std::string reason =
                    verdict != X509_V_OK ? X509_verify_cert_error_string(verdict) : waited.error().what;
                return fail(ErrorCode::tls, fmt::format("{} has no TLS that can be trusted ({})", place_,
                                                        printable(reason, 200)));
            }
        }
        if (!trust.fingerprint.empty()) return check_fingerprint(ssl_.get(), trust.fingerprint, place_);
        return {};
    }

    Status send_all(std::string_view bytes, Deadline deadline) override {
        while (!bytes.empty()) {
            ERR_clear_error();
            size_t written = 0;
            const int done = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written);
            if (done == 1)
                bytes.remove_prefix(written);
            else if (Status waited = wait(SSL_get_error(ssl_.get(), done), deadline); !waited)
                return waited;
        }
        return {};
    }

    bool lost() const override { return has_ended(fd_.get(), false); }

    Result<size_t> receive(char* into, size_t most, Deadline deadline) override {
        for (;;) {
            ERR_clear_error();
            size_t taken = 0;
            const int done = SSL_read_ex(ssl_.get(), into, most, &taken);
            if (done == 1) return taken;
            if (Status waited = wait(SSL_get_error(ssl_.get(), done), deadline); !waited)
                return fail(waited.error());
        }
    }

  private:
    Status wait(int why, Deadline deadline) {
        switch (why) {
        case SSL_ERROR_WANT_READ:
            return wait_for(fd_.get(), POLLIN, deadline) ? Status{} : Status(fail(silent(place_)));
        case SSL_ERROR_WANT_WRITE:
            return wait_for(fd_.get(), POLLOUT, deadline) ? Status{} : Status(fail(silent(place_)));
        case SSL_ERROR_ZERO_RETURN:
            return fail(ended(place_, 0));
        case SSL_ERROR_SYSCALL:
            return fail(ended(place_, errno));
        default:
            return fail(ErrorCode::tls, last_words());
        }
    }

    Fd fd_;
    std::string place_;
    Context context_;
    Session ssl_;  // goes before its context
};

bool is_address(const std::string& host) {
    unsigned char bytes[16];
    return ::inet_pton(AF_INET, host.c_str(), bytes) == 1 || ::inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

}  // namespace

std::unique_ptr<Channel> plain_channel(Fd fd, std::string place) {
    return std::make_unique<PlainChannel>(std::move(fd), std::move(place));
}

Result<std::unique_ptr<Channel>> tls_channel(Fd fd, std::string place, const RedisTls& trust,
                                             Deadline deadline) {
    ERR_clear_error();
    Context context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    if (!context) return fail(ErrorCode::io, "out of memory");
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    if (trust.fingerprint.empty()) {
        if (SSL_CTX_load_verify_locations(context.get(), trust.ca.c_str(), nullptr) != 1)
            return fail(ErrorCode::tls, fmt::format("{} holds no certificate that can be read ({})",
                                                    printable(trust.ca, 200), last_words()));
        SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    } else {
        const size_t digits = plain_hex(trust.fingerprint).size();
        if (digits != 40 && digits != 64)
            return fail(ErrorCode::invalid, "a fingerprint has 40 (SHA-1) or 64 (SHA-256) hex digits");
    }
    Session ssl(SSL_new(context.get()), SSL_free);
    if (!ssl || SSL_set_fd(ssl.get(), fd.get()) != 1) return fail(ErrorCode::io, "out of memory");
    if (is_address(trust.name)) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), trust.name.c_str());
    } else if (!trust.name.empty()) {
        SSL_set_tlsext_host_name(ssl.get(), trust.name.c_str());
        SSL_set1_host(ssl.get(), trust.name.c_str());
    }
    auto channel =
        std::make_unique<TlsChannel>(std::move(fd), std::move(place), std::move(context), std::move(ssl));
    if (Status shaken = channel->handshake(trust, deadline); !shaken) return fail(shaken.error());
    return std::unique_ptr<Channel>(std::move(channel));
}

}  // namespace logbook::net
