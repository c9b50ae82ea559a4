// Requests to the engine.
#include "logbook/docker/wire.h"

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/docker/engine_error.h"

namespace logbook::docker {

std::string url_encoded(std::string_view text) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    std::string out;
    for (const char c : text) {
        if (plain.find(c) != std::string_view::npos)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

Query& Query::add(std::string_view name, std::string_view value) {
    text_ += text_.empty() ? '?' : '&';
    text_.append(name).append("=").append(url_encoded(value));
    return *this;
}

net::HttpRequest Wire::request(std::string_view method, const std::string& path, const std::string& body,
                               size_t most_bytes) const {
    net::HttpRequest request;
    request.method = std::string(method);
    const std::string versioned = version_.empty() ? path : "/v" + version_ + path;
    if (!endpoint_.socket.empty()) {
        request.unix_socket = endpoint_.socket;
        request.url = "http://docker" + versioned;
    } else {
        const std::string host = contains(endpoint_.host, ":") ? "[" + endpoint_.host + "]" : endpoint_.host;
        request.url =
            fmt::format("{}://{}:{}{}", endpoint_.tls ? "https" : "http", host, endpoint_.port, versioned);
    }
    if (endpoint_.tls) {
        request.tls_ca = endpoint_.tls->ca;
        request.tls_certificate = endpoint_.tls->certificate;
        request.tls_key = endpoint_.tls->key;
        request.verify_tls = endpoint_.tls->verify;
    }
    if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
    request.body = body;
    request.most_bytes = most_bytes;
    request.connect_timeout = Millis(3000);
    return request;
}

Result<net::HttpReply> Wire::stream(std::string_view method, std::string_view doing, const std::string& path,
                                    const std::string& body, const net::StreamOptions& options,
                                    size_t most_bytes, const net::ByteSink& sink, Deadline deadline) const {
    auto reply = stream_.stream(request(method, path, body, most_bytes), options, sink, deadline);
    if (!reply) {
        if (reply.error().error.code == ErrorCode::interrupted) return fail(reply.error().error);
        return fail(judge_failure(endpoint_, reply.error()));
    }
    // 304: it is so already.
    if (reply->status != 304 && (reply->status < 200 || reply->status > 299))
        return fail(judge_reply(endpoint_, doing, *reply));
    return std::move(*reply);
}

Result<Json> Wire::send(std::string_view method, std::string_view doing, const std::string& path,
                        const Json& body, Deadline deadline) const {
    std::string text;
    const auto sink = [&](std::string_view piece) {
        text += piece;
        return true;
    };
    const auto reply = stream(method, doing, path, body.is_null() ? std::string() : body.dump(), {},
                              most_json_bytes, sink, deadline);
    if (!reply) return fail(reply.error());
    if (trim(text).empty()) return Json();
    auto json = parse_json(text, {.bytes = most_json_bytes});
    if (!json)
        return fail(ErrorCode::protocol, fmt::format("what answers at {} is no container engine: {}",
                                                     printable(endpoint_.text(), 200), json.error().what));
    return json;
}

Result<Json> Wire::get(std::string_view doing, const std::string& path, Deadline deadline) const {
    return send("GET", doing, path, {}, deadline);
}

Status Wire::upgrade(std::string_view doing, const std::string& path, const std::string& body,
                     std::string_view input, size_t most_bytes, const net::ByteSink& sink,
                     Deadline deadline) const {
    const auto reply = stream_.upgrade(request("POST", path, body, most_bytes), {}, input, sink, deadline);
    if (!reply) return fail(judge_failure(endpoint_, reply.error()));
    if (reply->status != 101 && reply->status != 200) return fail(judge_reply(endpoint_, doing, *reply));
    return {};
}

}  // namespace logbook::docker
