// The server is of a version that the application is made for.
#include "logbook/doctor/checks/checks.h"

#include <cstdio>
#include <fmt/format.h>
#include <utility>

namespace logbook::doctor {
namespace {

// "10.11.14-MariaDB-…" is 10.11; "8.0.36" is 8.0.
std::pair<int, int> version_of(const std::string& text) {
    int major = 0, minor = 0;
    if (std::sscanf(text.c_str(), "%d.%d", &major, &minor) != 2) return {0, 0};
    return {major, minor};
}

Finding run(const Scene& scene) {
    const auto& database = scene.database();
    const auto version = version_of(database.version);
    if (version.first == 0) return undetermined("the server does not tell its version");
    // The shipped stacks run MySQL 8.0 and MariaDB 10.11; 10.6 is the oldest MariaDB that is still
    // maintained.
    const std::pair<int, int> oldest = database.mariadb ? std::pair(10, 6) : std::pair(8, 0);
    if (version >= oldest) return passed(database.version);
    return warned(fmt::format("The database server is older than The Logbook is made for ({}.{})",
                              oldest.first, oldest.second),
                  {database.version});
}

}  // namespace

Check check_db_version() {
    return {"db.version", "the database server is recent enough", {"db.database"}, {}, &run};
}

}  // namespace logbook::doctor
