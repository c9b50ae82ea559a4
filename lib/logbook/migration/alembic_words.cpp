// Reading the lines. SQLAlchemy ends a traceback with the driver's words, the statement in brackets over one
// line or many, its values in brackets, and a link.
#include "logbook/migration/alembic_words.h"

#include <charconv>

#include "logbook/base/text.h"

namespace logbook::migration {
namespace {

constexpr std::string_view step = "Running upgrade ", arrow = " -> ";
constexpr std::string_view statement = "[SQL: ";
constexpr size_t most_sql = 4000, most_said = 600, most_lines = 12;

// The number in "(pymysql.err.OperationalError) (1060, \"Duplicate column name 'rank'\")".
int server_number(std::string_view line) {
    for (size_t at = line.find(") ("); at != std::string_view::npos; at = line.find(") (", at + 1)) {
        int number = 0;
        const char* begin = line.data() + at + 3;
        const auto read = std::from_chars(begin, line.data() + line.size(), number);
        if (read.ec == std::errc() && read.ptr != line.data() + line.size() && *read.ptr == ',' &&
            number > 999)
            return number;
    }
    return 0;
}

// "sqlalchemy.exc.OperationalError: …", "KeyError: 'x'", but no line of code.
bool is_exception(std::string_view line) {
    const size_t colon = line.find(": ");
    const std::string_view name = line.substr(0, colon);
    if (name.empty() || name.find_first_of(" \t\"'(") != std::string_view::npos) return false;
    for (const std::string_view end : {"Error", "Exception", "Interrupt", "Exit"})
        if (name.size() >= end.size() && name.substr(name.size() - end.size()) == end) return true;
    return false;
}

}  // namespace

std::optional<StepLine> read_step_line(std::string_view line) {
    const size_t begin = line.find(step);
    const size_t middle = begin == std::string_view::npos ? begin : line.find(arrow, begin + step.size() - 1);
    if (middle == std::string_view::npos) return std::nullopt;
    StepLine read;
    const size_t from = std::min(begin + step.size(), middle);
    read.from = printable(trim(line.substr(from, middle - from)), 200);
    const std::string_view rest = line.substr(middle + arrow.size());
    const size_t comma = rest.find(',');
    read.to = printable(trim(rest.substr(0, comma)), 64);
    if (comma != std::string_view::npos) read.title = printable(trim(rest.substr(comma + 1)), 120);
    if (read.to.empty()) return std::nullopt;
    return read;
}

void AlembicWords::take(std::string_view line) {
    // The values of a statement are members' data.
    if (line.substr(0, 13) == "[parameters: ") {
        in_sql_ = false;
        return;
    }
    take_error(line);
    if (trim(line).empty()) return;
    last_.push_back(printable(line, 300));
    if (last_.size() > most_lines) last_.erase(last_.begin());
}

void AlembicWords::take_error(std::string_view line) {
    if (in_sql_ || line.substr(0, statement.size()) == statement) {
        if (!in_sql_) found_.sql.clear();
        std::string_view part = in_sql_ ? line : line.substr(statement.size());
        in_sql_ = part.empty() || part.back() != ']';
        if (!in_sql_) part.remove_suffix(1);
        if (!found_.sql.empty()) found_.sql += '\n';
        found_.sql += part.substr(0, most_sql - std::min(most_sql, found_.sql.size()));
        if (found_.sql.size() >= most_sql) in_sql_ = false;
        return;
    }
    if (const size_t failed = line.find("FAILED: "); failed != std::string_view::npos && failed < 8) {
        found_ = {printable(trim(line.substr(failed)), most_said), 0, {}};
    } else if (is_exception(line)) {
        found_ = {printable(trim(line), most_said), server_number(line), {}};
    }
}

AlembicFailure AlembicWords::failure() const {
    AlembicFailure failure = found_;
    failure.sql = std::string(trim(failure.sql));
    if (failure.said.empty() && !last_.empty()) failure.said = last_.back();
    return failure;
}

}  // namespace logbook::migration
