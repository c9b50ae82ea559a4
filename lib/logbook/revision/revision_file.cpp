// From assignments to a revision, by Alembic's own rules of what may stand in them.
#include "logbook/revision/revision_file.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/revision/python_encoding.h"
#include "logbook/revision/python_module.h"

namespace logbook::revision {
namespace {

using Kind = PythonValue::Kind;

std::string place(const std::filesystem::path& path, uint32_t line) {
    const std::string name = printable(path.string(), 300);
    return line > 0 ? fmt::format("{}:{}", name, line) : name;
}

// Python's str.strip() and str.split() for what a documentation text holds at its ends.
std::string stripped(std::string_view text) {
    constexpr std::string_view blanks = " \t\n\r\f\v\x1c\x1d\x1e\x1f";
    const size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return std::string(text.substr(begin, text.find_last_not_of(blanks) - begin + 1));
}

// "name: value" of a line of its own; the first one counts.
std::string header_line(std::string_view doc, std::string_view name) {
    for (const std::string& line : split(doc, '\n')) {
        const std::string_view text = trim(line);
        if (text.substr(0, name.size()) == name && text.size() > name.size() && text[name.size()] == ':')
            return std::string(trim(text.substr(name.size() + 1)));
    }
    return {};
}

class Reading {
  public:
    Reading(const std::filesystem::path& path, const PythonModule& module) : path_(path), module_(module) {}

    Result<RevisionFile> read() {
        RevisionFile file;
        file.path = path_;
        if (Status id = take_id(file); !id) return fail(id.error());
        if (!known("down_revision"))
            return missing("down_revision",
                           "every revision says what it follows: down_revision = None in the first one");
        auto parents = names("down_revision");
        auto labels = names("branch_labels");
        auto dependencies = names("depends_on");
        if (!parents) return fail(parents.error());
        if (!labels) return fail(labels.error());
        if (!dependencies) return fail(dependencies.error());
        file.down_revisions = std::move(*parents);
        file.branch_labels = std::move(*labels);
        file.depends_on = std::move(*dependencies);
        file.down_revision_line = module_.find("down_revision")->line;
        if (Status doc = take_doc(file); !doc) return fail(doc.error());
        return file;
    }

  private:
    const PythonValue* known(std::string_view name) const { return module_.find(name); }

    tl::unexpected<Error> missing(std::string_view name, std::string hint) const {
        if (module_.star_import > 0)
            return fail(ErrorCode::unsupported,
                        fmt::format("{} may come by `import *`: only running it would tell `{}`",
                                    place(path_, module_.star_import), name),
                        fmt::format("assign {} in this file", name));
        return fail(ErrorCode::invalid, fmt::format("{} does not assign `{}`", place(path_, 0), name),
                    std::move(hint));
    }
    tl::unexpected<Error> undecided(std::string_view name, const PythonValue& value) const {
        return fail(
            ErrorCode::unsupported,
            fmt::format("{} only running it would tell `{}`: {}", place(path_, value.line), name, value.text),
            fmt::format("assign {} a plain text there", name));
    }
    tl::unexpected<Error> wrong_kind(std::string_view name, const PythonValue& value) const {
        return fail(
            ErrorCode::invalid,
            fmt::format("{} gives `{}` a value that is no identifier", place(path_, value.line), name),
            fmt::format("{} takes a text, None, or a tuple of texts", name));
    }

    Status take_id(RevisionFile& file) const {
        const PythonValue* id = known("revision");
        if (!id) {
            // Alembic's oldest files: the identifier is the file's name.
            const std::string name = path_.filename().string();
            const size_t end = name.find_first_not_of("0123456789abcdef");
            if (module_.star_import == 0 && end != 0 && end != std::string::npos &&
                name.substr(end) == ".py") {
                file.revision = name.substr(0, end);
                return {};
            }
            return missing("revision", "every revision has an identifier: revision = \"20260101_0001\"");
        }
        if (id->kind == Kind::unknown) return undecided("revision", *id);
        if (id->kind != Kind::text) return wrong_kind("revision", *id);
        file.revision = id->text;
        file.revision_line = id->line;
        if (file.revision.find_first_of("@+-") != std::string::npos)
            return fail(ErrorCode::invalid,
                        fmt::format("{} has the identifier `{}`, in which @, + and - are not allowed",
                                    place(path_, id->line), printable(file.revision, 80)),
                        "use letters, digits and _");
        return {};
    }

    Result<std::vector<std::string>> names(std::string_view name) const {
        std::vector<std::string> texts;
        const PythonValue* value = known(name);
        if (!value || value->kind == Kind::none) return texts;
        if (value->kind == Kind::unknown) return undecided(name, *value);
        if (value->kind == Kind::text) {
            if (!value->text.empty()) texts.push_back(value->text);
            return texts;
        }
        if (value->kind != Kind::list) return wrong_kind(name, *value);
        for (const PythonValue& item : value->items) {
            if (item.kind != Kind::text) return wrong_kind(name, *value);
            texts.push_back(item.text);
        }
        return texts;
    }

    Status take_doc(RevisionFile& file) const {
        std::string doc = module_.doc.value_or(std::string());
        if (const PythonValue* assigned = known("__doc__")) {
            if (assigned->kind != Kind::text) return undecided("__doc__", *assigned);
            doc = assigned->text;
        }
        file.doc = stripped(doc);
        file.header = {header_line(file.doc, "Revision ID"), header_line(file.doc, "Revises"),
                       header_line(file.doc, "Create Date")};
        return {};
    }

    const std::filesystem::path& path_;
    const PythonModule& module_;
};

}  // namespace

std::string RevisionFile::title() const {
    return doc.substr(0, doc.find("\n\n"));
}

Result<RevisionFile> read_revision_file(const std::filesystem::path& path, std::string_view bytes) {
    if (bytes.size() > longest_revision_file)
        return fail(ErrorCode::too_large,
                    fmt::format("{} has {} bytes; a revision has {} at the most", place(path, 0),
                                bytes.size(), longest_revision_file),
                    "move it out of the versions folder");
    auto source = decoded_source(bytes);
    if (!source)
        return fail(source.error().code, fmt::format("{}: {}", place(path, 0), source.error().what),
                    source.error().hint);
    const auto module = read_module(*source);
    if (!module)
        return fail(
            ErrorCode::invalid, fmt::format("{}: {}", place(path, 0), module.error().what),
            fmt::format("Python would refuse it: python3 -m py_compile {}", shell_quoted(path.string())));
    return Reading(path, *module).read();
}

}  // namespace logbook::revision
