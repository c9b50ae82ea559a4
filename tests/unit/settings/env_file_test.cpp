// The `.env` reader: what the comparison with Compose cannot see (lines, spans, problems, limits).
#include "logbook/settings/env_file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "unit/scratch.h"

using namespace logbook;
using settings::EnvFile;
using settings::parse_env;

namespace {

std::string value_of(const EnvFile& file, std::string_view name) {
    const settings::EnvAssignment* found = file.find(name);
    return found ? std::string(found->value.reveal()) : "<none>";
}

}  // namespace

TEST_CASE("lines and spans point at the raw value") {
    const std::string text = "# top\nA=1\n\nexport B = \"two\nlines\" # c\nC='x'\nD=plain # c\n";
    const EnvFile file = parse_env(text);
    REQUIRE(file.readable());
    REQUIRE(file.assignments.size() == 4);
    const auto raw = [&](size_t i) {
        const settings::EnvAssignment& a = file.assignments[i];
        return text.substr(a.value_begin, a.value_end - a.value_begin);
    };
    CHECK(file.assignments[0].line == 2);
    CHECK(raw(0) == "1");
    CHECK(file.assignments[1].line == 4);
    CHECK(raw(1) == "two\nlines");
    CHECK(file.assignments[1].quote == '"');
    CHECK(file.assignments[2].line == 6);
    CHECK(file.assignments[2].quote == '\'');
    CHECK(file.assignments[3].line == 7);
    CHECK(raw(3) == "plain");
}

TEST_CASE("the last of several assignments counts") {
    const EnvFile file = parse_env("A=1\nB=2\nA=3\n");
    CHECK(file.assignments.size() == 3);
    CHECK(value_of(file, "A") == "3");
    CHECK(file.find("A")->line == 3);
    CHECK(file.find("NOPE") == nullptr);
}

TEST_CASE("byte order mark and line ends are noticed") {
    CHECK(parse_env("\xEF\xBB\xBF"
                    "A=1\r\nB=2\r\n")
              .has_bom);
    CHECK(parse_env("A=1\r\nB=2\r\n").crlf);
    CHECK_FALSE(parse_env("A=1\nB=2\r\n").crlf);
    CHECK(value_of(parse_env("\xEF\xBB\xBF"
                             "A=1\r\n"),
                   "A") == "1");
}

TEST_CASE("a problem names its line and never a value") {
    const EnvFile quote = parse_env("A=1\n\nSECRET_KEY=\"hunter2hunter2\nB=2\n");
    REQUIRE_FALSE(quote.readable());
    CHECK(quote.problems.front().line == 3);
    CHECK(quote.problems.front().what.find("hunter2") == std::string::npos);
    CHECK(value_of(quote, "A") == "1");

    const EnvFile name = parse_env("A=1\nTHE KEY=hunter2\n");
    REQUIRE_FALSE(name.readable());
    CHECK(name.problems.front().line == 2);

    const EnvFile expression = parse_env("A='x\ny'\nB=${hunter2\n");
    REQUIRE_FALSE(expression.readable());
    CHECK(expression.problems.front().line == 3);
    CHECK(expression.problems.front().what.find("hunter2") == std::string::npos);
}

TEST_CASE("an unescaped dollar sign is remembered") {
    const EnvFile file = parse_env("A=pa$word\nB=${N:-x}$A\nC='pa$word'\nD=${A:+$Q}\nE=${N:+$Q}\n");
    CHECK(file.assignments[0].blanked == std::vector<std::string>{"word"});
    CHECK(file.assignments[1].blanked.empty());
    CHECK(file.assignments[2].blanked.empty());
    CHECK(file.assignments[3].blanked == std::vector<std::string>{"Q"});
    CHECK(file.assignments[4].blanked.empty());
}

TEST_CASE("hostile text ends soon") {
    std::string doubling = "A=aaaaaaaaaaaaaaaa\n";
    for (int i = 0; i < 60; ++i) doubling += "A=$A$A\n";
    CHECK_FALSE(parse_env(doubling).readable());

    std::string many = "A=" + std::string(500'000, 'x') + "\n";
    for (int i = 0; i < 20'000; ++i) many += "B=$A\n";
    CHECK_FALSE(parse_env(many).readable());

    std::string siblings = "A=";
    for (int i = 0; i < 150'000; ++i) siblings += "${N:-}";
    CHECK(value_of(parse_env(siblings), "A").empty());

    CHECK_FALSE(parse_env("A=" + std::string(300'001, '$') + "{").readable());
    std::string open = "A=";
    for (int i = 0; i < 100'000; ++i) open += "${N:-";
    CHECK_FALSE(parse_env(open + "}").readable());
}

TEST_CASE("what is no .env is refused with one clear sentence") {
    const test::Scratch dir;
    const auto error = [&](const std::string& name) { return settings::load_env(dir / name).error(); };
    CHECK(error("absent").code == ErrorCode::not_found);
    CHECK_FALSE(error("absent").hint.empty());

    std::filesystem::create_directory(dir / "folder");
    CHECK(error("folder").what.find("folder") != std::string::npos);

    dir.write("binary", std::string("A=1\0B=2\n", 8));
    CHECK(error("binary").code == ErrorCode::invalid);
    dir.write("latin1", "A=\xE9\n");
    CHECK(error("latin1").what.find("not text") != std::string::npos);

    dir.write("large", "");
    std::filesystem::resize_file(dir / "large", 100u << 20);  // sparse
    CHECK(error("large").code == ErrorCode::too_large);

    dir.write("good", "A=1\n");
    ::chmod((dir / "good").c_str(), 0640);
    const auto good = settings::load_env(dir / "good");
    REQUIRE(good.has_value());
    CHECK(good->facts.mode == 0640);
    CHECK(good->bytes.reveal() == "A=1\n");
}
