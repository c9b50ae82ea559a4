// A small department. The columns are a subset of the application's own, with its names, types and keys; the
// defaults that it keeps in its own code stand in the rows.
#include "logbook/sandbox/seed.h"

#include <fmt/format.h>

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

constexpr const char* tables = R"(
CREATE TABLE the_logbook.alembic_version (
  version_num VARCHAR(32) NOT NULL PRIMARY KEY
) ENGINE=InnoDB;
CREATE TABLE the_logbook.organizations (
  id VARCHAR(36) NOT NULL PRIMARY KEY,
  name VARCHAR(255) NOT NULL,
  slug VARCHAR(100) NOT NULL,
  organization_type ENUM('fire_department','ems_only','fire_ems_combined') NOT NULL DEFAULT 'fire_department',
  timezone VARCHAR(50) NULL,
  settings JSON NULL,
  active TINYINT(1) NULL,
  created_at DATETIME NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at DATETIME NULL DEFAULT CURRENT_TIMESTAMP,
  UNIQUE KEY uq_organizations_slug (slug),
  KEY ix_organizations_active (active)
) ENGINE=InnoDB;
CREATE TABLE the_logbook.users (
  id VARCHAR(36) NOT NULL PRIMARY KEY,
  organization_id VARCHAR(36) NOT NULL,
  username VARCHAR(100) NOT NULL,
  email VARCHAR(255) NOT NULL,
  password_hash VARCHAR(255) NULL,
  first_name VARCHAR(100) NULL,
  last_name VARCHAR(100) NULL,
  membership_number VARCHAR(50) NULL,
  rank VARCHAR(100) NULL,
  membership_type VARCHAR(50) NULL,
  status ENUM('active','inactive','suspended','probationary','leave','retired','dropped_voluntary',
              'dropped_involuntary','archived') NULL,
  email_verified TINYINT(1) NULL,
  mfa_enabled TINYINT(1) NULL,
  mfa_secret VARCHAR(255) NULL,
  must_change_password TINYINT(1) NOT NULL DEFAULT 0,
  failed_login_attempts INT NULL,
  locked_until DATETIME NULL,
  password_changed_at DATETIME NULL,
  last_login_at DATETIME NULL,
  created_at DATETIME NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at DATETIME NULL DEFAULT CURRENT_TIMESTAMP,
  deleted_at DATETIME NULL,
  UNIQUE KEY idx_user_org_username (organization_id, username),
  UNIQUE KEY idx_user_org_email (organization_id, email),
  UNIQUE KEY idx_user_org_membership_number (organization_id, membership_number),
  KEY idx_user_org_status_deleted (organization_id, status, deleted_at),
  CONSTRAINT fk_users_organization_id_organizations FOREIGN KEY (organization_id)
    REFERENCES the_logbook.organizations (id)
) ENGINE=InnoDB;
CREATE TABLE the_logbook.sessions (
  id VARCHAR(36) NOT NULL PRIMARY KEY,
  user_id VARCHAR(36) NOT NULL,
  token VARCHAR(512) NOT NULL,
  refresh_token VARCHAR(512) NULL,
  ip_address VARCHAR(45) NULL,
  user_agent TEXT NULL,
  expires_at DATETIME NOT NULL,
  created_at DATETIME NULL DEFAULT CURRENT_TIMESTAMP,
  last_activity DATETIME NULL,
  UNIQUE KEY ix_sessions_token (token),
  KEY ix_sessions_user_id (user_id),
  KEY ix_sessions_expires_at (expires_at),
  CONSTRAINT fk_sessions_user_id_users FOREIGN KEY (user_id) REFERENCES the_logbook.users (id)
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
           fmt::format(fmt::runtime(accounts), secrets.root.reveal(), secrets.application.reveal()) + tables +
           rows;
}

}  // namespace logbook::sandbox
