// What accepts connections greets as a MySQL server does.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    const auto& database = scene.database();
    if (database.stage != probe::DatabaseStage::greeting)
        return passed(fmt::format("{} ms", database.took.count()));
    const Error& failure = *database.failure;
    const std::string place = fmt::format("{}:{}", printable(database.host, 255), database.port);
    if (failure.code == ErrorCode::unsupported) return undetermined(failure.what);
    if (failure.code == ErrorCode::timeout)
        return failed(
            fmt::format("The database at {} is hung or paused: it accepts connections and says nothing",
                        place),
            {failure.what});
    if (failure.code == ErrorCode::tls)
        return failed(fmt::format("No trusted encryption could be agreed on with the database at {}", place),
                      {failure.what});
    return failed(fmt::format("What listens at {} does not greet as a MySQL server does", place),
                  {failure.what});
}

}  // namespace

Check check_db_greets() {
    return {"db.greets",
            "the database greets in time",
            {"db.connect"},
            {"backend.container", "backend.start", "backend.port", "backend.answers", "backend.health",
             "backend.database", "container.health", "frontend.proxy"},
            &run};
}

}  // namespace logbook::doctor
