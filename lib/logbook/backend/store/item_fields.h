// The fields of an inventory item, written down once: bodies, replies and statements are made of this list.
#pragma once

#include <string>
#include <vector>

#include "logbook/api/schema.h"
#include "logbook/net/sql_session.h"

namespace logbook::backend {

enum class FieldKind { text, whole, decimal, number, json };

struct ItemField {
    std::string name;  // of the column and of the body's member
    FieldKind kind;
    api::Schema schema;       // without null
    bool may_be_null = true;  //
};

// Those that a body sets, in the order in which they are answered.
const std::vector<ItemField>& item_fields();

api::Schema item_create_schema();
api::Schema item_update_schema();  // also `active` and the dates of inspections
api::Schema item_reply_schema();

// A validated member of a body as a statement takes it. An empty barcode, serial number or asset tag is NULL:
// empty ones would collide.
net::SqlParam item_param(const ItemField& field, const Json& value);
// A column as the API answers it; null where it is NULL, or holds nothing of that kind.
Json item_value(FieldKind kind, const net::SqlValue& value);

}  // namespace logbook::backend
