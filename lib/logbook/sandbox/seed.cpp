// A small department, in the tables that the API core makes: a part of the application's own. The defaults
// that the application keeps in its own code stand in the rows.
#include "logbook/sandbox/seed.h"

#include <fmt/format.h>

#include "logbook/backend/schema_check.h"
#include "logbook/base/text.h"

namespace logbook::sandbox {
namespace {

// Only what the application itself does with its database: its rows, its migrations, its dumps.
constexpr const char* accounts = R"(
DELETE FROM mysql.global_priv WHERE User <> 'mariadb.sys';
FLUSH PRIVILEGES;
CREATE USER 'root'@'localhost' IDENTIFIED BY '{0}';
CREATE USER 'root'@'127.0.0.1' IDENTIFIED BY '{0}';
GRANT ALL ON *.* TO 'root'@'localhost' WITH GRANT OPTION;
GRANT ALL ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;
CREATE DATABASE the_logbook CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
CREATE USER 'logbook_user'@'127.0.0.1' IDENTIFIED BY '{1}';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES, TRIGGER, LOCK TABLES,
      CREATE TEMPORARY TABLES, CREATE VIEW, SHOW VIEW ON the_logbook.* TO 'logbook_user'@'127.0.0.1';
)";

constexpr const char* version_table = R"(
USE the_logbook;
CREATE TABLE alembic_version (
  version_num VARCHAR(32) NOT NULL PRIMARY KEY
) ENGINE=InnoDB;
)";

// The passwords of these members are none: nobody can sign in.
constexpr const char* rows = R"(
INSERT INTO the_logbook.alembic_version VALUES ('a17c4e9d2b61');
INSERT INTO the_logbook.organizations (id, name, slug, timezone, settings, active) VALUES
  ('7d0f4a52-9f0c-4e5c-8f43-1c2f6f8d1a01', 'Maple Hollow Fire Company', 'maple-hollow', 'America/New_York', '{}', 1);
INSERT INTO the_logbook.users (id, organization_id, username, email, first_name, last_name, membership_number,
    rank, membership_type, status, email_verified, mfa_enabled, failed_login_attempts) VALUES
  ('1b6f0a9e-5a0e-4a58-9d5e-0a4f3c7d1001', '7d0f4a52-9f0c-4e5c-8f43-1c2f6f8d1a01', 'achief', 'a.chief@example.org',
   'Ada', 'Okafor', '0001', 'fire_chief', 'active', 'active', 1, 0, 0),
  ('1b6f0a9e-5a0e-4a58-9d5e-0a4f3c7d1002', '7d0f4a52-9f0c-4e5c-8f43-1c2f6f8d1a01', 'lrossi', 'l.rossi@example.org',
   'Luca', 'Rossi', '0002', 'captain', 'active', 'active', 1, 0, 0),
  ('1b6f0a9e-5a0e-4a58-9d5e-0a4f3c7d1003', '7d0f4a52-9f0c-4e5c-8f43-1c2f6f8d1a01', 'mweber', 'm.weber@example.org',
   'Mara', 'Weber', '0003', 'lieutenant', 'active', 'active', 1, 0, 0),
  ('1b6f0a9e-5a0e-4a58-9d5e-0a4f3c7d1004', '7d0f4a52-9f0c-4e5c-8f43-1c2f6f8d1a01', 'jnovak', 'j.novak@example.org',
   'Jan', 'Novák', '0004', 'firefighter', 'active', 'probationary', 0, 0, 0),
  ('1b6f0a9e-5a0e-4a58-9d5e-0a4f3c7d1005', '7d0f4a52-9f0c-4e5c-8f43-1c2f6f8d1a01', 'tbrooks', 't.brooks@example.org',
   'Tess', 'Brooks', '0005', 'firefighter', 'active', 'retired', 1, 0, 0);
)";

}  // namespace

std::string seed_sql(const DatabaseSecrets& secrets) {
    return "SET NAMES utf8mb4;\n" +
           fmt::format(fmt::runtime(accounts), secrets.root.reveal(), secrets.application.reveal()) +
           version_table + join(backend::core_statements(), ";\n") + ";\n" + rows;
}

}  // namespace logbook::sandbox
