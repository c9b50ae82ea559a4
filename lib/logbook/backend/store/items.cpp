// Statements. Their texts are made of column names only; every value is a parameter.
#include "logbook/backend/store/items.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/backend/sql_values.h"
#include "logbook/backend/store/item_fields.h"

namespace logbook::backend {
namespace {

using Params = std::vector<net::SqlParam>;

std::string today(WallTime now) {
    return iso8601(now).substr(0, 10);
}

// The first parameter is today's date: lots that have expired are no stock.
const std::string& item_columns() {
    static const std::string text = [] {
        std::string columns;
        for (const ItemField& field : item_fields()) columns += fmt::format("i.`{}`, ", field.name);
        return columns +
               "i.id, i.organization_id, i.assigned_to_user_id, u.first_name AS holder_first, "
               "u.last_name AS holder_last, v.name AS vendor_name, i.assigned_date, i.quantity_issued, "
               "i.last_inspection_date, i.next_inspection_due, i.active, i.created_at, i.updated_at, "
               "i.created_by, c.item_type AS category_type, "
               "(SELECT SUM(CASE WHEN l.expiration_date IS NULL OR l.expiration_date >= ? THEN l.quantity "
               "ELSE 0 END) FROM inventory_lots l WHERE l.inventory_item_id = i.id "
               "AND l.organization_id = i.organization_id) AS lot_stock";
    }();
    return text;
}

// A link into another organization shows nothing of it.
constexpr std::string_view item_tables =
    " FROM inventory_items i"
    " LEFT JOIN inventory_categories c ON c.id = i.category_id AND c.organization_id = i.organization_id"
    " LEFT JOIN inventory_vendors v ON v.id = i.vendor_id AND v.organization_id = i.organization_id"
    " LEFT JOIN users u ON u.id = i.assigned_to_user_id AND u.organization_id = i.organization_id";

Json number_or(const net::SqlValue& value, int64_t otherwise) {
    const Json number = item_value(FieldKind::whole, value);
    return number.is_null() ? Json(otherwise) : number;
}

Json holder_name(const Rows& rows, size_t at) {
    const net::SqlValue &first = rows.at(at, "holder_first"), &last = rows.at(at, "holder_last");
    return first && last ? Json(*first + " " + *last) : Json();
}

Item item_of(const Rows& rows, size_t at) {
    Json body = Json::object();
    for (const ItemField& field : item_fields())
        body.set(field.name, item_value(field.kind, rows.at(at, field.name)));
    body.set("quantity", number_or(rows.at(at, "quantity"), 1));
    body.set("id", rows.json_text(at, "id"));
    body.set("organization_id", rows.json_text(at, "organization_id"));
    body.set("assigned_to_user_id", rows.json_text(at, "assigned_to_user_id"));
    body.set("assigned_to_name", holder_name(rows, at));
    body.set("vendor_name", rows.json_text(at, "vendor_name"));
    body.set("assigned_date", rows.json_time(at, "assigned_date"));
    body.set("quantity_issued", number_or(rows.at(at, "quantity_issued"), 0));
    body.set("last_inspection_date", rows.json_text(at, "last_inspection_date"));
    body.set("next_inspection_due", rows.json_text(at, "next_inspection_due"));
    body.set("active", rows.flag(at, "active"));
    body.set("created_at", rows.json_time(at, "created_at"));
    body.set("updated_at", rows.json_time(at, "updated_at"));
    body.set("created_by", rows.json_text(at, "created_by"));
    body.set("lot_stock", item_value(FieldKind::whole, rows.at(at, "lot_stock")));
    body.set("is_lot_stocked", rows.at(at, "lot_stock").has_value());
    return {std::move(body), rows.text(at, "category_type")};
}

// Finds the text anywhere, with `LIKE ? ESCAPE '!'`.
std::string like_pattern(std::string_view text) {
    std::string pattern = "%";
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '!') pattern += '!';
        pattern += c;
    }
    return pattern + "%";
}

// What a list asks for, as a condition and its parameters.
struct Condition {
    std::string text;
    Params values;

    void add(std::string_view part, std::string_view value) {
        text += " AND ";
        text += part;
        values.emplace_back(std::string(value));
    }
    void add_if(std::string_view part, const std::string& value) {
        if (!value.empty()) add(part, value);
    }
};

Condition condition_of(const ItemFilter& filter) {
    Condition where{" WHERE i.organization_id = ? AND (c.item_type IS NULL OR c.item_type <> 'medical')",
                    {filter.organization}};
    if (filter.active_only) where.text += " AND i.active = 1";
    where.add_if("i.category_id = ?", filter.category);
    where.add_if("i.status = ?", filter.status);
    where.add_if("i.`condition` = ?", filter.condition);
    where.add_if("c.item_type = ?", filter.item_type);
    where.add_if("i.assigned_to_user_id = ?", filter.assigned_to);
    where.add_if("i.location_id = ?", filter.location);
    where.add_if("i.storage_area_id = ?", filter.storage_area);
    where.add_if("i.vendor_id = ?", filter.vendor);
    where.add_if("i.color = ?", filter.color);
    where.add_if("i.style = ?", filter.style);
    if (!filter.size.empty()) {
        where.add("(i.size = ?", filter.size);
        where.text += " OR i.standard_size = ?)";
        where.values.emplace_back(filter.size);
    }
    if (!filter.search.empty()) {
        constexpr std::string_view searched[] = {"barcode",      "serial_number", "asset_tag",
                                                 "name",         "description",   "manufacturer",
                                                 "model_number", "size",          "color"};
        where.text += " AND (0";
        for (const std::string_view column : searched) {
            where.text += fmt::format(" OR i.{} LIKE ? ESCAPE '!'", column);
            where.values.emplace_back(like_pattern(filter.search));
        }
        where.text += ")";
    }
    return where;
}

std::string order_of(const ItemFilter& filter) {
    constexpr std::string_view sortable[] = {"name",           "status",     "condition", "quantity",
                                             "purchase_price", "created_at", "updated_at"};
    const bool known =
        std::find(std::begin(sortable), std::end(sortable), filter.sort_by) != std::end(sortable);
    // The id decides between equals, so that pages neither repeat nor lose any.
    return fmt::format(" ORDER BY i.`{}` {}, i.id", known ? filter.sort_by : "name",
                       filter.descending ? "DESC" : "ASC");
}

Result<std::optional<Item>> one_item(Connection& connection, std::string_view organization,
                                     std::string_view id, WallTime now) {
    static const std::string sql =
        "SELECT " + item_columns() + std::string(item_tables) + " WHERE i.id = ? AND i.organization_id = ?";
    const Result<net::SqlOutcome> found =
        connection.run(sql, {today(now), std::string(id), std::string(organization)});
    if (!found) return fail(found.error());
    if (found->rows.rows.empty()) return std::optional<Item>();
    return std::optional<Item>(item_of(Rows(found->rows), 0));
}

Result<bool> exists(Connection& connection, std::string_view sql, const Params& values) {
    const Result<net::SqlOutcome> found = connection.run(sql, values);
    if (!found) return fail(found.error());
    return !found->rows.rows.empty();
}

}  // namespace

Result<std::optional<Item>> find_item(Connection& connection, std::string_view organization,
                                      std::string_view id, WallTime now) {
    return one_item(connection, organization, id, now);
}

Result<std::optional<Item>> lock_item(Transaction& transaction, std::string_view organization,
                                      std::string_view id, WallTime now) {
    // Alone, since with the joined tables it would lock their rows, too.
    const Result<bool> there =
        exists(transaction, "SELECT id FROM inventory_items WHERE id = ? AND organization_id = ? FOR UPDATE",
               {std::string(id), std::string(organization)});
    if (!there) return fail(there.error());
    if (!*there) return std::optional<Item>();
    return one_item(transaction, organization, id, now);
}

Result<ItemPage> list_items(Connection& connection, const ItemFilter& filter, WallTime now) {
    const Condition where = condition_of(filter);
    const Result<net::SqlOutcome> counted =
        connection.run("SELECT COUNT(*) AS total FROM inventory_items i LEFT JOIN inventory_categories c ON "
                       "c.id = i.category_id "
                       "AND c.organization_id = i.organization_id" +
                           where.text,
                       where.values);
    if (!counted) return fail(counted.error());
    ItemPage page;
    page.total = Rows(counted->rows).number(0, "total");

    Params values{today(now)};
    values.insert(values.end(), where.values.begin(), where.values.end());
    values.emplace_back(filter.limit);
    values.emplace_back(filter.skip);
    const Result<net::SqlOutcome> found =
        connection.run("SELECT " + item_columns() + std::string(item_tables) + where.text + order_of(filter) +
                           " LIMIT ? OFFSET ?",
                       values);
    if (!found) return fail(found.error());
    const Rows rows(found->rows);
    for (size_t i = 0; i < rows.size(); ++i) page.items.push_back(item_of(rows, i));
    return page;
}

Result<std::vector<ItemMatch>> look_up_items(Connection& connection, std::string_view organization,
                                             std::string_view text, bool with_medical, int64_t limit,
                                             WallTime now) {
    static constexpr std::string_view looked_at[] = {"barcode", "serial_number", "asset_tag",
                                                     "name",    "size",          "color"};
    constexpr size_t none = std::size(looked_at);
    Params values{today(now)};
    std::string sql = "SELECT " + item_columns() + ", CASE";
    for (size_t i = 0; i < none; ++i) {
        sql += fmt::format(" WHEN i.{} LIKE ? ESCAPE '!' THEN {}", looked_at[i], i);
        values.emplace_back(like_pattern(text));
    }
    sql += fmt::format(" ELSE {} END AS matched{} WHERE i.organization_id = ? AND i.active = 1", none,
                       item_tables);
    if (!with_medical) sql += " AND (c.item_type IS NULL OR c.item_type <> 'medical')";
    sql += fmt::format(" HAVING matched < {} ORDER BY matched, i.name, i.id LIMIT ?", none);
    values.emplace_back(std::string(organization));
    values.emplace_back(limit);
    const Result<net::SqlOutcome> found = connection.run(sql, values);
    if (!found) return fail(found.error());
    std::vector<ItemMatch> matches;
    const Rows rows(found->rows);
    for (size_t i = 0; i < rows.size(); ++i) {
        const auto at = size_t(rows.number(i, "matched"));
        matches.push_back({item_of(rows, i), std::string(looked_at[std::min(at, none - 1)])});
    }
    return matches;
}

Status insert_item(Transaction& transaction, std::string_view id, std::string_view organization,
                   std::string_view user, const Json& body, WallTime now) {
    static const std::string sql = [] {
        std::string names, places;
        for (const ItemField& field : item_fields()) {
            names += fmt::format("`{}`, ", field.name);
            places += "?, ";
        }
        return fmt::format("INSERT INTO inventory_items ({}id, organization_id, quantity_issued, active, "
                           "created_at, updated_at, created_by) VALUES ({}?, ?, 0, 1, ?, ?, ?)",
                           names, places);
    }();
    Json whole = body;
    const auto or_default = [&whole](const char* name, const Json& value) {
        if (!whole.find(name)) whole.set(name, value);
    };
    or_default("condition", "good");
    or_default("status", "available");
    or_default("tracking_type", "individual");
    or_default("quantity", 1);
    const Json* price = whole.find("purchase_price");
    const Json* value = whole.find("current_value");
    if (price && (!value || value->is_null())) whole.set("current_value", Json(*price));

    Params values;
    for (const ItemField& field : item_fields()) {
        const Json* given = whole.find(field.name);
        values.push_back(given ? item_param(field, *given) : net::SqlParam(nullptr));
    }
    values.emplace_back(std::string(id));
    values.emplace_back(std::string(organization));
    values.emplace_back(to_sql(now));
    values.emplace_back(to_sql(now));
    values.emplace_back(std::string(user));
    const Result<net::SqlOutcome> done = transaction.run(sql, values);
    if (!done) return fail(done.error());
    return {};
}

Status update_item(Transaction& transaction, std::string_view id, std::string_view organization,
                   const Json& body, WallTime now) {
    std::string sql = "UPDATE inventory_items SET updated_at = ?";
    Params values{to_sql(now)};
    const auto set = [&](std::string_view column, net::SqlParam value) {
        sql += fmt::format(", `{}` = ?", column);
        values.push_back(std::move(value));
    };
    for (const ItemField& field : item_fields())
        if (const Json* given = body.find(field.name)) set(field.name, item_param(field, *given));
    for (const char* date : {"last_inspection_date", "next_inspection_due"})
        if (const Json* given = body.find(date))
            set(date,
                given->is_null() ? net::SqlParam(nullptr) : net::SqlParam(std::string(body.text(date))));
    if (const Json* active = body.find("active")) set("active", int64_t(*active == Json(true)));
    // The value follows the price, unless it is given, too.
    if (body.find("purchase_price") && !body.find("current_value"))
        set("current_value", body.find("purchase_price")->is_null()
                                 ? net::SqlParam(nullptr)
                                 : net::SqlParam(std::string(body.text("purchase_price"))));
    sql += " WHERE id = ? AND organization_id = ?";
    values.emplace_back(std::string(id));
    values.emplace_back(std::string(organization));
    const Result<net::SqlOutcome> done = transaction.run(sql, values);
    if (!done) return fail(done.error());
    return {};
}

Result<std::string> retire_obstacle(Connection& connection, const Item& item) {
    if (!item.body.text("assigned_to_user_id").empty())
        return std::string("The item is assigned to a member; take it back first.");
    const Params id{std::string(item.body.text("id"))};
    const Result<bool> out = exists(
        connection, "SELECT 1 FROM checkout_records WHERE item_id = ? AND is_returned = 0 LIMIT 1", id);
    if (!out) return fail(out.error());
    if (*out) return std::string("The item is checked out; check it in first.");
    if (item.body.text("tracking_type") != "pool") return std::string();
    const Result<bool> issued =
        exists(connection, "SELECT 1 FROM item_issuances WHERE item_id = ? AND is_returned = 0 LIMIT 1", id);
    if (!issued) return fail(issued.error());
    return *issued ? std::string("Pieces of the item are issued to members; take them back first.")
                   : std::string();
}

}  // namespace logbook::backend
