// What Alembic and SQLAlchemy write while they run: the steps, and the failure that ends them. A stranger's
// text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/export.h"

namespace logbook::migration {

struct StepLine {
    std::string from, to, title;  // printable
};
// "INFO  [alembic.runtime.migration] Running upgrade 0001, 0002 -> 0003, Merge". Pure.
LOGBOOK_EXPORT std::optional<StepLine> read_step_line(std::string_view line);

struct AlembicFailure {
    std::string said;      // the error in one printable line; empty: none was found
    int server_errno = 0;  // of MySQL or MariaDB: 1060; 0: not the server's
    std::string sql;       // the statement that failed, without its values; empty: not told
};

// Takes the lines of a run, in their order, and remembers what an error needs. Bounded, whatever comes.
class LOGBOOK_EXPORT AlembicWords {
  public:
    void take(std::string_view line);
    AlembicFailure failure() const;
    // The last lines, printable; for a failure that none of the rules above knows.
    const std::vector<std::string>& last_lines() const { return last_; }

  private:
    void take_error(std::string_view line);

    AlembicFailure found_;
    bool in_sql_ = false;
    std::vector<std::string> last_;
};

}  // namespace logbook::migration
