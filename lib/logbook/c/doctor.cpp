// The diagnosis as a document.
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "logbook/c/guard.h"
#include "logbook/c/logbook.h"
#include "logbook/doctor/document.h"
#include "logbook/doctor/engine.h"
#include "logbook/doctor/live_scene.h"
#include "logbook/redact/redactor.h"
#include "logbook/settings/known.h"

namespace {

using namespace logbook;

// What the checks work on.
struct World {
    SystemClock clock;
    std::unique_ptr<net::Transport> http = net::make_curl_transport();
    std::unique_ptr<net::SqlConnector> sql = net::make_mysql_connector();
    std::unique_ptr<net::RedisConnector> redis = net::make_redis_connector();
    std::unique_ptr<net::HttpStream> engine = net::make_curl_stream();
};

// A check that hangs goes on using its world, and nothing can end it: such worlds are kept for ever.
void keep(std::shared_ptr<World> world) {
    static std::mutex guard;
    static std::vector<std::shared_ptr<World>> kept;
    const std::lock_guard lock(guard);
    kept.push_back(std::move(world));
}

void add_secrets(const doctor::Scene& scene, redact::Redactor& redactor) {
    for (const settings::Setting& setting : scene.settings().all())
        if (setting.secret && setting.source != settings::Source::default_value) redactor.add(setting.value);
    if (scene.env())
        for (const settings::EnvAssignment& assignment : scene.env()->file.assignments)
            if (settings::is_secret_name(assignment.name)) redactor.add(assignment.value);
    // A server can echo a password back.
    for (const Secret& secret : scene.secrets_seen()) redactor.add(secret);
}

Result<std::string> diagnose(const std::filesystem::path& folder, Deadline deadline) {
    const auto world = std::make_shared<World>();
    const auto catalogue = std::make_shared<const runbook::Catalogue>(runbook::Catalogue::builtin());
    const auto scene = doctor::make_live_scene({.clock = world->clock,
                                                .http = *world->http,
                                                .sql = *world->sql,
                                                .redis = *world->redis,
                                                .stream = *world->engine,
                                                .project_dir = folder,
                                                .env_path = folder / ".env",
                                                .folder_is_meant = true,
                                                .catalogue = catalogue},
                                               deadline);
    doctor::Observer silent;
    const Result<doctor::Diagnosis> diagnosis =
        doctor::run_checks(scene, doctor::all_checks(), *catalogue, {}, deadline, silent);
    if (!diagnosis) return fail(diagnosis.error());
    if (diagnosis->unfinished) keep(world);
    redact::Redactor redactor;
    add_secrets(*scene, redactor);
    Json document = Json::object({{"schema", "logbookctl/doctor/1"}});
    const Json found = doctor::to_json(*diagnosis, false);
    for (const Json::Member& member : *found.as_object()) document.set(member.first, member.second);
    document.set("project", scene->project_dir().string());
    return redactor.mask(document.dump());
}

}  // namespace

int logbook_doctor(const char* folder, uint32_t milliseconds, char** json) {
    return c::guarded([&]() -> Status {
        if (!folder || !json) return fail(ErrorCode::invalid, "folder and json must not be NULL");
        *json = nullptr;
        const Result<std::string> document =
            diagnose(std::filesystem::absolute(folder), Deadline::in(Millis(milliseconds)));
        if (!document) return fail(document.error());
        char* const text = static_cast<char*>(std::malloc(document->size() + 1));
        if (!text) return fail(ErrorCode::too_large, "no memory for the document");
        std::memcpy(text, document->c_str(), document->size() + 1);
        *json = text;
        return {};
    });
}

void logbook_free(char* text) {
    std::free(text);
}
