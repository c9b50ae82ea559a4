// Any script of SQL: what it is taken apart into is found in it again, in order, and can be judged.
#include "logbook/base/text.h"
#include "logbook/migration/sql_script.h"
#include "logbook/migration/statement_effect.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace logbook;
    const std::string_view script(reinterpret_cast<const char*>(data), size);
    const auto statements = migration::split_sql(script);
    if (!statements) return 0;
    size_t at = 0, line = 0;
    for (const migration::SqlStatement& statement : *statements) {
        const size_t found = script.find(statement.text, at);
        if (statement.text.empty() || found == std::string_view::npos || statement.line < line)
            __builtin_trap();
        at = found + statement.text.size();
        line = statement.line;
        const auto effect = migration::judge_statement(statement.text, {size % 2 == 0, int(size) * 1000});
        if (!valid_utf8(effect.why) || effect.why.find_first_of("\x1b\n\r") != std::string::npos)
            __builtin_trap();
    }
    return 0;
}
