// Its arguments, and the two places to run it in.
#include "logbook/migration/dump_program.h"

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/deployment/contained_client.h"
#include "logbook/host/child.h"

namespace logbook::migration {
namespace {

std::vector<std::string> arguments_for(const net::SqlEndpoint& endpoint, bool mariadb) {
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
    if (!mariadb) arguments.emplace_back("--set-gtid-purged=OFF");
    if (endpoint.tls == net::SqlTls::ca) arguments.push_back("--ssl-ca=" + endpoint.tls_ca);
    arguments.push_back(endpoint.database);
    return arguments;
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
                                                   : std::vector<std::string>{"mysqldump"};
    if (engine) {
        const deployment::ContainedClient client{*engine, container, container_name};
        deployment::ClientCall call;
        call.programs = names;
        call.arguments = arguments_for(endpoint, mariadb);
        call.environment = {{"MYSQL_PWD", endpoint.password}};
        call.output = output;
        const auto done = client.run(call, deadline);
        if (!done) return fail(done.error());
        if (done->exit_code == 0) return {};
        return fail(failure_of("inside " + printable(container_name, 80),
                               fmt::format("exit code {}", done->exit_code), done->err, mariadb));
    }
    for (const std::string& name : names) {
        const auto program = host::find_program(name, search_path);
        if (!program) continue;
        host::ChildSpec spec;
        spec.argv = {program->string()};
        for (std::string& argument : arguments_for(endpoint, mariadb))
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
