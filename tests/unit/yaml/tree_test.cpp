// The YAML tree: aliases, merge keys and tags as Compose means them, and nothing that unfolds without end.
#include "logbook/yaml/tree.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace logbook;
using yaml::Limits;
using yaml::Node;

namespace {

Node tree(const std::string& yaml) {
    const auto read = yaml::parse(yaml, "f.yml");
    REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().what));
    return *read;
}

Error refusal(const std::string& yaml, Limits limits = {}) {
    const auto read = yaml::parse(yaml, "f.yml", limits);
    REQUIRE_FALSE(read.has_value());
    return read.error();
}

}  // namespace

TEST_CASE("kinds, quotes, tags and lines") {
    const Node root =
        tree("a: 1\nb: '1'\nc: [x, y]\nd: ~\ne:\nf: \"null\"\ng: !reset []\nh: !override {k: v}\n");
    CHECK(root.find("a")->text == "1");
    CHECK_FALSE(root.find("a")->quoted);
    CHECK(root.find("a")->line == 1);
    CHECK(root.find("b")->quoted);
    CHECK(root.find("c")->items.size() == 2);
    CHECK(root.find("c")->items[1].text == "y");
    CHECK(root.find("d")->kind == Node::Kind::null);
    CHECK(root.find("e")->kind == Node::Kind::null);
    CHECK(root.find("f")->kind == Node::Kind::scalar);
    CHECK(root.find("g")->tag == "!reset");
    CHECK(root.find("h")->tag == "!override");
    CHECK(root.find("none") == nullptr);
    CHECK(tree("").kind == Node::Kind::null);
    CHECK(tree("{\"json\": [1, true, null]}").find("json")->items[2].kind == Node::Kind::null);
}

TEST_CASE("aliases and merge keys") {
    const Node root = tree("x: &base {restart: always, image: a}\n"
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
    Limits shallow;
    shallow.depth = 3;
    CHECK(refusal("[[[[[]]]]]", shallow).code == ErrorCode::too_large);
    CHECK(refusal(std::string(2 << 20, 'a')).code == ErrorCode::too_large);
}

// Each of these is what Compose 2.26 says of the same text.
TEST_CASE("names of anchors, explicit keys, Null and tags are Compose's") {
    CHECK(tree("- &a-1_b x\n- *a-1_b\n").items[1].text == "x");
    CHECK(refusal("- &a.b x\n- *a.b\n").code == ErrorCode::protocol);
    CHECK(refusal("- &a x\n- */0\n").code == ErrorCode::protocol);
    CHECK(tree("? a\n: b\n").find("a")->text == "b");
    CHECK(tree("a: why? because\nb: ?no\nc: ${X:?must be set}\n").find("c")->text == "${X:?must be set}");
    CHECK(tree("a: Null\n").find("a")->kind == Node::Kind::null);
    CHECK(tree("a: !!str null\n").find("a")->text == "null");
    CHECK(tree("a: !!str null\n").find("a")->tag.empty());
}

TEST_CASE("an alias is what its anchor was when it stood there") {
    const Node root = tree("a: &x 1\nb: *x\nc: &x 2\nd: *x\n");
    CHECK(root.find("b")->text == "1");
    CHECK(root.find("b")->line == 2);
    CHECK(root.find("d")->text == "2");
}

TEST_CASE("one document, and a byte order mark before it") {
    CHECK(tree("\xEF\xBB\xBF"
               "a: 1\n")
              .find("a")
              ->text == "1");
    CHECK(tree("--- # empty\n...\n").kind == Node::Kind::null);
    CHECK(refusal("a: 1\n---\nb: 2\n").what == "f.yml:2: a second document");
}

TEST_CASE("the line of a list or a mapping is its key's") {
    const Node root = tree("a:\n\n  - x\nb:\n  c:\n    d: 1\n");
    CHECK(root.find("a")->line == 1);
    CHECK(root.find("a")->items[0].line == 3);
    CHECK(root.find("b")->find("c")->line == 5);
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
