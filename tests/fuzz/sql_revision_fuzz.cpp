// Any bytes as a revision in plain SQL: its head, and the statements of its script.
#include "logbook/revision/sql_revision.h"

#include "logbook/base/text.h"
#include "logbook/migration/sql_script.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace logbook;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto file = revision::read_sql_revision("/versions/x.sql", bytes);
    if (!file) {
        if (file.error().what.find("/versions/x.sql") != 0 || !valid_utf8(file.error().what))
            __builtin_trap();
        return 0;
    }
    // What is run is an end of the file, whole.
    if (bytes.substr(bytes.size() - file->script.size()) != file->script) __builtin_trap();
    if (file->revision.empty() || !valid_utf8(file->doc)) __builtin_trap();
    (void)migration::split_sql(file->script);
    return 0;
}
