// Python's exception stands in the last line that begins at the margin and is no log's; SQLAlchemy adds its
// own below.
#include "logbook/migration/alembic_failure.h"

#include <algorithm>

#include "logbook/base/text.h"

namespace logbook::migration {
namespace {

constexpr size_t longest = 600;

bool begins(std::string_view text, std::string_view with) {
    return text.substr(0, with.size()) == with;
}

// "sqlalchemy.exc.OperationalError: (pymysql.err.OperationalError) (1060, …)", "KeyError: 'x'".
bool names_an_exception(std::string_view line) {
    const size_t colon = line.find_first_of(": (");
    const std::string_view name = line.substr(0, colon);
    if (name.empty() ||
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.") !=
            std::string_view::npos)
        return false;
    for (const std::string_view end : {"Error", "Exception", "Interrupt", "Exit", "Available", "Warning"})
        if (name.size() > end.size() && name.substr(name.size() - end.size()) == end) return true;
    // An application's own, with its module's name.
    return name.find('.') != std::string_view::npos && colon != std::string_view::npos && line[colon] == ':';
}

// The server's own words, where the exception carries them.
std::string_view heart_of(std::string_view line) {
    for (const std::string_view driver : {"(pymysql.err.", "(aiomysql.", "(MySQLdb.", "(mariadb."})
        if (const size_t at = line.find(driver); at != std::string_view::npos)
            if (const size_t end = line.find(") ", at); end != std::string_view::npos)
                return line.substr(end + 2);
    return line;
}

}  // namespace

AlembicFailure alembic_failure(const std::vector<std::string>& lines) {
    AlembicFailure failure;
    const std::string* exception = nullptr;
    const std::string* sentence = nullptr;
    const std::string* last = nullptr;
    for (const std::string& line : lines) {
        if (trim(line).empty()) continue;
        last = &line;
        if (begins(line, "FAILED: ")) sentence = &line;
        if (names_an_exception(line)) exception = &line;
    }
    // The first line of the statement is inside the brackets; the rest, on lines of its own, up to their end.
    const auto sql =
        std::find_if(lines.rbegin(), lines.rend(), [](const auto& line) { return begins(line, "[SQL: "); });
    if (sql != lines.rend()) {
        std::string text = sql->substr(6);
        for (auto more = sql.base(); more != lines.end() && !begins(*more, "[parameters: ") &&
                                     !begins(*more, "(Background on this error");
             ++more)
            text += "\n" + *more;
        const std::string_view whole = trim(text);
        failure.sql = printable(
            whole.substr(0, whole.size() - (!whole.empty() && whole.back() == ']' ? 1 : 0)), longest);
    }
    if (exception)
        failure.said = printable(trim(heart_of(*exception)), longest);
    else if (sentence)
        failure.said = printable(trim(std::string_view(*sentence).substr(8)), longest);
    else if (last)
        failure.said = printable(trim(*last), longest);
    return failure;
}

}  // namespace logbook::migration
