// Raw bytes in, statuses out: how requests are told apart, and which are refused. Each case runs through a
// real socket, whole; and through the sans-IO reader, byte by byte and cut at every place.
#include <doctest/doctest.h>

#include "logbook/api/errors.h"
#include "logbook/server/request_reader.h"
#include "unit/server/loopback.h"

using namespace logbook;
using namespace logbook::server;
using namespace std::chrono_literals;

namespace {

struct Case {
    std::string name;
    std::string bytes;
    std::string statuses;  // of the replies, in order; empty: none (the request is not complete)
};

std::string get(const std::string& headers = {}, const std::string& target = "/a") {
    return "GET " + target + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
}

std::string post(const std::string& headers, const std::string& body) {
    return "POST /a HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n" + body;
}

std::string chunked(const std::string& body) {
    return post("Transfer-Encoding: chunked\r\n", body);
}

std::string nul(const std::string& before, const std::string& after) {
    return before + std::string(1, '\0') + after;
}

std::string many(size_t count) {
    std::string headers;
    for (size_t i = 0; i < count; ++i) headers += "A: b\r\n";
    return headers;
}

// A request whose header lines take exactly `bytes`.
std::string sized_headers(size_t bytes) {
    const std::string fixed = "Host: x\r\nA: \r\n";
    return "GET /a HTTP/1.1\r\nHost: x\r\nA: " + std::string(bytes - fixed.size(), 'b') + "\r\n\r\n";
}

std::string sized_target(size_t bytes) {
    return get({}, "/" + std::string(bytes - 1, 'a'));
}

const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";

const std::vector<Case>& cases() {
    static const std::vector<Case> all = {
        // Ordinary requests.
        {"plain", get(), "200"},
        {"two in one piece", get() + get(), "200 200"},
        {"three with a body between", get() + post("Content-Length: 3\r\n", "abc") + get(), "200 200 200"},
        {"HTTP/1.0 without Host", "GET /a HTTP/1.0\r\n\r\n", "200"},
        {"HTTP/1.0 ends the connection", "GET /a HTTP/1.0\r\n\r\n" + get(), "200"},
        {"HTTP/1.0 keep-alive", "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + get(), "200 200"},
        {"Connection: close", get("Connection: close\r\n") + get(), "200"},
        {"absolute target", "GET http://x/a HTTP/1.1\r\nHost: x\r\n\r\n", "200"},
        {"absolute target, case of host", "GET HTTP://X/a HTTP/1.1\r\nHost: x\r\n\r\n", "200"},
        {"empty header value", get("A:\r\n"), "200"},
        {"tabs around a value", get("A:\tb \t\r\n"), "200"},
        {"bytes above ASCII in a value", get("A: \xc3\xa9\xff\r\n"), "200"},
        {"IPv6 host", "GET /a HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "200"},
        {"header names without case", "GET /a HTTP/1.1\r\nhOsT: x\r\n\r\n", "200"},
        {"unknown method", "FROB /a HTTP/1.1\r\nHost: x\r\n\r\n", "405"},
        {"no such path", get({}, "/none"), "404"},
        {"HEAD has no body", "HEAD /none-but-head HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", " rest"},
        {"asterisk", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        // Not complete: no answer, and no crash at the end of the stream.
        {"nothing", "", ""},
        {"half a line", "GET /a HT", ""},
        {"half a head", "GET /a HTTP/1.1\r\nHost: x\r\n", ""},
        {"half a body", post("Content-Length: 5\r\n", "abc"), ""},
        {"half a chunk", chunked("5\r\nab"), ""},
        {"no last chunk", chunked("3\r\nabc\r\n"), ""},
        // The request line.
        {"empty line first", "\r\n" + get(), "400"},
        {"bare LF line ends", "GET /a HTTP/1.1\nHost: x\n\n", "400"},
        {"bare LF after a header", "GET /a HTTP/1.1\r\nHost: x\nA: b\r\n\r\n", "400"},
        {"bare CR in a header", get("A: b\rc\r\n"), "400"},
        {"CR CR LF", "GET /a HTTP/1.1\r\r\nHost: x\r\n\r\n", "400"},
        {"two blanks", "GET  /a HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        {"a tab for a blank", "GET\t/a HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        {"a blank in the target", get({}, "/a b"), "400"},
        {"a blank at the end", "GET /a HTTP/1.1 \r\nHost: x\r\n\r\n", "400"},
        {"no version", "GET /a\r\nHost: x\r\n\r\n", "400"},
        {"HTTP/0.9", "GET /a HTTP/0.9\r\nHost: x\r\n\r\n", "505"},
        {"HTTP/1.2", "GET /a HTTP/1.2\r\nHost: x\r\n\r\n", "505"},
        {"HTTP/2.0", "GET /a HTTP/2.0\r\nHost: x\r\n\r\n", "505"},
        {"http/1.1", "GET /a http/1.1\r\nHost: x\r\n\r\n", "400"},
        {"HTTP/1.10", "GET /a HTTP/1.10\r\nHost: x\r\n\r\n", "400"},
        {"HTTP/01.1", "GET /a HTTP/01.1\r\nHost: x\r\n\r\n", "400"},
        {"the HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505"},
        {"a method that is no token", "G@T /a HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        {"a method without end", std::string(33, 'G') + " /a HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        {"a fragment", get({}, "/a#b"), "400"},
        {"a backslash", get({}, "\\a"), "400"},
        {"a relative target", get({}, "a"), "400"},
        {"CONNECT", "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        {"NUL in the target", nul("GET /", "a HTTP/1.1\r\nHost: x\r\n\r\n"), "400"},
        {"a byte above ASCII in the target", get({}, "/\xc3\xa9"), "400"},
        {"absolute target and another Host", "GET http://y/a HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        {"absolute target with a user", "GET http://u@x/a HTTP/1.1\r\nHost: u@x\r\n\r\n", "400"},
        {"a TLS hello", nul("\x16\x03\x01", "\x01\r\n\r\n"), "400"},
        // Header lines.
        {"obsolete folding", get("A: b\r\n c\r\n"), "400"},
        {"folding in the first header", "GET /a HTTP/1.1\r\n Host: x\r\n\r\n", "400"},
        {"a blank before the colon", get("A : b\r\n"), "400"},
        {"no colon", get("A\r\n"), "400"},
        {"no name", get(": b\r\n"), "400"},
        {"NUL in a value", "GET /a HTTP/1.1\r\nHost: x\r\n" + nul("A: b", "c\r\n\r\n"), "400"},
        {"NUL in a name", "GET /a HTTP/1.1\r\nHost: x\r\n" + nul("A", "B: c\r\n\r\n"), "400"},
        {"a control byte in a value", get("A: \x01\r\n"), "400"},
        {"DEL in a value", get("A: \x7f\r\n"), "400"},
        {"a byte above ASCII in a name", get("\xc3\xa9: b\r\n"), "400"},
        // Host.
        {"no Host", "GET /a HTTP/1.1\r\n\r\n", "400"},
        {"two Hosts", get("Host: y\r\n"), "400"},
        {"two equal Hosts", get("Host: x\r\n"), "400"},
        {"an empty Host", "GET /a HTTP/1.1\r\nHost:\r\n\r\n", "400"},
        {"a list of Hosts", "GET /a HTTP/1.1\r\nHost: x, y\r\n\r\n", "400"},
        {"a Host with a path", "GET /a HTTP/1.1\r\nHost: x/y\r\n\r\n", "400"},
        {"a Host with a user", "GET /a HTTP/1.1\r\nHost: u@x\r\n\r\n", "400"},
        {"a Host with a bad port", "GET /a HTTP/1.1\r\nHost: x:8o\r\n\r\n", "400"},
        {"two Hosts in HTTP/1.0", "GET /a HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n", "400"},
        // Content-Length.
        {"a body", post("Content-Length: 3\r\n", "abc"), "200"},
        {"an empty body", post("Content-Length: 0\r\n", ""), "200"},
        {"leading zeros", post("Content-Length: 003\r\n", "abc"), "200"},
        {"two different lengths", post("Content-Length: 3\r\nContent-Length: 4\r\n", "abcd"), "400"},
        {"two equal lengths", post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"), "400"},
        {"a list of lengths", post("Content-Length: 3, 3\r\n", "abc"), "400"},
        {"a length with a sign", post("Content-Length: +3\r\n", "abc"), "400"},
        {"a negative length", post("Content-Length: -1\r\n", "abc"), "400"},
        {"a hexadecimal length", post("Content-Length: 0x3\r\n", "abc"), "400"},
        {"an empty length", post("Content-Length:\r\n", ""), "400"},
        {"a length beyond all numbers", post("Content-Length: 99999999999999999999999\r\n", ""), "413"},
        {"a length that wraps to 3", post("Content-Length: 18446744073709551619\r\n", "abc"), "413"},
        {"bytes after the body are the next request", post("Content-Length: 3\r\n", "abc" + smuggled),
         "200 404"},
        // Transfer-Encoding.
        {"chunks", chunked("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"), "200"},
        {"chunked, other case", post("Transfer-Encoding: Chunked\r\n", "0\r\n\r\n"), "200"},
        {"a chunk extension", chunked("3;a=b\r\nabc\r\n0\r\n\r\n"), "200"},
        {"a trailer", chunked("0\r\nA: b\r\n\r\n"), "200"},
        {"hexadecimal size", chunked("A\r\n0123456789\r\n0\r\n\r\n"), "200"},
        {"both lengths", post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + smuggled),
         "400"},
        {"both lengths, other order",
         post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\n"), "400"},
        {"two codings", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n"),
         "400"},
        {"a list of codings", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), "501"},
        {"an unknown coding", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), "501"},
        {"identity", post("Transfer-Encoding: identity\r\n", ""), "501"},
        {"a quoted coding", post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), "501"},
        {"a vertical tab before the coding",
         post("Transfer-Encoding: \x0b"
              "chunked\r\n",
              "0\r\n\r\n"),
         "400"},
        {"a blank before the colon of the coding", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"),
         "400"},
        {"a folded coding", post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"), "400"},
        {"chunked in HTTP/1.0", "POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
        {"a chunk size with a sign", chunked("+3\r\nabc\r\n0\r\n\r\n"), "400"},
        {"a negative chunk size", chunked("-3\r\nabc\r\n0\r\n\r\n"), "400"},
        {"a chunk size with 0x", chunked("0x3\r\nabc\r\n0\r\n\r\n"), "400"},
        {"an empty chunk size", chunked("\r\nabc\r\n0\r\n\r\n"), "400"},
        {"a chunk size that wraps", chunked("10000000000000003\r\nabc\r\n0\r\n\r\n"), "400"},
        {"a chunk longer than its size", chunked("3\r\nabcd\r\n0\r\n\r\n"), "400"},
        {"a chunk without its line end", chunked("3\r\nabc0\r\n\r\n"), "400"},
        {"bare LF in chunk framing", chunked("3\nabc\n0\n\n"), "400"},
        {"bare LF in a chunk extension", chunked("3;a\nb\r\nabc\r\n0\r\n\r\n"), "400"},
        {"what follows the last chunk is the next request", chunked("0\r\n\r\n" + smuggled), "200 404"},
        {"a trailer cannot add a header", chunked("0\r\nHost: y\r\n\r\n"), "200"},
        // Expectations.
        {"100-continue", post("Content-Length: 3\r\nExpect: 100-continue\r\n", "abc"), "200"},
        {"100-continue without a body", get("Expect: 100-continue\r\n"), "200"},
        {"another expectation", get("Expect: coffee\r\n"), "417"},
        // Limits, at n and n+1.
        {"target of 4096", sized_target(4096), "404"},
        {"target of 4097", sized_target(4097), "414"},
        {"target without end", "GET /" + std::string(9000, 'a'), "414"},
        {"headers of 8192", sized_headers(8192), "200"},
        {"headers of 8193", sized_headers(8193), "431"},
        {"headers without end", "GET /a HTTP/1.1\r\nA: " + std::string(9000, 'b'), "431"},
        {"100 headers", "GET /a HTTP/1.1\r\nHost: x\r\n" + many(99) + "\r\n", "200"},
        {"101 headers", "GET /a HTTP/1.1\r\nHost: x\r\n" + many(100) + "\r\n", "431"},
        {"body of 1 MiB", post("Content-Length: 1048576\r\n", std::string(1048576, 'a')), "200"},
        {"body of 1 MiB and one", post("Content-Length: 1048577\r\n", std::string(1048577, 'a')), "413"},
        {"chunked body of 1 MiB", chunked("100000\r\n" + std::string(1048576, 'a') + "\r\n0\r\n\r\n"), "200"},
        {"chunked body of 1 MiB and one",
         chunked("100000\r\n" + std::string(1048576, 'a') + "\r\n1\r\na\r\n0\r\n\r\n"), "413"},
        {"one chunk larger than 1 MiB", chunked("100001\r\n" + std::string(100, 'a')), "413"},
        {"a chunk extension without end", chunked("3;a=" + std::string(20'000, 'b')), "400"},
        {"trailers without end", chunked("0\r\nA: " + std::string(40'000, 'b')), "400"},
    };
    return all;
}

api::Service echo() {
    api::Route a("GET", "/a", "test", api::Policy::everyone());
    a.replies = {{200, "always"}};
    a.cost = api::Cost::cheap;
    a.handle = [](const api::Call& call) {
        return api::json_reply(200, Json::object({{"bytes", int64_t(call.request.body.size())},
                                                  {"host", call.request.headers.get("Host").value_or("-")}}));
    };
    api::Route head = a, p = a;
    head.path = "/none-but-head";
    p.method = "POST";
    return api::Service({a, head, p}, {});
}

// What the reader makes of the bytes: the statuses of refusals, and the requests with their bodies.
std::string digest(const std::vector<std::string>& pieces) {
    RequestReader reader{RequestLimits{}};
    std::string found;
    for (const std::string& piece : pieces) {
        reader.feed(piece);
        while (reader.state() == RequestReader::State::ready) {
            const bool keep = reader.keep_alive();
            const api::Request request = reader.take();
            found += request.method + " " + request.target + " " + std::to_string(request.body.size()) + " " +
                     std::to_string(std::hash<std::string>()(request.body)) + " " +
                     std::to_string(request.headers.fields().size()) + (keep ? " keep\n" : " close\n");
        }
    }
    if (reader.state() == RequestReader::State::rejected)
        return found + std::to_string(reader.rejection().status) + " " + reader.rejection().why;
    return found + (reader.state() == RequestReader::State::idle ? "idle" : "more");
}

}  // namespace

TEST_CASE("every raw request gets exactly its replies") {
    const api::Service service = echo();
    test::Loopback loopback(service, {});
    CHECK(cases().size() >= 100);
    for (const Case& c : cases()) {
        CAPTURE(c.name);
        test::RawClient client(loopback.port());
        REQUIRE(client.connected());
        client.send(c.bytes);
        client.no_more();
        const std::string replies = client.read_all();
        // The word to go on is no reply.
        std::string found = test::statuses(replies);
        if (found.rfind("100 ", 0) == 0) found.erase(0, 4);
        CHECK(found == c.statuses);
        CHECK(client.closed());
        CHECK(replies.find("smuggled") == std::string::npos);
        if (!c.statuses.empty() && c.statuses.back() != '0' && c.statuses != "404" && c.statuses != "405")
            CHECK((replies.find("Connection: close") != std::string::npos || c.statuses == "200 404" ||
                   c.statuses == " rest"));
    }
}

TEST_CASE("how the bytes are cut makes no difference") {
    for (const Case& c : cases()) {
        CAPTURE(c.name);
        const std::string whole = digest({c.bytes});
        if (c.bytes.size() > 20'000) {
            // Large ones: around the places that matter.
            for (const size_t at : {size_t(1), size_t(60), c.bytes.size() / 2, c.bytes.size() - 3})
                CHECK(digest({c.bytes.substr(0, at), c.bytes.substr(at)}) == whole);
            continue;
        }
        std::vector<std::string> bytes;
        for (const char byte : c.bytes) bytes.emplace_back(1, byte);
        CHECK(digest(bytes) == whole);
        const size_t step = c.bytes.size() > 1000 ? 97 : 1;
        for (size_t at = 1; at < c.bytes.size(); at += step)
            CHECK(digest({c.bytes.substr(0, at), c.bytes.substr(at)}) == whole);
    }
}

TEST_CASE("a trailer stays out of the headers") {
    RequestReader reader{RequestLimits{}};
    reader.feed(chunked("3\r\nabc\r\n0\r\nX-Request-ID: forged\r\nHost: y\r\n\r\n"));
    REQUIRE(reader.state() == RequestReader::State::ready);
    const api::Request request = reader.take();
    CHECK(request.body == "abc");
    CHECK(request.headers.get("Host") == "x");
    CHECK_FALSE(request.headers.get("X-Request-ID"));
}
