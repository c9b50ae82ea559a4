// The files of Swagger UI and ReDoc that were compiled in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/result.h"

namespace logbook::backend {

// A value that points into the program itself.
struct DocsAsset {
    std::string_view name;    // "swagger-ui.css"
    std::string_view packed;  // gzip
};

// All of them; empty in a build that left them out (LOGBOOK_DOCS_ASSETS).
const std::vector<DocsAsset>& docs_assets();

// As a browser wants it in Content-Type, by the name's ending. Pure.
std::string_view docs_type(std::string_view name);

// Fails with `protocol` when it is damaged. Pure.
Result<std::string> unpacked(const DocsAsset& asset);

}  // namespace logbook::backend
