// From routes to a document.
#include "logbook/api/openapi.h"

#include <algorithm>

#include "logbook/base/text.h"

namespace logbook::api {
namespace {

Schema error_schema() {
    Schema detail;  // a text, a list of fields, or an object
    return object_schema("Error", {{"detail", detail, true}, {"code", text_schema(), true}});
}

Schema invalid_schema() {
    const Schema field =
        object_schema("FieldError", {{"field", text_schema(), true}, {"message", text_schema(), true}});
    return object_schema("ValidationError",
                         {{"detail", list_schema(field), true}, {"code", text_schema(), true}});
}

Json content_of(const Schema& schema, Json& components) {
    return Json::object(
        {{"application/json", Json::object({{"schema", to_json_schema(schema, components)}})}});
}

Json parameter(const std::string& name, const char* place, const std::string& description, bool required,
               const Schema& schema, Json& components) {
    Json json = Json::object({{"name", name}, {"in", place}, {"required", required}});
    if (!description.empty()) json.set("description", description);
    json.set("schema", to_json_schema(schema, components));
    return json;
}

Json parameters_of(const Route& route, Json& components) {
    Json list;
    for (const PathParam& param : route.params)
        list.push(parameter(param.name, "path", param.description, true,
                            param.is_id ? uuid_schema() : text_schema(), components));
    for (const QueryParam& param : route.query)
        list.push(
            parameter(param.name, "query", param.description, param.required, param.schema, components));
    return list;
}

// What the steps around a route may answer in its place.
std::vector<ReplyNote> replies_of_steps(const Route& route) {
    std::vector<ReplyNote> notes;
    const bool signs_in = route.policy.asks_for_sign_in();
    if (signs_in) notes.push_back({401, "Nobody has signed in, or the session has ended", error_schema()});
    if (signs_in || route.method != "GET")
        notes.push_back({403, "The permission or the CSRF token is missing", error_schema()});
    if (!route.query.empty() || !route.params.empty())
        notes.push_back({400, "The path or the query is not well formed", error_schema()});
    if (route.body || !route.query.empty() || !route.params.empty())
        notes.push_back({422, "Each field that does not fit, and why", invalid_schema()});
    notes.push_back({500, "A fault of ours; the log has the cause under the request's id", error_schema()});
    notes.push_back({503, "The database is away, or too much is asked at once", error_schema()});
    return notes;
}

Json replies_document(const Route& route, Json& components) {
    std::vector<ReplyNote> notes = route.replies;
    for (ReplyNote& note : replies_of_steps(route)) {
        const auto same = [&](const ReplyNote& own) { return own.status == note.status; };
        if (std::none_of(notes.begin(), notes.end(), same)) notes.push_back(std::move(note));
    }
    std::stable_sort(notes.begin(), notes.end(),
                     [](const auto& a, const auto& b) { return a.status < b.status; });
    Json replies = Json::object();
    for (const ReplyNote& note : notes) {
        Json reply = Json::object({{"description", note.description}});
        if (note.body)
            reply.set("content", content_of(*note.body, components));
        else if (note.status >= 400)
            reply.set("content", content_of(error_schema(), components));
        replies.set(std::to_string(note.status), std::move(reply));
    }
    return replies;
}

std::string operation_id(const Route& route) {
    std::string id = lower(route.method);
    for (const char c : route.path) id += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '_';
    return id;
}

Json operation(const Route& route, Json& components) {
    Json json = Json::object({{"summary", route.summary}, {"operationId", operation_id(route)}});
    if (!route.tag.empty()) json.set("tags", Json::array({route.tag}));
    if (Json parameters = parameters_of(route, components); parameters.as_array())
        json.set("parameters", std::move(parameters));
    if (route.body)
        json.set("requestBody", Json::object({{"required", route.body_required},
                                              {"content", content_of(*route.body, components)}}));
    json.set("responses", replies_document(route, components));
    if (route.policy.asks_for_sign_in()) {
        const auto by = [](const char* name) { return Json::object({{name, Json(Json::Array{})}}); };
        json.set("security", Json(Json::Array{by("cookie"), by("bearer")}));
        if (!route.policy.permissions().empty())
            json.set("x-permissions", Json::array(route.policy.permissions()));
        if (!route.policy.self_param().empty()) json.set("x-self", route.policy.self_param());
    }
    return json;
}

}  // namespace

Json openapi_document(const std::vector<Route>& routes, const DocumentInfo& info) {
    Json paths = Json::object(), schemas = Json::object();
    for (const Route& route : routes) {
        if (!route.documented) continue;
        Json item = paths.find(route.path) ? *paths.find(route.path) : Json::object();
        item.set(lower(route.method), operation(route, schemas));
        paths.set(route.path, std::move(item));
    }
    const Json schemes = Json::object(
        {{"cookie", Json::object({{"type", "apiKey"}, {"in", "cookie"}, {"name", "access_token"}})},
         {"bearer", Json::object({{"type", "http"}, {"scheme", "bearer"}, {"bearerFormat", "JWT"}})}});
    return Json::object(
        {{"openapi", "3.1.0"},
         {"info", Json::object(
                      {{"title", info.title}, {"version", info.version}, {"description", info.description}})},
         {"paths", std::move(paths)},
         {"components", Json::object({{"schemas", std::move(schemas)}, {"securitySchemes", schemes}})}});
}

}  // namespace logbook::api
