// The strict layer, then Beast's parser for the head; the body is ours.
#include "logbook/server/request_reader.h"

#include <algorithm>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <utility>

namespace logbook::server {

namespace http = boost::beast::http;

namespace {

std::string text_of(boost::beast::string_view view) {
    return {view.data(), view.size()};
}

// An absolute target's path; others as they are.
std::string_view path_form(std::string_view target) {
    if (target.empty() || target[0] == '/' || target == "*") return target;
    return target.substr(target.find('/', 7));
}

}  // namespace

RequestReader::RequestReader(const RequestLimits& limits) : limits_(limits), scanner_(limits_) {}

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
    // Beast reads the head alone: how it reads a chunked body depends on where the bytes are cut, and it
    // would add trailers to the headers.
    http::request_parser<http::empty_body> beast;
    beast.header_limit(uint32_t(scanner_.size()));
    beast.skip(true);
    boost::beast::error_code error;
    const size_t used = beast.put(boost::asio::buffer(pending_.data(), scanner_.size()), error);
    if (error || used != scanner_.size() || !beast.is_header_done())
        return reject({400, "the request is not well formed"});
    pending_.erase(0, used);
    const auto& message = beast.get();
    request_ = api::Request();
    request_.method = text_of(message.method_string());
    request_.target = path_form(text_of(message.target()));
    for (const auto& field : message)
        request_.headers.add(text_of(field.name_string()), text_of(field.value()));
    keep_alive_ = beast.keep_alive();
    expectation_ = facts_.expects_continue;
    if (facts_.chunked) chunks_.emplace(limits_.body);
    state_ = State::body;
    advance_body();
}

void RequestReader::advance_body() {
    if (chunks_) {
        size_t taken = 0;
        const auto progress = chunks_->feed(pending_, taken, request_.body);
        pending_.erase(0, taken);
        if (progress == ChunkedBody::Progress::rejected) return reject(chunks_->rejection());
        if (progress == ChunkedBody::Progress::complete) state_ = State::ready;
        return;
    }
    // The head's scanner has held the length against the limit.
    const size_t missing = facts_.length.value_or(0) - request_.body.size();
    const size_t taken = std::min(missing, pending_.size());
    request_.body.append(pending_, 0, taken);
    pending_.erase(0, taken);
    if (taken == missing) state_ = State::ready;
}

bool RequestReader::take_expectation() {
    return std::exchange(expectation_, false) && state_ == State::body;
}

api::Request RequestReader::take() {
    api::Request request = std::exchange(request_, {});
    chunks_.reset();
    scanner_ = HeadScanner(limits_);
    state_ = State::idle;
    advance();
    return request;
}

}  // namespace logbook::server
