// An embedder: asks the library for a diagnosis of a folder without a deployment, and prints its verdict.
#include <iostream>
#include <logbook/base/version.h>
#include <logbook/doctor/document.h>
#include <logbook/doctor/engine.h>
#include <logbook/doctor/live_scene.h>

int main() {
    using namespace logbook;
    const SystemClock clock;
    const auto http = net::make_curl_transport();
    const auto sql = net::make_mysql_connector();
    const auto redis = net::make_redis_connector();
    const Deadline deadline = Deadline::in(Millis(2000));
    const auto engine = net::make_curl_stream();
    const auto scene = doctor::make_live_scene({.clock = clock,
                                                .http = *http,
                                                .sql = *sql,
                                                .redis = *redis,
                                                .stream = *engine,
                                                .project_dir = ".",
                                                .env_path = "./.env"},
                                               deadline);
    doctor::Observer silent;
    const auto diagnosis = doctor::run_checks(scene, doctor::all_checks(), runbook::Catalogue::builtin(),
                                              {.only = {"env.file"}}, deadline, silent);
    if (!diagnosis) return 2;
    std::cout << version() << ' ' << doctor::name_of(diagnosis->verdict(false)) << ' '
              << doctor::to_json(*diagnosis, false).text("verdict") << '\n';
    return diagnosis->roots.size() == 1 ? 0 : 1;
}
