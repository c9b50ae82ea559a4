// Compose's variable substitution: $NAME ${NAME} ${NAME:-x} ${NAME-x} ${NAME:?e} ${NAME?e} ${NAME:+x}
// ${NAME+x}.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace logbook::settings {

struct Interpolated {
    std::string text;
    std::vector<std::string> blanked;  // names that were set nowhere and had no default
    std::string problem;               // why it cannot be done; never contains a value
};

// Pure. `lookup` knows the values; defaults may nest, to a depth of 32.
Interpolated interpolate(std::string_view text,
                         const std::function<std::optional<std::string>(std::string_view)>& lookup);

}  // namespace logbook::settings
