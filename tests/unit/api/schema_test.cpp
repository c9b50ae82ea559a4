// Values held against their descriptions, in the application's words; and the document that is made of them.
#include "logbook/api/schema.h"

#include <doctest/doctest.h>

using namespace logbook;
using namespace logbook::api;

namespace {

const Schema item = object_schema(
    "ItemCreate",
    {{"name", text_schema(1, 255), true},
     {"condition", word_schema({"excellent", "good", "fair"}), false},
     {"quantity", nullable(integer_schema(0)), false},
     {"price", nullable(decimal_schema(10, 2, 0)), false},
     {"active", boolean_schema(), false},
     {"category_id", nullable(uuid_schema()), false},
     {"bought", nullable(date_schema()), false},
     {"contacts", list_schema(object_schema("", {{"name", text_schema(1, 100), true}}), 3), false}});

std::vector<FieldError> wrong(const std::string& body, const Schema& schema = item) {
    std::vector<FieldError> errors;
    (void)validated(schema, parse_json(body).value(), errors);
    return errors;
}

Json taken(const std::string& body) {
    std::vector<FieldError> errors;
    Json value = validated(item, parse_json(body).value(), errors);
    CHECK(errors.empty());
    return value;
}

}  // namespace

TEST_CASE("the recorded messages of the application") {
    CHECK(wrong(R"({"quantity": "abc", "condition": "weird"})") ==
          std::vector<FieldError>{
              {"name", "This field is required."},
              {"condition", "Invalid value. Expected one of: 'excellent', 'good' or 'fair'"},
              {"quantity", "Expected a number."}});
    CHECK(wrong(R"({"name": ""})") == std::vector<FieldError>{{"name", "Value is too short."}});
    CHECK(wrong(R"({"name": "x", "category_id": "not-a-uuid"})") ==
          std::vector<FieldError>{{"category_id", "Invalid ID format."}});
}

TEST_CASE("lengths count characters, ranges are exact") {
    std::string name;
    for (int i = 0; i < 255; ++i) name += "é";
    CHECK(wrong("{\"name\": \"" + name + "\"}").empty());
    CHECK(wrong("{\"name\": \"" + name + "x\"}")[0].message == "Value is too long.");
    CHECK(wrong(R"({"name": "x", "quantity": -1})")[0].message == "Value is out of the allowed range.");
    CHECK(wrong(R"({"name": "x", "price": "99999999.99"})").empty());
    for (const char* price : {"100000000", "1.234", "-0.01"})
        CHECK_MESSAGE(wrong(std::string(R"({"name": "x", "price": ")") + price + "\"}").size() == 1, price);
    for (const char* price : {"", ".", "1.", ".5", "1e5", "+1", "NaN", "1,5", " 1"})
        CHECK_MESSAGE(wrong(std::string(R"({"name": "x", "price": ")") + price + "\"}")[0].message ==
                          "Expected a number.",
                      price);
}

TEST_CASE("what was sent as text becomes what it means; unknown members are left out") {
    const Json value = taken(R"({"name": "x", "quantity": "12", "price": 3, "other": 1, "category_id":
        "55EBDDF1-c577-4a91-b406-c4e4452937ac"})");
    CHECK(*value.find("quantity")->as_int() == 12);
    CHECK(value.text("price") == "3");
    CHECK(value.text("category_id") == "55ebddf1-c577-4a91-b406-c4e4452937ac");
    CHECK_FALSE(value.find("other"));
    CHECK(*taken(R"({"name": "x", "quantity": 3.0})").find("quantity")->as_int() == 3);
    CHECK(wrong(R"({"name": "x", "quantity": 3.5})")[0].message == "Expected a number.");
    CHECK(taken(R"({"name": "x", "quantity": null})").find("quantity")->is_null());
    CHECK(wrong(R"({"name": null})")[0].field == "name");
}

TEST_CASE("lists and closed objects name the place") {
    CHECK(wrong(R"({"name": "x", "contacts": [{"name": "a"}, {}]})") ==
          std::vector<FieldError>{{"contacts.1.name", "This field is required."}});
    CHECK(wrong(R"({"name": "x", "contacts": {}})")[0].message == "Expected a list.");
    CHECK(
        wrong(R"({"name": "x", "contacts": [{"name":"a"},{"name":"a"},{"name":"a"},{"name":"a"}]})").size() ==
        1);
    const Schema closed = object_schema("R", {{"name", text_schema(), true}}, true);
    CHECK(wrong(R"({"name": "x", "slug": "y"})", closed) ==
          std::vector<FieldError>{{"slug", "Invalid value."}});
    CHECK(wrong("[]").size() == 1);
    CHECK(wrong("null").size() == 1);
}

TEST_CASE("dates and addresses") {
    for (const char* date : {"2026-02-30", "2026-1-1", "20260101", "2026-01-01T00:00:00Z", "x"})
        CHECK_MESSAGE(wrong(std::string(R"({"name": "x", "bought": ")") + date + "\"}").size() == 1, date);
    CHECK(wrong(R"({"name": "x", "bought": "2026-02-28"})").empty());
    const Schema mail = object_schema("M", {{"email", email_schema(), true}});
    for (const char* well : {"a@b.co", "first.last+tag@Dept-7.example.com", "o'neill@x.org"})
        CHECK_MESSAGE(wrong(std::string(R"({"email": ")") + well + "\"}", mail).empty(), well);
    for (const char* bad : {"", "a", "@b.co", "a@", "a@b", "a@b.local", "a@b.test", "a..b@c.co", ".a@c.co",
                            "a b@c.co", "a@-b.co", "a@b..co", "a@b.c", "a@b.localhost"})
        CHECK_MESSAGE(wrong(std::string(R"({"email": ")") + bad + "\"}", mail).size() == 1, bad);
}

TEST_CASE("no more than a hundred errors are told") {
    std::string body = "[";
    for (int i = 0; i < 500; ++i) body += "1,";
    CHECK(wrong(body + "1]", list_schema(text_schema())).size() == 100);
}

TEST_CASE("the document") {
    Json components = Json::object();
    CHECK(to_json_schema(item, components).dump() == R"({"$ref":"#/components/schemas/ItemCreate"})");
    const Json* stored = components.find("ItemCreate");
    REQUIRE(stored);
    CHECK(stored->find("required")->dump() == R"(["name"])");
    const Json& properties = *stored->find("properties");
    CHECK(properties.find("name")->dump() == R"({"type":"string","minLength":1,"maxLength":255})");
    CHECK(properties.find("quantity")->dump() ==
          R"({"anyOf":[{"type":"integer","minimum":0},{"type":"null"}]})");
    CHECK(properties.find("contacts")->find("items")->find("required"));
}
