// Making secrets.
#include "logbook/secrets/generate.h"

#include <fmt/format.h>

#include "logbook/crypto/random.h"
#include "logbook/secrets/names.h"

namespace logbook::secrets {

Result<Secret> generate(std::string_view name) {
    const SecretName* known = secret_name(name);
    if (!known)
        return fail(ErrorCode::invalid, fmt::format("{} is not a secret that this program makes", name));
    if (known->password)
        return crypto::random_text(40, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
    return crypto::random_hex(name == "ENCRYPTION_SALT" ? 16 : 32);
}

}  // namespace logbook::secrets
