// `logbookctl health`: is it up, layer by layer; for people, monitors and scripts that wait.
#include <fmt/format.h>
#include <memory>

#include "commands/catalogue.h"
#include "logbook/base/text.h"
#include "logbook/doctor/health_report.h"
#include "logbook/doctor/public_face.h"
#include "scene.h"
#include "user_config.h"
#include "view/health_view.h"

namespace logbook::cli {
namespace {

struct HealthOptions {
    bool ask_public = false;
    std::string url;  // empty with ask_public: the https origin of ALLOWED_ORIGINS
    bool docs = false;
    Millis wait{0};
    bool nagios = false;
    bool watch = false;
    Millis interval{2000};
};

Result<doctor::HealthReport> read_once(App& app, const HealthOptions& options, Deadline deadline) {
    const auto scene = open_scene(app, deadline, false);
    // Without a .env the application's defaults say where to ask; a broken one is worth stopping for.
    if (!scene->env() && scene->env().error().code != ErrorCode::not_found) return fail(scene->env().error());

    const auto start = app.seams.clock.steady();
    doctor::HealthReport report;
    report.at = app.seams.clock.wall();
    if (options.ask_public) {
        std::string url = options.url.empty() ? doctor::public_url(scene->settings()) : options.url;
        if (url.empty()) url = configured_url();
        if (url.compare(0, 8, "https://") != 0 && url.compare(0, 7, "http://") != 0)
            return fail(ErrorCode::invalid,
                        url.empty()
                            ? "ALLOWED_ORIGINS names no https address to ask, nor does your config file"
                            : fmt::format("`{}` is not an http or https address", printable(url, 120)),
                        "logbookctl health --url https://logbook.example.org");
        report.layers = doctor::public_layers(app.seams.http, url, deployment::backend_url(scene->settings()),
                                              app.seams.clock, deadline);
    } else {
        report.layers = doctor::local_layers(*scene);
    }
    if (options.docs)
        for (doctor::HealthLayer& layer : doctor::documentation_layers(*scene))
            report.layers.push_back(std::move(layer));
    register_seen(app, *scene);
    report.took = std::chrono::duration_cast<Millis>(app.seams.clock.steady() - start);
    return report;
}

void show(App& app, const HealthOptions& options, const doctor::HealthReport& report) {
    if (options.nagios)
        app.out.line(nagios_line(report));
    else if (app.global.json())
        app.emit("logbookctl/health/1", doctor::to_json(report));
    else
        show_health(app.out, report, app.global.quiet, app.global.verbose);
}

ExitCode exit_code_of(const HealthOptions& options, doctor::Health health) {
    if (options.nagios) return ExitCode(nagios_status(health));
    switch (health) {
    case doctor::Health::healthy:
        return ExitCode::ok;
    case doctor::Health::degraded:
    case doctor::Health::unhealthy:
        return ExitCode::problem;
    case doctor::Health::unknown:
        return ExitCode::unknown;
    }
    return ExitCode::problem;
}

// Asks again until all is healthy or the time is over; the last answer is shown either way.
ExitCode wait_until_healthy(App& app, const HealthOptions& options) {
    const Deadline end = Deadline::in(options.wait);
    for (;;) {
        const auto report = read_once(app, options, end.at_most(app.global.timeout));
        if (!report) return app.report(report.error());
        if (report->verdict() == doctor::Health::healthy || end.passed()) {
            show(app, options, *report);
            return exit_code_of(options, report->verdict());
        }
        if (!app.global.quiet) {
            app.err.line(fmt::format("{} · {} left", one_line(*report), human_duration(end.remaining())));
            (void)app.err.flush();
        }
        app.seams.clock.sleep(std::min(end.remaining(), Millis(1000)));
    }
}

ExitCode watch(App& app, const HealthOptions& options) {
    app.one_line_documents = true;
    for (;;) {
        const auto report = read_once(app, options, Deadline::in(app.global.timeout));
        if (!report) return app.report(report.error());
        if (app.out.terminal().tty && !app.global.json()) app.out.put("\x1b[H\x1b[2J");
        if (!app.global.json() && !app.global.quiet) app.out.line(iso8601(report->at));
        show(app, options, *report);
        // The reader has gone, or the disk is full: there is nobody left to watch for.
        if (const Status written = app.out.flush(); !written) return app.report(written.error());
        app.seams.clock.sleep(options.interval);
    }
}

ExitCode run_health(App& app, const HealthOptions& options) {
    go_to_deployment(app);
    if (options.watch) return watch(app, options);
    if (options.wait > Millis(0)) return wait_until_healthy(app, options);
    const auto report = read_once(app, options, app.deadline);
    if (!report) {
        const ExitCode unknown = ExitCode(nagios_status(doctor::Health::unknown));
        return app.report(report.error(), options.nagios ? unknown : exit_code_for(report.error()));
    }
    show(app, options, *report);
    return exit_code_of(options, report->verdict());
}

}  // namespace

void add_health(const Command& parent) {
    const auto options = std::make_shared<HealthOptions>();
    const Command cmd = parent.add_subcommand(
        "health", "Ask each layer whether it is up, by its body and not only its status", "Diagnose");
    const Option url =
        cmd.add_option(
               "--url", options->url,
               "Ask the public face: certificate, redirect, proxy (default: the https ALLOWED_ORIGINS)")
            .type_name("[URL]")
            .value_may_be_missing();
    cmd.add_flag("--docs", options->docs,
                 "Ask /docs, /redoc and /openapi.json too, and say why one is missing");
    const Option wait =
        cmd.add_duration("--wait", options->wait, "Ask again until all is healthy, this long at the most");
    const Option nagios = cmd.add_flag(
        "--nagios", options->nagios, "One line with performance data; exit 0, 1, 2 or 3 as monitors expect");
    cmd.add_flag("--watch", options->watch,
                 "Ask again and again, until interrupted; with -o json a document a line")
        .excludes(wait)
        .excludes(nagios);
    cmd.add_duration("--interval", options->interval, "Between two questions of --watch (default 2s)");
    cmd.set_help(
        {{{"logbookctl health --wait 60s", "after a start: come back when all is healthy"},
          {"logbookctl health --url https://logbook.example.org",
           "as a member's browser sees it, with the certificate"}},
         {"0    all layers are healthy", "1    a layer is degraded or unhealthy", "2    wrong command line",
          "3    a layer could not be asked", "130  interrupted (how --watch ends)",
          "with --nagios: 0 OK, 1 WARNING (degraded), 2 CRITICAL, 3 UNKNOWN"},
         {"doctor", "explain"},
         "The backend's /health answers 200 while it is only degraded; the body decides here. A backend "
         "without /health/db or "
         "/health/redis (The Logbook itself has none) has its database and Redis asked directly.\n\nTimes "
         "are "
         "those of each "
         "layer from the start of the request: name resolved, connected, TLS agreed, first byte, end.\n\n"
         "With --url a certificate is judged as a browser on this machine would. A site with an authority of "
         "its "
         "own names that authority's PEM file in SSL_CERT_FILE (or a folder in SSL_CERT_DIR), as for "
         "curl:\n\n"
         "    SSL_CERT_FILE=/etc/ssl/station.pem logbookctl health --url https://logbook.station"});
    cmd.on_chosen([options, url](App& app) {
        options->ask_public = url.given();
        return run_health(app, *options);
    });
}

}  // namespace logbook::cli
