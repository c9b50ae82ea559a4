// Objects cut out of a stream, wherever it is cut itself.
#include "logbook/docker/json_cutter.h"

#include <doctest/doctest.h>
#include <vector>

using namespace logbook;
using docker::JsonCutter;

namespace {

struct Outcome {
    std::vector<std::string> objects;
    Status status;
};

Outcome cut(JsonCutter::Shape shape, const std::vector<std::string>& pieces, size_t most = 1000) {
    JsonCutter cutter(shape, most);
    Outcome outcome;
    for (const std::string& piece : pieces) {
        const auto more = cutter.feed(piece, [&](std::string_view object) -> Result<bool> {
            outcome.objects.emplace_back(object);
            return true;
        });
        if (!more) {
            outcome.status = fail(more.error());
            return outcome;
        }
    }
    outcome.status = cutter.finish();
    return outcome;
}

}  // namespace

TEST_CASE("an array and a sequence give the same objects at any cut") {
    const std::vector<std::string> expected = {R"({"a":"}]\"{"})", R"({"b":{"c":[{}]}})", "{}"};
    const std::string array = " [" + expected[0] + "," + expected[1] + " ,\n" + expected[2] + "]\n";
    const std::string sequence = expected[0] + expected[1] + "\n" + expected[2];
    for (const std::string& text : {array, sequence}) {
        const auto shape = text == array ? JsonCutter::Shape::array : JsonCutter::Shape::sequence;
        for (size_t at = 0; at <= text.size(); ++at) {
            const auto outcome = cut(shape, {text.substr(0, at), text.substr(at)});
            CHECK(outcome.status.has_value());
            CHECK(outcome.objects == expected);
        }
        std::vector<std::string> bytes;
        for (const char c : text) bytes.emplace_back(1, c);
        CHECK(cut(shape, bytes).objects == expected);
    }
    CHECK(cut(JsonCutter::Shape::array, {"[]"}).status.has_value());
    CHECK(cut(JsonCutter::Shape::sequence, {""}).status.has_value());
}

TEST_CASE("an end in the middle, other JSON and giants are told apart") {
    CHECK(cut(JsonCutter::Shape::array, {"[{\"a\":1}"}).status.error().code == ErrorCode::closed);
    CHECK(cut(JsonCutter::Shape::array, {"[{\"a\":"}).status.error().code == ErrorCode::closed);
    CHECK(cut(JsonCutter::Shape::array, {""}).status.error().code == ErrorCode::closed);
    for (const char* other : {"null", "{}", "[1]", "[[{}]]", "[]{}", "<html>"})
        CHECK_MESSAGE(cut(JsonCutter::Shape::array, {other}).status.error().code == ErrorCode::protocol,
                      other);
    const std::string giant = "{\"a\":\"" + std::string(2000, 'x') + "\"}";
    CHECK(cut(JsonCutter::Shape::sequence, {giant}).status.error().code == ErrorCode::too_large);
    CHECK(cut(JsonCutter::Shape::sequence, {giant.substr(0, 900), giant.substr(900)}).status.error().code ==
          ErrorCode::too_large);
    CHECK(cut(JsonCutter::Shape::sequence, {"{}", "{}", giant}).objects.size() == 2);
}
