// Members of JSON objects, with an empty value for everything that does not fit.
#include "logbook/docker/fields.h"

#include <charconv>

namespace logbook::docker {

const Json& member(const Json& object, std::string_view key) {
    static const Json null;
    const Json* found = object.find(key);
    return found ? *found : null;
}

std::string text_at(const Json& object, std::string_view key) {
    return std::string(object.text(key));
}

int64_t integer_at(const Json& object, std::string_view key) {
    const int64_t* number = member(object, key).as_int();
    return number ? *number : 0;
}

uint64_t counter_at(const Json& object, std::string_view key) {
    const Json& value = member(object, key);
    if (const int64_t* number = value.as_int()) return *number > 0 ? uint64_t(*number) : 0;
    if (const double* number = value.as_double())  // above INT64_MAX
        return *number >= 1 && *number < 18446744073709549568.0 ? uint64_t(*number) : 0;
    return 0;
}

bool flag_at(const Json& object, std::string_view key) {
    const bool* flag = member(object, key).as_bool();
    return flag && *flag;
}

std::vector<std::string> texts_at(const Json& object, std::string_view key) {
    std::vector<std::string> texts;
    for (const Json& item : items_at(object, key))
        if (const std::string* text = item.as_string()) texts.push_back(*text);
    return texts;
}

std::vector<Secret> secrets_at(const Json& object, std::string_view key) {
    std::vector<Secret> secrets;
    for (const Json& item : items_at(object, key))
        if (const std::string* text = item.as_string()) secrets.emplace_back(*text);
    return secrets;
}

std::map<std::string, std::string> map_at(const Json& object, std::string_view key) {
    std::map<std::string, std::string> map;
    for (const auto& [name, value] : members_at(object, key))
        if (const std::string* text = value.as_string()) map.emplace(name, *text);
    return map;
}

const Json::Array& items_at(const Json& object, std::string_view key) {
    static const Json::Array none;
    const Json::Array* items = member(object, key).as_array();
    return items ? *items : none;
}

const Json::Object& members_at(const Json& object, std::string_view key) {
    static const Json::Object none;
    const Json::Object* members = member(object, key).as_object();
    return members ? *members : none;
}

uint64_t number_in(std::string_view text, uint64_t most) {
    uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && number <= most ? number : 0;
}

}  // namespace logbook::docker
