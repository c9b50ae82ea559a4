// Types and unpacking; the files themselves stand in a source that CMakeLists.txt makes.
#include "logbook/backend/docs/assets.h"

#include "logbook/host/gzip.h"

namespace logbook::backend {

std::string_view docs_type(std::string_view name) {
    const std::string_view ending = name.substr(name.rfind('.') + 1);
    if (ending == "js") return "text/javascript; charset=utf-8";
    if (ending == "css") return "text/css; charset=utf-8";
    if (ending == "png") return "image/png";
    return "text/plain; charset=utf-8";
}

Result<std::string> unpacked(const DocsAsset& asset) {
    constexpr size_t piece = 64 << 10;
    host::Gunzip gunzip{std::string(asset.name)};
    std::string text;
    std::string_view rest = asset.packed;
    for (;;) {
        const size_t before = text.size();
        text.resize(before + piece);
        const Result<host::Gunzip::Step> step = gunzip.step(rest, text.data() + before, piece);
        if (!step) return fail(step.error());
        text.resize(before + step->given);
        rest.remove_prefix(step->taken);
        if (step->taken == 0 && step->given == 0) break;
    }
    if (const Status whole = gunzip.finish(); !whole) return fail(whole.error());
    return text;
}

}  // namespace logbook::backend
