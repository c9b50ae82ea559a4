// Reading the lines (LOGBOOK.md, "Startup", tells which the application writes).
#include "logbook/migration/start_proof.h"

#include "logbook/base/text.h"
#include "logbook/migration/alembic_words.h"

namespace logbook::migration {
namespace {

// Of tables that were made anew from the code itself.
constexpr std::string_view stamped = "Database stamped to head revision: ";

bool has(std::string_view line, std::string_view words) {
    return line.find(words) != std::string_view::npos;
}

bool begins(std::string_view line) {
    return has(line, "Starting The Logbook") || has(line, "Started server process") ||
           has(line, "Waiting for application startup");
}

bool ends(std::string_view line) {
    return has(line, "Server started on port") || has(line, "Application startup complete");
}

}  // namespace

void StartProof::take(std::string_view line) {
    if (begins(line)) {
        // Several lines open one start.
        if (!begun_) *this = StartProof();
        found_ = begun_ = true;
    } else if (ends(line)) {
        done_ = begun_ = found_ = true;
        begun_ = false;
    } else if (has(line, "Application startup failed")) {
        begun_ = false;
    } else if (has(line, "Database schema is already up to date")) {
        at_head_ = true;
        line_ = printable(trim(line), 200);
    } else if (const auto step = read_step_line(line)) {
        revision_ = step->to;
        line_ = printable(trim(line), 200);
    } else if (const size_t at = line.find(stamped); at != std::string_view::npos) {
        revision_ = printable(trim(line.substr(at + stamped.size())), 64);
        line_ = printable(trim(line), 200);
    } else if (has(line, "Stamping to head")) {
        against_ = printable(trim(line), 200);
    }
}

}  // namespace logbook::migration
