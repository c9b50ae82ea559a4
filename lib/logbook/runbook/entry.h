// One entry of the runbook: a cause, what it means, how it is repaired safely, and the check that proves it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/export.h"

namespace logbook::runbook {

// What a step of a fix costs.
enum class Risk {
    none,     // nobody notices
    restart,  // a service is away for some seconds
    data,     // done wrongly it destroys data: such a step is words, never a command to paste
};
LOGBOOK_EXPORT std::string_view name_of(Risk risk);  // "restart"

struct Step {
    std::string text;     // what to do; may stand alone
    std::string command;  // ready to paste; may hold the placeholders of Facts; empty for words only
    Risk risk = Risk::none;

    friend bool operator==(const Step&, const Step&) = default;
};

struct Entry {
    std::string slug;                   // "db.host"; one namespace with doctor's check ids
    std::string title;                  // the cause in plain words, one line, no full stop
    std::string meaning;                // what it means for the operator
    std::vector<std::string> causes;    // the most likely first
    std::vector<std::string> symptoms;  // as a person would say it
    std::vector<Step> fix;
    std::vector<std::string> never;        // "docker compose down -v (deletes the database)"
    std::string proves;                    // the command that fails before the fix and passes after it
    std::string published;                 // what the application's published pages advise; empty: nothing
    std::string published_wrong;           // why that is wrong or dangerous; empty: it is fine
    std::vector<std::string> codes;        // "LB-AUTH-001", "HTTP 404", "1045", "NOAUTH"
    std::vector<std::string> patterns;     // expressions of logscan::PatternSet, for one line each
    std::vector<std::string> examples;     // lines that this entry explains before all others
    std::vector<std::string> near_misses;  // lines that look alike and are not this
    std::vector<std::string> see_also;     // slugs
    int weight = 5;      // 1 general … 9 data is at stake: the order among several matches
    std::string origin;  // the file it stands in: "database.yaml:12"

    friend bool operator==(const Entry&, const Entry&) = default;
};

// What the placeholders in texts and commands stand for. The defaults are those of the base compose file, run
// in the project's own folder.
struct Facts {
    std::string logbookctl = "logbookctl";   // {logbookctl}: with -C where the project is elsewhere
    std::string compose = "docker compose";  // {compose}: likewise
    std::string project_dir = ".";           // {project_dir}
    std::string env_file = ".env";           // {env_file}
    std::string database = "mysql";          // {database}: the service's name, as the others
    std::string cache = "redis";             // {cache}
    std::string backend = "backend";         // {backend}
    std::string frontend = "frontend";       // {frontend}
    std::string backend_url = "http://127.0.0.1:3001";   // {backend_url}
    std::string frontend_url = "http://127.0.0.1:3000";  // {frontend_url}
    // {dump}: a dump of the database into a file that only its owner reads; may itself hold placeholders.
    std::string dump =
        "(umask 077; {compose} exec -T {database} sh -c 'MYSQL_PWD=\"$MYSQL_ROOT_PASSWORD\" mysqldump -uroot "
        "--single-transaction --routines --databases \"$MYSQL_DATABASE\"' > logbook-$(date "
        "+%Y%m%dT%H%M%S).sql)";
};

// The names between the braces, in the order of Facts.
LOGBOOK_EXPORT const std::vector<std::string>& placeholder_names();

// The text with every known placeholder replaced. Values that a shell would read are the caller's to quote.
LOGBOOK_EXPORT std::string filled(std::string_view text, const Facts& facts);

// The entry with every text that is shown so filled; patterns, examples and codes stay as they are.
LOGBOOK_EXPORT Entry filled(const Entry& entry, const Facts& facts);

}  // namespace logbook::runbook
