// Splitting and decoding a query.
#include "logbook/api/query.h"

#include <algorithm>

#include "logbook/api/percent.h"
#include "logbook/base/text.h"

namespace logbook::api {

std::optional<Query> parse_query(std::string_view target) {
    constexpr size_t most = 100;
    Query query;
    const size_t mark = target.find('?');
    if (mark == std::string_view::npos) return query;
    for (const std::string& pair : split(target.substr(mark + 1), '&')) {
        if (pair.empty()) continue;
        if (query.size() == most) return std::nullopt;
        std::string text = pair;
        std::replace(text.begin(), text.end(), '+', ' ');
        const size_t equals = text.find('=');
        auto name = percent_decoded(std::string_view(text).substr(0, equals));
        auto value = percent_decoded(equals == std::string::npos ? std::string_view()
                                                                 : std::string_view(text).substr(equals + 1));
        if (!name || !value) return std::nullopt;
        query.emplace_back(std::move(*name), std::move(*value));
    }
    return query;
}

std::optional<std::string_view> query_value(const Query& query, std::string_view name) {
    const auto found =
        std::find_if(query.rbegin(), query.rend(), [&](const auto& pair) { return pair.first == name; });
    if (found == query.rend()) return std::nullopt;
    return found->second;
}

}  // namespace logbook::api
