// Cookies and queries: what is read of them is part of what was sent, and what we set never breaks out of its
// header.
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "logbook/api/cookies.h"
#include "logbook/api/query.h"

using namespace logbook;

namespace {

void demand(bool holds) {
    if (!holds) std::abort();
}

void read_cookie(std::string_view sent) {
    if (!api::Headers::valid_value(sent)) return;
    api::Headers headers;
    headers.add("Cookie", sent);
    const auto value = api::cookie(headers, "access_token");
    if (!value) return;
    demand(sent.find(*value) != std::string_view::npos);
    headers.add("Cookie", "access_token=another");
    demand(!api::cookie(headers, "access_token"));  // sent twice
}

void set_cookie(std::string_view value) {
    api::SetCookie cookie;
    cookie.name = "csrf_token";
    cookie.value = value;
    try {
        const std::string header = api::to_header(cookie);
        demand(api::Headers::valid_value(header));
        demand(header.find(';') == cookie.name.size() + 1 + value.size());
    } catch (const std::invalid_argument&) {
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    read_cookie(bytes);
    set_cookie(bytes);
    const auto query = api::parse_query("/x?" + std::string(bytes));
    if (query) {
        demand(query->size() <= 100);
        for (const auto& [name, value] : *query) demand(name.size() + value.size() <= size);
    }
    return 0;
}
