// Records that say the same, counted as one: what differs from one to the next (ids, numbers, quoted values)
// is folded away.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "logbook/logscan/record.h"

namespace logbook::logscan {

// "Table '…' has # rows": digits, UUIDs, hexadecimal ids, addresses and quoted values folded. At most 300
// bytes. Pure.
LOGBOOK_EXPORT std::string folded(std::string_view text);

// What makes two records the same kind. With a traceback: the last exception's type and its last three
// frames; else the level and the folded first line of the message.
LOGBOOK_EXPORT std::string fingerprint(const Record& record);

struct Group {
    uint64_t count = 0;
    std::optional<WallTime> first, last;
    Record example;  // the last one
    std::string key;
};

// Bounded: past `most_groups` kinds, further ones are counted together in `others`. Not thread-safe.
class LOGBOOK_EXPORT Groups {
  public:
    explicit Groups(size_t most_groups = 2000) : most_(most_groups) {}
    // `prefix` keeps apart what the caller knows to be different.
    // Returns the key of its group: prefix and fingerprint.
    std::string add(const Record& record, const std::string& prefix = {});
    uint64_t others() const { return others_; }
    // The most frequent first; among equals the later one.
    std::vector<const Group*> by_count() const;

  private:
    size_t most_;
    uint64_t others_ = 0;
    std::map<std::string, Group> groups_;
};

}  // namespace logbook::logscan
