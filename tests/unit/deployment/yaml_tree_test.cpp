// The YAML tree: aliases, merge keys and tags as Compose means them, and nothing that unfolds without end.
#include "logbook/deployment/yaml_tree.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace logbook;
using namespace logbook::deployment;

namespace {

YamlNode tree(const std::string& yaml) {
    const auto read = parse_yaml(yaml, "f.yml");
    REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().what));
    return *read;
}

Error refusal(const std::string& yaml, YamlLimits limits = {}) {
    const auto read = parse_yaml(yaml, "f.yml", limits);
    REQUIRE_FALSE(read.has_value());
    return read.error();
}

}  // namespace

TEST_CASE("kinds, quotes, tags and lines") {
    const YamlNode root =
        tree("a: 1\nb: '1'\nc: [x, y]\nd: ~\ne:\nf: \"null\"\ng: !reset []\nh: !override {k: v}\n");
    CHECK(root.find("a")->text == "1");
    CHECK_FALSE(root.find("a")->quoted);
    CHECK(root.find("a")->line == 1);
    CHECK(root.find("b")->quoted);
    CHECK(root.find("c")->items.size() == 2);
    CHECK(root.find("c")->items[1].text == "y");
    CHECK(root.find("d")->kind == YamlNode::Kind::null);
    CHECK(root.find("e")->kind == YamlNode::Kind::null);
    CHECK(root.find("f")->kind == YamlNode::Kind::scalar);
    CHECK(root.find("g")->tag == "!reset");
    CHECK(root.find("h")->tag == "!override");
    CHECK(root.find("none") == nullptr);
    CHECK(tree("").kind == YamlNode::Kind::null);
    CHECK(tree("{\"json\": [1, true, null]}").find("json")->items[2].kind == YamlNode::Kind::null);
}

TEST_CASE("aliases and merge keys") {
    const YamlNode root = tree("x: &base {restart: always, image: a}\n"
                               "y: &more {image: b, user: u}\n"
                               "s: {<<: *base, image: mine}\n"
                               "t: {<<: [*base, *more], k: v}\n"
                               "u: {'<<': text}\n");
    CHECK(root.find("s")->find("image")->text == "mine");
    CHECK(root.find("s")->find("restart")->text == "always");
    CHECK(root.find("t")->find("image")->text == "a");
    CHECK(root.find("t")->find("user")->text == "u");
    CHECK(root.find("u")->find("<<")->text == "text");
}

TEST_CASE("what is refused, with its place") {
    CHECK(refusal("a: 1\nb: {x: 1, x: 2}\n").code == ErrorCode::protocol);
    CHECK(refusal("a: 1\nb: [\n").what.rfind("f.yml:", 0) == 0);
    CHECK(refusal("a: *none\n").what.find("alias without its anchor") != std::string::npos);
    CHECK(refusal("a: {<<: text}\n").what.find("merges mappings only") != std::string::npos);
    CHECK(refusal("? [x]\n: y\n").code == ErrorCode::protocol);
    CHECK(refusal("a: &a [*a]\n").code == ErrorCode::too_large);
    YamlLimits shallow;
    shallow.depth = 3;
    CHECK(refusal("[[[[[]]]]]", shallow).code == ErrorCode::too_large);
    CHECK(refusal(std::string(2 << 20, 'a')).code == ErrorCode::too_large);
}

TEST_CASE("an alias is a name, not a path") {
    CHECK(refusal("- &a x\n- */0\n").what.find("no name") != std::string::npos);
    CHECK(refusal("- \n !5\n 58!s!\n- */8s!\n- */").code == ErrorCode::protocol);
    CHECK(tree("- &a-1.b_c x\n- *a-1.b_c\n").items[1].text == "x");
}

TEST_CASE("explicit keys are refused, question marks are not") {
    CHECK(refusal("a: 1\nb:\n ? <<: : : <<:\t:").what.find("f.yml:3") != std::string::npos);
    CHECK(refusal("- ? a\n").code == ErrorCode::protocol);
    CHECK(tree("a: why? because\nb: ?no\nc: ${X:?must be set}\n").find("c")->text == "${X:?must be set}");
}

TEST_CASE("a small text does not unfold into gigabytes") {
    std::string yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 10; ++i) {
        yaml += fmt::format("a{0}: &a{0} [", i);
        for (int k = 0; k < 10; ++k) yaml += fmt::format("{}*a{}", k ? ", " : "", i - 1);
        yaml += "]\n";
    }
    CHECK(refusal(yaml).code == ErrorCode::too_large);
}
