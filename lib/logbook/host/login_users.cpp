// Reading passwd. Not through getpwent: a directory service would answer for a whole company, slowly.
#include "logbook/host/login_users.h"

#include <charconv>

#include "logbook/base/text.h"
#include "logbook/host/file.h"

namespace logbook::host {

bool names_other_login_users(std::string_view passwd, uid_t owner) {
    for (const std::string& line : split(passwd, '\n')) {
        const std::vector<std::string> fields = split(trim(line), ':');
        if (fields.size() < 7) continue;
        unsigned uid = 0;
        const auto [end, error] = std::from_chars(fields[2].data(), fields[2].data() + fields[2].size(), uid);
        if (error != std::errc() || end != fields[2].data() + fields[2].size()) continue;
        const std::string& shell = fields[6];
        const bool opens = !contains(shell, "nologin") && !contains(shell, "/false") && shell != "/bin/sync";
        if (uid >= 1000 && uid < 65534 && uid != owner && opens) return true;
    }
    return false;
}

bool has_other_login_users(uid_t owner) {
    const auto passwd = read_file("/etc/passwd", 4 << 20);
    return !passwd || names_other_login_users(passwd->bytes, owner);
}

}  // namespace logbook::host
