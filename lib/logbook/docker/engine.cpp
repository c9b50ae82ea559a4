// The real engine: each call one request, or a few.
#include "logbook/docker/engine.h"

#include <charconv>
#include <fmt/format.h>
#include <map>
#include <mutex>

#include "logbook/base/text.h"
#include "logbook/docker/cgroup.h"
#include "logbook/docker/engine_error.h"
#include "logbook/docker/exec.h"
#include "logbook/docker/fields.h"
#include "logbook/docker/json_cutter.h"
#include "logbook/docker/sampling.h"
#include "logbook/docker/wire.h"

namespace logbook::docker {
namespace {

constexpr size_t most_list_bytes = size_t(256) << 20;  // passes through; only one element is held
constexpr size_t most_element_bytes = size_t(4) << 20;
constexpr size_t most_containers = 100'000;
constexpr size_t most_event_bytes = size_t(1) << 20;
constexpr size_t endless = SIZE_MAX;  // a stream that the sink bounds

struct ApiVersion {
    int major = 0, minor = 0;
    bool operator<(const ApiVersion& other) const {
        return major != other.major ? major < other.major : minor < other.minor;
    }
};
constexpr ApiVersion newest_known{1, 44}, oldest_spoken{1, 24}, one_shot_stats{1, 41},
    exec_environment{1, 25};

std::optional<ApiVersion> parse_api(std::string_view text) {
    ApiVersion version;
    const char* end = text.data() + text.size();
    const auto [dot, error] = std::from_chars(text.data(), end, version.major);
    if (error != std::errc() || dot == end || *dot != '.') return std::nullopt;
    if (std::from_chars(dot + 1, end, version.minor).ec != std::errc()) return std::nullopt;
    return version;
}

// "1763796729.528357831", as the API writes moments.
std::string moment(WallTime when) {
    const auto since = std::chrono::duration_cast<std::chrono::nanoseconds>(when.time_since_epoch()).count();
    return fmt::format("{}.{:09}", since / 1'000'000'000, since % 1'000'000'000);
}

std::string container_path(const std::string& id, std::string_view rest) {
    return fmt::format("/containers/{}{}", url_encoded(id), rest);
}

std::string doing_to(std::string_view verb, const std::string& id) {
    return fmt::format("{} {}", verb, printable(id, 80));
}

class HttpEngine final : public Engine {
  public:
    HttpEngine(Wire wire, ApiVersion api) : wire_(std::move(wire)), api_(api) {}

    const Endpoint& endpoint() const override { return wire_.endpoint(); }
    const std::string& api_version() const override { return wire_.version(); }

    Status ping(Deadline deadline) const override {
        const auto reply = wire_.stream(
            "GET", "answer a ping", "/_ping", {}, {}, 4096, [](auto) { return true; }, deadline);
        if (!reply) return fail(reply.error());
        return {};
    }

    Result<EngineVersion> version(Deadline deadline) const override {
        return read("tell its version", "/version", parse_version, deadline);
    }

    Result<EngineInfo> info(Deadline deadline) const override {
        const auto before = std::chrono::system_clock::now();
        auto info = read("describe itself", "/info", parse_info, deadline);
        const auto middle = before + (std::chrono::system_clock::now() - before) / 2;
        if (info && info->system_time)
            info->clock_offset = std::chrono::duration_cast<Millis>(*info->system_time - middle);
        return info;
    }

    Result<DiskUsage> disk_usage(Deadline deadline) const override {
        return read("tell its disk usage", "/system/df", parse_disk_usage, deadline);
    }

    Result<std::vector<Container>> list_containers(const ContainerFilter& filter,
                                                   Deadline deadline) const override {
        Json filters = Json::object();
        if (!filter.labels.empty()) filters.set("label", Json::array(filter.labels));
        if (!filter.names.empty()) filters.set("name", Json::array(filter.names));
        Query query;
        query.add("all", filter.all ? "1" : "0");
        if (!filters.as_object()->empty()) query.add("filters", filters.dump());
        return list("list its containers", "/containers/json" + query.text(), parse_listed, deadline);
    }

    Result<Container> inspect(const std::string& id, Deadline deadline) const override {
        return read(doing_to("inspect", id), container_path(id, "/json"), parse_inspected, deadline);
    }

    Result<std::vector<Process>> processes(const std::string& id, Deadline deadline) const override {
        const auto document =
            wire_.get(doing_to("list the processes of", id),
                      container_path(id, "/top" + Query().add("ps_args", "-eo pid,args").text()), deadline);
        if (!document) return fail(document.error());
        return parse_processes(*document);
    }

    Result<StatsReading> stats(const std::string& id, Deadline deadline) const override {
        const auto document = stats_document(id, deadline);
        if (!document) return fail(document.error());
        return parse_stats(*document);
    }

    std::vector<Sampled> sample_all(const std::vector<std::string>& ids, Millis interval,
                                    Deadline deadline) const override {
        if (api_ < one_shot_stats) {  // the engine itself takes two readings, a second apart
            std::vector<Sampled> samples;
            for (const std::string& id : ids) samples.push_back({id, fail(ErrorCode::timeout, {})});
            for_each_at_once(ids.size(),
                             [&](size_t i) { samples[i].usage = usage_of_two(ids[i], deadline); });
            return samples;
        }
        SampleCalls calls;
        calls.reading = [&](const std::string& id) { return stats(id, deadline); };
        std::mutex mutex;
        std::map<std::string, std::pair<int64_t, std::string>> processes;  // of each id: pid and whole id
        calls.processor_time = [&](const std::string& id) -> std::optional<uint64_t> {
            if (endpoint().socket.empty()) return std::nullopt;  // the engine is on another machine
            std::unique_lock lock(mutex);
            const auto known = processes.find(id);
            if (known != processes.end()) return processor_time(known->second.first, known->second.second);
            lock.unlock();
            const auto container = inspect(id, deadline);
            if (!container) return std::nullopt;
            lock.lock();
            processes[id] = {container->pid, container->id};
            return processor_time(container->pid, container->id);
        };
        return sample_at_once(ids, interval, deadline, calls);
    }

    Status logs(const std::string& id, bool tty, const LogOptions& options, const PieceSink& sink,
                Deadline deadline) const override {
        Query query;
        query.add("stdout", options.out ? "1" : "0").add("stderr", options.err ? "1" : "0");
        query.add("timestamps", options.timestamps ? "1" : "0").add("follow", options.follow ? "1" : "0");
        if (options.since) query.add("since", moment(*options.since));
        if (options.until) query.add("until", moment(*options.until));
        query.add("tail", options.tail ? std::to_string(*options.tail) : "all");
        const std::string path = container_path(id, "/logs" + query.text());
        FrameDecoder decoder;
        bool first = true, enough = false;
        std::optional<Error> broken;
        const auto take = [&](std::string_view bytes) {
            if (tty) {
                enough = !sink({Channel::out, std::exchange(first, false), false, bytes});
                return !enough;
            }
            const auto more = decoder.feed(bytes, sink);
            if (!more) broken = more.error();
            enough = more && !*more;
            return more && *more;
        };
        net::StreamOptions how;
        how.stopped = options.stopped;
        const auto reply =
            wire_.stream("GET", doing_to("read the log of", id), path, {}, how, endless, take, deadline);
        if (!reply) return fail(reply.error());
        if (broken) return fail(*broken);
        return enough ? Status() : decoder.finish();
    }

    Status events(const EventOptions& options, const EventSink& sink, Deadline deadline) const override {
        Json filters = Json::object();
        if (!options.kinds.empty()) filters.set("type", Json::array(options.kinds));
        if (!options.containers.empty()) filters.set("container", Json::array(options.containers));
        Query query;
        if (options.since) query.add("since", moment(*options.since));
        if (options.until) query.add("until", moment(*options.until));
        if (!filters.as_object()->empty()) query.add("filters", filters.dump());
        net::StreamOptions how;
        how.stopped = options.stopped;
        const auto element = [&](const Json& json) -> Result<bool> {
            const auto event = parse_event(json);
            if (!event) return fail(event.error());
            return sink(*event);
        };
        return cut("tell its events", "/events" + query.text(), JsonCutter::Shape::sequence, how, endless,
                   most_event_bytes, element, deadline);
    }

    Status start(const std::string& id, Deadline deadline) const override {
        return act("POST", doing_to("start", id), container_path(id, "/start"), {}, deadline);
    }
    Status stop(const std::string& id, std::chrono::seconds grace, Deadline deadline) const override {
        return act("POST", doing_to("stop", id), container_path(id, fmt::format("/stop?t={}", grace.count())),
                   {}, deadline);
    }
    Status restart(const std::string& id, std::chrono::seconds grace, Deadline deadline) const override {
        return act("POST", doing_to("restart", id),
                   container_path(id, fmt::format("/restart?t={}", grace.count())), {}, deadline);
    }
    Status kill(const std::string& id, std::string_view signal, Deadline deadline) const override {
        return act("POST", doing_to("kill", id),
                   container_path(id, "/kill" + Query().add("signal", signal).text()), {}, deadline);
    }
    Status rename(const std::string& id, std::string_view name, Deadline deadline) const override {
        return act("POST", doing_to("rename", id),
                   container_path(id, "/rename" + Query().add("name", name).text()), {}, deadline);
    }
    Status update_restart_policy(const std::string& id, const RestartPolicy& policy,
                                 Deadline deadline) const override {
        Json wanted = Json::object({{"Name", policy.name}});
        if (policy.most_retries > 0) wanted.set("MaximumRetryCount", policy.most_retries);
        return act("POST", doing_to("change the restart policy of", id), container_path(id, "/update"),
                   Json::object({{"RestartPolicy", std::move(wanted)}}), deadline);
    }
    Status remove(const std::string& id, bool force, Deadline deadline) const override {
        return act("DELETE", doing_to("remove", id),
                   container_path(id, force ? "?force=1&v=0" : "?force=0&v=0"), {}, deadline);
    }

    Result<std::string> create_container(const NewContainer& wanted, Deadline deadline) const override {
        if (!wanted.environment.empty() && !endpoint().confidential())
            return fail(not_confidential(endpoint()));
        Query query;
        if (!wanted.name.empty()) query.add("name", wanted.name);
        const std::string doing = doing_to("make a container of", wanted.image);
        const auto made =
            wire_.send("POST", doing, "/containers/create" + query.text(), creation_of(wanted), deadline);
        if (!made) return fail(made.error());
        const std::string id(made->text("Id"));
        if (id.empty())
            return fail(ErrorCode::protocol, fmt::format("the engine cannot {}: it gave no id", doing));
        // Before API 1.44 a container is made with one network only.
        for (const std::string& network : wanted.networks) {
            const Status joined = act("POST", doing_to("join the network", network),
                                      "/networks/" + url_encoded(network) + "/connect",
                                      Json::object({{"Container", id}}), deadline);
            if (joined) continue;
            (void)remove(id, true, Deadline::in(Millis(5000)));
            return fail(joined.error());
        }
        return id;
    }

    Result<ExecResult> exec(const std::string& id, const ExecRequest& request,
                            Deadline deadline) const override {
        if (!request.environment.empty() && api_ < exec_environment)
            return fail(ErrorCode::unsupported, "the engine is too old to give a program an environment");
        return run_exec(wire_, id, request, deadline);
    }

    Result<std::vector<ArchiveEntry>> archive(const std::string& id, const std::string& path,
                                              ArchiveLimits limits, Deadline deadline) const override {
        std::string tar;
        const auto take = [&](std::string_view bytes) {
            tar += bytes;
            return true;
        };
        const std::string doing = fmt::format("read {} of {}", printable(path, 120), printable(id, 80));
        const auto reply =
            wire_.stream("GET", doing, container_path(id, "/archive" + Query().add("path", path).text()), {},
                         {}, limits.bytes, take, deadline);
        if (!reply) return fail(reply.error());
        return read_archive(tar, limits);
    }

    Result<std::vector<Image>> list_images(Deadline deadline) const override {
        return list("list its images", "/images/json", parse_image, deadline);
    }
    Result<Image> inspect_image(const std::string& id, Deadline deadline) const override {
        return read(doing_to("inspect the image", id), "/images/" + url_encoded(id) + "/json", parse_image,
                    deadline);
    }
    Result<std::vector<Volume>> list_volumes(Deadline deadline) const override {
        const auto document = wire_.get("list its volumes", "/volumes", deadline);
        if (!document) return fail(document.error());
        std::vector<Volume> volumes;
        for (const Json& item : items_at(*document, "Volumes")) {
            auto volume = parse_volume(item);
            if (!volume) return fail(volume.error());
            volumes.push_back(std::move(*volume));
        }
        return volumes;
    }
    Result<Volume> inspect_volume(const std::string& name, Deadline deadline) const override {
        return read(doing_to("inspect the volume", name), "/volumes/" + url_encoded(name), parse_volume,
                    deadline);
    }
    Result<std::vector<Network>> list_networks(Deadline deadline) const override {
        return list("list its networks", "/networks", parse_network, deadline);
    }
    Result<Network> inspect_network(const std::string& id, Deadline deadline) const override {
        return read(doing_to("inspect the network", id), "/networks/" + url_encoded(id), parse_network,
                    deadline);
    }

  private:
    template <typename T>
    Result<T> read(std::string_view doing, const std::string& path, Result<T> (*parse)(const Json&),
                   Deadline deadline) const {
        const auto document = wire_.get(doing, path, deadline);
        if (!document) return fail(document.error());
        return parse(*document);
    }

    Status act(std::string_view method, std::string_view doing, const std::string& path, const Json& body,
               Deadline deadline) const {
        const auto reply = wire_.send(method, doing, path, body, deadline);
        if (!reply) return fail(reply.error());
        return {};
    }

    // Objects of a streamed answer, one by one.
    Status cut(std::string_view doing, const std::string& path, JsonCutter::Shape shape,
               const net::StreamOptions& options, size_t most_bytes, size_t most_object_bytes,
               const std::function<Result<bool>(const Json&)>& element, Deadline deadline) const {
        JsonCutter cutter(shape, most_object_bytes);
        std::optional<Error> broken;
        bool enough = false;
        const auto object = [&](std::string_view text) -> Result<bool> {
            const auto json = parse_json(text, {.bytes = most_object_bytes});
            if (!json) return fail(json.error());
            return element(*json);
        };
        const auto take = [&](std::string_view bytes) {
            const auto more = cutter.feed(bytes, object);
            if (!more) broken = more.error();
            enough = more && !*more;
            return more && *more;
        };
        const auto reply = wire_.stream("GET", doing, path, {}, options, most_bytes, take, deadline);
        if (!reply) return fail(reply.error());
        if (broken)
            return fail(broken->code, fmt::format("the engine at {} answers with nonsense: {}",
                                                  printable(endpoint().text(), 200), broken->what));
        if (enough || cutter.finish()) return {};
        return fail(hung_up(endpoint()));
    }

    template <typename T>
    Result<std::vector<T>> list(std::string_view doing, const std::string& path,
                                Result<T> (*parse)(const Json&), Deadline deadline) const {
        std::vector<T> things;
        const auto element = [&](const Json& json) -> Result<bool> {
            if (things.size() >= most_containers)
                return fail(ErrorCode::too_large, fmt::format("more than {} entries", most_containers));
            auto thing = parse(json);
            if (!thing) return fail(thing.error());
            things.push_back(std::move(*thing));
            return true;
        };
        const Status done = cut(doing, path, JsonCutter::Shape::array, {}, most_list_bytes,
                                most_element_bytes, element, deadline);
        if (!done) return fail(done.error());
        return things;
    }

    Result<Json> stats_document(const std::string& id, Deadline deadline) const {
        const char* how = api_ < one_shot_stats ? "/stats?stream=0" : "/stats?stream=0&one-shot=1";
        return wire_.get(doing_to("tell the statistics of", id), container_path(id, how), deadline);
    }

    Result<Usage> usage_of_two(const std::string& id, Deadline deadline) const {
        const auto document = stats_document(id, deadline);
        if (!document) return fail(document.error());
        const auto after = parse_stats(*document);
        if (!after) return fail(after.error());
        return usage_between(parse_previous(*document).value_or(*after), *after);
    }

    Wire wire_;
    ApiVersion api_;
};

}  // namespace

Result<std::unique_ptr<Engine>> connect_engine(const Endpoint& endpoint, const net::HttpStream& stream,
                                               Deadline deadline) {
    Wire wire(endpoint, stream);
    const auto reply = wire.stream(
        "GET", "answer a ping", "/_ping", {}, {}, 4096, [](auto) { return true; }, deadline);
    if (!reply) return fail(reply.error());
    const auto offered = parse_api(reply->header("api-version"));
    if (!offered)
        return fail(ErrorCode::protocol,
                    fmt::format("what answers at {} is no container engine: it names no API version",
                                printable(endpoint.text(), 200)),
                    fmt::format("the address comes from {}", name_of(endpoint.source)));
    if (*offered < oldest_spoken)
        return fail(ErrorCode::unsupported,
                    fmt::format("the engine at {} speaks API {}.{}; {}.{} is the oldest that is spoken here",
                                printable(endpoint.text(), 200), offered->major, offered->minor,
                                oldest_spoken.major, oldest_spoken.minor),
                    "upgrade Docker to 1.12 or later");
    const ApiVersion used = newest_known < *offered ? newest_known : *offered;
    wire.use_version(fmt::format("{}.{}", used.major, used.minor));
    return std::unique_ptr<Engine>(std::make_unique<HttpEngine>(std::move(wire), used));
}

}  // namespace logbook::docker
