// Its arguments, and the two places to run it in.
#include "logbook/migration/dump_program.h"

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/deployment/contained_client.h"
#include "logbook/host/child.h"

namespace logbook::migration {
namespace {

// Whose program it is tells its words: MariaDB's is called mysqldump, too, on many machines, and asked to
// dump any server.
enum class Maker { mariadb, mysql };

// Inside its own container the server is this very machine: nobody stands between.
void add_tls_inside(std::vector<std::string>& arguments, Maker maker) {
    arguments.emplace_back(maker == Maker::mariadb ? "--ssl" : "--ssl-mode=REQUIRED");
}

// As strict as our own connection was: neither program verifies anybody unless it is told to, and both would
// go on in the clear.
void add_tls(std::vector<std::string>& arguments, const net::SqlEndpoint& endpoint, Maker maker) {
    arguments.push_back("--ssl-ca=" + endpoint.tls_ca);
    arguments.emplace_back(maker == Maker::mariadb ? "--ssl-verify-server-cert"
                                                   : "--ssl-mode=VERIFY_IDENTITY");
}

std::vector<std::string> arguments_for(const net::SqlEndpoint& endpoint, Maker maker, bool inside) {
    std::vector<std::string> arguments{"--no-defaults",
                                       "--protocol=tcp",
                                       "--host=" + endpoint.host,
                                       fmt::format("--port={}", endpoint.port),
                                       "--user=" + endpoint.user,
                                       "--default-character-set=utf8mb4",
                                       "--single-transaction",  // one moment, and no lock on the application
                                       "--quick",
                                       "--routines",
                                       "--triggers",
                                       "--events",
                                       "--hex-blob",
                                       "--no-tablespaces"};  // those need a right over the whole server
    // A dump that sets the server's replication position needs a right over the whole server when restored.
    if (maker == Maker::mysql) arguments.emplace_back("--set-gtid-purged=OFF");
    if (endpoint.tls != net::SqlTls::plain && inside)
        add_tls_inside(arguments, maker);
    else if (endpoint.tls != net::SqlTls::plain)
        add_tls(arguments, endpoint, maker);
    arguments.push_back(endpoint.database);
    return arguments;
}

Result<Maker> maker_of(const std::filesystem::path& program, Deadline deadline) {
    if (program.filename() == "mariadb-dump") return Maker::mariadb;
    host::ChildSpec spec;
    spec.argv = {program.string(), "--version"};
    spec.environment = {"LC_ALL=C"};
    const auto done = host::run(spec, {}, deadline.at_most(Millis(10'000)));
    if (!done) return fail(done.error());
    return contains(lower(done->out), "mariadb") ? Maker::mariadb : Maker::mysql;
}

Error failure_of(const std::string& where, const std::string& end, const std::string& said, bool mariadb) {
    // What this user may not see would be missing from the backup.
    const bool hidden = contains(said, "insufficient privileges");
    return {ErrorCode::io,
            fmt::format("the dump program {} ended with {}: {}", where, end, printable(trim(said), 400)),
            !hidden   ? "logbookctl doctor"
            : mariadb ? "as the server's root: GRANT SELECT ON mysql.proc TO that user"
                      : "as the server's root: GRANT SHOW_ROUTINE ON *.* TO that user"};
}

}  // namespace

Status DumpProgram::run(const net::SqlEndpoint& endpoint, bool mariadb,
                        const std::function<Status(std::string_view)>& output, Deadline deadline) const {
    const std::vector<std::string> names = mariadb ? std::vector<std::string>{"mariadb-dump", "mysqldump"}
                                                   : std::vector<std::string>{"mysqldump", "mariadb-dump"};
    if (engine) {
        const deployment::ContainedClient client{*engine, container, container_name};
        deployment::ClientCall call;
        call.programs = names;
        call.arguments = arguments_for(endpoint, mariadb ? Maker::mariadb : Maker::mysql, true);
        call.environment = {{"MYSQL_PWD", endpoint.password}};
        call.output = output;
        const auto done = client.run(call, deadline);
        if (!done) return fail(done.error());
        if (done->exit_code == 0) return {};
        return fail(failure_of("inside " + printable(container_name, 80),
                               fmt::format("exit code {}", done->exit_code), done->err, mariadb));
    }
    if (endpoint.tls == net::SqlTls::fingerprint)
        return fail(ErrorCode::unsupported,
                    "a dump program verifies a server by its authority, not by a fingerprint",
                    "name the authority that signed the server's certificate: DB_SSL_CA");
    for (const std::string& name : names) {
        const auto program = host::find_program(name, search_path);
        if (!program) continue;
        const auto maker = maker_of(*program, deadline);
        if (!maker) return fail(maker.error());
        host::ChildSpec spec;
        spec.argv = {program->string()};
        for (std::string& argument : arguments_for(endpoint, *maker, false))
            spec.argv.push_back(std::move(argument));
        spec.environment = {"LC_ALL=C", "MYSQL_PWD=" + std::string(endpoint.password.reveal())};
        host::RunLimits limits;
        limits.output = output;
        const auto done = host::run(spec, {}, deadline, limits);
        if (!done) return fail(done.error());
        if (done->end.success()) return {};
        return fail(failure_of(program->string(), describe(done->end), done->err, mariadb));
    }
    return fail(ErrorCode::unsupported, fmt::format("there is no {} on this machine", join(names, " or ")),
                "sudo apt-get install mariadb-client");
}

}  // namespace logbook::migration
