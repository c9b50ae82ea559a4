// YAML as a tree of plain values, on libfyaml: aliases and merge keys are resolved within a budget, so that a
// small text cannot unfold into gigabytes. JSON is read too, being YAML.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "logbook/base/result.h"

namespace logbook::deployment {

struct YamlNode {
    enum class Kind { null, scalar, sequence, mapping };
    using Member = std::pair<std::string, YamlNode>;

    // Written out in the source: clang 14 needs the type complete before its members are made.
    YamlNode();
    YamlNode(const YamlNode& other);
    YamlNode(YamlNode&& other) noexcept;
    YamlNode& operator=(const YamlNode& other);
    YamlNode& operator=(YamlNode&& other) noexcept;
    ~YamlNode();

    Kind kind = Kind::null;
    std::string tag;              // "!reset", "!override"; empty when there is none
    std::string text;             // of a scalar
    bool quoted = false;          // a scalar in quotes or a block: text whatever it looks like
    size_t line = 0;              // in the file, from 1; 0 where libfyaml knows none
    std::vector<YamlNode> items;  // of a sequence
    std::vector<Member> members;  // of a mapping, in the file's order, each key once

    // A mapping's member; nullptr when there is none, or this is no mapping.
    const YamlNode* find(std::string_view key) const;
};

struct YamlLimits {
    size_t bytes = 1 << 20;
    size_t nodes = 200'000;  // after aliases are put in
    size_t depth = 64;
};

// Pure, thread-safe. `name` is the file's, for messages. Fails with `too_large` past a limit, else with
// `protocol`
// ("f.yml:12: …"). A text without a document is null. Of a key that stands twice in one mapping the second is
// refused.
Result<YamlNode> parse_yaml(std::string_view yaml, std::string_view name, YamlLimits limits = {});

}  // namespace logbook::deployment
