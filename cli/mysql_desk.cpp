// Logins in the order of what they may see.
#include "mysql_desk.h"

#include <fmt/format.h>

#include "command.h"
#include "logbook/base/text.h"
#include "logbook/deployment/root_login.h"
#include "logbook/host/file.h"
#include "logbook/instrument/option_file.h"

namespace logbook::cli {
namespace {

constexpr uint64_t largest_option_file = 64 << 10;

std::optional<deployment::RootLogin> root_login(const DatabaseDoor& door) {
    const probe::ContainersReading* containers = door.scene->containers();
    return deployment::root_login(
        containers && containers->found() ? containers->of_role(deployment::Role::database) : nullptr,
        door.scene->settings());
}

// A file that others may read has told them its password already.
Result<instrument::LoginFile> read_login_file(const std::filesystem::path& path) {
    const auto text = host::read_file(path, largest_option_file);
    if (!text) return fail(text.error());
    if ((text->facts.mode & 077) != 0)
        return fail(ErrorCode::denied,
                    fmt::format("{} may be read by others (mode {:04o})", printable(path.string(), 300),
                                unsigned(text->facts.mode)),
                    "chmod 600 " + shell_quoted(printable(path.string(), 300)));
    auto file = instrument::parse_login_file(text->bytes);
    if (!file)
        return fail(ErrorCode::invalid,
                    fmt::format("{}: {}", printable(path.string(), 300), file.error().what),
                    file.error().hint);
    return file;
}

std::string place_of(const MysqlDesk& desk, bool by_ladder) {
    std::string where;
    if (by_ladder && desk.door.ladder && desk.door.ladder->used())
        where = desk.door.ladder->used()->text();
    else if (!desk.endpoint.socket.empty())
        where = printable(desk.endpoint.socket, 200);
    else
        where = fmt::format("{}:{}", printable(desk.endpoint.host, 255), desk.endpoint.port);
    return fmt::format("{} at {}, as {}", printable(desk.session->server_version(), 60), where,
                       printable(desk.endpoint.user, 80));
}

// An option file that names a host is another way than the deployment's.
bool leads_elsewhere(const instrument::LoginFile& file) {
    return file.host || file.socket;
}

Status connect_by_file(App& app, const MysqlLogin& login, MysqlDesk& desk) {
    const auto file = read_login_file(login.defaults_file);
    if (!file) return fail(file.error());
    if (file->password) app.redactor.add(*file->password);
    net::SqlEndpoint& endpoint = desk.endpoint;
    if (file->user) endpoint.user = *file->user;
    if (file->password) endpoint.password = *file->password;
    if (leads_elsewhere(*file)) {
        endpoint.host = file->host.value_or(endpoint.host);
        endpoint.socket = file->socket.value_or("");
        desk.door.ladder.reset();
    }
    if (file->port) endpoint.port = *file->port;
    if (file->ca && login.trust.ca.empty() && login.trust.fingerprint.empty()) {
        endpoint.tls_ca = *file->ca;
        endpoint.tls = net::SqlTls::ca;
    }
    auto session = desk.connect(app, app.deadline);
    if (!session) return fail(session.error());
    desk.session = std::move(*session);
    return {};
}

// Whether another login may still be let in where this one was not.
bool is_refusal(const Error& error) {
    return error.code == ErrorCode::auth || error.code == ErrorCode::not_found;
}

Status connect_by_deployment(App& app, const MysqlLogin& login, MysqlDesk& desk) {
    const net::SqlEndpoint as_app = desk.endpoint;
    std::optional<Error> refused;
    const auto root = login.login == "app" ? std::nullopt : root_login(desk.door);
    if (root) {
        app.redactor.add(root->password);
        desk.endpoint.user = "root";
        desk.endpoint.password = root->password;
        auto session = desk.connect(app, app.deadline);
        if (session) {
            desk.session = std::move(*session);
            return {};
        }
        if (login.login == "root" || !is_refusal(session.error())) return fail(session.error());
        refused = session.error();
        desk.endpoint = as_app;
    } else if (login.login == "root") {
        return fail(
            ErrorCode::not_found,
            "nothing here tells root's password: no MYSQL_ROOT_PASSWORD in .env, none in the database's "
            "container",
            "--defaults-file FILE, with user and password under [client]");
    }
    auto session = desk.connect(app, app.deadline);
    if (!session) return fail(session.error());
    desk.session = std::move(*session);
    if (refused)
        desk.notes.push_back(fmt::format("root was refused ({}); asked as {}", refused->what,
                                         printable(desk.endpoint.user, 80)));
    else if (login.login == "auto")
        desk.notes.push_back(
            fmt::format("asked as {}: root's password is not known here", printable(desk.endpoint.user, 80)));
    return {};
}

}  // namespace

Result<std::unique_ptr<net::SqlSession>> MysqlDesk::connect(const App& app, Deadline deadline) const {
    return door.sql(app).connect(endpoint, deadline);
}

Result<MysqlDesk> open_mysql_desk(App& app, const MysqlLogin& login) {
    auto door = open_database_door(app, login.trust);
    if (!door) return fail(with_trust_hint(door.error()));
    MysqlDesk desk;
    desk.door = std::move(*door);
    desk.endpoint = desk.door.endpoint;
    const bool by_file = !login.defaults_file.empty();
    const Status connected =
        by_file ? connect_by_file(app, login, desk) : connect_by_deployment(app, login, desk);
    if (!connected) return fail(connected.error());
    const probe::ContainersReading* containers = desk.door.scene->containers();
    if (containers && containers->found()) desk.names = instrument::ClientNames(containers->deployment);
    desk.place = place_of(desk, desk.door.ladder != nullptr);
    return desk;
}

void add_mysql_login(const Command& command, MysqlLogin& login) {
    command
        .add_option("--login", login.login,
                    "Whose: root where its password is known, else the application's (auto)")
        .one_of({"auto", "root", "app"})
        .type_name("auto|root|app");
    command
        .add_option("--defaults-file", login.defaults_file,
                    "MySQL's option file ([client] user, password), for your eyes only")
        .type_name("FILE");
    command.add_option("--tls-ca", login.trust.ca, "Encrypt, and verify the server by this authority")
        .variable("LOGBOOKCTL_DB_TLS_CA")
        .type_name("FILE");
    command
        .add_option("--tls-fingerprint", login.trust.fingerprint,
                    "Encrypt, and accept the one certificate of this SHA-1")
        .variable("LOGBOOKCTL_DB_TLS_FINGERPRINT")
        .type_name("HEX")
        .check([](const std::string& given) { return deployment::wrong_fingerprint(given, {20}); });
}

ExitCode report_mysql(App& app, const Error& error) {
    Error told = error;
    if (told.hint.empty() && error.code == ErrorCode::unreachable) told.hint = "logbookctl doctor says why";
    return app.report(told, exit_code_of_asking(error));
}

}  // namespace logbook::cli
