// The reader: hiredis parses, our functions build.
#include "logbook/net/redis_reader.h"

#include <fmt/format.h>
#include <hiredis/hiredis.h>

#include "logbook/base/text.h"

namespace logbook::net {
namespace {

// Where the reader's next object goes: a new root, or its place in the array that is being read.
RedisReply* place_for(const redisReadTask* task) {
    if (!task->parent) return new RedisReply;
    auto* parent = static_cast<RedisReply*>(task->parent->obj);
    return &parent->items[size_t(task->idx)];
}

void* on_string(const redisReadTask* task, char* text, size_t size) {
    RedisReply* reply = place_for(task);
    reply->kind = task->type == REDIS_REPLY_STATUS  ? RedisReply::Kind::status
                  : task->type == REDIS_REPLY_ERROR ? RedisReply::Kind::error
                                                    : RedisReply::Kind::text;
    reply->text.assign(text, size);
    return reply;
}

// No reply that is asked for here is deeper than four; hiredis stops at seven before 1.0 and nowhere since,
// and what is built of a reply is taken apart by recursion.
constexpr int most_depth = 32;

int depth_of(const redisReadTask* task) {
    int depth = 0;
    for (; task->parent && depth <= most_depth; task = task->parent) ++depth;
    return depth;
}

// hiredis 0.14 allocates whatever an array's header asks for (CVE-2021-32765); here the budget of the whole
// reply is charged first. A null makes the reader stop with an error.
template <typename Count>  // int in hiredis 0.14, size_t since 1.0
void* on_array(const redisReadTask* task, Count count) {
    auto& budget = *static_cast<int64_t*>(task->privdata);
    if (int64_t(count) < 0 || int64_t(count) > budget || depth_of(task) > most_depth) return nullptr;
    budget -= int64_t(count);
    RedisReply* reply = place_for(task);
    reply->kind = RedisReply::Kind::array;
    reply->items.resize(size_t(count));
    return reply;
}

void* on_integer(const redisReadTask* task, long long value) {
    RedisReply* reply = place_for(task);
    reply->kind = RedisReply::Kind::integer;
    reply->integer = value;
    return reply;
}

void* on_nil(const redisReadTask* task) {
    return place_for(task);
}

void free_root(void* object) {
    delete static_cast<RedisReply*>(object);
}

[[maybe_unused]] void* on_double(const redisReadTask* task, double, char* text, size_t size) {
    return on_string(task, text, size);
}

[[maybe_unused]] void* on_bool(const redisReadTask* task, int value) {
    return on_integer(task, value);
}

// Newer readers also know RESP3's types, and would store a number for a pointer where a function is missing.
template <typename Functions>
Functions reader_functions() {
    Functions functions{};
    functions.createString = &on_string;
    functions.createArray = &on_array;
    functions.createInteger = &on_integer;
    functions.createNil = &on_nil;
    functions.freeObject = &free_root;
    if constexpr (requires { functions.createDouble; }) functions.createDouble = &on_double;
    if constexpr (requires { functions.createBool; }) functions.createBool = &on_bool;
    return functions;
}

}  // namespace

struct RedisReader::State {
    int64_t budget = most_items;
    redisReplyObjectFunctions functions = reader_functions<redisReplyObjectFunctions>();
    std::unique_ptr<redisReader, void (*)(redisReader*)> reader{redisReaderCreateWithFunctions(&functions),
                                                                redisReaderFree};
};

RedisReader::RedisReader() : state_(std::make_unique<State>()) {
    state_->reader->privdata = &state_->budget;
}

RedisReader::~RedisReader() = default;

void RedisReader::feed(std::string_view bytes) {
    redisReaderFeed(state_->reader.get(), bytes.data(), bytes.size());
}

Result<std::optional<RedisReply>> RedisReader::next() {
    void* object = nullptr;
    if (redisReaderGetReply(state_->reader.get(), &object) != REDIS_OK)
        return fail(ErrorCode::protocol, printable(state_->reader->errstr));
    if (!object) return std::nullopt;
    state_->budget = most_items;
    const std::unique_ptr<RedisReply> owned(static_cast<RedisReply*>(object));
    return std::move(*owned);
}

}  // namespace logbook::net
