// One revision after another, with a snapshot between.
#include "logbook/migration/rehearsal.h"

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/migration/sql_script.h"

namespace logbook::migration {
namespace {

using revision::RevisionIndex;

class Run {
  public:
    Run(const RehearsalOrder& order, Deadline deadline) : order_(order), deadline_(deadline) {}

    Result<Rehearsal> run() {
        if (order_.alembic)
            if (Status proved = prove_that_alembic_follows(); !proved) return fail(proved.error());
        auto before = order_.scratch.snapshot(deadline_);
        if (!before) return fail(before.error());
        Rehearsal rehearsal;
        for (const RevisionIndex index : order_.path) {
            if (order_.progress) order_.progress(rehearsal.steps.size());
            if (order_.stopped && order_.stopped()) return interrupted();
            const auto failure = order_.alembic ? upgrade_to(index) : run_script(index);
            if (!failure) return fail(failure.error());
            auto after = order_.scratch.snapshot(deadline_);
            if (!after) return fail(after.error());
            RehearsedStep step{index, schema_changes(*before, *after)};
            if (*failure) {
                rehearsal.failed = std::move(step);
                rehearsal.failure = std::move(**failure);
                return rehearsal;
            }
            rehearsal.steps.push_back(std::move(step));
            before = std::move(after);
        }
        return rehearsal;
    }

  private:
    static tl::unexpected<Error> interrupted() {
        return fail(ErrorCode::interrupted,
                    "interrupted; the scratch copy is dropped, and nothing else was touched");
    }

    struct Ended {
        int exit_code = 0;
        AlembicFailure failure;
        bool signed_for = false;  // it stumbled over the copy's sign
    };

    Result<Ended> call(std::vector<std::string> arguments) const {
        Ended ended;
        AlembicCall call;
        call.arguments = std::move(arguments);
        const net::SqlEndpoint& account = order_.scratch.account();
        call.environment = {{"DB_NAME", Secret(account.database)},
                            {"DB_USER", Secret(account.user)},
                            {"DB_PASSWORD", account.password}};
        AlembicWords words;
        const std::string sign = "Can't locate revision identified by '" + account.user + "'";
        call.line = [&](docker::Channel, std::string_view line) {
            words.take(line);
            ended.signed_for = ended.signed_for || contains(line, sign);
        };
        call.stopped = order_.stopped;
        const auto end = order_.alembic->run(call, deadline_);
        if (!end) return fail(end.error());
        if (end->late)
            return fail(ErrorCode::timeout, "the deadline passed in the middle of the rehearsal",
                        "give it more time: --timeout 2h");
        if (end->stopped) return interrupted();
        ended.exit_code = end->exit_code;
        ended.failure = words.failure();
        return ended;
    }

    // A revision that no chain has stands in the copy's alembic_version: whoever reads the copy stumbles over
    // it, and says its name.
    Status prove_that_alembic_follows() const {
        const std::string& sign = order_.scratch.account().user;
        const auto rows =
            order_.scratch.session().query("SELECT version_num FROM alembic_version LIMIT 20", deadline_);
        if (!rows) return fail(rows.error());
        std::vector<std::string> kept;
        for (size_t i = 0; i < rows->rows.size(); ++i) kept.emplace_back(rows->text(i, "version_num"));
        if (Status set = order_.scratch.set_revisions({sign}, deadline_); !set) return set;
        const auto ended = call({"current"});
        if (!ended) return fail(ended.error());
        if (!ended->signed_for) {
            const std::string& said = ended->failure.said;
            return fail(
                ErrorCode::unsupported,
                fmt::format(
                    "Alembic {} does not look at the copy: its env.py does not follow DB_NAME, DB_USER "
                    "and DB_PASSWORD, or fails ({})",
                    order_.alembic->where(), said.empty() ? "it said nothing" : said),
                "nothing was run; plan without --rehearse");
        }
        return order_.scratch.set_revisions(kept, deadline_);
    }

    using Failure = std::optional<AlembicFailure>;

    Result<Failure> upgrade_to(RevisionIndex index) const {
        const auto ended = call({"upgrade", order_.map[index].file.revision});
        if (!ended) return fail(ended.error());
        if (ended->exit_code == 0) return Failure();
        AlembicFailure failure = ended->failure;
        if (failure.said.empty())
            failure.said = fmt::format("Alembic ended with exit code {}", ended->exit_code);
        return Failure(std::move(failure));
    }

    Result<Failure> run_script(RevisionIndex index) const {
        const auto& file = order_.map[index].file;
        const auto statements = split_sql(file.script);
        if (!statements) return Failure(AlembicFailure{statements.error().what, 0, {}});
        for (const SqlStatement& statement : *statements) {
            const auto done = order_.scratch.session().query(statement.text, deadline_);
            if (done) continue;
            if (net::server_errno(done.error()) == 0) return fail(done.error());
            return Failure(
                AlembicFailure{fmt::format("{}:{}: {}", printable(file.path.filename().string(), 200),
                                           file.script_line + statement.line - 1, done.error().what),
                               net::server_errno(done.error()), printable(statement.text, 600)});
        }
        return Failure();
    }

    const RehearsalOrder& order_;
    Deadline deadline_;
};

}  // namespace

Result<Rehearsal> rehearse(const RehearsalOrder& order, Deadline deadline) {
    return Run(order, deadline).run();
}

}  // namespace logbook::migration
