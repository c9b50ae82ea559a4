// Reading the engine's JSON without trusting it: a member that is absent, or of another type, is empty.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "logbook/base/json.h"
#include "logbook/base/secret.h"

namespace logbook::docker {

const Json& member(const Json& object, std::string_view key);  // null when absent
std::string text_at(const Json& object, std::string_view key);
int64_t integer_at(const Json& object, std::string_view key);
uint64_t counter_at(const Json& object, std::string_view key);  // negative counts as 0
bool flag_at(const Json& object, std::string_view key);
std::vector<std::string> texts_at(const Json& object, std::string_view key);
std::vector<Secret> secrets_at(const Json& object, std::string_view key);
std::map<std::string, std::string> map_at(const Json& object, std::string_view key);  // of texts
const Json::Array& items_at(const Json& object, std::string_view key);
const Json::Object& members_at(const Json& object, std::string_view key);

// Whole number of a text such as a port; 0 when it is none, or above `most`.
uint64_t number_in(std::string_view text, uint64_t most);

}  // namespace logbook::docker
