// What stands in a sandbox's database at its first start. Pure.
#pragma once

#include <string>

#include "logbook/base/secret.h"

namespace logbook::sandbox {

struct DatabaseSecrets {
    Secret root;
    Secret application;
};

// For the server's --init-file: accounts, the database, its tables, and a handful of rows. The passwords must
// be letters and digits.
std::string seed_sql(const DatabaseSecrets& secrets);

}  // namespace logbook::sandbox
