// The official images' two names for it.
#include "logbook/deployment/root_login.h"

namespace logbook::deployment {

std::optional<RootLogin> root_login(const docker::Container* database, const settings::Settings& settings) {
    for (const char* name : {"MYSQL_ROOT_PASSWORD", "MARIADB_ROOT_PASSWORD"})
        if (const Secret* given = database ? database->variable(name) : nullptr; given && !given->empty())
            return RootLogin{*given, "its container"};
    Secret password = settings.secret("MYSQL_ROOT_PASSWORD");
    if (password.empty()) return std::nullopt;
    return RootLogin{std::move(password), ".env"};
}

}  // namespace logbook::deployment
