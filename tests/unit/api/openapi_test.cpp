// The document says what the routes say.
#include "logbook/api/openapi.h"

#include <doctest/doctest.h>

using namespace logbook;
using namespace logbook::api;

TEST_CASE("one route, from its policy to its replies") {
    Route create("POST", "/api/v1/items/{item_id}", "Create it", Policy::any_of({"inventory.manage"}));
    create.tag = "inventory";
    create.params = {{"item_id", "The item"}};
    create.query = {{"skip", "", integer_schema(0)}};
    const Schema item = object_schema("Item", {{"name", text_schema(1, 255), true}});
    create.body = item;
    create.replies = {{201, "It was made", item}, {409, "It exists"}};
    Route open("GET", "/health", "Health", Policy::everyone());
    open.replies = {{200, "well"}};
    Route hidden("GET", "/docs", "Docs", Policy::everyone());
    hidden.documented = false;
    const Json document = openapi_document({create, open, hidden}, {"T", "1", "D"});
    CHECK(document.text("openapi") == "3.1.0");
    const Json& paths = *document.find("paths");
    CHECK(paths.as_object()->size() == 2);
    const Json& operation = *paths.find("/api/v1/items/{item_id}")->find("post");
    CHECK(operation.find("security")->dump() == R"([{"cookie":[]},{"bearer":[]}])");
    CHECK(operation.find("x-permissions")->dump() == R"(["inventory.manage"])");
    CHECK(operation.find("parameters")->as_array()->size() == 2);
    CHECK(
        operation.find("requestBody")->dump() ==
        R"({"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Item"}}}})");
    std::string statuses;
    for (const auto& [status, reply] : *operation.find("responses")->as_object()) statuses += status + " ";
    CHECK(statuses == "201 400 401 403 409 422 500 503 ");
    const Json& health = *paths.find("/health")->find("get");
    CHECK_FALSE(health.find("security"));
    CHECK_FALSE(health.find("responses")->find("401"));
    for (const char* name : {"Item", "Error", "ValidationError", "FieldError"})
        CHECK_MESSAGE(document.find("components")->find("schemas")->find(name), name);
}
