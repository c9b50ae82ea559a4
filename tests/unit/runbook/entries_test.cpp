// The rules that every entry of the compiled-in catalogue obeys.
#include <doctest/doctest.h>
#include <regex>
#include <set>

#include "logbook/base/text.h"
#include "logbook/logscan/pattern_set.h"
#include "logbook/runbook/catalogue.h"
#include "logbook/runbook/reading.h"

using logbook::contains;
using namespace logbook::runbook;

namespace {

const Catalogue& catalogue() {
    static const Catalogue ours = Catalogue::builtin();
    return ours;
}

std::string first_of(const Matches& matches) {
    return matches.best_first.empty() ? "nothing" : matches.best_first.front().entry->slug;
}

bool finds(const Matches& matches, const std::string& slug) {
    for (const Match& match : matches.best_first)
        if (match.entry->slug == slug) return true;
    return false;
}

// Found by its patterns or codes; sharing words with a question is no claim.
bool claims(const Matches& matches, const std::string& slug) {
    for (const Match& match : matches.best_first)
        if (match.entry->slug == slug && match.by != MatchedBy::words) return true;
    return false;
}

// Every text of an entry that an operator might paste.
std::vector<std::string> advice(const Entry& entry) {
    std::vector<std::string> texts = {entry.proves};
    for (const Step& step : entry.fix) {
        texts.push_back(step.command);
        texts.push_back(step.text);
    }
    return texts;
}

}  // namespace

TEST_CASE("each entry explains its examples before all others, and none of its near misses") {
    for (const Entry& entry : catalogue().entries()) {
        CAPTURE(entry.slug);
        CHECK_MESSAGE((entry.patterns.empty() || !entry.examples.empty()), "patterns without an example");
        for (const std::string& example : entry.examples) {
            CAPTURE(example);
            CHECK(first_of(catalogue().match(example)) == entry.slug);
        }
        for (const std::string& line : entry.near_misses) {
            CAPTURE(line);
            CHECK_FALSE(claims(catalogue().match(line), entry.slug));
        }
    }
}

TEST_CASE("to log in is not to write a log") {
    for (const char* question : {"cannot log in", "members cannot sign in"}) {
        CAPTURE(question);
        CHECK(first_of(catalogue().match(question)).substr(0, 5) == "auth.");
    }
    CHECK(first_of(catalogue().match("logs fill the disk")) != "auth.bad_login");
}

TEST_CASE("each entry is found by its slug, its codes and its symptoms") {
    for (const Entry& entry : catalogue().entries()) {
        CAPTURE(entry.slug);
        CHECK(first_of(catalogue().match(entry.slug)) == entry.slug);
        for (const std::string& code : entry.codes) {
            CAPTURE(code);
            CHECK(finds(catalogue().match(code), entry.slug));
        }
        for (const std::string& symptom : entry.symptoms) {
            CAPTURE(symptom);
            const Matches matches = catalogue().match(symptom);
            CHECK(finds(matches, entry.slug));
        }
    }
}

TEST_CASE("each pattern is hit by an example of its entry") {
    for (const Entry& entry : catalogue().entries())
        for (const std::string& pattern : entry.patterns) {
            const auto set = logbook::logscan::PatternSet::compile({pattern});
            REQUIRE(set);
            auto scanner = logbook::logscan::PatternScanner::make(*set);
            REQUIRE(scanner);
            bool hit = false;
            for (const std::string& example : entry.examples)
                for (const ReadLine& line : read_lines(example).lines)
                    hit = hit || !scanner->scan(line.text).empty();
            CHECK_MESSAGE(hit, entry.slug << ": " << pattern);
        }
}

TEST_CASE("every entry has a cause, a fix, a proof, and names only entries that exist") {
    for (const Entry& entry : catalogue().entries()) {
        CAPTURE(entry.slug);
        CHECK_FALSE(entry.causes.empty());
        CHECK_FALSE(entry.fix.empty());
        CHECK_FALSE(entry.proves.empty());
        CHECK_FALSE(entry.title.empty());
        CHECK(entry.title.size() <= 110);
        CHECK(entry.title.back() != '.');
        CHECK((entry.published_wrong.empty() || !entry.published.empty()));
        for (const std::string& slug : entry.see_also) {
            CAPTURE(slug);
            CHECK(catalogue().find(slug) != nullptr);
            CHECK(slug != entry.slug);
        }
    }
}

TEST_CASE("a step that may destroy data is words, never a command") {
    for (const Entry& entry : catalogue().entries())
        for (const Step& step : entry.fix)
            if (step.risk == Risk::data) CHECK_MESSAGE(step.command.empty(), entry.slug);
}

TEST_CASE("no entry advises what destroys data") {
    const std::regex destroys(
        R"(down\s+(-v|--volumes)|volume (prune|rm)|system prune|DROP (TABLE|DATABASE)|TRUNCATE|DELETE FROM|alembic stamp|alembic upgrade|FLUSH(ALL|DB)|rm -rf|force-recreate|setup-env)",
        std::regex::icase);
    for (const Entry& entry : catalogue().entries())
        for (const Step& step : entry.fix) {
            CAPTURE(entry.slug);
            CAPTURE(step.command);
            CHECK_FALSE(std::regex_search(step.command, destroys));
        }
}

TEST_CASE("a start, restart or new container of the backend stands behind a look at the data-loss trap") {
    const std::regex starts(R"((up -d|restart|start|run|unpause)\b.*\{backend\}|up -d\s*$)");
    size_t seen = 0;
    for (const Entry& entry : catalogue().entries()) {
        bool looked = false;
        for (const Step& step : entry.fix) {
            if (contains(step.command, "doctor --only db.wipe_trap")) looked = true;
            if (!std::regex_search(step.command, starts) || contains(step.command, "unpause") ||
                contains(step.command, "docker update --restart=no"))
                continue;
            CAPTURE(entry.slug);
            CHECK(looked);
            CHECK(step.risk == Risk::restart);
            ++seen;
        }
    }
    CHECK(seen > 10);
}

TEST_CASE("no command carries a secret in its words, and none asks for what this release cannot do") {
    const std::regex leaks(R"(-p\$|-p["']|--password=|-a \$|PASSWORD=[^"$]|redis-cli -a)");
    const std::regex ours(R"((\{logbookctl\}|logbookctl) ([a-z]+))");
    const std::set<std::string> verbs = {"doctor", "health", "secrets", "config", "explain", "ps",
                                         "stats",  "logs",   "mysql",   "redis",  "migrate"};
    for (const Entry& entry : catalogue().entries())
        for (const std::string& text : advice(entry)) {
            CAPTURE(entry.slug);
            CAPTURE(text);
            CHECK_FALSE(std::regex_search(text, leaks));
            for (auto at = std::sregex_iterator(text.begin(), text.end(), ours); at != std::sregex_iterator();
                 ++at)
                CHECK_MESSAGE(verbs.count((*at)[2]) == 1, (*at)[2].str());
        }
}

TEST_CASE("every slug that a text names exists") {
    const std::regex named(R"((?:explain|--only|see) ([a-z]+\.[a-z_]+))");
    for (const Entry& entry : catalogue().entries()) {
        std::vector<std::string> texts = advice(entry);
        texts.push_back(entry.meaning);
        for (const std::string& text : texts)
            for (auto at = std::sregex_iterator(text.begin(), text.end(), named);
                 at != std::sregex_iterator(); ++at) {
                CAPTURE(entry.slug);
                CHECK_MESSAGE(catalogue().find((*at)[1].str()) != nullptr, (*at)[1].str());
            }
    }
}

TEST_CASE("only known placeholders stand in braces") {
    const std::regex braces(R"(\{([a-z_]+)\})");
    const std::set<std::string> known(placeholder_names().begin(), placeholder_names().end());
    for (const Entry& entry : catalogue().entries()) {
        std::vector<std::string> texts = advice(entry);
        texts.insert(texts.end(), {entry.title, entry.meaning, entry.published, entry.published_wrong});
        for (const std::string& text : texts)
            for (auto at = std::sregex_iterator(text.begin(), text.end(), braces);
                 at != std::sregex_iterator(); ++at)
                CHECK_MESSAGE(known.count((*at)[1]) == 1, entry.slug << ": " << (*at)[1].str());
    }
}

TEST_CASE("every status and every code of the application has an entry") {
    for (const char* status :
         {"400", "401", "403", "404", "409", "413", "422", "429", "500", "502", "503", "504"}) {
        CAPTURE(status);
        CHECK(first_of(catalogue().match(status)) == "http." + std::string(status));
        CHECK(first_of(catalogue().match("HTTP " + std::string(status))) == "http." + std::string(status));
    }
    const std::vector<std::pair<std::string, int>> numbered = {
        {"AUTH", 11}, {"PERM", 1}, {"VAL", 1}, {"ORG", 1}, {"SYS", 3},  {"EVT", 4},
        {"UPLD", 3},  {"ONBD", 2}, {"MSG", 1}, {"INT", 1}, {"SCHED", 1}};
    for (const auto& [area, last] : numbered)
        for (int i = 1; i <= last; ++i) {
            const std::string number = std::to_string(i);
            const std::string code = "LB-" + area + "-" + std::string(3 - number.size(), '0') + number;
            CAPTURE(code);
            CHECK_FALSE(catalogue().by_code(code).empty());
        }
    for (const char* status : {"400", "401", "403", "404", "409", "422", "429", "500", "502", "503"})
        CHECK_FALSE(catalogue().by_code("LB-API-" + std::string(status)).empty());
}

TEST_CASE("every check of doctor has an entry that its own check proves") {
    for (const char* id : {"env.file",          "env.mode",           "env.syntax",
                           "config.gate",       "config.secrets",     "db.host",
                           "db.connect",        "db.greets",          "db.login",
                           "db.database",       "db.version",         "db.charset",
                           "db.clock",          "db.connections",     "db.wipe_trap",
                           "db.revision",       "cache.host",         "cache.connect",
                           "cache.login",       "cache.memory",       "cache.persistence",
                           "backend.port",      "backend.answers",    "backend.health",
                           "backend.database",  "backend.cache",      "frontend.proxy",
                           "host.disk",         "engine.reachable",   "engine.deployment",
                           "engine.clock",      "db.container",       "cache.container",
                           "backend.container", "backend.network",    "backend.start",
                           "backend.clock",     "frontend.container", "container.health",
                           "container.memory",  "config.applied",     "config.passed"}) {
        CAPTURE(id);
        REQUIRE(catalogue().find(id) != nullptr);
    }
}

TEST_CASE("advice that destroys data is answered with its warning first") {
    const std::vector<std::pair<std::string, std::string>> dangerous = {
        {"docker compose down -v", "danger.down_volumes"},
        {"You can fix this with: docker-compose down --volumes && docker-compose up -d",
         "danger.down_volumes"},
        {"docker volume prune", "danger.volume_prune"},
        {"DROP DATABASE the_logbook;", "danger.drop"},
        {"alembic stamp 20260118_0001", "danger.stamp_initial"},
        {"UPDATE alembic_version SET version_num = '20260118_0001';", "danger.stamp_initial"},
        {"delete from alembic_version;", "danger.delete_version_row"},
        {"RuntimeError: SECURITY FAILURE: Cannot start\nfix: echo \"SECRET_KEY=$(openssl rand -hex 32)\"",
         "danger.new_keys"},
    };
    for (const auto& pair : dangerous) {
        const std::string &text = pair.first, &slug = pair.second;
        CAPTURE(text);
        CHECK(first_of(catalogue().match(text)) == slug);
    }
}

TEST_CASE("what nobody knows is not guessed at") {
    for (const std::string text :
         {"hello", "my printer is on fire", "the quick brown fox jumps over the lazy dog", "LB-FOO-999",
          "xyzzy", "2026-11-22 08:07:30 | INFO     | app:run:1 - all is well", "418", "zz.zz", "???", "0",
          "\x1b[2J"}) {
        CAPTURE(text);
        CHECK(first_of(catalogue().match(text)) == "nothing");
    }
}

TEST_CASE("plain words find the cause") {
    const std::vector<std::pair<std::string, std::string>> questions = {
        {"database locked out after password change", "db.login"},
        {"mysql is down", "db.connect"},
        {"redis wrong password", "cache.login"},
        {"disk full", "host.disk"},
        {"I edited .env and restarted but nothing changed", "env.not_applied"},
        {"page loads but shows no data", "frontend.proxy"},
        {"swagger page missing", "backend.docs"},
        {"everything is slow", "backend.slow"},
        {"two heads in alembic", "migration.heads"},
        {"members are logged out after 15 minutes", "auth.invalid_session"},
    };
    for (const auto& pair : questions) {
        const std::string &question = pair.first, &slug = pair.second;
        CAPTURE(question);
        CHECK(first_of(catalogue().match(question)) == slug);
    }
}
