// Who waits for whom: by what the server tells, else by state, statement and age.
#include "logbook/instrument/lock_waits.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "logbook/base/text.h"
#include "logbook/instrument/sql_fingerprint.h"

namespace logbook::instrument {
namespace {

struct Conflict {
    std::string_view request, granted, waiting;  // the modes that it waits for
};

// Of locks on objects (MySQL's mdl.cc, the class MDL_lock).
constexpr Conflict conflicts[] = {
    {"SHARED", "EXCLUSIVE", "EXCLUSIVE"},
    {"SHARED_HIGH_PRIO", "EXCLUSIVE", ""},
    {"SHARED_READ", "EXCLUSIVE SHARED_NO_READ_WRITE", "EXCLUSIVE SHARED_NO_READ_WRITE"},
    {"SHARED_WRITE", "EXCLUSIVE SHARED_NO_READ_WRITE SHARED_NO_WRITE SHARED_READ_ONLY",
     "EXCLUSIVE SHARED_NO_READ_WRITE SHARED_NO_WRITE"},
    {"SHARED_WRITE_LOW_PRIO", "EXCLUSIVE SHARED_NO_READ_WRITE SHARED_NO_WRITE SHARED_READ_ONLY",
     "EXCLUSIVE SHARED_NO_READ_WRITE SHARED_NO_WRITE SHARED_READ_ONLY"},
    {"SHARED_UPGRADABLE", "EXCLUSIVE SHARED_NO_READ_WRITE SHARED_NO_WRITE SHARED_UPGRADABLE", "EXCLUSIVE"},
    {"SHARED_READ_ONLY", "EXCLUSIVE SHARED_NO_READ_WRITE SHARED_WRITE SHARED_WRITE_LOW_PRIO",
     "EXCLUSIVE SHARED_NO_READ_WRITE"},
    {"SHARED_NO_WRITE",
     "EXCLUSIVE SHARED_NO_READ_WRITE SHARED_NO_WRITE SHARED_UPGRADABLE SHARED_WRITE SHARED_WRITE_LOW_PRIO",
     "EXCLUSIVE"},
    {"SHARED_NO_READ_WRITE",
     "EXCLUSIVE SHARED_NO_READ_WRITE SHARED_NO_WRITE SHARED_READ_ONLY SHARED_UPGRADABLE SHARED_WRITE "
     "SHARED_WRITE_LOW_PRIO SHARED_READ",
     "EXCLUSIVE"},
    {"INTENTION_EXCLUSIVE", "SHARED EXCLUSIVE", "SHARED EXCLUSIVE"},
};

bool has_word(std::string_view words, std::string_view word) {
    const std::vector<std::string> all = split(words, ' ');
    return std::find(all.begin(), all.end(), word) != all.end();
}

// Enough to act on; a pile-up of thousands must not make millions of edges.
constexpr size_t most_blockers = 16;

// ---- of what the server tells

void add_row_waits(const LockReading& reading, std::vector<Wait>& waits) {
    std::set<uint64_t> explained;
    for (const RowWait& wait : reading.row_waits)
        if (!wait.queued) explained.insert(wait.waiter);
    for (const RowWait& wait : reading.row_waits) {
        if (wait.queued && explained.count(wait.waiter) > 0) continue;
        waits.push_back({wait.waiter, wait.blocker, LockKind::row, wait.table, wait.mode, wait.blocker_mode,
                         wait.waited, wait.queued, wait.inferred});
    }
}

Millis waited_by(const LockReading& reading, uint64_t id) {
    const Process* process = reading.list.find(id);
    return process ? process->time : Millis(0);
}

// Of two that wait for one thing, whether `a` was there first.
bool was_first(const LockReading& reading, uint64_t a, uint64_t b) {
    const Millis of_a = waited_by(reading, a), of_b = waited_by(reading, b);
    return of_a != of_b ? of_a > of_b : a < b;
}

void add_metadata_waits(const LockReading& reading, std::vector<Wait>& waits) {
    using Locks = std::vector<const MetadataLock*>;
    std::map<std::pair<std::string, std::string>, std::map<std::pair<std::string, bool>, Locks>> objects;
    for (const MetadataLock& lock : reading.metadata)
        objects[{lock.type, lock.object}][{lock.mode, lock.granted}].push_back(&lock);
    for (const auto& [object, kinds] : objects)
        for (const auto& [request, pending] : kinds) {
            if (request.second) continue;
            for (const auto& [held, holders] : kinds) {
                if (!must_wait(request.first, held.first, held.second)) continue;
                for (const MetadataLock* lock : pending) {
                    size_t found = 0;
                    for (const MetadataLock* holder : holders) {
                        if (holder->owner == lock->owner || found == most_blockers) continue;
                        if (!held.second && !was_first(reading, holder->owner, lock->owner)) continue;
                        ++found;
                        waits.push_back({lock->owner, holder->owner, LockKind::metadata, lock->object,
                                         lock->mode, holder->mode, waited_by(reading, lock->owner),
                                         !held.second, false});
                    }
                }
            }
        }
}

// ---- of what it does not tell

// The statement's names, in small letters, with the schema in front where none stands there.
std::set<std::string> names_in(const Process& process) {
    std::set<std::string> names;
    if (!process.statement) return names;
    const std::string text = lower(replace_all(sql_fingerprint(*process.statement), "`", ""));
    const std::string database = lower(process.database);
    std::string word;
    const auto take = [&] {
        if (!word.empty()) names.insert(word.find('.') == std::string::npos ? database + "." + word : word);
        word.clear();
    };
    for (const char c : text) {
        const bool part = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
                          c == '.' || (static_cast<unsigned char>(c) & 0x80) != 0;
        if (part)
            word += c;
        else
            take();
    }
    take();
    return names;
}

// Whether its statement asks for a lock that suffers no other.
bool is_exclusive(const Process& process) {
    if (!process.statement) return false;
    const std::string text = lower(sql_fingerprint(*process.statement));
    for (const std::string_view verb :
         {"alter", "drop", "rename", "truncate", "create", "optimize", "lock", "flush", "analyze", "repair"})
        if (text.compare(0, verb.size(), verb) == 0) return true;
    return false;
}

// Who waits, who may block, and what each names: worked out once for all.
class Inference {
  public:
    explicit Inference(const LockReading& reading) : reading_(reading) {
        for (const Process& process : reading.list.processes) {
            const bool waits = waits_for_metadata(process);
            if (waits && lower(process.state) != "user lock") waiters_.push_back(&process);
            if (waits && is_exclusive(process)) exclusive_.push_back(&process);
            if (!waits && process.kind == ProcessKind::client && (process.transaction || !process.idle()))
                candidates_.push_back(&process);
            if (waits || !process.idle()) names_[process.id] = names_in(process);
        }
        for (const MetadataLock& lock : reading.metadata)
            if (lock.granted && lock.type == "TABLE") held_[lower(lock.object)].push_back(&lock);
    }

    void add_to(std::vector<Wait>& waits) const {
        for (const Process* waiter : waiters_) {
            if (const Process* first = in_front_of(*waiter))
                waits.push_back(
                    {waiter->id, first->id, LockKind::metadata, {}, {}, {}, waiter->time, true, true});
            else if (reading_.metadata_source == MetadataSource::plugin)
                add_holders(*waiter, waits);
            else
                add_suspects(*waiter, waits);
        }
    }

  private:
    const std::set<std::string>& names(const Process& process) const {
        static const std::set<std::string> none;
        const auto found = names_.find(process.id);
        return found == names_.end() ? none : found->second;
    }
    bool share_a_table(const Process& a, const Process& b) const {
        for (const std::string& name : names(a))
            if (names(b).count(name) > 0 && !is_keyword(name)) return true;
        return false;
    }
    // Words of SQL stand behind the database's name like tables do.
    static bool is_keyword(const std::string& name) {
        static const std::set<std::string> words = {
            "select", "count",   "from", "where",  "table",  "alter",  "add",  "column", "update",
            "set",    "insert",  "into", "values", "and",    "or",     "not",  "null",   "order",
            "by",     "limit",   "join", "on",     "delete", "as",     "left", "inner",  "group",
            "int",    "varchar", "lock", "tables", "write",  "read",   "id",   "drop",   "index",
            "create", "is",      "in",   "for",    "if",     "exists", "like", "asc",    "desc"};
        return words.count(name.substr(name.rfind('.') + 1)) > 0;
    }

    // A waiter that asked for all before this one asked for some.
    const Process* in_front_of(const Process& waiter) const {
        for (const Process* other : exclusive_)
            if (other->id != waiter.id && was_first(reading_, other->id, waiter.id) &&
                share_a_table(waiter, *other))
                return other;
        return nullptr;
    }

    void add_holders(const Process& waiter, std::vector<Wait>& waits) const {
        size_t found = 0;
        for (const std::string& name : names(waiter)) {
            const auto held = held_.find(name);
            if (held == held_.end()) continue;
            for (const MetadataLock* lock : held->second) {
                if (lock->owner == waiter.id || found == most_blockers) continue;
                if (is_waiting(lock->owner)) continue;
                ++found;
                waits.push_back({waiter.id,
                                 lock->owner,
                                 LockKind::metadata,
                                 lock->object,
                                 {},
                                 lock->mode,
                                 waiter.time,
                                 false,
                                 false});
            }
        }
    }
    bool is_waiting(uint64_t id) const {
        const Process* process = reading_.list.find(id);
        return process && waits_for_metadata(*process);
    }

    // An open transaction, or a statement on the same table, that is older than the wait.
    void add_suspects(const Process& waiter, std::vector<Wait>& waits) const {
        size_t found = 0;
        for (const Process* other : candidates_) {
            if (other->id == waiter.id || found == most_blockers) continue;
            if (!waiter.database.empty() && !other->database.empty() && waiter.database != other->database)
                continue;
            const bool older = other->transaction && other->transaction->age + Millis(1000) >= waiter.time;
            const bool working =
                !other->idle() && other->time >= waiter.time && share_a_table(waiter, *other);
            if (!older && !working) continue;
            ++found;
            waits.push_back({waiter.id, other->id, LockKind::metadata, {}, {}, {}, waiter.time, false, true});
        }
    }

    const LockReading& reading_;
    std::vector<const Process*> waiters_, exclusive_, candidates_;
    std::map<uint64_t, std::set<std::string>> names_;
    std::map<std::string, std::vector<const MetadataLock*>> held_;
};

void add_migration_lock(const LockReading& reading, std::vector<Wait>& waits) {
    if (!reading.migration_lock_holder) return;
    for (const Process& waiter : reading.list.processes)
        if (lower(waiter.state) == "user lock" && waiter.statement &&
            contains(*waiter.statement, "the_logbook_migrations") &&
            waiter.id != *reading.migration_lock_holder)
            waits.push_back({waiter.id,
                             *reading.migration_lock_holder,
                             LockKind::metadata,
                             "the_logbook_migrations",
                             {},
                             {},
                             waiter.time,
                             false,
                             false});
}

}  // namespace

bool must_wait(std::string_view request, std::string_view held, bool held_is_granted) {
    if (request == "EXCLUSIVE") return held_is_granted;
    for (const Conflict& conflict : conflicts)
        if (conflict.request == request)
            return has_word(held_is_granted ? conflict.granted : conflict.waiting, held);
    // Locks of other kinds (backup, named locks of older servers): what is held blocks.
    return held_is_granted;
}

std::vector<Wait> waits_of(const LockReading& reading) {
    std::vector<Wait> waits;
    add_row_waits(reading, waits);
    if (reading.metadata_source == MetadataSource::performance_schema) {
        add_metadata_waits(reading, waits);
    } else {
        Inference(reading).add_to(waits);
        add_migration_lock(reading, waits);
    }
    std::stable_sort(waits.begin(), waits.end(), [](const Wait& a, const Wait& b) {
        return std::tie(a.waiter, a.blocker, a.kind) < std::tie(b.waiter, b.blocker, b.kind);
    });
    waits.erase(std::unique(waits.begin(), waits.end(),
                            [](const Wait& a, const Wait& b) {
                                return a.waiter == b.waiter && a.blocker == b.blocker && a.kind == b.kind;
                            }),
                waits.end());
    return waits;
}

}  // namespace logbook::instrument
