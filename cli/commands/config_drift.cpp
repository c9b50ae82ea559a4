// `logbookctl config drift`: whether what .env says has reached the containers, name by name.
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include "commands/catalogue.h"
#include "containers.h"
#include "logbook/base/text.h"
#include "logbook/settings/known.h"
#include "project.h"
#include "view/drift_view.h"
#include "view/finding_lines.h"

namespace logbook::cli {
namespace {

namespace fs = std::filesystem;
using deployment::DriftReading;

// Every value that Compose made, too: its own messages are shown.
void register_rendered(App& app, const deployment::ComposeModel& model) {
    for (const deployment::ComposeService& service : model.services)
        for (const deployment::ServiceVariable& variable : service.environment)
            if (variable.value && settings::is_secret_name(variable.name)) app.redactor.add(*variable.value);
}

// What the commands to paste begin with, wherever they are pasted.
deployment::DriftWords words_of(const App& app, const DriftReading& reading, const fs::path& folder,
                                const Containers* found) {
    deployment::DriftWords words;
    std::error_code ignored;
    const bool here = fs::equivalent(folder, fs::current_path(ignored), ignored);
    words.compose = here ? "" : "cd " + shell_quoted(folder.string()) + " && ";
    if (!app.global.engine.empty()) words.compose += "DOCKER_HOST=" + shell_quoted(app.global.engine) + " ";
    words.compose += reading.compose_spelling + reading.compose_options;
    if (!app.global.env_file.empty())
        words.compose += " --env-file " + shell_quoted(fs::absolute(app.global.env_file).string());
    if (!here) words.logbookctl += " -C " + shell_quoted(folder.string());
    if (!app.global.env_file.empty()) {
        words.env_file = app.global.env_file.string();
        words.logbookctl += " --env-file " + shell_quoted(words.env_file);
    }
    words.backend = reading.compose.model.service_name(deployment::Role::backend);
    if (words.backend.empty() && found)
        if (const auto* member = found->deployment.of_role(deployment::Role::backend))
            words.backend = member->service;
    return words;
}

ExitCode code_of(const deployment::Drift& drift) {
    if (drift.found()) return ExitCode::problem;
    return drift.complete() ? ExitCode::ok : ExitCode::unknown;
}

std::string verdict(const Stream& out, const deployment::Drift& drift) {
    size_t count = 0;
    for (const deployment::DriftFinding& found : drift.findings) count += found.matters;
    if (count > 0)
        return fmt::format("{} {} of .env and containers{}", glyph(out, Mark::fail),
                           counted(count, "difference"), drift.complete() ? "" : "; more could not be told");
    if (!drift.complete()) return glyph(out, Mark::warn) + " no drift seen, but not everything could be told";
    return glyph(out, Mark::pass) + " no drift: what .env says is what the containers have";
}

ExitCode run_config_drift(App& app) {
    auto found = open_containers(app);
    // Which deployment is meant must be said; an engine that does not answer only costs its part.
    const bool must_choose =
        !found && (found.error().code == ErrorCode::conflict || found.error().code == ErrorCode::invalid ||
                   (found.error().code == ErrorCode::not_found && !app.global.project_name.empty()));
    if (must_choose) return app.report(found.error(), exit_code_of_looking(found.error()));
    deployment::DriftSources sources;
    sources.folder = fs::absolute(app.global.project_dir).lexically_normal();
    if (found && !found->deployment.folder.empty()) sources.folder = found->deployment.folder;
    sources.env_path =
        app.global.env_file.empty() ? sources.folder / ".env" : fs::absolute(app.global.env_file);
    sources.project_name = app.global.project_name;
    sources.shell = process_environment();
    sources.environment = whole_environment();
    if (found) {
        sources.engine = found->engine.get();
        sources.deployment = &found->deployment;
    }
    const auto prints = crypto::Fingerprinter::make();
    if (!prints) return app.report(prints.error());
    DriftReading reading = deployment::read_drift(sources, app.deadline);
    if (reading.env)
        register_secrets(app, reading.env->file, settings::Settings(reading.env->file, sources.shell));
    register_rendered(app, reading.compose.model);
    if (!found) reading.drift.unknown.push_back(found.error().what);

    const auto remedies = deployment::remedies_of(
        reading.drift, words_of(app, reading, sources.folder, found ? &*found : nullptr));
    if (app.global.json()) {
        Json::Array files;
        for (const fs::path& path : reading.compose.paths) files.emplace_back(path.string());
        Json document = Json::object(
            {{"folder", sources.folder.string()},
             {"env_file", sources.env_path.string()},
             {"project", found ? Json(found->deployment.project) : Json()},
             {"engine", found ? Json(found->engine->endpoint().text()) : Json()},
             {"compose", Json::object({{"files", Json(std::move(files))},
                                       {"read_by", reading.compose.exists() ? Json(reading.compose.read_by)
                                                                            : Json()}})}});
        set_drift(document, reading.drift, remedies, *prints);
        app.emit("logbookctl/config_drift/1", document);
        return code_of(reading.drift);
    }
    if (!app.global.quiet) {
        app.out.line(found ? headline(*found) : "The Logbook in " + printable(sources.folder.string(), 200));
        if (reading.compose.exists())
            app.out.line(
                app.out.inked(Ink::dim, fmt::format("Compose files read by {}; values as fingerprints "
                                                    "of this run: equal ones are equal",
                                                    reading.compose.read_by)));
        app.out.line();
        put_drift(app.out, reading.drift, remedies, *prints);
        if (!found)
            for (const std::string& hint : split(found.error().hint, '\n'))
                if (!hint.empty()) app.err.line("  next: " + hint);
    }
    app.out.line(verdict(app.out, reading.drift));
    return code_of(reading.drift);
}

}  // namespace

void add_config_drift(const Command& parent) {
    const Command cmd = parent.add_subcommand(
        "drift", "Tell whether .env and the Compose files have reached the containers", "Configure");
    cmd.set_help(
        {{{"logbookctl config drift", "after an edit of .env: what has not reached the application?"},
          {"logbookctl config drift -o json", "for a program"}},
         {"0  no drift", "1  a difference was found", "2  the command line is wrong",
          "3  no difference seen, but the engine, a container or the Compose files could not be read"},
         {"config check", "config show", "ps"},
         "Each name of .env is followed through what Compose makes of it to the running container:\n\n"
         "stale: the container was made with another value. A restart does not apply an edited .env; only a "
         "recreate does.\n\n"
         "redefined: the Compose files give another image, command, port, mount or limit, by Compose's own "
         "hash "
         "(which cannot tell for a container that was made with --no-deps). Where another volume or folder "
         "would be "
         "mounted over stored data, no recreate is advised.\n\n"
         "shadowed: a variable that this shell exports beats the one in .env, as soon as Compose is run "
         "here.\n\n"
         "hard-coded: the Compose file sets the name itself, so that .env's value has no effect.\n\n"
         "not passed through: the application knows the name, but the backend's environment: block does not "
         "list it. Names that only Compose uses, like BACKEND_PORT and COMPOSE_FILE, are no finding; nor is "
         "a value that equals the application's default.\n\n"
         "Values are shown as fingerprints under a key that is drawn for each run: equal values have equal "
         "ones within one output, and nothing else can be learned from them.\n\n"
         "Where a key or a password differs, no recreate is advised: the container may hold the only copy of "
         "a key, and a database keeps the password that its volume was made with.\n\n"
         "The files are rendered by the Compose generation that made the containers where it is there, else "
         "by this program. Nothing is changed."});
    cmd.on_chosen([](App& app) { return run_config_drift(app); });
}

}  // namespace logbook::cli
