// The config file: what it says, what is refused with its line, and which deployment is meant.
#include "logbook/deployment/user_config.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit/scratch.h"

using namespace logbook;
using namespace logbook::deployment;

namespace {

constexpr const char* whole = "default: main\n"
                              "timeout: 30s\n"
                              "deployments:\n"
                              "  main:\n"
                              "    folder: /srv/the-logbook\n"
                              "    engine: unix:///run/user/1000/docker.sock\n"
                              "    project: the-logbook\n"
                              "    url: https://logbook.example.org\n"
                              "    output: json\n"
                              "    color: never\n"
                              "  second:\n"
                              "    folder: ~/second\n"
                              "    timeout: 5\n";

std::string refusal(std::string_view yaml) {
    const auto config = parse_user_config(yaml, "config.yaml");
    REQUIRE_FALSE(config);
    CHECK(config.error().code == ErrorCode::invalid);
    CHECK_FALSE(config.error().hint.empty());
    return config.error().what;
}

ConfigDefaults chosen(const UserConfig& config, std::string name, std::optional<std::string> folder = {}) {
    ConfigChoice choice;
    choice.name = std::move(name);
    if (folder) choice.folder = *folder;
    choice.home = "/home/me";
    const auto defaults = choose_defaults(config, choice);
    REQUIRE(defaults);
    return *defaults;
}

}  // namespace

TEST_CASE("what the file says") {
    const auto config = parse_user_config(whole, "config.yaml");
    REQUIRE(config);
    CHECK(config->deployments.size() == 2);
    const ConfigDefaults main = chosen(*config, "");
    CHECK(main.folder == "/srv/the-logbook");
    CHECK(main.engine == "unix:///run/user/1000/docker.sock");
    CHECK(main.project == "the-logbook");
    CHECK(main.url == "https://logbook.example.org");
    CHECK(main.output == "json");
    CHECK(main.timeout == Millis(30'000));
    const ConfigDefaults second = chosen(*config, "second");
    CHECK(second.folder == "/home/me/second");
    CHECK(second.timeout == Millis(5'000));
    CHECK(second.project.empty());
    CHECK(parse_user_config("", "config.yaml"));
    CHECK(parse_user_config("deployments:\n", "config.yaml"));
}

TEST_CASE("the folder that is meant chooses its own deployment, and never the default's engine") {
    const auto config = parse_user_config(whole, "config.yaml");
    REQUIRE(config);
    CHECK(chosen(*config, "", "/srv/the-logbook/").project == "the-logbook");
    CHECK(chosen(*config, "", "/srv/other").engine.empty());
    CHECK(chosen(*config, "", "/srv/other").timeout == Millis(30'000));
    const auto missing = choose_defaults(*config, {"secnd", std::nullopt, "/home/me"});
    REQUIRE_FALSE(missing);
    CHECK(missing.error().hint == "nearest: -d second");
    CHECK_FALSE(choose_defaults(UserConfig{}, {"main", std::nullopt, ""}));
}

TEST_CASE("the user's file over the system's") {
    const auto user = parse_user_config(whole, "config.yaml");
    const auto system = parse_user_config(
        "default: old\ntimeout: 1m\ncolor: always\ndeployments:\n  old: {folder: /srv/old}\n"
        "  main: {folder: /srv/x, project: system}\n  second: {project: gone}\n",
        "config.yaml");
    REQUIRE(user);
    REQUIRE(system);
    const UserConfig both = merge_user_config(*system, *user);
    CHECK(chosen(both, "").folder == "/srv/the-logbook");
    CHECK(chosen(both, "").timeout == Millis(30'000));
    CHECK(chosen(both, "old").color == "always");
    CHECK(chosen(both, "second").project.empty());
    CHECK(chosen(merge_user_config(*system, {}), "").folder == "/srv/old");
}

TEST_CASE("an unknown key is told with its line and the nearest right one") {
    CHECK(refusal("deployments:\n  main:\n    foldr: /srv\n") ==
          "config.yaml:3: there is no key `foldr`; nearest: folder");
    CHECK(refusal("timeuot: 3s\n") == "config.yaml:1: there is no key `timeuot`; nearest: timeout");
    for (const char* secret : {"password: x\n", "deployments:\n  a:\n    db_password: x\n", "api_token: x\n"})
        CHECK(refusal(secret).find("never holds a secret") != std::string::npos);
    CHECK(refusal("deployments: {a: {url: 'https://me:word@host/'}}").find("before the @") !=
          std::string::npos);
    CHECK(refusal("engine: tcp://me:word@host:1\n").find("me:word") == std::string::npos);
}

TEST_CASE("hostile and broken files: one clear error, whatever it is") {
    for (const char* bad : {"[]",
                            "x",
                            "- a",
                            "{",
                            "deployments: [a]",
                            "deployments: {a: b}",
                            "deployments: {a: }",
                            "deployments: {'../a': {}}",
                            "deployments: {'': {}}",
                            "deployments: {a: {folder: relative}}",
                            "deployments: {a: {folder: [x]}}",
                            "deployments: {a: {url: ftp://x}}",
                            "output: jsn",
                            "color: blue",
                            "timeout: soon",
                            "timeout: -1s",
                            "default: 'a b'",
                            "default: []",
                            "project: x",
                            "deployments: {a: {folder: \"/x\\e[31m\"}}",
                            "a: &a [*a]",
                            "output: json\noutput: json\n",
                            "\x01",
                            "deployments: {a: {engine: ''}}"}) {
        CAPTURE(bad);
        CHECK(refusal(bad).find('\x1b') == std::string::npos);
    }
    refusal(std::string(300 << 10, 'a') + ": b\n");
    std::string deep = "deployments: ";
    for (int i = 0; i < 100; ++i) deep += "{a: ";
    refusal(deep);
    std::string bomb = "a: &a [x,x,x,x,x,x,x,x]\n";
    for (char c = 'b'; c < 'm'; ++c)
        bomb += std::string(1, c) + ": &" + c + " [*" + char(c - 1) + ",*" + char(c - 1) + ",*" +
                char(c - 1) + ",*" + char(c - 1) + "]\n";
    refusal(bomb);
}

TEST_CASE("a file that somebody else could have written is refused") {
    const test::Scratch dir;
    CHECK_FALSE(load_user_config(dir.path() / "none.yaml").value().has_value());
    dir.write("config.yaml", whole);
    const auto path = dir.path() / "config.yaml";
    ::chmod(path.c_str(), 0644);
    REQUIRE(load_user_config(path));
    for (const mode_t mode : {0664, 0622, 0666, 0606}) {
        ::chmod(path.c_str(), mode);
        const auto refused = load_user_config(path);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == ErrorCode::denied);
        CHECK(refused.error().hint.find("chmod go-w") == 0);
    }
    ::chmod(path.c_str(), 0600);
    if (::geteuid() == 0) {
        REQUIRE(::chown(path.c_str(), 1234, 1234) == 0);
        CHECK(load_user_config(path).error().what.find("another user") != std::string::npos);
    }
    CHECK_FALSE(load_user_config(dir.path()));
}
