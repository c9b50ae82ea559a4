// The application's effective settings: the surrounding environment over `.env` over the application's
// defaults, each with its source.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/result.h"
#include "logbook/base/secret.h"
#include "logbook/settings/env_file.h"

namespace logbook::settings {

enum class Source {
    default_value,
    env_file,
    environment,
    compose,  // the Compose file itself: a fixed value, or its own default for a name that is set nowhere
};

// "default", ".env", "environment", "compose".
LOGBOOK_EXPORT std::string_view name_of(Source source);

struct Setting {
    std::string name;
    Secret value;
    Source source = Source::default_value;
    size_t line = 0;      // in the .env; 0 when it does not stand there
    bool secret = false;  // its value must not be shown
    std::string file;     // the Compose file that sets it, of Source::compose; may be unknown
    // It is set in .env or the environment, and the Compose files do not pass it on: what counts is the
    // default, or nothing (an empty value) where there is none.
    bool withheld = false;
};

// An immutable value; safe to share between threads.
class LOGBOOK_EXPORT Settings {
  public:
    // Pure. As Compose does, a name in `outer` beats the file; only names that the file or the table of known
    // settings holds are asked for.
    explicit Settings(const EnvFile& file, const Lookup& outer = {});

    // Of a service's rendered environment, each with its source already known.
    static Settings of_service(std::vector<Setting> all);
    // Whether these are what Compose hands to the service, not what .env says.
    bool through_compose() const { return through_compose_; }

    // nullptr for a name that is set nowhere and has no default.
    const Setting* get(std::string_view name) const;

    // Empty where there is none. `text` is for what is no secret.
    std::string text(std::string_view name) const;
    Secret secret(std::string_view name) const;

    // Fails with `invalid`, naming the setting and its line, on a value that the application's own reader
    // refuses, or on a name without a value.
    Result<bool> flag(std::string_view name) const;
    Result<int64_t> number(std::string_view name) const;

    // Known names in the table's order, then the file's others in the file's order. Names without value and
    // default are not in it.
    const std::vector<Setting>& all() const { return all_; }

  private:
    std::vector<Setting> all_;
    bool through_compose_ = false;
};

// ".env:12", "environment", "default", "docker-compose.prod.yml": where a setting comes from, for people.
LOGBOOK_EXPORT std::string where(const Setting& setting);

}  // namespace logbook::settings
