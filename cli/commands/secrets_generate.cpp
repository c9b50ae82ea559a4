// `logbookctl secrets generate`: prints new secrets, or writes the missing ones into `.env`.
#include <memory>

#include <fmt/format.h>

#include "commands/catalogue.h"
#include "data_proof.h"
#include "logbook/base/text.h"
#include "logbook/secrets/env_edit.h"
#include "logbook/secrets/generate.h"
#include "logbook/secrets/names.h"
#include "logbook/secrets/store.h"
#include "logbook/secrets/write_plan.h"
#include "project.h"
#include "view/finding_lines.h"

namespace logbook::cli {
namespace {

struct SecretsGenerateOptions {
    bool all = false;
    bool write = false;
    bool dry_run = false;
    bool fresh_install = false;
    std::vector<std::string> replace;
};

ExitCode print_secrets(App& app, const SecretsGenerateOptions& options) {
    std::string lines;
    Json values = Json(Json::Array{});
    for (const secrets::SecretName& known : secrets::secret_names()) {
        if (known.password && !options.all) continue;
        const Result<Secret> value = secrets::generate(known.name);
        if (!value) return app.report(value.error());
        lines.append(known.name).append("=").append(value->reveal()).append("\n");
        values.push(Json::object({{"name", known.name}, {"value", value->reveal()}}));
    }
    if (app.global.json())
        lines =
            Json::object({{"schema", "logbookctl/secrets_generate/1"}, {"secrets", values}}).dump_pretty() +
            "\n";
    app.out.put_secret(lines);
    return ExitCode::ok;
}

// The same command with the operator's word added, ready to paste.
std::string with_word(const App& app, const SecretsGenerateOptions& options, const std::string& database) {
    std::string command = "logbookctl";
    if (app.global.project_dir != ".") command += " -C " + shell_quoted(app.global.project_dir.string());
    if (!app.global.env_file.empty()) command += " --env-file " + shell_quoted(app.global.env_file.string());
    command += " secrets generate --write";
    for (const std::string& name : options.replace)
        command += fmt::format(" --replace {0} --confirm={0}", name);
    return command + " --fresh-install --confirm=" + shell_quoted(database);
}

Status confirmations(const App& app, const SecretsGenerateOptions& options, const secrets::WritePlan& plan,
                     const std::string& database) {
    for (const secrets::PlannedSecret& planned : plan.write)
        if (planned.reason == secrets::Reason::replaced && !app.global.confirmed(planned.name))
            return fail(
                ErrorCode::declined,
                fmt::format("{} has a real value; replacing it needs --confirm={}", planned.name,
                            planned.name),
                fmt::format("logbookctl secrets generate --write --replace {0} --confirm={0}", planned.name));
    if (options.fresh_install && !app.global.confirmed(database))
        return fail(ErrorCode::declined,
                    fmt::format("--fresh-install needs the database's name: --confirm={}", database),
                    with_word(app, options, database));
    return {};
}

struct Outcome {
    secrets::WritePlan plan;
    secrets::DataProof proof;
    // A database that answered, without data, keeps the passwords that it was made with.
    bool database_keeps_passwords = false;
    bool created = false;
    bool tightened = false;
    std::filesystem::path file, backup;
};

void show(App& app, const SecretsGenerateOptions& options, const Outcome& outcome) {
    if (app.global.json()) {
        Json written = Json(Json::Array{});
        for (const secrets::PlannedSecret& planned : outcome.plan.write)
            written.push(Json::object({{"name", planned.name}, {"reason", name_of(planned.reason)}}));
        Json document = Json::object({{"env_file", outcome.file.string()},
                                      {"dry_run", options.dry_run},
                                      {"created", outcome.created},
                                      {"written", written},
                                      {"kept", Json::array(outcome.plan.keep)},
                                      {"mode_tightened", outcome.tightened},
                                      {"database_keeps_passwords", outcome.database_keeps_passwords},
                                      {"backup", nullptr},
                                      {"data", nullptr}});
        if (!outcome.backup.empty()) document.set("backup", outcome.backup.string());
        if (!outcome.plan.write.empty())
            document.set("data", Json::object({{"presence", name_of(outcome.proof.presence)},
                                               {"evidence", outcome.proof.evidence}}));
        app.emit("logbookctl/secrets_write/1", document);
        return;
    }
    const std::string file = outcome.file.string();
    const std::string tightened = outcome.tightened
                                      ? fmt::format("{} mode {} 0600: others could read it", file,
                                                    options.dry_run ? "would become" : "is now")
                                      : "";
    if (outcome.plan.write.empty()) {
        app.out.line(fmt::format("{} all six secrets in {} have real values; nothing to write",
                                 glyph(app.out, Mark::pass), file));
        if (outcome.tightened) app.out.line(glyph(app.out, Mark::pass) + " " + tightened);
        return;
    }
    app.out.line(fmt::format("{} {} {} {}", glyph(app.out, Mark::pass),
                             counted(outcome.plan.write.size(), "secret"),
                             options.dry_run ? "would be written to" : "written to", file));
    if (app.global.quiet) return;
    for (const secrets::PlannedSecret& planned : outcome.plan.write)
        app.out.line(fmt::format("    {:<20} {}", planned.name,
                                 planned.reason == secrets::Reason::missing       ? "was missing"
                                 : planned.reason == secrets::Reason::placeholder ? "was a placeholder"
                                                                                  : "replaced"));
    if (!outcome.plan.keep.empty()) put_detail(app.out, "kept", join(outcome.plan.keep, ", "));
    put_detail(app.out, "no data",
               outcome.proof.presence == secrets::DataPresence::none
                   ? outcome.proof.evidence
                   : "your word: a fresh installation (" + outcome.proof.evidence + ")");
    if (!outcome.backup.empty()) put_detail(app.out, "backup", outcome.backup.string());
    if (outcome.tightened) put_detail(app.out, "mode", tightened);
    if (outcome.database_keeps_passwords)
        put_detail(app.out, "first",
                   "the database that answered keeps the passwords that it was made with: give its users the "
                   "new ones "
                   "(ALTER USER), or the application is locked out (error 1045)");
    if (!options.dry_run)
        put_detail(app.out, "next", "docker compose up -d   (a restart does not apply an edited .env)");
}

// A value in this shell beats the file's, whatever is written there.
void warn_of_shell(App& app) {
    const settings::Lookup outer = process_environment();
    for (const secrets::SecretName& known : secrets::secret_names())
        if (outer(known.name))
            app.err.line(fmt::format(
                "! {0} is set in this shell, and that value beats the one in .env: unset {0}", known.name));
}

ExitCode write_secrets(App& app, const SecretsGenerateOptions& options) {
    const settings::Lookup outer = process_environment();
    const std::filesystem::path named = app.global.env_path().lexically_normal();

    std::unique_ptr<secrets::EnvStore> store;
    secrets::EnvBefore before;
    if (options.dry_run) {
        Result<secrets::EnvBefore> read = secrets::read_for_edit(named, outer);
        if (!read) return app.report(read.error());
        before = std::move(*read);
    } else {
        Result<secrets::EnvStore> opened =
            secrets::EnvStore::open(named, outer, app.deadline.at_most(Millis(5000)));
        if (!opened) return app.report(opened.error());
        store = std::make_unique<secrets::EnvStore>(std::move(*opened));
        before = store->before();
    }
    const settings::Settings all(before.env.file);
    register_secrets(app, before.env.file, all);

    Outcome outcome;
    outcome.file = before.env.path;
    outcome.plan = secrets::plan_write(before.env.file, options.replace);
    outcome.tightened = before.existed && (before.env.facts.mode & 077) != 0;
    if (outcome.plan.write.empty()) {
        if (store)
            if (const Result<bool> tightened = store->tighten(); !tightened)
                return app.report(tightened.error());
        warn_of_shell(app);
        show(app, options, outcome);
        return ExitCode::ok;
    }

    const std::string database = all.text("DB_NAME");
    if (Status word = confirmations(app, options, outcome.plan, database); !word)
        return app.report(word.error());
    const ProvenData proven = prove_data(app, all);
    outcome.proof = proven.proof;
    if (Status allowed = secrets::may_write(outcome.plan, outcome.proof, options.fresh_install,
                                            with_word(app, options, database));
        !allowed)
        return app.report(allowed.error());

    for (const secrets::PlannedSecret& planned : outcome.plan.write)
        if (outcome.proof.presence == secrets::DataPresence::none && proven.database_answered &&
            (planned.name == "DB_PASSWORD" || planned.name == "MYSQL_ROOT_PASSWORD"))
            outcome.database_keeps_passwords = true;

    secrets::NewValues values;
    for (const secrets::PlannedSecret& planned : outcome.plan.write) {
        Result<Secret> value = secrets::generate(planned.name);
        if (!value) return app.report(value.error());
        app.redactor.add(*value);
        values.emplace_back(planned.name, std::move(*value));
    }
    const Result<Secret> edited = secrets::edit_env(before.env.bytes, values, outer);
    if (!edited) return app.report(edited.error());
    outcome.created = !before.existed;
    if (store) {
        const Result<secrets::Stored> stored = store->store(*edited, app.seams.clock);
        if (!stored) return app.report(stored.error());
        outcome.backup = stored->backup;
    }
    warn_of_shell(app);
    show(app, options, outcome);
    return ExitCode::ok;
}

ExitCode run_secrets_generate(App& app, const SecretsGenerateOptions& options) {
    return options.write ? write_secrets(app, options) : print_secrets(app, options);
}

}  // namespace

void add_secrets_generate(const Command& parent) {
    const Command cmd =
        parent.add_subcommand("generate", "Make secrets: print them, or fill them into .env", "Configure");
    auto options = std::make_shared<SecretsGenerateOptions>();
    cmd.add_flag("--all", options->all, "Print the three passwords too");
    const Option write = cmd.add_flag("--write", options->write,
                                      "Fill all six into .env, where they are missing or placeholders");
    cmd.add_option("--replace", options->replace,
                   "Give NAME a new value although it has one (with --confirm=NAME)")
        .type_name("NAME")
        .needs(write)
        .repeatable()
        .check([](const std::string& name) -> std::string {
            if (secrets::secret_name(name)) return {};
            std::vector<std::string> names;
            for (const secrets::SecretName& known : secrets::secret_names()) names.emplace_back(known.name);
            std::string near = nearest(name, names);
            return fmt::format("{} is not a secret that this program makes; {}", printable(name, 80),
                               near.empty() ? "they are " + join(names, ", ") : "nearest: " + near);
        });
    cmd.add_flag("--fresh-install", options->fresh_install,
                 "Your word that no data exists (with --confirm=DATABASE)")
        .needs(write);
    cmd.add_flag("--dry-run", options->dry_run, "Say what would be written, and change nothing").needs(write);
    cmd.set_help(
        {{{"logbookctl secrets generate", "prints SECRET_KEY, ENCRYPTION_KEY and ENCRYPTION_SALT"},
          {"logbookctl secrets generate --write --fresh-install --confirm=intranet_db",
           "fills all six into .env of a new installation whose database does not run yet"}},
         {"0  printed, written, or nothing to write", "1  it failed; .env is as it was",
          "2  the command line is wrong", "4  refused: data may exist, or a confirmation is missing"},
         {"secrets check", "config check"},
         "Keys are 64 hexadecimal characters, the salt 32, passwords 40 letters and digits, which survive "
         "the "
         "application's unescaped URLs, Compose's dollar sign and Alembic's percent sign.\n\n"
         "With --write, only missing values and placeholders are filled; comments, order, quotes, line "
         "endings and "
         "the owner stay, and the mode becomes 0600. The old file is kept beside it as .env.backup-DATE "
         "(0600). The "
         "lock .env.lock beside it keeps a second writer out and stays there. A second run changes "
         "nothing.\n\n"
         "A placeholder may be the key that real data was written with. So nothing is written unless the "
         "database of the .env answers and has no rows in users and organizations, or the Compose files have "
         "the database and the engine has neither its container nor its volume or folder, or the operator "
         "says --fresh-install "
         "--confirm=DATABASE. A database that cannot be reached counts as data; one that is seen to hold "
         "data "
         "is "
         "never overruled.\n\n"
         "Do not append the printed lines to the .env of an installation that holds data: of two lines for "
         "one name "
         "the last counts, so they would replace the live keys."});
    cmd.on_chosen([options](App& app) { return run_secrets_generate(app, *options); });
}

}  // namespace logbook::cli
