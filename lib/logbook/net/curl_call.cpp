// The handle's options, and what curl's codes mean.
#include "logbook/net/curl_call.h"

#include <cerrno>
#include <curl/curl.h>
#include <fmt/format.h>
#include <mutex>
#include <openssl/x509_vfy.h>

#include "logbook/base/text.h"
#include "logbook/base/version.h"

namespace logbook::net {
namespace {

constexpr size_t most_header_bytes = size_t(64) << 10;

Millis at(CURL* curl, CURLINFO what) {
    curl_off_t microseconds = 0;
    curl_easy_getinfo(curl, what, &microseconds);
    if (microseconds <= 0) return Millis(-1);
    return Millis((microseconds + 500) / 1000);
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

// The kind of a failed connection to a unix socket, which curl tells by errno only.
ErrorCode socket_failure(CURL* curl) {
    long number = 0;
    curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &number);
    return number == EACCES || number == EPERM ? ErrorCode::denied : ErrorCode::unreachable;
}

Error error_of(CURL* curl, CURLcode code, const HttpRequest& request, const HttpTimings& timings,
               const char* detail) {
    const std::string place = printable(request.unix_socket.empty() ? request.url : request.unix_socket);
    const std::string said = printable(*detail ? detail : curl_easy_strerror(code));
    const auto at_place = [&](ErrorCode kind, std::string_view what) {
        return Error{kind, fmt::format("{} {} ({})", place, what, said), {}};
    };
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        if (!request.unix_socket.empty()) return at_place(ErrorCode::invalid, "cannot be a socket");
        return at_place(ErrorCode::not_found, "names a host that does not exist");
    case CURLE_COULDNT_CONNECT:
        if (!request.unix_socket.empty() && socket_failure(curl) == ErrorCode::denied)
            return at_place(ErrorCode::denied, "refuses this user");
        return at_place(ErrorCode::unreachable, "does not accept connections");
    case CURLE_OPERATION_TIMEDOUT:
        if (timings.connected.count() < 0 && request.unix_socket.empty())
            return at_place(ErrorCode::unreachable, "could not be connected to in time");
        return at_place(ErrorCode::timeout, timings.first_byte.count() < 0
                                                ? "accepts connections but does not answer"
                                                : "did not finish its answer in time");
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
        return at_place(ErrorCode::closed, "closed the connection without an answer");
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
        return at_place(ErrorCode::tls, "has no TLS that can be trusted");
    case CURLE_SSL_CERTPROBLEM:
        return Error{ErrorCode::io,
                     fmt::format("our own certificate or its key cannot be used, so {} was not asked ({})",
                                 place, said),
                     "check the PEM files of the Docker context, or of DOCKER_CERT_PATH"};
    case CURLE_SSL_CACERT_BADFILE:
        return Error{
            ErrorCode::io,
            fmt::format("the trusted certificates cannot be read, so {} was not asked ({})", place, said),
            request.tls_ca.empty() ? "name a readable PEM file in SSL_CERT_FILE, or none"
                                   : "check " + printable(request.tls_ca)};
    case CURLE_URL_MALFORMAT:
        return at_place(ErrorCode::invalid, "is not a URL");
    default:
        return at_place(ErrorCode::protocol, "does not speak HTTP");
    }
}

}  // namespace

CurlCall::CurlCall(const HttpRequest& request, Deadline deadline)
    : request_(request), detail_(std::make_unique<char[]>(CURL_ERROR_SIZE)) {
    static std::once_flag once;  // costs milliseconds, so only a run that sends anything pays
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    CURL* curl = easy_ = curl_easy_init();
    const std::string agent = "logbookctl/" + std::string(version());

    curl_slist* lines = nullptr;
    for (const auto& [name, value] : request.headers)
        lines = curl_slist_append(lines, fmt::format("{}: {}", name, value).c_str());
    lines_ = lines = curl_slist_append(lines, "Expect:");

    curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NETRC, long(CURL_NETRC_IGNORED));
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, long(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(curl, CURLOPT_USERAGENT, agent.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, lines);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail_.get());
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &CurlCall::take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(curl, CURLOPT_CERTINFO, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, request.verify_tls ? 1L : 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, request.verify_tls ? 2L : 0L);
    if (!request.unix_socket.empty())
        curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, request.unix_socket.c_str());
    if (!request.tls_ca.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, request.tls_ca.c_str());
    if (!request.tls_certificate.empty())
        curl_easy_setopt(curl, CURLOPT_SSLCERT, request.tls_certificate.c_str());
    if (!request.tls_key.empty()) curl_easy_setopt(curl, CURLOPT_SSLKEY, request.tls_key.c_str());
    const Millis left = std::max(deadline.remaining(), Millis(1));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, long(left.count()));
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, long(std::min(left, request.connect_timeout).count()));
    if (request.method == "HEAD")
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    else
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (!request.body.empty()) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.size()));
    }
}

void CurlCall::trust(const TrustedAuthorities& authorities) {
    if (!request_.tls_ca.empty()) return;
    if (!authorities.file.empty())
        curl_easy_setopt(static_cast<CURL*>(easy_), CURLOPT_CAINFO, authorities.file.c_str());
    if (!authorities.folder.empty())
        curl_easy_setopt(static_cast<CURL*>(easy_), CURLOPT_CAPATH, authorities.folder.c_str());
}

CurlCall::~CurlCall() {
    curl_easy_cleanup(easy_);
    curl_slist_free_all(static_cast<curl_slist*>(lines_));
}

size_t CurlCall::take_header(char* data, size_t, size_t size, void* user) {
    auto& call = *static_cast<CurlCall*>(user);
    const std::string_view line = trim(std::string_view(data, size));
    call.header_bytes_ += size;
    if (call.header_bytes_ > most_header_bytes) {
        call.too_large = true;
        return 0;
    }
    if (line.substr(0, 5) == "HTTP/") call.reply.headers.clear();  // a 100 Continue came before
    const size_t colon = line.find(':');
    if (colon != std::string_view::npos)
        call.reply.headers.emplace_back(lower(line.substr(0, colon)),
                                        std::string(trim(line.substr(colon + 1))));
    return size;
}

HttpTimings CurlCall::timings() const {
    return {at(easy_, CURLINFO_NAMELOOKUP_TIME_T), at(easy_, CURLINFO_CONNECT_TIME_T),
            at(easy_, CURLINFO_APPCONNECT_TIME_T), at(easy_, CURLINFO_STARTTRANSFER_TIME_T),
            at(easy_, CURLINFO_TOTAL_TIME_T)};
}

int CurlCall::status() const {
    long status = 0;
    curl_easy_getinfo(static_cast<CURL*>(easy_), CURLINFO_RESPONSE_CODE, &status);
    return int(status);
}

HttpReply CurlCall::take_reply() {
    reply.status = status();
    reply.timings = timings();
    reply.certificates = certificates_of(easy_);
    return std::move(reply);
}

HttpFailure CurlCall::failure(int curl_code) const {
    if (too_large)
        return failure(ErrorCode::too_large,
                       fmt::format("answered with more than {} bytes", request_.most_bytes));
    const HttpTimings when = timings();
    long verdict = X509_V_OK;
    curl_easy_getinfo(static_cast<CURL*>(easy_), CURLINFO_SSL_VERIFYRESULT, &verdict);
    return {error_of(easy_, CURLcode(curl_code), request_, when, detail_.get()), when,
            fault_of(CURLcode(curl_code), verdict)};
}

HttpFailure CurlCall::failure(ErrorCode code, std::string_view what) const {
    const std::string place = printable(request_.unix_socket.empty() ? request_.url : request_.unix_socket);
    return {Error{code, fmt::format("{} {}", place, what), {}}, timings()};
}

}  // namespace logbook::net
