// Statements of the top level, one logical line after another.
#include "logbook/revision/python_module.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/revision/python_expression.h"
#include "logbook/revision/python_lexer.h"

namespace logbook::revision {
namespace {

using Kind = PythonValue::Kind;
using Tokens = std::vector<Token>;

constexpr std::string_view branching[] = {"if",     "elif",    "else", "for",   "while", "try",
                                          "except", "finally", "with", "match", "case"};
// With these, code may assign names that it does not spell.
constexpr std::string_view runners[] = {"exec", "eval", "globals", "locals", "vars", "setattr"};
constexpr std::string_view statements[] = {"pass",  "assert",   "raise", "return", "global", "nonlocal",
                                           "break", "continue", "yield", "await",  "print"};

template <typename List>
bool is_one_of(const Token& token, const List& words) {
    return token.kind == Token::Kind::name &&
           std::find(std::begin(words), std::end(words), token.source) != std::end(words);
}

class Reader {
  public:
    Result<PythonModule> read(std::string_view source) {
        PythonLexer lexer(source);
        LogicalLine line;
        for (bool first = true;; first = false) {
            const auto more = lexer.next(line);
            if (!more) return fail(more.error());
            if (!*more) break;
            if (first) take_doc(line.tokens);
            if (line.indent == 0) {
                hidden_from_ = none;
                branch_.clear();
            }
            // The body of a function or a class.
            if (line.indent > hidden_from_) {
                note_globals(line.tokens);
                continue;
            }
            hidden_from_ = none;
            take_line(line);
        }
        // Whether and when a function is called, only running it tells.
        for (const Token& name : globals_) bind_unknown(name, "a function may assign it (`global`)");
        if (runs_code_ > 0)
            for (auto& [name, value] : module_.names)
                value = unknown("`exec` or `globals()` may assign it", runs_code_);
        return std::move(module_);
    }

  private:
    static constexpr uint32_t none = UINT32_MAX;

    void take_doc(const Tokens& tokens) {
        std::string doc;
        for (const Token& token : tokens) {
            if (token.is(";")) break;
            // A formatted text is no documentation, and bytes are none either.
            if (token.kind != Token::Kind::text || !token.value || token.formatted) return;
            doc += *token.value;
        }
        if (tokens.front().kind == Token::Kind::text) module_.doc = std::move(doc);
    }

    void take_line(const LogicalLine& line) {
        const Token& first = line.tokens.front();
        const bool is_async = first.is("async") && line.tokens.size() > 1;
        const Token& word = is_async ? line.tokens[1] : first;
        if (word.is("def") || word.is("class")) {
            hidden_from_ = line.indent;
            const size_t place = is_async ? 2 : 1;
            if (place < line.tokens.size()) bind_unknown(line.tokens[place], "a definition");
            note_globals(line.tokens);
            return;
        }
        if (first.is("@")) return;
        if (is_one_of(word, branching) && is_compound(line.tokens)) {
            if (line.indent == 0) branch_ = std::string(word.source);
            take_branch(line.tokens);
            return;
        }
        for (const Span statement :
             cut(Span{line.tokens.data(), line.tokens.data() + line.tokens.size()}, ";"))
            take_statement(statement);
    }

    // `match` and `case` are names as well: `match = re.compile(...)`, `match: str = "x"`.
    static bool is_compound(const Tokens& tokens) {
        if (!tokens[0].is("match") && !tokens[0].is("case")) return true;
        if (tokens.size() < 3 || tokens[1].is("=") || tokens[1].is(":")) return false;
        return cut({tokens.data(), tokens.data() + tokens.size()}, ":").size() > 1;
    }

    void note_globals(const Tokens& tokens) {
        for (size_t i = 0; i < tokens.size(); ++i)
            if (tokens[i].is("global"))
                for (++i; i < tokens.size() && !tokens[i].is(";"); ++i)
                    if (tokens[i].kind == Token::Kind::name) globals_.push_back(tokens[i]);
    }

    // The head of a branch, and what stands behind its colon: any of it may or may not happen.
    void take_branch(const Tokens& tokens) {
        const std::string why = fmt::format("it stands in a branch (`{}`)", tokens[0].source);
        // These bind names of their heads: all of a `case`, of a `for` those before `in`, of others those
        // behind `as`.
        bool binds =
            tokens[0].is("case") || tokens[0].is("for") || (tokens.size() > 1 && tokens[1].is("for"));
        bool behind_as = false;
        int depth = 0;
        for (size_t i = 0; i + 1 < tokens.size(); ++i) {
            depth += opens(tokens[i]) ? 1 : closes(tokens[i]) ? -1 : 0;
            if (tokens[i].is("in") && !tokens[0].is("case")) binds = false;
            if (i > 0 && (binds || behind_as)) bind_unknown(tokens[i], why);
            if (tokens[i].is("as")) behind_as = true;
            if (depth == 0 && tokens[i].is(",")) behind_as = false;
            if (tokens[i + 1].is(":=")) bind_unknown(tokens[i], why);
            if (depth == 0 && tokens[i].is(":")) {
                binds = behind_as = false;
                const Span rest{tokens.data() + i + 1, tokens.data() + tokens.size()};
                for (const Span statement : cut(rest, ";")) take_statement(statement);
            }
        }
    }

    void take_statement(Span statement) {
        if (statement.empty()) return;
        const Token& first = *statement.begin;
        for (const Token* at = statement.begin; at + 1 < statement.end; ++at)
            if (at[1].is(":=")) bind_unknown(*at, "`:=` assigns it");
        for (const Token* at = statement.begin; at + 1 < statement.end; ++at)
            if (at[1].is("(") && is_one_of(*at, runners)) runs_code_ = at->line;
        if (first.is("import") || first.is("from")) return take_import(statement);
        if (first.is("del")) {
            // `del a[revision]` deletes something else, or so it seems.
            const bool plain = std::none_of(statement.begin, statement.end,
                                            [](const Token& t) { return t.is("[") || t.is("."); });
            for (const Token* at = statement.begin + 1; at != statement.end; ++at) {
                if (at->kind == Token::Kind::name && plain)
                    remove(*at);
                else if (module_.find(at->source))
                    bind_unknown(*at, "something of it is deleted");
            }
            return;
        }
        if (first.is("global") || is_one_of(first, statements)) return;
        take_assignment(statement);
    }

    void take_import(Span statement) {
        const bool whole = statement.begin->is("import");
        bool names = whole;
        for (const Token* at = statement.begin + 1; at != statement.end; ++at) {
            if (at->is("import")) {
                names = true;
            } else if (at->is("*")) {
                if (names) module_.star_import = at->line;
            } else if (at->is("as") || (whole && at->is("."))) {
                ++at;  // of `import a.b` only `a` is bound
                if (at == statement.end) return;
                if (at[-1].is("as")) bind_unknown(*at, "it is imported");
            } else if (names && at->kind == Token::Kind::name &&
                       (at + 1 == statement.end || !at[1].is("as"))) {
                bind_unknown(*at, "it is imported");
            }
        }
    }

    void take_assignment(Span statement) {
        std::vector<Span> parts = cut(statement, "=");
        // `name: type = value`; without a value it assigns nothing.
        if (const std::vector<Span> annotated = cut(parts.front(), ":"); annotated.size() > 1) {
            if (parts.size() == 1) return;
            parts.front() = annotated.front();
        }
        if (parts.size() == 1) {
            if (statement.size() >= 3 && statement.begin->kind == Token::Kind::name)
                take_augmented(*statement.begin, {statement.begin + 1, statement.end});
            return;
        }
        const Span expression = parts.back();
        parts.pop_back();
        const PythonValue value = expression.empty() ? unknown("there is no value", statement.begin->line)
                                                     : evaluate(module_, copied_, expression);
        copied_ += (parts.size() - 1) * bytes_of(value);
        const bool large = copied_ > most_copied;
        for (const Span target : parts)
            bind(target, large ? unknown("its value grows too large", statement.begin->line) : value);
    }

    // `name += value`; `name //= value` comes as two marks.
    void take_augmented(const Token& name, Span rest) {
        const auto changes = [](const Token& mark) {
            return mark.kind == Token::Kind::mark && mark.source.size() == 2 && mark.source[1] == '=' &&
                   std::string_view("+-*/%@&|^<>").find(mark.source[0]) != std::string_view::npos;
        };
        const bool one = changes(rest.begin[0]);
        if (!one && !(rest.size() > 1 && rest.begin[0].source.size() == 1 && changes(rest.begin[1]))) return;
        const PythonValue* old = module_.find(name.source);
        const PythonValue more = evaluate(module_, copied_, {rest.begin + 1, rest.end});
        if (old && rest.begin->is("+=") && old->kind == Kind::text && more.kind == Kind::text) {
            copied_ += bytes_of(*old);
            PythonValue value = *old;
            value.text += more.text;
            bind_name(name, copied_ > most_copied ? unknown("its value grows too large", name.line)
                                                  : std::move(value));
        } else if (one ? rest.begin->source[0] != '<' && rest.begin->source[0] != '>' : true) {
            bind_unknown(name, "it is changed after its assignment");
        }
    }

    // A name, or names to be unpacked into; what is neither (`a.b`, `a[0]`) binds no name.
    void bind(Span target, const PythonValue& value) {
        bool unpacks = false;
        while (target.size() >= 2 && (target.begin->is("(") || target.begin->is("[")) && encloses(target)) {
            unpacks = target.begin->is("[");
            ++target.begin, --target.end;
        }
        std::vector<Span> names = cut(target, ",");
        unpacks = unpacks || names.size() > 1;
        if (names.back().empty()) names.pop_back();
        if (!unpacks) {
            if (target.size() == 1 && target.begin->kind == Token::Kind::name)
                bind_name(*target.begin, value);
            return;
        }
        const bool fits = value.kind == Kind::list && value.items.size() == names.size();
        for (size_t i = 0; i < names.size(); ++i) {
            const bool starred = names[i].size() == 2 && names[i].begin->is("*");
            if (names[i].size() != 1 && !starred) continue;
            const Token& name = names[i].end[-1];
            if (fits && !starred && name.kind == Token::Kind::name)
                bind_name(name, value.items[i]);
            else
                bind_unknown(name, value.kind == Kind::unknown ? value.text
                                                               : "what is unpacked into it cannot be told");
        }
    }

    // Whether the first bracket is closed by the last token.
    static bool encloses(Span span) {
        int depth = 0;
        for (const Token* at = span.begin; at != span.end; ++at) {
            depth += opens(*at) ? 1 : closes(*at) ? -1 : 0;
            if (depth == 0 && at + 1 != span.end) return false;
        }
        return true;
    }

    void bind_name(const Token& name, PythonValue value) {
        if (!branch_.empty())
            value = unknown(fmt::format("it stands in a branch (`{}`)", branch_), name.line);
        value.line = name.line;
        module_.names.insert_or_assign(std::string(name.source), std::move(value));
    }
    void bind_unknown(const Token& name, std::string why) {
        if (name.kind == Token::Kind::name)
            module_.names.insert_or_assign(std::string(name.source), unknown(std::move(why), name.line));
    }
    void remove(const Token& name) {
        if (branch_.empty())
            module_.names.erase(std::string(name.source));
        else
            bind_unknown(name, fmt::format("it is deleted in a branch (`{}`)", branch_));
    }

    PythonModule module_;
    size_t copied_ = 0;
    std::string branch_;           // the branch that the line stands in; empty: none
    Tokens globals_;               // names that functions declare `global`
    uint32_t runs_code_ = 0;       // a line that calls one of `runners`; 0: none
    uint32_t hidden_from_ = none;  // lines indented deeper belong to a function or a class
};

}  // namespace

const PythonValue* PythonModule::find(std::string_view name) const {
    const auto found = names.find(name);
    return found == names.end() ? nullptr : &found->second;
}

Result<PythonModule> read_module(std::string_view source) {
    return Reader().read(source);
}

}  // namespace logbook::revision
