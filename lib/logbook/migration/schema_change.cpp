// Two sorted lists of named things, walked side by side, for every kind of thing.
#include "logbook/migration/schema_change.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "logbook/base/text.h"
#include "logbook/migration/sql_words.h"

namespace logbook::migration {
namespace {

constexpr size_t longest_definition = 300;  // for people

std::string definition_of(const ColumnShape& column) {
    std::string text = column.type;
    if (!column.expression.empty()) text += fmt::format(" as ({})", column.expression);
    text += column.nullable ? ", may be NULL" : ", never NULL";
    if (column.fallback)
        text += fmt::format(", default {}", column.fallback->empty() ? "''" : *column.fallback);
    if (!column.extra.empty()) text += ", " + column.extra;
    if (!column.collation.empty()) text += ", " + column.collation;
    return text;
}

std::string definition_of(const IndexShape& index) {
    return fmt::format("{}{}({}){}", index.unique ? "unique " : "",
                       index.type == "BTREE" ? "" : index.type + " ", join(index.parts, ", "),
                       index.visible ? "" : ", not used by the optimizer");
}

std::string definition_of(const ForeignKeyShape& key) {
    return fmt::format("({}) → {} ({}), on update {}, on delete {}", join(key.columns, ", "), key.table,
                       join(key.referred, ", "), lower(key.on_update), lower(key.on_delete));
}

std::string definition_of(const CheckShape& check) {
    return check.clause + (check.enforced ? "" : ", not enforced");
}

std::string definition_of(const TriggerShape& trigger) {
    return fmt::format("{}: {}", lower(trigger.moment), trigger.statement);
}

std::string definition_of(const TableShape& table) {
    if (table.view) return table.definition;
    return fmt::format("{}, {}", table.engine, table.collation);
}

std::string contents_of(const TableShape& table) {
    if (table.view) return table.definition;
    return fmt::format("{}, {}", counted(table.columns.size(), "column"), definition_of(table));
}

class Comparison {
  public:
    std::vector<SchemaChange> changes;

    void tables(const TableShape* before, const TableShape* after) {
        const TableShape& known = before ? *before : *after;
        const SchemaThing thing = known.view ? SchemaThing::view : SchemaThing::table;
        if (before && after && before->view != after->view) {
            tables(before, nullptr);
            return tables(nullptr, after);
        }
        if (!before || !after) {
            add({before ? ChangeKind::removed : ChangeKind::added,
                 thing,
                 known.name,
                 {},
                 before ? contents_of(known) : std::string(),
                 after ? contents_of(known) : std::string()});
            return;
        }
        definitions(thing, known.name, {}, definition_of(*before), definition_of(*after));
        things(SchemaThing::column, known.name, before->columns, after->columns);
        order(*before, *after);
        things(SchemaThing::index, known.name, before->indexes, after->indexes);
        things(SchemaThing::foreign_key, known.name, before->foreign_keys, after->foreign_keys);
        things(SchemaThing::check, known.name, before->checks, after->checks);
        things(SchemaThing::trigger, known.name, before->triggers, after->triggers);
    }

    void definitions(SchemaThing thing, const std::string& table, const std::string& name,
                     const std::string& before, const std::string& after) {
        if (before != after) add({ChangeKind::changed, thing, table, name, before, after});
    }

  private:
    void add(SchemaChange change) { changes.push_back(std::move(change)); }

    // In the order of the list that has them: columns keep theirs.
    template <typename Shape>
    void things(SchemaThing thing, const std::string& table, const std::vector<Shape>& before,
                const std::vector<Shape>& after) {
        std::map<std::string_view, const Shape*> had, has;
        for (const Shape& one : before) had.emplace(one.name, &one);
        for (const Shape& one : after) has.emplace(one.name, &one);
        for (const Shape& one : before)
            if (has.count(one.name) == 0)
                add({ChangeKind::removed, thing, table, one.name, definition_of(one), {}});
        for (const Shape& one : after)
            if (const auto old = had.find(one.name); old == had.end())
                add({ChangeKind::added, thing, table, one.name, {}, definition_of(one)});
            else
                definitions(thing, table, one.name, definition_of(*old->second), definition_of(one));
    }

    // Of the columns that both have.
    void order(const TableShape& before, const TableShape& after) {
        const auto names = [](const TableShape& table, const TableShape& other) {
            std::vector<std::string> both;
            for (const ColumnShape& one : table.columns)
                if (std::any_of(other.columns.begin(), other.columns.end(),
                                [&](const ColumnShape& theirs) { return theirs.name == one.name; }))
                    both.push_back(one.name);
            return both;
        };
        const auto old = names(before, after), now = names(after, before);
        if (old != now)
            definitions(SchemaThing::table, before.name, {}, "columns " + join(old, ", "),
                        "columns " + join(now, ", "));
    }
};

std::string_view noun_of(SchemaThing thing) {
    return thing == SchemaThing::foreign_key ? "foreign key" : name_of(thing);
}

std::string shown_definition(std::string_view text) {
    return printable(text, longest_definition);
}

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (c & 0x80) != 0;
}

bool has_word(std::string_view text, std::string_view word) {
    for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        const size_t end = at + word.size();
        if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]))) return true;
    }
    return false;
}

}  // namespace

std::vector<SchemaChange> named_in(const std::vector<SchemaChange>& changes, std::string_view source) {
    std::vector<SchemaChange> named;
    for (const SchemaChange& change : changes) {
        const bool itself = change.name.empty() || has_word(source, change.name) ||
                            (change.thing == SchemaThing::index && change.name == "PRIMARY");
        if (itself && (change.table.empty() || has_word(source, change.table))) named.push_back(change);
    }
    return named;
}

std::string_view name_of(ChangeKind kind) {
    switch (kind) {
    case ChangeKind::added:
        return "added";
    case ChangeKind::removed:
        return "removed";
    case ChangeKind::changed:
        return "changed";
    }
    return "changed";
}

std::string_view name_of(SchemaThing thing) {
    switch (thing) {
    case SchemaThing::database:
        return "database";
    case SchemaThing::table:
        return "table";
    case SchemaThing::view:
        return "view";
    case SchemaThing::column:
        return "column";
    case SchemaThing::index:
        return "index";
    case SchemaThing::foreign_key:
        return "foreign_key";
    case SchemaThing::check:
        return "check";
    case SchemaThing::trigger:
        return "trigger";
    }
    return "table";
}

std::vector<SchemaChange> schema_changes(const SchemaSnapshot& before, const SchemaSnapshot& after) {
    Comparison comparison;
    comparison.definitions(SchemaThing::database, {}, {}, before.collation, after.collation);
    auto old = before.tables.begin();
    auto now = after.tables.begin();
    while (old != before.tables.end() || now != after.tables.end()) {
        const bool only_old =
            now == after.tables.end() || (old != before.tables.end() && old->name < now->name);
        const bool only_new =
            old == before.tables.end() || (now != after.tables.end() && now->name < old->name);
        comparison.tables(only_new ? nullptr : &*old, only_old ? nullptr : &*now);
        if (!only_new) ++old;
        if (!only_old) ++now;
    }
    return std::move(comparison.changes);
}

bool drops_rows(const SchemaChange& change) {
    return change.kind == ChangeKind::removed &&
           (change.thing == SchemaThing::table || change.thing == SchemaThing::column);
}

std::string words_of(const SchemaChange& change) {
    std::string what(noun_of(change.thing));
    if (!change.table.empty()) what += " " + shown_name(change.table);
    if (!change.name.empty()) what += "." + shown_name(change.name);
    switch (change.kind) {
    case ChangeKind::added:
        return fmt::format("new {}: {}", what, shown_definition(change.after));
    case ChangeKind::removed:
        return fmt::format("{} is gone: {}", what, shown_definition(change.before));
    case ChangeKind::changed:
        return fmt::format("{}: {} → {}", what, shown_definition(change.before),
                           shown_definition(change.after));
    }
    return what;
}

Json to_json(const SchemaChange& change) {
    const auto or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
    return Json::object({{"change", name_of(change.kind)},
                         {"thing", name_of(change.thing)},
                         {"table", or_null(change.table)},
                         {"name", or_null(change.name)},
                         {"before", or_null(change.before)},
                         {"after", or_null(change.after)}});
}

}  // namespace logbook::migration
