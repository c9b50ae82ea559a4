// The application's login may do what the application does.
#include "logbook/doctor/checks/checks.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

// What requests need, and what a start with new migrations needs beside it.
constexpr std::string_view for_requests[] = {"SELECT", "INSERT", "UPDATE", "DELETE"};
constexpr std::string_view for_migrations[] = {"CREATE", "ALTER", "DROP", "INDEX", "REFERENCES"};

template <size_t n>
std::vector<std::string> missing_of(const std::string_view (&needed)[n],
                                    const std::vector<std::string>& held) {
    std::vector<std::string> missing;
    for (const std::string_view right : needed)
        if (std::find(held.begin(), held.end(), right) == held.end()) missing.emplace_back(right);
    return missing;
}

bool is_about_rights(const Error& error) {
    const int number = net::server_errno(error);
    return number == 1044 || number == 1142 || number == 1143 || number == 1227;
}

Finding run(const Scene& scene) {
    const probe::DatabaseReading& database = scene.database();
    const std::string user = printable(database.user, 80), name = printable(database.database, 80);
    if (database.stage == probe::DatabaseStage::database) {
        // A user without rights is told the same of a database that does not exist: somebody else must look.
        const DatabaseWork& work = scene.database_work();
        const bool known = !work.failure && work.login != database.user && work.schema_exists;
        if (known && is_about_rights(*database.failure))
            return failed(fmt::format("`{}` has no rights on the database `{}`", user, name),
                          {database.failure->what, "the database is there: " + work.login + " sees it"});
        return not_applicable("the database is not there");
    }
    if (database.tables_failure && is_about_rights(*database.tables_failure))
        return failed(fmt::format("`{}` may not read its own tables", user), {database.tables_failure->what});
    if (!database.rights) return undetermined("the server does not tell what this login may do");
    if (const auto missing = missing_of(for_requests, *database.rights); !missing.empty())
        return failed(fmt::format("`{}` lacks rights on `{}` that every request needs", user, name),
                      {"missing: " + join(missing, ", ")});
    if (const auto missing = missing_of(for_migrations, *database.rights); !missing.empty())
        return warned(fmt::format("`{}` lacks rights on `{}` that migrations need", user, name),
                      {"missing: " + join(missing, ", ")});
    return passed();
}

}  // namespace

Check check_db_rights() {
    return {"db.rights",
            "the application's login may do what the application does",
            {"db.login"},
            {"db.database", "db.wipe_trap", "db.revision", "backend.container", "backend.start",
             "backend.port", "backend.answers", "backend.health", "backend.database", "container.health",
             "frontend.proxy"},
            &run};
}

}  // namespace logbook::doctor
