// Several Compose files as one, by the Compose specification's rules ("Merge and override"): mappings by key,
// lists appended, some of them by what they mean; `!reset` and `!override` honoured.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/yaml/tree.h"

namespace logbook::deployment {

// Brings a file's short forms into their long ones, as far as merging and reading need it: `environment`,
// `labels` and `depends_on` as mappings, `build` with its context. Pure. Values that are neither form are
// left as they are.
void normalise_compose(yaml::Node& file);

// `overlay` over `base`, both normalised. Pure.
yaml::Node merge_compose(yaml::Node base, yaml::Node overlay);

// Puts values in the place of `$NAME`s in every scalar but the keys, as Compose does before it merges.
// Returns one problem (without any value) for each `${NAME:?words}` that has none, and for what cannot be
// read.
std::vector<std::string>
interpolate_compose(yaml::Node& file,
                    const std::function<std::optional<std::string>(std::string_view)>& lookup);

}  // namespace logbook::deployment
