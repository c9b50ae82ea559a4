// `logbookctl migrate record`: the row that disarms the wipe trap, with proof, after a backup.
#include <fmt/format.h>
#include <memory>

#include "backup_run.h"
#include "commands/catalogue.h"
#include "logbook/base/bytes.h"
#include "logbook/base/text.h"
#include "logbook/migration/migration_lock.h"
#include "logbook/migration/record.h"
#include "logbook/revision/revision_lint.h"
#include "logbook/revision/revision_range.h"
#include "upgrade_scene.h"
#include "view/finding_lines.h"

namespace logbook::cli {
namespace {

constexpr Millis longest_record{std::chrono::hours(4)};
constexpr Millis one_question{15'000}, longest_log{120'000};

struct MigrateRecordOptions {
    ChainOptions chain;
    std::string revision, backup;
    Millis backup_within{0};
    bool without_proof = false, dry_run = false;
};

// Everything that there is to tell.
struct Record {
    const UpgradeScene& scene;
    std::string revision;
    std::vector<std::string> rows_before;
    std::vector<migration::RecordProof> proofs;
    std::optional<migration::Backup> backup{};
    std::string outcome = "planned";  // or "recorded"

    bool proved() const {
        for (const migration::RecordProof& proof : proofs)
            if (!proof.proved) return false;
        return true;
    }
};

Json to_json(const Record& record) {
    Json::Array proofs;
    for (const migration::RecordProof& proof : record.proofs)
        proofs.push_back(
            Json::object({{"name", proof.name}, {"proved", proof.proved}, {"says", proof.says}}));
    return Json::object({{"outcome", record.outcome},
                         {"database", record.scene.migrate.database},
                         {"revision", record.revision},
                         {"rows_before", Json::array(record.rows_before)},
                         {"proofs", Json(std::move(proofs))},
                         {"backup", record.backup ? Json(record.backup->path.string()) : Json()}});
}

// From the last start of its container on, whole: the lines that prove may stand far behind.
migration::StartProof read_start_proof(App& app, const UpgradeScene& scene) {
    migration::StartProof proof;
    const docker::Container* backend = scene.door.backend;
    if (!backend || !backend->started) return proof;
    docker::LogOptions options;
    // The engine notes a container's start a moment after its program has begun to speak. Of what an earlier
    // start said in that moment, a later one's first line makes nothing.
    constexpr std::chrono::seconds moment(2);
    options.since = *backend->started - moment;
    std::string held;
    constexpr size_t longest_line = size_t(64) << 10;
    const auto take = [&](const docker::Piece& piece) {
        held += piece.bytes;
        size_t begin = 0;
        for (size_t end; (end = held.find('\n', begin)) != std::string::npos; begin = end + 1)
            proof.take(std::string_view(held).substr(begin, end - begin));
        held.erase(0, begin);
        if (held.size() > longest_line) held.clear();
        return true;
    };
    const Status read =
        scene.door.engine->logs(backend->id, backend->tty, options, take, app.deadline.at_most(longest_log));
    // A log that was read in part proves nothing: a later start may stand in the rest.
    return read ? proof : migration::StartProof();
}

ExitCode refuse(App& app, const Record& record, const std::string& what,
                const std::vector<std::string>& next) {
    if (app.global.json()) {
        Json document = to_json(record);
        document.set("outcome", "refused");
        document.set("refusal", Json::object({{"what", what}, {"next", Json::array(next)}}));
        app.emit("logbookctl/migrate_record/1", document);
        return ExitCode::declined;
    }
    app.out.line(fmt::format("{} {}", glyph(app.out, Mark::fail), what));
    for (size_t i = 0; i < next.size(); ++i) put_detail(app.out, fmt::format("next  {}", i + 1), next[i]);
    return ExitCode::declined;
}

void put_proofs(App& app, const Record& record) {
    for (const migration::RecordProof& proof : record.proofs)
        app.out.line(
            fmt::format("{} {}", glyph(app.out, proof.proved ? Mark::pass : Mark::fail), proof.says));
}

// Why there is nothing to record, or it must not be; empty where the trap is armed.
std::string nothing_to_disarm(const migration::WipeVerdict& verdict, std::vector<std::string>& next) {
    switch (verdict.trap) {
    case migration::WipeTrap::armed:
        return {};
    case migration::WipeTrap::safe:
        next = {"logbookctl migrate status"};
        return "nothing is to be disarmed: " + verdict.why +
               ". A row is no way round a migration that failed: what it lacks would be skipped for ever";
    case migration::WipeTrap::fresh:
        next = {"logbookctl restart backend"};
        return "nothing is to be disarmed: " + verdict.why;
    case migration::WipeTrap::unknown:
        break;
    }
    next = {"logbookctl doctor"};
    return "whether the wipe trap is armed cannot be told: " + verdict.why;
}

ExitCode run_migrate_record(App& app, const MigrateRecordOptions& options) {
    app.take_by_default(longest_record);
    const auto scene = open_upgrade_scene(app, options.chain, false, false);
    if (!scene) return report_migrate(app, scene.error());
    if (Status readable = scene->migrate.readable(); !readable) return report_migrate(app, readable.error());
    const revision::RevisionMap& code = scene->migrate.next.map;
    const auto found = revision::resolve(code, options.revision);
    if (!found) return report_migrate(app, found.error());
    if (found->size() != 1)
        return app.report({ErrorCode::invalid, "one revision can be recorded, and that is none or several",
                           "logbookctl migrate heads"});
    const revision::RevisionIndex index = found->front();
    Record record{*scene, code[index].file.revision, {}, {}};
    if (record.revision.size() > revision::longest_identifier)
        return app.report({ErrorCode::invalid,
                           fmt::format("{} has {} characters, and alembic_version has room for {}",
                                       printable(record.revision, 80), record.revision.size(),
                                       revision::longest_identifier),
                           {}});

    // The lock keeps a start of the backend from migrating, and with it from dropping the tables, meanwhile.
    auto lock = options.dry_run ? Result<migration::MigrationLock>(fail(ErrorCode::declined, ""))
                                : migration::MigrationLock::take(scene->door.sql(app), scene->door.endpoint,
                                                                 app.deadline.at_most(one_question));
    if (!lock && !options.dry_run) {
        if (lock.error().code != ErrorCode::conflict) return report_migrate(app, lock.error());
        return refuse(app, record, lock.error().what, {lock.error().hint});
    }
    auto own = options.dry_run
                   ? scene->door.sql(app).connect(scene->door.endpoint, app.deadline.at_most(one_question))
                   : Result<std::unique_ptr<net::SqlSession>>(std::unique_ptr<net::SqlSession>());
    if (!own) return report_migrate(app, own.error());
    net::SqlSession& session = lock ? lock->session() : **own;

    const auto survey = survey_upgrade(app, *scene, session);
    if (!survey) return report_migrate(app, survey.error());
    const auto before = survey->tables.revisions;
    record.rows_before = before.value_or(std::vector<std::string>());
    std::vector<std::string> next;
    if (const std::string why = nothing_to_disarm(migration::judge_wipe(survey->tables), next); !why.empty())
        return refuse(app, record, why, next);
    if (!survey->at_work.empty())
        return refuse(app, record,
                      "Alembic is at work inside " + printable(survey->at_work.front().container, 80),
                      {"wait for it, then: logbookctl migrate status"});
    if (scene->backend == migration::BackendStands::starting)
        return refuse(
            app, record,
            printable(scene->door.backend->name, 80) +
                " is in the middle of its start, which may be deleting the tables",
            {"docker stop " + shell_quoted(printable(scene->door.backend->name, 80)), "logbookctl doctor"});

    const auto schema =
        migration::read_schema(session, scene->database(), app.deadline.at_most(one_question));
    if (!schema) return report_migrate(app, schema.error());
    const Code& next_code = scene->migrate.next;
    migration::RecordFacts facts{
        code,
        index,
        read_start_proof(app, *scene),
        {},
        next_code.where,
        false,
        *schema,
        [&](const revision::RevisionFile& file) { return revision_text(app, *scene, file); },
        {}};
    if (scene->door.backend) facts.started = scene->door.backend->started;
    facts.code_runs = next_code.origin == Code::Origin::container;
    if (survey->journal && survey->journal->database == scene->database()) facts.journal = survey->journal;
    record.proofs = prove_revision(facts);
    const bool in_words = !app.global.json() && !app.global.quiet;
    if (in_words) put_proofs(app, record);
    const std::string confirm = "--confirm=" + shell_quoted(scene->database());
    if (!record.proved() && !options.without_proof)
        return refuse(
            app, record,
            fmt::format("that the tables of {} are at {} is not proved", printable(scene->database(), 64),
                        printable(record.revision, 64)),
            {"do not start, restart or reload the backend meanwhile",
             "find out where it was: a backup's first line, the log of the last start, who changed it",
             "if you know it from elsewhere: the same with --without-proof " + confirm});
    if (options.dry_run) {
        if (app.global.json())
            app.emit("logbookctl/migrate_record/1", to_json(record));
        else
            app.out.line(fmt::format("{} nothing was changed: {} would be recorded",
                                     glyph(app.out, Mark::note), printable(record.revision, 64)));
        return ExitCode::ok;
    }
    if (options.backup.empty())
        return refuse(app, record, "no backup was asked for, and this writes into the database",
                      {"the same with --backup DIR"});
    if (!app.global.confirmed(scene->database()))
        return refuse(app, record, "recording a revision was not confirmed", {"the same with " + confirm});

    auto provided = provide_backup(app, scene->door, *lock, {options.backup, options.backup_within});
    if (!provided) return report_migrate(app, provided.error());
    record.backup = std::move(provided->backup);
    if (in_words)
        app.out.line(fmt::format("{} backup  {}   {}, verified", glyph(app.out, Mark::pass),
                                 printable(record.backup->path.string(), 400),
                                 human_bytes(record.backup->bytes)));
    if (Status done =
            migration::record_revision(session, record.revision, before, app.deadline.at_most(one_question));
        !done)
        return report_migrate(app, done.error());
    record.outcome = "recorded";
    if (app.global.json()) {
        app.emit("logbookctl/migrate_record/1", to_json(record));
    } else {
        app.out.line(
            fmt::format("{} `alembic_version` holds {}: the next start of the backend keeps the tables",
                        glyph(app.out, Mark::pass), printable(record.revision, 64)));
        if (!app.global.quiet) put_detail(app.out, "next", "logbookctl doctor --only db.wipe_trap");
    }
    return ExitCode::ok;
}

}  // namespace

void add_migrate_record(const Command& parent) {
    const auto options = std::make_shared<MigrateRecordOptions>();
    const Command cmd = parent.add_subcommand(
        "record", "Put the one right row into alembic_version, to disarm the wipe trap", "Configure");
    cmd.add_option("REVISION", options->revision, "Where the tables are, as Alembic names it")
        .required()
        .type_name("REVISION");
    const Option folder =
        cmd.add_option("--backup", options->backup, "Take a verified backup into this folder first")
            .type_name("DIR");
    cmd.add_duration("--backup-within", options->backup_within,
                     "Accept one that is there, so old at the most, of the same revision and verified now")
        .needs(folder);
    cmd.add_flag("--without-proof", options->without_proof,
                 "Although it is not proved: you know it from elsewhere");
    add_chain_options(cmd, options->chain);
    cmd.add_flag("--dry-run", options->dry_run, "Say what is proved; change nothing");
    cmd.set_help(
        {{{"logbookctl migrate record a17c4e9d2b61 --backup /srv/backups --confirm=the_logbook",
           "after `doctor` said STOP (db.wipe_trap)"},
          {"logbookctl migrate record head --dry-run", "what is proved?"}},
         {"0  recorded; with --dry-run, proved", "1  failed; the database is as it was", "2  no REVISION",
          "3  the database or the chain could not be read",
          "4  refused: not proved, not confirmed, no backup, or nothing to disarm", "124  --timeout passed"},
         {"doctor", "migrate status", "migrate upgrade"},
         "An empty or missing alembic_version, or the init stamp, makes the next start of the backend delete "
         "every "
         "table. This command writes the row that belongs there, and no other one: only where the trap is "
         "armed, "
         "after a verified backup, with the database's name as --confirm.\n\n"
         "It wants four proofs: the log of the backend's last start says where it left the database; "
         "REVISION is the "
         "only head of the code, of which nothing was written since; the tables have what that revision's "
         "text makes "
         "and not what the next one's does; and no upgrade failed here. Without them --without-proof is "
         "needed.\n\n"
         "It is never a way round an upgrade that failed: what the database lacks would be skipped for "
         "ever."});
    cmd.on_chosen([options](App& app) { return run_migrate_record(app, *options); });
}

}  // namespace logbook::cli
