// The comment lines at the head of the file, by the rules that Alembic has for the same names.
#include "logbook/revision/sql_revision.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "logbook/base/text.h"

namespace logbook::revision {
namespace {

constexpr std::string_view known[] = {"revision", "down_revision", "depends_on", "branch_labels",
                                      "create_date"};

struct Field {
    std::string value;
    uint32_t line = 0;
};

class Reading {
  public:
    Reading(const std::filesystem::path& path, std::string_view bytes) : path_(path), rest_(bytes) {}

    Result<RevisionFile> read() {
        if (Status head = read_head(); !head) return fail(head.error());
        RevisionFile file;
        file.path = path_;
        file.native = true;
        file.script = rest_;
        file.script_line = line_;
        file.doc = doc_;
        const auto id = fields_.find("revision");
        if (id == fields_.end() || id->second.value.empty())
            return fail(ErrorCode::invalid, fmt::format("{} has no line `-- revision:`", place(0)),
                        "every revision has an identifier: -- revision: 0001");
        file.revision = id->second.value;
        file.revision_line = id->second.line;
        if (file.revision.find_first_of("@+-, \t") != std::string::npos)
            return fail(
                ErrorCode::invalid,
                fmt::format("{} has the identifier `{}`, in which blanks, commas, @, + and - are not allowed",
                            place(file.revision_line), printable(file.revision, 80)),
                "use letters, digits and _");
        const auto down = fields_.find("down_revision");
        if (down == fields_.end())
            return fail(ErrorCode::invalid, fmt::format("{} has no line `-- down_revision:`", place(0)),
                        "every revision says what it follows: -- down_revision: None in the first one");
        file.down_revision_line = down->second.line;
        for (auto& [name, list] :
             std::initializer_list<std::pair<std::string_view, std::vector<std::string>*>>{
                 {"down_revision", &file.down_revisions},
                 {"depends_on", &file.depends_on},
                 {"branch_labels", &file.branch_labels}})
            if (Status taken = take_names(name, *list); !taken) return fail(taken.error());
        if (const auto date = fields_.find("create_date"); date != fields_.end())
            file.header.create_date = date->second.value;
        return file;
    }

  private:
    std::string place(uint32_t line) const {
        const std::string name = printable(path_.string(), 300);
        return line > 0 ? fmt::format("{}:{}", name, line) : name;
    }

    // Leaves behind every line of the head.
    Status read_head() {
        for (; !rest_.empty(); ++line_) {
            const size_t end = rest_.find('\n');
            const std::string_view line = trim(rest_.substr(0, end));
            // "--5" is arithmetic.
            if (!line.empty() && line != "--" && line.substr(0, 3) != "-- " && line.substr(0, 3) != "--\t")
                break;
            if (Status taken = take_line(line); !taken) return taken;
            rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        }
        doc_ = trim(doc_);
        return {};
    }

    Status take_line(std::string_view line) {
        const std::string_view text = trim(line.substr(std::min<size_t>(2, line.size())));
        const size_t colon = text.find(':');
        const std::string name(trim(text.substr(0, colon)));
        if (colon == std::string_view::npos ||
            std::find(std::begin(known), std::end(known), name) == std::end(known)) {
            doc_ += std::string(text) + "\n";
            return {};
        }
        const auto [field, is_new] =
            fields_.try_emplace(name, Field{std::string(trim(text.substr(colon + 1))), line_});
        if (is_new) return {};
        return fail(ErrorCode::invalid,
                    fmt::format("{} says `{}` again, after line {}", place(line_), name, field->second.line),
                    "leave one of the two");
    }

    Status take_names(std::string_view name, std::vector<std::string>& list) const {
        const auto field = fields_.find(name);
        if (field == fields_.end() || field->second.value.empty() || field->second.value == "None") return {};
        for (const std::string& one : split(field->second.value, ',')) {
            const std::string_view text = trim(one);
            if (text.empty() || text.find_first_of(" \t") != std::string_view::npos)
                return fail(ErrorCode::invalid,
                            fmt::format("{} gives `{}` a value that is no list of identifiers",
                                        place(field->second.line), name),
                            fmt::format("-- {}: one, another", name));
            list.emplace_back(text);
        }
        return {};
    }

    const std::filesystem::path& path_;
    std::string_view rest_;
    uint32_t line_ = 1;
    std::string doc_;
    std::map<std::string, Field, std::less<>> fields_;
};

}  // namespace

Result<RevisionFile> read_sql_revision(const std::filesystem::path& path, std::string_view bytes) {
    const std::string name = printable(path.string(), 300);
    if (bytes.size() > longest_revision_file)
        return fail(ErrorCode::too_large,
                    fmt::format("{} has {} bytes; a revision has {} at the most", name, bytes.size(),
                                longest_revision_file),
                    "move it out of the versions folder");
    constexpr std::string_view mark = "\xef\xbb\xbf";
    if (bytes.substr(0, mark.size()) == mark) bytes.remove_prefix(mark.size());
    if (!valid_utf8(bytes))
        return fail(ErrorCode::invalid, fmt::format("{} is not UTF-8", name), "store it as UTF-8");
    if (bytes.find('\0') != std::string_view::npos)
        return fail(ErrorCode::invalid, fmt::format("{} holds a NUL byte", name), "store it as plain text");
    return Reading(path, bytes).read();
}

}  // namespace logbook::revision
