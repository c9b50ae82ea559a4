// The opened API: settings, requests and replies between C and C++.
#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "logbook/backend/service.h"
#include "logbook/c/guard.h"
#include "logbook/c/listener.h"
#include "logbook/c/logbook.h"
#include "logbook/settings/env_file.h"

using namespace logbook;

// In this order: the listener ends before the core that it serves, and the core before what it stands on.
struct logbook_api {
    SystemClock clock;
    std::unique_ptr<net::SqlConnector> sql = net::make_mysql_connector();
    std::unique_ptr<net::RedisConnector> redis = net::make_redis_connector();
    std::mutex log_guard;
    std::unique_ptr<backend::Core> core;
    std::mutex listener_guard;
    std::unique_ptr<c::Listener> listener;
};

struct logbook_response {
    api::Reply reply;
};

namespace {

constexpr Millis open_time{30'000};  // an empty database gets its tables meanwhile

// Of an older program that was compiled with a shorter struct, what it does not have stays zero.
template <typename T>
Result<T> known_part(const T& given) {
    if (given.size < sizeof(given.size)) return fail(ErrorCode::invalid, "`size` is not set");
    T whole{};
    std::memcpy(&whole, &given, std::min(given.size, sizeof(T)));
    return whole;
}

Result<settings::Settings> settings_of(const logbook_options& options) {
    settings::EnvFile file;
    if (options.env_file) {
        Result<settings::LoadedEnv> loaded = settings::load_env(options.env_file);
        if (!loaded) return fail(loaded.error());
        file = std::move(loaded->file);
    }
    std::map<std::string, std::string> given;
    for (size_t i = 0; i < options.setting_count; ++i) {
        const logbook_setting& setting = options.settings[i];
        if (!setting.name || !setting.value)
            return fail(ErrorCode::invalid, "a setting without a name or a value");
        given[setting.name] = setting.value;
    }
    return settings::Settings(file, [&given](std::string_view name) -> std::optional<std::string> {
        const auto found = given.find(std::string(name));
        if (found == given.end()) return {};
        return found->second;
    });
}

backend::CoreLog log_of(logbook_api& api, const logbook_options& options) {
    if (!options.log) return {};
    const auto write = [&guard = api.log_guard, log = options.log,
                        user = options.log_user](const char* level, const std::string& line) {
        const std::lock_guard lock(guard);
        log(user, level, line.c_str());
    };
    backend::CoreLog log;
    log.warn = [write](std::string_view line) { write("WARNING", std::string(line)); };
    log.request = [write](const api::AccessRecord& record) { write("INFO", to_line(record)); };
    log.crash = [write](const api::Call& call, const std::string& cause) {
        write("ERROR", "Unhandled exception on " + call.request.method + ": " + cause +
                           " [rid=" + call.request_id + "]");
    };
    return log;
}

Result<api::Request> request_of(const logbook_request& given) {
    if (!given.method || !given.target)
        return fail(ErrorCode::invalid, "a request needs a method and a target");
    api::Request request;
    request.method = given.method;
    request.target = given.target;
    for (size_t i = 0; i < given.header_count; ++i) {
        const logbook_header& header = given.headers[i];
        if (!header.name || !api::Headers::valid_name(header.name))
            return fail(ErrorCode::invalid, "a header without a name, or with one that is none");
        if (!header.value || !api::Headers::valid_value(header.value))
            return fail(ErrorCode::invalid, "the header " + std::string(header.name) + " has no valid value");
        request.headers.add(header.name, header.value);
    }
    if (given.body) request.body.assign(given.body, given.body_size);
    request.peer = given.peer ? given.peer : "127.0.0.1";
    return request;
}

Status missing(const char* what) {
    return fail(ErrorCode::invalid, std::string(what) + " must not be NULL");
}

}  // namespace

int logbook_open(const logbook_options* options, logbook_api** out) {
    return c::guarded([&]() -> Status {
        if (!options || !out) return missing("options and api");
        *out = nullptr;
        const Result<logbook_options> all = known_part(*options);
        if (!all) return fail(all.error());
        if (all->setting_count > 0 && !all->settings) return missing("settings");
        auto opened = std::make_unique<logbook_api>();
        const Result<settings::Settings> given = settings_of(*all);
        if (!given) return fail(given.error());
        auto core =
            backend::Core::make(*given, {opened->clock, *opened->sql, *opened->redis}, log_of(*opened, *all));
        if (!core) return fail(core.error());
        const Result<bool> ready = (*core)->prepare(Deadline::in(open_time));
        if (!ready) return fail(ready.error());
        opened->core = std::move(*core);
        *out = opened.release();
        return {};
    });
}

void logbook_close(logbook_api* opened) {
    c::guarded([&]() -> Status {
        delete opened;
        return {};
    });
}

int logbook_handle(logbook_api* opened, const logbook_request* request, logbook_response** out) {
    return c::guarded([&]() -> Status {
        if (!opened || !request || !out) return missing("api, request and response");
        *out = nullptr;
        const Result<logbook_request> all = known_part(*request);
        if (!all) return fail(all.error());
        if (all->header_count > 0 && !all->headers) return missing("headers");
        const Result<api::Request> asked = request_of(*all);
        if (!asked) return fail(asked.error());
        auto response = std::make_unique<logbook_response>();
        response->reply = opened->core->service().handle(*asked);
        *out = response.release();
        return {};
    });
}

int logbook_response_status(const logbook_response* response) {
    return response->reply.status;
}

size_t logbook_response_header_count(const logbook_response* response) {
    return response->reply.headers.fields().size();
}

const char* logbook_response_header_name(const logbook_response* response, size_t index) {
    const auto& fields = response->reply.headers.fields();
    return index < fields.size() ? fields[index].first.c_str() : nullptr;
}

const char* logbook_response_header_value(const logbook_response* response, size_t index) {
    const auto& fields = response->reply.headers.fields();
    return index < fields.size() ? fields[index].second.c_str() : nullptr;
}

const char* logbook_response_body(const logbook_response* response, size_t* size) {
    if (size) *size = response->reply.body.size();
    return response->reply.body.c_str();
}

void logbook_response_free(logbook_response* response) {
    delete response;
}

int logbook_listen(logbook_api* opened, const char* address, uint16_t port, uint16_t* bound) {
    return c::guarded([&]() -> Status {
        if (!opened || !address) return missing("api and address");
        const std::lock_guard lock(opened->listener_guard);
        if (opened->listener) return fail(ErrorCode::conflict, "it listens already");
        auto listener = c::listen(opened->core->service(), opened->clock, address, port);
        if (!listener) return fail(listener.error());
        if (bound) *bound = (*listener)->port();
        opened->listener = std::move(*listener);
        return {};
    });
}
