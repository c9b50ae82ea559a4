// Passwords as the application stores them: Argon2id (RFC 9106) in the PHC string form, with its parameters
// (LOGBOOK.md §6, §11): 64 MiB, 3 passes, 4 lanes, 16 bytes of salt, 32 of hash; 97 characters in all.
#pragma once

#include <string>
#include <string_view>

#include "logbook/base/export.h"
#include "logbook/base/result.h"
#include "logbook/base/secret.h"

namespace logbook::crypto {

// About 180 ms and 64 MiB: the caller bounds how many run at once. Fails with `io` where there is no memory.
LOGBOOK_EXPORT Result<std::string> hash_password(const Secret& password);

enum class PasswordMatch {
    no,
    yes,
    yes_but_rehash,  // stored with other parameters than hash_password() uses
};

// `encoded` comes from a database: one that is no Argon2id string, or asks for more than 1 GiB, 16 passes or
// 16 lanes, matches nothing. Fails with `io` where there is no memory.
LOGBOOK_EXPORT Result<PasswordMatch> verify_password(std::string_view encoded, const Secret& password);

}  // namespace logbook::crypto
