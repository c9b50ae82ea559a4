// What somebody may do: names such as `users.view`, matched as the application matches them (LOGBOOK.md §5).
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/export.h"

namespace logbook::api {

// A value. `*` is everything; `users.*` everything that begins with `users.`.
class LOGBOOK_EXPORT Permissions {
  public:
    Permissions() = default;
    explicit Permissions(const std::vector<std::string>& names) : names_(names.begin(), names.end()) {}

    void add(std::string name) { names_.insert(std::move(name)); }
    bool has(std::string_view name) const;
    bool has_any(const std::vector<std::string>& names) const;
    // Whether every one of `names` is within these: nobody grants what he has not.
    bool covers(const std::vector<std::string>& names) const;
    const std::set<std::string, std::less<>>& names() const { return names_; }

  private:
    std::set<std::string, std::less<>> names_;
};

}  // namespace logbook::api
