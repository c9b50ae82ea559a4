// Root makes the copy where its password is known; else the application's own account, which may be one that
// can.
#include "plan_rehearsal.h"

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/crypto/random.h"
#include "logbook/deployment/root_login.h"
#include "view/progress_line.h"

namespace logbook::cli {
namespace {

constexpr Millis to_drop_the_copy{15'000};
constexpr int no_right_on_database = 1044, no_right_at_all = 1227;

struct Administrator {
    net::SqlEndpoint endpoint;
    std::unique_ptr<net::SqlSession> session;
};

Error without_rights(Error error) {
    const int number = net::server_errno(error);
    if (error.code == ErrorCode::auth || number == no_right_on_database || number == no_right_at_all)
        error = {ErrorCode::denied,
                 "a rehearsal needs an account that may make a database and an account: " + error.what,
                 "put MYSQL_ROOT_PASSWORD into .env as the database has it, or plan without --rehearse"};
    return error;
}

Result<Administrator> administrator(App& app, const DatabaseDoor& door) {
    Administrator who{door.endpoint, nullptr};
    who.endpoint.database.clear();
    const probe::ContainersReading* containers = door.scene->containers();
    const auto login = deployment::root_login(
        containers && containers->found() ? containers->of_role(deployment::Role::database) : nullptr,
        door.scene->settings());
    if (login) {
        net::SqlEndpoint root = who.endpoint;
        root.user = "root";
        root.password = login->password;
        app.redactor.add(root.password);
        auto session = door.sql(app).connect(root, app.deadline);
        if (session) return Administrator{std::move(root), std::move(*session)};
        if (session.error().code != ErrorCode::auth) return fail(session.error());
    }
    auto session = door.sql(app).connect(who.endpoint, app.deadline);
    if (!session) return fail(without_rights(session.error()));
    who.session = std::move(*session);
    return who;
}

}  // namespace

Result<Rehearsed> run_rehearsal(App& app, const RehearsalWish& wish, const DatabaseDoor& door,
                                net::SqlSession& source, const Stopped& stopped) {
    constexpr size_t mark_bytes = 6, password_bytes = 16;
    const auto mark = crypto::random_hex(mark_bytes), password = crypto::random_hex(password_bytes);
    if (!mark) return fail(mark.error());
    if (!password) return fail(password.error());
    auto who = administrator(app, door);
    if (!who) return fail(who.error());
    Rehearsed rehearsed;
    auto leftovers = migration::remove_scratch_leftovers(*who->session, app.deadline);
    if (!leftovers) return fail(leftovers.error());
    rehearsed.leftovers = std::move(*leftovers);
    who->session.reset();

    ProgressLine line(app.err, !app.global.quiet);
    line.show("copying the structure");
    // A server may demand letters of both cases and a mark; no URL takes these for its own.
    migration::ScratchOrder order{door.sql(app),
                                  who->endpoint,
                                  std::string(mark->reveal()),
                                  Secret("Aa1-" + std::string(password->reveal())),
                                  wish.schema,
                                  source,
                                  wish.rows};
    app.redactor.add(order.password);
    const auto scratch = migration::ScratchSchema::make(order, app.deadline);
    if (!scratch) return fail(without_rights(scratch.error()));
    rehearsed.database = (*scratch)->database();
    rehearsed.left_out = (*scratch)->left_out();
    migration::RehearsalOrder run{**scratch, wish.map, wish.path, wish.alembic};
    run.progress = [&](size_t done) {
        line.show(fmt::format("rehearsing {}: {} of {}",
                              printable(wish.map[wish.path[done]].file.revision, 64), done + 1,
                              wish.path.size()));
    };
    run.stopped = stopped;
    auto result = migration::rehearse(run, app.deadline);
    line.clear();
    if (const Status dropped = (*scratch)->drop(Deadline::in(to_drop_the_copy)); !dropped)
        app.err.line(fmt::format(
            "logbookctl: the scratch database {} is still there ({}): the next rehearsal removes it",
            rehearsed.database, dropped.error().what));
    if (!result) return fail(result.error());
    rehearsed.run = std::move(*result);
    return rehearsed;
}

}  // namespace logbook::cli
