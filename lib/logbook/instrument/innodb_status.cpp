// A report for people, read line by line.
#include "logbook/instrument/innodb_status.h"

#include <charconv>

#include "logbook/base/text.h"

namespace logbook::instrument {
namespace {

uint64_t number_at(std::string_view text) {
    uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// What stands behind `mark` in the line; empty where it does not stand there.
std::string_view behind(std::string_view line, std::string_view mark) {
    const size_t at = line.find(mark);
    return at == std::string_view::npos ? std::string_view() : line.substr(at + mark.size());
}

// "MariaDB thread id 12, OS thread handle 139, query id 33 localhost 127.0.0.1 app Updating".
void read_thread(std::string_view line, DeadlockSide& side) {
    side.connection = number_at(behind(line, "thread id "));
    const std::string_view rest = behind(line, "query id ");
    std::vector<std::string> words;
    for (std::string& word : split(rest, ' '))
        if (!word.empty()) words.push_back(std::move(word));
    // The number, a host, perhaps its address, the user, what it did.
    for (size_t i = 2; i < words.size() && i < 4; ++i) {
        const bool address = words[i].find_first_not_of("0123456789.:abcdef") == std::string::npos &&
                             words[i].find_first_of(".:") != std::string::npos;
        if (address) continue;
        side.user = words[i];
        side.address = words[i - 1];
        break;
    }
}

// "RECORD LOCKS space id 5 page no 3 n bits 72 index PRIMARY of table `t`.`items` trx id 30 lock_mode X
// locks…".
void read_lock(std::string_view line, DeadlockSide& side) {
    if (!side.table.empty()) return;
    const std::string_view table = behind(line, "of table ");
    const std::string_view index = behind(line, " index ");
    const std::string_view mode = behind(line, "lock_mode ");
    side.table = replace_all(std::string(table.substr(0, table.find(" trx id"))), "`", "");
    side.index = replace_all(std::string(index.substr(0, index.find(' '))), "`", "");
    side.mode = std::string(mode.substr(0, mode.find(' ')));
}

// "2026-11-30 21:06:18 …"
bool is_time(std::string_view line) {
    constexpr std::string_view shape = "dddd-dd-dd dd:dd:dd";
    if (line.size() < shape.size()) return false;
    for (size_t i = 0; i < shape.size(); ++i) {
        const bool digit = line[i] >= '0' && line[i] <= '9';
        if (shape[i] == 'd' ? !digit : line[i] != shape[i] && !(shape[i] == ' ' && line[i] == 'T'))
            return false;
    }
    return true;
}

Deadlock read_deadlock(std::string_view text) {
    Deadlock found;
    DeadlockSide* side = nullptr;
    bool in_statement = false, waits = false;
    for (const std::string& whole : split(text, '\n')) {
        const std::string_view line = trim(whole);
        if (line.substr(0, 4) == "*** ") {
            in_statement = waits = false;
            if (contains(line, "WE ROLL BACK TRANSACTION"))
                found.victim = size_t(number_at(behind(line, "(")));
            else if (contains(line, ") TRANSACTION"))
                side = &found.sides.emplace_back();
            else if (contains(line, "WAITING FOR THIS LOCK"))
                waits = true;
        } else if (side && contains(line, " thread id ") && side->connection == 0) {
            read_thread(line, *side);
            in_statement = true;
        } else if (in_statement && !line.empty() && side->statement.size() < 4096) {
            // MariaDB puts its first lock's heading right behind the statement.
            side->statement += (side->statement.empty() ? "" : "\n") + std::string(line);
        } else if (waits && side && contains(line, "RECORD LOCKS")) {
            read_lock(line, *side);
        }
        if (found.when.empty() && is_time(line)) found.when = printable(line.substr(0, 19), 32);
    }
    return found;
}

}  // namespace

InnodbStatus parse_innodb_status(std::string_view text) {
    InnodbStatus status;
    if (const std::string_view rest = behind(text, "History list length "); !rest.empty())
        status.history_length = number_at(rest);
    constexpr std::string_view title = "LATEST DETECTED DEADLOCK";
    if (std::string_view part = behind(text, title); !part.empty()) {
        // Up to the next title in its frame of dashes.
        const size_t end = part.find("\n------------\nTRANSACTIONS");
        Deadlock found = read_deadlock(part.substr(0, end));
        if (found.sides.size() > 1) status.last_deadlock = std::move(found);
    }
    return status;
}

}  // namespace logbook::instrument
