// The strict layer, then Beast's parser.
#include "logbook/server/request_reader.h"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace logbook::server {

namespace http = boost::beast::http;

struct RequestReader::Parser {
    http::request_parser<http::string_body> beast;
};

namespace {

// Of one chunk's size line with its extensions, or of the trailers: nobody needs more.
constexpr size_t longest_chunk_framing = 4096;

std::string text_of(boost::beast::string_view view) {
    return {view.data(), view.size()};
}

bool has_bare_line_end(std::string_view bytes) {
    for (size_t i = 0; i < bytes.size(); ++i) {
        if (bytes[i] == '\n' && (i == 0 || bytes[i - 1] != '\r')) return true;
        if (bytes[i] == '\r' && i + 1 < bytes.size() && bytes[i + 1] != '\n') return true;
    }
    return false;
}

// An absolute target's path; others as they are.
std::string_view path_form(std::string_view target) {
    if (target.empty() || target[0] == '/' || target == "*") return target;
    return target.substr(target.find('/', 7));
}

}  // namespace

RequestReader::RequestReader(const RequestLimits& limits) : limits_(limits), scanner_(limits_) {}
RequestReader::~RequestReader() = default;

void RequestReader::reject(Rejection rejection) {
    rejection_ = std::move(rejection);
    state_ = State::rejected;
    keep_alive_ = false;
    pending_.clear();
    pending_.shrink_to_fit();
}

void RequestReader::feed(std::string_view bytes) {
    if (state_ == State::rejected) return;
    pending_ += bytes;
    advance();
}

void RequestReader::advance() {
    if (state_ == State::ready || state_ == State::rejected) return;
    if (state_ == State::body) return advance_body();
    if (pending_.empty()) return;
    state_ = State::head;
    switch (scanner_.scan(pending_)) {
    case HeadScanner::Progress::more:
        return;
    case HeadScanner::Progress::rejected:
        return reject(scanner_.rejection());
    case HeadScanner::Progress::complete:
        break;
    }
    facts_ = scanner_.facts();
    parser_ = std::make_unique<Parser>();
    auto& beast = parser_->beast;
    beast.header_limit(uint32_t(scanner_.size() + longest_chunk_framing));
    beast.body_limit(limits_.body);
    boost::beast::error_code error;
    const size_t used = beast.put(boost::asio::buffer(pending_.data(), scanner_.size()), error);
    if (error || used != scanner_.size() || !beast.is_header_done())
        return reject({400, "the request is not well formed"});
    pending_.erase(0, used);
    take_head();
    keep_alive_ = beast.keep_alive();
    expectation_ = facts_.expects_continue;
    beast.eager(true);
    state_ = State::body;
    advance_body();
}

// Now, since Beast adds the trailers of a chunked body to the very same fields later on.
void RequestReader::take_head() {
    const auto& message = parser_->beast.get();
    head_ = api::Request();
    head_.method = text_of(message.method_string());
    head_.target = path_form(text_of(message.target()));
    for (const auto& field : message) head_.headers.add(text_of(field.name_string()), text_of(field.value()));
}

void RequestReader::advance_body() {
    auto& beast = parser_->beast;
    const auto refuse = [this] { reject({400, "the body is not well formed"}); };
    while (!beast.is_done() && !pending_.empty()) {
        boost::beast::error_code error;
        const size_t used = beast.put(boost::asio::buffer(pending_), error);
        pending_.erase(0, used);
        // Beast judges a chunk's size before the end of its line; a faulty line is refused for that, however
        // the bytes were cut.
        if (error == http::error::body_limit && beast.chunked()) {
            const size_t begin = pending_.compare(0, 2, "\r\n") == 0 ? 2 : 0;
            const std::string_view framing(pending_.data() + begin, pending_.size() - begin);
            if (has_bare_line_end(framing.substr(0, framing.find("\r\n")))) return refuse();
        }
        if (error == http::error::body_limit || error == http::error::buffer_overflow)
            return reject({413, "the body is too large"});
        if (error == http::error::need_more) {
            // What is left is the framing of a chunk, or trailers: no line of them may end without CR, nor go
            // on for ever.
            if (pending_.size() > longest_chunk_framing || has_bare_line_end(pending_)) refuse();
            return;
        }
        if (error || (used == 0 && !beast.is_done())) return refuse();
    }
    if (beast.is_done()) state_ = State::ready;
}

bool RequestReader::take_expectation() {
    return std::exchange(expectation_, false) && state_ == State::body;
}

api::Request RequestReader::take() {
    api::Request request = std::move(head_);
    request.body = std::move(parser_->beast.get().body());
    parser_.reset();
    scanner_ = HeadScanner(limits_);
    state_ = State::idle;
    advance();
    return request;
}

}  // namespace logbook::server
