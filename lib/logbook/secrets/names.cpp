// The list of secrets.
#include "logbook/secrets/names.h"

namespace logbook::secrets {

const std::vector<SecretName>& secret_names() {
    static const std::vector<SecretName> names = {
        {"SECRET_KEY", false,
         "every keyed row of the audit log would fail verification, votes signed with it would not verify, "
         "and "
         "all members would be signed out"},
        {"ENCRYPTION_KEY", false,
         "what is encrypted would become unreadable: second-factor secrets and backup codes, narratives of "
         "shift reports, medical screenings, credentials of integrations and external training providers, "
         "encrypted organization settings"},
        {"ENCRYPTION_SALT", false,
         "the encryption key is derived with it, so everything encrypted would become unreadable, as with a "
         "new ENCRYPTION_KEY"},
        {"DB_PASSWORD", true,
         "the database keeps the password that its volume was made with, so the application would be locked "
         "out of it (error 1045)"},
        {"MYSQL_ROOT_PASSWORD", true,
         "the database keeps the root password that its volume was made with, so backups and repairs as root "
         "would be locked out (error 1045)"},
        {"REDIS_PASSWORD", true,
         "until cache and backend are both recreated, sign-in limits and caching fail"},
    };
    return names;
}

const SecretName* secret_name(std::string_view name) {
    for (const SecretName& known : secret_names())
        if (known.name == name) return &known;
    return nullptr;
}

}  // namespace logbook::secrets
