// YAML as a tree of plain values, on libyaml, whose scanner Compose's own reader is a translation of. Aliases
// and merge keys are resolved within a budget, so that a small text cannot unfold into gigabytes. JSON is
// read too, being YAML.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "logbook/base/result.h"

namespace logbook::yaml {

struct Node {
    enum class Kind { null, scalar, sequence, mapping };
    using Member = std::pair<std::string, Node>;

    // Written out in the source: clang 14 needs the type complete before its members are made.
    Node();
    Node(const Node& other);
    Node(Node&& other) noexcept;
    Node& operator=(const Node& other);
    Node& operator=(Node&& other) noexcept;
    ~Node();

    Kind kind = Kind::null;
    std::string tag;              // "!reset", "!override"; empty when there is none, or one of YAML's own
    std::string text;             // of a scalar
    bool quoted = false;          // a scalar in quotes or a block: text whatever it looks like
    size_t line = 0;              // in the file, from 1; of a mapping's member that is no scalar, its key's
    std::vector<Node> items;      // of a sequence
    std::vector<Member> members;  // of a mapping, in the file's order, each key once

    // A mapping's member; nullptr when there is none, or this is no mapping.
    const Node* find(std::string_view key) const;
};

struct Limits {
    size_t bytes = 1 << 20;
    size_t nodes = 50'000;  // after aliases are put in; a deployment's files have a thousand
    size_t depth = 64;
};

// Pure, thread-safe. `name` is the file's, for messages. Fails with `too_large` past a limit, else with
// `protocol`
// ("f.yml:12: …"). A text without a document is null; of a second document the file is refused, as it is of a
// key that stands twice in one mapping.
Result<Node> parse(std::string_view yaml, std::string_view name, Limits limits = {});

}  // namespace logbook::yaml
