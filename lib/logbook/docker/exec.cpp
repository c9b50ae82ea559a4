// The three calls of an exec.
#include "logbook/docker/exec.h"

#include <fmt/format.h>
#include <limits>
#include <thread>

#include "logbook/base/text.h"
#include "logbook/docker/engine_error.h"
#include "logbook/docker/fields.h"

namespace logbook::docker {
namespace {

Json creation(const ExecRequest& request) {
    Json body = Json::object({{"AttachStdin", request.input.has_value()},
                              {"AttachStdout", true},
                              {"AttachStderr", true},
                              {"Tty", false},
                              {"Cmd", Json::array(request.argv)}});
    if (!request.environment.empty()) {
        Json list{Json::Array{}};
        for (const EnvironmentValue& value : request.environment)
            list.push(value.name + "=" + std::string(value.value.reveal()));
        body.set("Env", std::move(list));
    }
    if (!request.user.empty()) body.set("User", request.user);
    if (!request.working_dir.empty()) body.set("WorkingDir", request.working_dir);
    return body;
}

// The engine closes the stream a moment before it knows the exit code.
Result<int> exit_code_of(const Wire& wire, std::string_view doing, const std::string& exec,
                         Deadline deadline) {
    for (Millis pause(2);; pause = std::min(pause * 2, Millis(100))) {
        const auto state = wire.get(doing, "/exec/" + exec + "/json", deadline);
        if (!state) return fail(state.error());
        if (!flag_at(*state, "Running")) {
            if (!member(*state, "ExitCode").as_int())
                return fail(ErrorCode::io, fmt::format("the engine cannot {}: it tells no exit code", doing));
            return int(integer_at(*state, "ExitCode"));
        }
        if (deadline.remaining() <= pause)
            return fail(ErrorCode::timeout, fmt::format("the engine did not {} in time", doing));
        std::this_thread::sleep_for(pause);
    }
}

}  // namespace

Result<ExecResult> run_exec(const Wire& wire, const std::string& id, const ExecRequest& request,
                            Deadline deadline) {
    const std::string program = request.argv.empty() ? std::string() : printable(request.argv[0], 80);
    const std::string doing = fmt::format("run {} inside {}", program, printable(id, 80));
    if (request.argv.empty())
        return fail(ErrorCode::invalid, "no program was named to run inside the container");
    if (!wire.endpoint().confidential() && (request.input || !request.environment.empty()))
        return fail(not_confidential(wire.endpoint()));
    const auto made =
        wire.send("POST", doing, "/containers/" + url_encoded(id) + "/exec", creation(request), deadline);
    if (!made) return fail(made.error());
    const std::string exec = url_encoded(made->text("Id"));
    if (exec.empty())
        return fail(ErrorCode::protocol, fmt::format("the engine cannot {}: it gave no id", doing));

    ExecResult result;
    FrameDecoder decoder;
    std::optional<Error> broken;
    const auto take = [&](const Piece& piece) {
        if (const auto& taker = piece.channel == Channel::err ? request.errors : request.output) {
            if (const Status passed = taker(piece.bytes); !passed) broken = passed.error();
            return !broken;
        }
        std::string& into = piece.channel == Channel::err ? result.err : result.out;
        into += piece.bytes;
        if (result.out.size() + result.err.size() <= request.most_bytes) return true;
        broken = Error{ErrorCode::too_large,
                       fmt::format("{} inside {} printed more than {} bytes", program, printable(id, 80),
                                   request.most_bytes),
                       {}};
        return false;
    };
    const auto sink = [&](std::string_view bytes) {
        const auto more = decoder.feed(bytes, take);
        if (!more) broken = more.error();
        return more && *more;
    };
    const std::string start = R"({"Detach":false,"Tty":false})";
    const std::string path = "/exec/" + exec + "/start";
    constexpr size_t endless = std::numeric_limits<size_t>::max();
    const size_t most = request.output || request.errors
                            ? endless
                            : request.most_bytes * 9 + 1024;  // a byte's frame takes nine
    if (request.input) {
        const Status done = wire.upgrade(doing, path, start, request.input->reveal(), most, sink, deadline);
        if (!done) return fail(done.error());
    } else {
        net::StreamOptions how;
        how.stopped = request.stopped;
        const auto done = wire.stream("POST", doing, path, start, how, most, sink, deadline);
        if (!done) return fail(done.error());
    }
    if (broken) return fail(*broken);
    if (const Status whole = decoder.finish(); !whole) return fail(whole.error());
    const auto code = exit_code_of(wire, doing, exec, deadline);
    if (!code) return fail(code.error());
    result.exit_code = *code;
    return result;
}

}  // namespace logbook::docker
