// Command lines and configuration of the three servers.
#include "logbook/sandbox/servers.h"

#include <fmt/format.h>

#include "logbook/crypto/random.h"
#include "logbook/host/file.h"

namespace logbook::sandbox {
namespace {

constexpr const char* search_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

std::vector<std::string> bare_environment() {
    return {std::string("PATH=") + search_path, "LANG=C.UTF-8", "HOME=/nonexistent"};
}

// What both the installer and the server take. A throw-away database needs no durability, and little memory.
std::vector<std::string> database_words(const Programs& programs, const std::filesystem::path& folder) {
    const std::filesystem::path data = folder / "database" / "data";
    return {programs.database.string(),
            "--no-defaults",  // first, or it is not taken
            "--datadir=" + data.string(),
            "--tmpdir=" + (folder / "database").string(),
            "--innodb-buffer-pool-size=16M",
            "--innodb-log-file-size=8M",
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-flush-method=nosync",
            "--innodb-doublewrite=0",
            "--innodb-use-native-aio=0",
            "--sync-frm=0",
            "--key-buffer-size=1M",
            "--aria-pagecache-buffer-size=1M"};
}

}  // namespace

Result<Programs> find_programs() {
    const auto database = host::find_program("mariadbd", search_path);
    if (!database)
        return fail(ErrorCode::not_found, "there is no mariadbd on this machine",
                    "apt-get install mariadb-server-core");
    const auto cache = host::find_program("redis-server", search_path);
    if (!cache)
        return fail(ErrorCode::not_found, "there is no redis-server on this machine",
                    "apt-get install redis-server");
    for (const char* folder : {"/usr/share/mysql", "/usr/share/mariadb"}) {
        std::error_code ignored;
        if (std::filesystem::exists(std::filesystem::path(folder) / "mysql_system_tables.sql", ignored))
            return Programs{*database, *cache, folder};
    }
    return fail(ErrorCode::not_found,
                "the SQL files that come with mariadbd are missing (mysql_system_tables.sql)",
                "apt-get install --reinstall mariadb-server-core");
}

Result<Secrets> make_secrets() {
    Secrets secrets;
    const std::pair<Secret*, size_t> wanted[] = {
        {&secrets.database, 16},   {&secrets.database_root, 16},  {&secrets.cache, 16},
        {&secrets.secret_key, 32}, {&secrets.encryption_key, 32}, {&secrets.encryption_salt, 16}};
    for (const auto& [place, bytes] : wanted) {
        Result<Secret> made = crypto::random_hex(bytes);
        if (!made) return fail(made.error());
        *place = std::move(*made);
    }
    return secrets;
}

std::vector<std::pair<std::string, Secret>> settings_of(const Ports& ports, const Secrets& secrets) {
    const auto plain = [](const std::string& text) { return Secret(text); };
    return {{"ENVIRONMENT", plain("development")},
            {"DB_HOST", plain("127.0.0.1")},
            {"DB_PORT", plain(std::to_string(ports.database))},
            {"DB_NAME", plain("the_logbook")},
            {"DB_USER", plain("logbook_user")},
            {"DB_PASSWORD", secrets.database},
            {"MYSQL_ROOT_PASSWORD", secrets.database_root},
            {"REDIS_HOST", plain("127.0.0.1")},
            {"REDIS_PORT", plain(std::to_string(ports.cache))},
            {"REDIS_PASSWORD", secrets.cache},
            {"BACKEND_PORT", plain(std::to_string(ports.backend))},
            {"SECRET_KEY", secrets.secret_key},
            {"ENCRYPTION_KEY", secrets.encryption_key},
            {"ENCRYPTION_SALT", secrets.encryption_salt},
            {"ALLOWED_ORIGINS", plain(fmt::format("http://localhost:{}", ports.backend))}};
}

Secret env_text(const std::vector<std::pair<std::string, Secret>>& settings) {
    std::string text =
        "# A throw-away stack made by `logbookctl sandbox up`. Nothing here is worth keeping.\n";
    for (const auto& [name, value] : settings)
        text.append(name).append("=").append(value.reveal()).append("\n");
    return Secret(std::move(text));
}

host::ChildSpec database_installer(const Programs& programs, const std::filesystem::path& folder) {
    host::ChildSpec spec;
    spec.argv = database_words(programs, folder);
    for (const char* word : {"--bootstrap", "--log-warnings=0", "--enforce-storage-engine=",
                             "--max-allowed-packet=8M", "--net-buffer-length=16K"})
        spec.argv.emplace_back(word);
    spec.environment = bare_environment();
    spec.folder = folder / "database";
    return spec;
}

Result<std::string> database_installer_input(const Programs& programs) {
    // What mariadb-install-db feeds, in its order, without the texts of HELP: run directly, the work is one
    // child of ours and ends with us, while the script's grandchildren would go on.
    std::string input = "create database if not exists mysql;\nuse mysql;\nSET @auth_root_socket=NULL;\n";
    for (const char* name :
         {"mysql_system_tables.sql", "mysql_performance_tables.sql", "mysql_system_tables_data.sql",
          "maria_add_gis_sp_bootstrap.sql", "mysql_sys_schema.sql"}) {
        const auto text = host::read_file(programs.system_tables / name, 8 << 20);
        if (!text) return fail(text.error());
        input += text->bytes + "\n";
    }
    return input;
}

host::ChildSpec database_server(const Programs& programs, const std::filesystem::path& folder,
                                uint16_t port) {
    host::ChildSpec spec;
    spec.argv = database_words(programs, folder);
    const std::filesystem::path home = folder / "database";
    for (const std::string& word :
         {std::string("--bind-address=127.0.0.1"), fmt::format("--port={}", port),
          std::string(
              "--socket=server.sock"),  // in the data folder: a longer path might not fit into an address
          "--pid-file=" + (home / "server.pid").string(), "--init-file=" + (home / "seed.sql").string(),
          std::string("--skip-name-resolve"), std::string("--skip-log-bin"),
          std::string("--performance-schema=0"), std::string("--max-connections=60"),
          std::string("--character-set-server=utf8mb4"), std::string("--collation-server=utf8mb4_unicode_ci"),
          std::string("--default-time-zone=+00:00"), std::string("--log-warnings=2")})
        spec.argv.push_back(word);
    spec.environment = bare_environment();
    spec.folder = home;
    return spec;
}

host::ChildSpec cache_server(const Programs& programs, const std::filesystem::path& folder) {
    host::ChildSpec spec;
    spec.argv = {programs.cache.string(), (folder / "cache" / "redis.conf").string()};
    spec.environment = bare_environment();
    spec.folder = folder / "cache";
    return spec;
}

std::string cache_configuration(const std::filesystem::path& folder, uint16_t port, const Secret& password) {
    return fmt::format("bind 127.0.0.1\nport {}\nprotected-mode yes\ndaemonize no\ndir \"{}\"\nlogfile \"\"\n"
                       "save \"\"\nappendonly no\nmaxmemory 64mb\nmaxmemory-policy allkeys-lru\n"
                       "requirepass {}\n",
                       port, (folder / "cache").string(), password.reveal());
}

host::ChildSpec backend_server(const std::filesystem::path& program, const std::filesystem::path& folder,
                               const std::vector<std::pair<std::string, Secret>>& settings, uint16_t port) {
    host::ChildSpec spec;
    // It starts in an empty folder, so that its settings are its environment and nothing else.
    spec.argv = {program.string(), "serve", "--listen", "127.0.0.1", "--port", std::to_string(port)};
    spec.environment = bare_environment();
    for (const auto& [name, value] : settings)
        if (name != "MYSQL_ROOT_PASSWORD")
            spec.environment.push_back(name + "=" + std::string(value.reveal()));
    spec.folder = folder / "backend";
    return spec;
}

}  // namespace logbook::sandbox
