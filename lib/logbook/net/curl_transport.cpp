// The real HTTP client: libcurl, one easy handle a request.
#include <curl/curl.h>
<<<<<<< HEAD
=======
#include <fmt/format.h>
#include <mutex>
#include <openssl/x509_vfy.h>
>>>>>>> 0a3f7f01c7878abe28c778b9437fa76ee55d5656

#include "logbook/net/curl_call.h"
#include "logbook/net/transport.h"

namespace logbook::net {
namespace {

struct Taken {
    CurlCall& call;
    size_t most_bytes;
};

size_t take_body(char* data, size_t, size_t size, void* user) {
    auto& taken = *static_cast<Taken*>(user);
    if (taken.call.reply.body.size() + size > taken.most_bytes) {
        taken.call.too_large = true;
        return 0;
    }
    taken.call.reply.body.append(data, size);
    return size;
}

<<<<<<< HEAD
=======
size_t take_header(char* data, size_t, size_t size, void* user) {
    auto& taken = *static_cast<Taken*>(user);
    const std::string_view line = trim(std::string_view(data, size));
    taken.header_bytes += size;
    if (taken.header_bytes > most_header_bytes) {
        taken.too_large = true;
        return 0;
    }
    if (line.substr(0, 5) == "HTTP/") taken.reply.headers.clear();  // a 100 Continue came before
    const size_t colon = line.find(':');
    if (colon != std::string_view::npos)
        taken.reply.headers.emplace_back(lower(line.substr(0, colon)),
                                         std::string(trim(line.substr(colon + 1))));
    return size;
}

Millis at(CURL* curl, CURLINFO what) {
    curl_off_t microseconds = 0;
    curl_easy_getinfo(curl, what, &microseconds);
    if (microseconds <= 0) return Millis(-1);
    return Millis((microseconds + 500) / 1000);
}

HttpTimings timings_of(CURL* curl) {
    return {at(curl, CURLINFO_NAMELOOKUP_TIME_T), at(curl, CURLINFO_CONNECT_TIME_T),
            at(curl, CURLINFO_APPCONNECT_TIME_T), at(curl, CURLINFO_STARTTRANSFER_TIME_T),
            at(curl, CURLINFO_TOTAL_TIME_T)};
}

// "notAfter" as OpenSSL prints it: "Nov 22 04:12:09 2026 GMT".
WallTime parse_certificate_time(std::string_view text) {
    constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    std::tm t{};
    char name[4] = {};
    if (std::sscanf(std::string(text).c_str(), "%3s %d %d:%d:%d %d", name, &t.tm_mday, &t.tm_hour, &t.tm_min,
                    &t.tm_sec, &t.tm_year) != 6)
        return {};
    const size_t month = months.find(name);
    if (month == std::string_view::npos) return {};
    t.tm_mon = int(month / 3);
    t.tm_year -= 1900;
    return from_unix_seconds(::timegm(&t));
}

// "DNS:logbook.example.org, IP Address:192.0.2.7", as OpenSSL prints it; other kinds name no host.
std::vector<std::string> names_of(std::string_view text) {
    std::vector<std::string> names;
    for (const std::string& part : split(text, ','))
        for (const std::string_view kind : {"DNS:", "IP Address:"})
            if (const std::string_view name = trim(part); name.substr(0, kind.size()) == kind)
                names.push_back(printable(name.substr(kind.size()), 255));
    return names;
}

std::vector<Certificate> certificates_of(CURL* curl) {
    std::vector<Certificate> chain;
    curl_certinfo* info = nullptr;
    if (curl_easy_getinfo(curl, CURLINFO_CERTINFO, &info) != CURLE_OK || !info) return chain;
    for (int i = 0; i < info->num_of_certs; ++i) {
        Certificate certificate;
        for (const curl_slist* line = info->certinfo[i]; line; line = line->next) {
            const std::string_view text = line->data;
            const auto value = [&](std::string_view key) { return text.substr(key.size()); };
            if (text.substr(0, 8) == "Subject:") certificate.subject = printable(value("Subject:"));
            if (text.substr(0, 7) == "Issuer:") certificate.issuer = printable(value("Issuer:"));
            if (text.substr(0, 11) == "Start date:")
                certificate.not_before = parse_certificate_time(value("Start date:"));
            if (text.substr(0, 12) == "Expire date:")
                certificate.not_after = parse_certificate_time(value("Expire date:"));
            constexpr std::string_view names = "X509v3 Subject Alternative Name:";
            if (text.substr(0, names.size()) == names) certificate.names = names_of(value(names));
        }
        chain.push_back(std::move(certificate));
    }
    return chain;
}

// OpenSSL's verdict on the chain; the host's name is compared by libcurl itself, once the chain is good.
TlsFault fault_of(CURLcode code, long verdict) {
    if (code == CURLE_SSL_CONNECT_ERROR) return TlsFault::handshake;
    if (code != CURLE_PEER_FAILED_VERIFICATION) return TlsFault::none;
    switch (verdict) {
    case X509_V_OK:
    case X509_V_ERR_UNSPECIFIED:  // what libcurl leaves there when it is the name that does not match
        return TlsFault::wrong_name;
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return TlsFault::expired;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return TlsFault::not_yet_valid;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return TlsFault::self_signed;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return TlsFault::unknown_issuer;
    default:
        return TlsFault::other;
    }
}

Error error_of(CURLcode code, const HttpRequest& request, const HttpTimings& timings, const char* detail,
               bool too_large) {
    const std::string said = printable(*detail ? detail : curl_easy_strerror(code));
    const auto at_url = [&](ErrorCode kind, std::string_view what) {
        return Error{kind, fmt::format("{} {} ({})", printable(request.url), what, said), {}};
    };
    if (too_large)
        return Error{
            ErrorCode::too_large,
            fmt::format("{} answered with more than {} bytes", printable(request.url), request.most_bytes),
            {}};
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return at_url(ErrorCode::not_found, "names a host that does not exist");
    case CURLE_COULDNT_CONNECT:
        return at_url(ErrorCode::unreachable, "does not accept connections");
    case CURLE_OPERATION_TIMEDOUT:
        if (timings.connected.count() < 0)
            return at_url(ErrorCode::unreachable, "could not be connected to in time");
        return at_url(ErrorCode::timeout, timings.first_byte.count() < 0
                                              ? "accepts connections but does not answer"
                                              : "did not finish its answer in time");
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
        return at_url(ErrorCode::closed, "closed the connection without an answer");
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
        return at_url(ErrorCode::tls, "has no TLS that can be trusted");
    case CURLE_SSL_CACERT_BADFILE:
        return Error{ErrorCode::io,
                     fmt::format("the trusted certificates cannot be read, so {} was not asked ({})",
                                 printable(request.url), said),
                     "name a readable PEM file in SSL_CERT_FILE, or none"};
    case CURLE_URL_MALFORMAT:
        return at_url(ErrorCode::invalid, "is not a URL");
    default:
        return at_url(ErrorCode::protocol, "does not speak HTTP");
    }
}

>>>>>>> 0a3f7f01c7878abe28c778b9437fa76ee55d5656
class CurlTransport final : public Transport {
  public:
    explicit CurlTransport(TrustedAuthorities trusted) : trusted_(std::move(trusted)) {}

    tl::expected<HttpReply, HttpFailure> send(const HttpRequest& request, Deadline deadline) const override {
<<<<<<< HEAD
        CurlCall call(request, deadline);
        Taken taken{call, request.most_bytes};
        curl_easy_setopt(call.easy(), CURLOPT_WRITEFUNCTION, &take_body);
        curl_easy_setopt(call.easy(), CURLOPT_WRITEDATA, &taken);
        const CURLcode code = curl_easy_perform(call.easy());
        if (code != CURLE_OK) return tl::unexpected(call.failure(code));
        return call.take_reply();
=======
        static std::once_flag once;  // costs milliseconds, so only a run that sends anything pays
        std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
        const std::unique_ptr<CURL, void (*)(CURL*)> handle(curl_easy_init(), curl_easy_cleanup);
        CURL* curl = handle.get();
        Taken taken;
        taken.most_bytes = request.most_bytes;
        char detail[CURL_ERROR_SIZE] = {};
        const std::string agent = "logbookctl/" + std::string(version());

        curl_slist* lines = nullptr;
        for (const auto& [name, value] : request.headers)
            lines = curl_slist_append(lines, (name + ": " + value).c_str());
        lines = curl_slist_append(lines, "Expect:");
        const std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers(lines, curl_slist_free_all);

        curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
        curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
        curl_easy_setopt(curl, CURLOPT_PROXY, "");
        curl_easy_setopt(curl, CURLOPT_NETRC, long(CURL_NETRC_IGNORED));
        curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, long(CURL_HTTP_VERSION_1_1));
        curl_easy_setopt(curl, CURLOPT_USERAGENT, agent.c_str());
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, lines);
        curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail);
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &take_body);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, &taken);
        curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &take_header);
        curl_easy_setopt(curl, CURLOPT_HEADERDATA, &taken);
        curl_easy_setopt(curl, CURLOPT_CERTINFO, 1L);
        if (!trusted_.file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, trusted_.file.c_str());
        if (!trusted_.folder.empty()) curl_easy_setopt(curl, CURLOPT_CAPATH, trusted_.folder.c_str());
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, request.verify_tls ? 1L : 0L);
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, request.verify_tls ? 2L : 0L);
        const Millis left = std::max(deadline.remaining(), Millis(1));
        curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, long(left.count()));
        curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                         long(std::min(left, request.connect_timeout).count()));
        if (request.method == "HEAD")
            curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
        else
            curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
        if (!request.body.empty()) {
            curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
            curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.size()));
        }

        const CURLcode code = curl_easy_perform(curl);
        const HttpTimings timings = timings_of(curl);
        if (code != CURLE_OK) {
            long verdict = X509_V_OK;
            curl_easy_getinfo(curl, CURLINFO_SSL_VERIFYRESULT, &verdict);
            return tl::unexpected(HttpFailure{error_of(code, request, timings, detail, taken.too_large),
                                              timings, fault_of(code, verdict)});
        }
        long status = 0;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        taken.reply.status = int(status);
        taken.reply.timings = timings;
        taken.reply.certificates = certificates_of(curl);
        return std::move(taken.reply);
>>>>>>> 0a3f7f01c7878abe28c778b9437fa76ee55d5656
    }

  private:
    const TrustedAuthorities trusted_;
};

}  // namespace

std::unique_ptr<Transport> make_curl_transport(TrustedAuthorities trusted) {
    return std::make_unique<CurlTransport>(std::move(trusted));
}

}  // namespace logbook::net
