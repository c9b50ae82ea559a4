// Reading entries: strict, bounded, and every refusal with its file and line.
#include "logbook/runbook/entry_yaml.h"

#include <doctest/doctest.h>

using logbook::ErrorCode;
using namespace logbook::runbook;

namespace {

const std::string good = R"(# a comment
- slug: area.claim
  title: A title
  meaning: What it means.
  fix:
    - Words only.
    - text: A command
      command: "{compose} ps"
      risk: restart
  causes: [one, "two: with a colon"]
  weight: 7
)";

std::string refusal(const std::string& yaml) {
    const auto entries = parse_entries(yaml, "site.yaml");
    return entries ? "accepted" : entries.error().what;
}

bool begins(const std::string& text, const std::string& start) {
    return text.rfind(start, 0) == 0;
}

}  // namespace

TEST_CASE("an entry is read whole") {
    const auto entries = parse_entries(good, "site.yaml");
    REQUIRE(entries);
    REQUIRE(entries->size() == 1);
    const Entry& entry = entries->front();
    CHECK(entry.slug == "area.claim");
    CHECK(entry.origin == "site.yaml:2");
    CHECK(entry.causes == std::vector<std::string>{"one", "two: with a colon"});
    CHECK(entry.weight == 7);
    REQUIRE(entry.fix.size() == 2);
    CHECK(entry.fix[0] == Step{"Words only.", "", Risk::none});
    CHECK(entry.fix[1] == Step{"A command", "{compose} ps", Risk::restart});
}

TEST_CASE("a file without entries is no error") {
    for (const std::string text : {"", "\n\n", "# only a comment\n", "[]", "---\n"}) {
        const auto entries = parse_entries(text, "x");
        CHECK_MESSAGE((entries && entries->empty()), text);
    }
}

TEST_CASE("each broken rule is named with its line") {
    const std::string head = "- slug: a.b\n  title: t\n  meaning: m\n";
    CHECK(refusal(head) == "site.yaml:1: `fix` is missing");
    CHECK(refusal("- slug: a.b\n") == "site.yaml:1: `title` is missing");
    CHECK(refusal(head + "  titel: x\n  fix: [y]\n") == "site.yaml:4: unknown key `titel`; nearest: title");
    CHECK(refusal(head + "  fix: [y]\n  zzz: 1\n") == "site.yaml:5: unknown key `zzz`");
    CHECK(begins(refusal(head + "  title: again\n  fix: [y]\n"), "site.yaml:"));
    CHECK(refusal(head + "  fix: words\n") == "site.yaml:4: a list of steps is expected here");
    CHECK(refusal(head + "  fix: []\n") == "site.yaml:4: a fix needs a step");
    CHECK(refusal(head + "  fix: [y]\n  causes: one\n") == "site.yaml:5: a list of texts is expected here");
    CHECK(refusal(head + "  fix: [y]\n  weight: 12\n") == "site.yaml:5: weight is 1 to 9, not `12`");
    CHECK(refusal(head + "  fix:\n    - text: x\n      risk: big\n") ==
          "site.yaml:6: risk is none, restart or data, not `big`");
    CHECK(refusal(head + "  fix:\n    - command: x\n") == "site.yaml:5: `text` is missing");
    CHECK(refusal(head + "  fix:\n    - text: x\n      command: y\n      risk: data\n") ==
          "site.yaml:5: a step of risk `data` is words only: it must not be pasted");
    CHECK(refusal("- slug: NoDot\n") == "site.yaml:1: a slug looks like area.claim, not `NoDot`");
    CHECK(refusal("a: b\n") == "site.yaml:1: the file must be a list of entries");
    CHECK(refusal("- just a text\n") == "site.yaml:1: a map of keys is expected here");
    CHECK(refusal(head + "  fix: [y]\n  proves:\n") == "site.yaml:5: the text is empty");
}

TEST_CASE("what is not YAML, not text or too large is refused") {
    CHECK(begins(refusal("- slug: [\n"), "site.yaml:"));
    CHECK(begins(refusal("\t- x: y\n  z"), "site.yaml:"));
    CHECK(begins(refusal("- &a [x]\n- *a\n"), "site.yaml:"));
    CHECK(begins(refusal(std::string(100'000, '[')), "site.yaml:"));
    CHECK(refusal("\xff\xfe") == "site.yaml is not a UTF-8 text");
    CHECK(refusal(std::string("- a\0b", 5)) == "site.yaml is not a UTF-8 text");
    CHECK(begins(refusal(good + "  proves: \"a\\u0007b\"\n"), "site.yaml:12: control characters"));
    const auto large = parse_entries(std::string(most_entry_bytes + 1, '#'), "x");
    REQUIRE_FALSE(large);
    CHECK(large.error().code == ErrorCode::too_large);
}

TEST_CASE("placeholders are filled once, and unknown ones are left alone") {
    Facts facts;
    facts.compose = "docker compose --project-directory '{backend}'";
    facts.backend = "api";
    CHECK(filled("{compose} logs {backend} {{.Names}} ${HOME} {nobody} {", facts) ==
          "docker compose --project-directory '{backend}' logs api {{.Names}} ${HOME} {nobody} {");
    CHECK(filled("{dump}", Facts{}).find("{") == std::string::npos);
    facts.dump = "{dump}{dump}x";
    CHECK(filled("{dump}", facts) == "x");
}
