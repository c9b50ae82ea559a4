// Members: the rows of users as the directory and the profile pages see them. Every statement names the
// organization.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "logbook/backend/database.h"
#include "logbook/backend/sql_values.h"

namespace logbook::backend {

// Those that are not deleted, by last name, first name, id; archived ones too. One statement each, however
// many they are.
Result<Rows> list_directory(Connection& database, const std::string& organization);  // what a list shows
Result<Rows> list_members(Connection& database, const std::string& organization);    // everything

// One row, or none: it is not there, is deleted, or is another organization's.
Result<Rows> load_member(Connection& database, const std::string& organization, const std::string& id);
// The same, locked until the transaction ends.
Result<Rows> lock_member(Transaction& database, const std::string& organization, const std::string& id);

// A column and what it gets. Column names come from tables in the code, never from a request.
using ColumnValue = std::pair<std::string_view, net::SqlParam>;

Status insert_member(Transaction& database, const std::vector<ColumnValue>& values);
Status update_member(Transaction& database, const std::string& organization, const std::string& id,
                     const std::vector<ColumnValue>& values);

// Who has one of these already, deleted ones too, since the unique keys count them: id, username, email,
// names, status, deleted_at.
Result<Rows> find_rivals(Connection& database, const std::string& organization, const std::string& username,
                         const std::string& email);

// Which of email, phone and mobile the organization lets its members see of each other.
struct ContactVisibility {
    bool email = false, phone = false, mobile = false;
};
Result<ContactVisibility> contact_visibility(Connection& database, const std::string& organization);

// The next membership number where the organization has them made, its counter moved on; nothing where it has
// not. The organization's row stays locked until the transaction ends.
Result<std::optional<std::string>> next_membership_number(Transaction& database,
                                                          const std::string& organization, WallTime now);

}  // namespace logbook::backend
