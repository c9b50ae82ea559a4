// What the core needs of the database: the tables and columns that its statements name, and the unique keys
// on whose refusals it builds. Who adds a statement on another column adds the column here.
#pragma once

#include <string_view>
#include <vector>

namespace logbook::backend {

struct TableNeeds {
    std::string_view table;
    std::vector<std::string_view> columns;
    std::vector<std::vector<std::string_view>> unique;  // columns of a key, in its order
};

const std::vector<TableNeeds>& schema_needs();

}  // namespace logbook::backend
