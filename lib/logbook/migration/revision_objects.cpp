// Looking for the calls and the statements.
#include "logbook/migration/revision_objects.h"

#include <algorithm>

#include "logbook/base/text.h"

namespace logbook::migration {
namespace {

constexpr size_t most_objects = 10'000;

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Walks a text; every take… leaves it where it was when nothing of the kind stands there.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_(text) {}

    bool at_end() const { return at_ >= text_.size(); }
    void skip_blanks() {
        while (!at_end() &&
               (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
            ++at_;
    }
    // The next word of the text, wherever it stands; empty at the end.
    std::string_view next_word() {
        while (!at_end() && !is_word(text_[at_])) ++at_;
        const size_t begin = at_;
        while (!at_end() && is_word(text_[at_])) ++at_;
        return text_.substr(begin, at_ - begin);
    }
    bool take(char mark) {
        const size_t before = at_;
        skip_blanks();
        if (!at_end() && text_[at_] == mark) return ++at_, true;
        at_ = before;
        return false;
    }
    // "members" or 'members', of Python.
    std::string take_text() {
        const size_t before = at_;
        skip_blanks();
        const char quote = at_end() ? '\0' : text_[at_];
        if (quote == '"' || quote == '\'') {
            const size_t end = text_.find(quote, at_ + 1);
            const std::string_view inside =
                end == std::string_view::npos ? std::string_view() : text_.substr(at_ + 1, end - at_ - 1);
            if (!inside.empty() && std::all_of(inside.begin(), inside.end(), is_word)) {
                at_ = end + 1;
                return std::string(inside);
            }
        }
        at_ = before;
        return {};
    }
    // A name of SQL, bare or in back quotes; its last part.
    std::string take_name() {
        std::string name;
        do {
            skip_blanks();
            const bool quoted = !at_end() && text_[at_] == '`';
            at_ += quoted;
            const size_t begin = at_;
            while (!at_end() && is_word(text_[at_])) ++at_;
            name = std::string(text_.substr(begin, at_ - begin));
            if (quoted && !at_end() && text_[at_] == '`') ++at_;
        } while (!name.empty() && take('.'));
        return name;
    }
    bool take_word(std::string_view upper) {
        const size_t before = at_;
        skip_blanks();
        if (lower(next_word_here()) == lower(upper)) return true;
        at_ = before;
        return false;
    }
    size_t at() const { return at_; }
    void seek(size_t at) { at_ = at; }

  private:
    std::string_view next_word_here() {
        const size_t begin = at_;
        while (!at_end() && is_word(text_[at_])) ++at_;
        return text_.substr(begin, at_ - begin);
    }

    std::string_view text_;
    size_t at_ = 0;
};

// From "def upgrade" to the next definition that stands as far to the left.
std::string_view upgrade_body(std::string_view source) {
    size_t begin = source.substr(0, 11) == "def upgrade" ? 0 : source.find("\ndef upgrade");
    if (begin == std::string_view::npos) return {};
    const size_t end = source.find("\ndef ", begin + 1);
    return source.substr(begin, end == std::string_view::npos ? end : end - begin);
}

class Collector {
  public:
    explicit Collector(std::string_view text) : scan_(text) {}

    RevisionObjects collect() {
        while (!scan_.at_end() && found_.made.size() + found_.removed.size() < most_objects) {
            const std::string word = lower(scan_.next_word());
            if (word == "create_table" || word == "drop_table")
                call_on_table(word == "create_table");
            else if (word == "add_column" || word == "drop_column")
                call_on_column(word == "add_column");
            else if (word == "create" || word == "drop")
                table_statement(word == "create");
            else if (word == "alter")
                alter_statement();
        }
        return std::move(found_);
    }

  private:
    void add(bool made, std::string table, std::string column = {}) {
        SchemaObject object{std::move(table), std::move(column)};
        auto& other = made ? found_.removed : found_.made;
        // What is made anew in one revision is there after it, and what is removed last is not.
        other.erase(std::remove(other.begin(), other.end(), object), other.end());
        (made ? found_.made : found_.removed).push_back(std::move(object));
    }

    void call_on_table(bool made) {
        if (!scan_.take('(')) return;
        if (std::string table = scan_.take_text(); !table.empty()) add(made, std::move(table));
    }

    void call_on_column(bool made) {
        if (!scan_.take('(')) return;
        std::string table = scan_.take_text();
        if (table.empty() || !scan_.take(',')) return;
        std::string column = scan_.take_text();
        if (column.empty()) {  // sa.Column("c", or Column("c"
            const size_t before = scan_.at();
            std::string word = lower(scan_.next_word());
            if (word == "sa" || word == "sqlalchemy") word = lower(scan_.next_word());
            if (word != "column" || !scan_.take('(')) return scan_.seek(before);
            column = scan_.take_text();
        }
        if (!column.empty()) add(made, std::move(table), std::move(column));
    }

    void table_statement(bool made) {
        if (!scan_.take_word("TABLE")) return;
        if (scan_.take_word("IF")) {
            (void)scan_.take_word("NOT");
            (void)scan_.take_word("EXISTS");
        }
        if (std::string table = scan_.take_name(); !table.empty()) add(made, std::move(table));
    }

    void alter_statement() {
        if (!scan_.take_word("TABLE")) return;
        std::string table = scan_.take_name();
        if (table.empty()) return;
        const bool made = scan_.take_word("ADD");
        // A bare "ADD x" may be an index or a key.
        if ((!made && !scan_.take_word("DROP")) || !scan_.take_word("COLUMN")) return;
        if (scan_.take_word("IF")) {
            (void)scan_.take_word("NOT");
            (void)scan_.take_word("EXISTS");
        }
        if (std::string column = scan_.take_name(); !column.empty())
            add(made, std::move(table), std::move(column));
    }

    Scanner scan_;
    RevisionObjects found_;
};

bool is_there(const SchemaSnapshot& schema, const SchemaObject& object) {
    const TableShape* table = schema.find(object.table);
    if (!table || object.column.empty()) return table != nullptr;
    return std::any_of(table->columns.begin(), table->columns.end(),
                       [&](const ColumnShape& column) { return lower(column.name) == lower(object.column); });
}

std::string shown(const SchemaObject& object) {
    const std::string table = "`" + printable(object.table, 64) + "`";
    return object.column.empty() ? "table " + table
                                 : "column " + table + ".`" + printable(object.column, 64) + "`";
}

}  // namespace

RevisionObjects objects_of(std::string_view source, bool native) {
    return Collector(native ? source : upgrade_body(source)).collect();
}

bool has_objects(const SchemaSnapshot& schema, const RevisionObjects& objects, std::string& missing) {
    for (const SchemaObject& object : objects.made)
        if (!is_there(schema, object)) return missing = "there is no " + shown(object), false;
    for (const SchemaObject& object : objects.removed)
        if (is_there(schema, object)) return missing = "there is still the " + shown(object), false;
    return true;
}

}  // namespace logbook::migration
