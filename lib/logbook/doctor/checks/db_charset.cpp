// The database stores all of Unicode, compared as the application expects.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    const auto& database = scene.database();
    if (database.charset.empty())
        return undetermined("the server does not tell the database's character set");
    const std::string seen = fmt::format("{} / {}", database.charset, database.collation);
    if (database.charset != "utf8mb4")
        return warned("New tables would not store every character (names, emoji)", {seen});
    if (database.collation != "utf8mb4_unicode_ci")
        return noted(
            fmt::format("the default collation is {}; the application's tables use utf8mb4_unicode_ci",
                        database.collation));
    return passed(seen);
}

}  // namespace

Check check_db_charset() {
    return {"db.charset", "the database stores all of Unicode", {"db.database"}, {}, &run};
}

}  // namespace logbook::doctor
