// A small recursive descent; what it does not know it leaves behind.
#include "logbook/revision/python_expression.h"

#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::revision {
namespace {

using Kind = PythonValue::Kind;

constexpr unsigned deepest_value = 50;

// The value of an expression, where it is one of the simple ones.
class Evaluator {
  public:
    // `copied` counts what was copied so far.
    Evaluator(const PythonModule& module, size_t& copied, Span span)
        : module_(module), copied_(copied), at_(span.begin), end_(span.end) {}

    PythonValue whole() {
        const uint32_t line = at_ == end_ ? 0 : at_->line;
        PythonValue value = items(0);
        if (at_ != end_)
            value = unknown(fmt::format("`{}` would have to be run", printable(at_->source, 40)), line);
        return value;
    }

  private:
    // One value, or a tuple where a comma stands.
    PythonValue items(unsigned depth) {
        const uint32_t line = at_ == end_ ? 0 : at_->line;
        if (depth > deepest_value) return give_up("it is nested too deeply", line);
        PythonValue first = sum(depth);
        if (at_ == end_ || !at_->is(",")) return first;
        PythonValue list{Kind::list, {}, {}, line};
        add(list, std::move(first));
        while (at_ != end_ && at_->is(",")) {
            ++at_;
            if (at_ == end_ || closes(*at_)) break;
            add(list, sum(depth));
        }
        return list;
    }

    static void add(PythonValue& list, PythonValue item) {
        if (list.kind != Kind::list) return;
        if (item.kind == Kind::unknown)
            list = std::move(item);
        else
            list.items.push_back(std::move(item));
    }

    PythonValue sum(unsigned depth) {
        PythonValue left = primary(depth);
        while (at_ != end_ && at_->is("+")) {
            ++at_;
            PythonValue right = primary(depth);
            if (left.kind == Kind::text && right.kind == Kind::text)
                left.text += right.text;
            else if (left.kind == Kind::list && right.kind == Kind::list)
                left.items.insert(left.items.end(), right.items.begin(), right.items.end());
            else if (left.kind != Kind::unknown)
                left =
                    right.kind == Kind::unknown ? right : unknown("`+` joins two kinds of values", left.line);
        }
        return left;
    }

    PythonValue primary(unsigned depth) {
        if (at_ == end_) return unknown("there is no value", 0);
        const Token& token = *at_;
        switch (token.kind) {
        case Token::Kind::text:
            return texts();
        case Token::Kind::number:
            ++at_;
            return {Kind::other, std::string(token.source), {}, token.line};
        case Token::Kind::name:
            return name();
        case Token::Kind::mark:
            break;
        }
        if (!token.is("(") && !token.is("[")) return give_up("it would have to be run", token.line);
        const bool list = token.is("[");
        ++at_;
        PythonValue inside{Kind::list, {}, {}, token.line};
        if (at_ != end_ && !closes(*at_)) {
            const Token* begun = at_;
            inside = items(depth + 1);
            // `[x]` is a list of one, `(x)` is x.
            if (list && cut({begun, at_}, ",").size() == 1) {
                PythonValue one{Kind::list, {}, {}, token.line};
                add(one, std::move(inside));
                inside = std::move(one);
            }
        }
        if (at_ == end_ || !closes(*at_)) return give_up("it would have to be run", token.line);
        ++at_;
        return inside;
    }

    // Texts side by side are one.
    PythonValue texts() {
        PythonValue value{Kind::text, {}, {}, at_->line};
        for (; at_ != end_ && at_->kind == Token::Kind::text; ++at_) {
            if (!at_->value)
                value = unknown("only Python can tell that text's value", at_->line);
            else if (value.kind == Kind::text)
                value.text += *at_->value;
        }
        return value;
    }

    PythonValue name() {
        const Token& token = *at_++;
        if (token.source == "None") return {Kind::none, {}, {}, token.line};
        if (token.source == "True" || token.source == "False")
            return {Kind::other, std::string(token.source), {}, token.line};
        if (const PythonValue* known = module_.find(token.source)) {
            copied_ += bytes_of(*known);
            if (copied_ > most_copied) return give_up("its value grows too large", token.line);
            PythonValue value = *known;
            value.line = token.line;
            return value;
        }
        return give_up(fmt::format("`{}` is not assigned in this file", printable(token.source, 40)),
                       token.line);
    }

    // Leaves the rest of this value behind.
    PythonValue give_up(std::string why, uint32_t line) {
        int depth = 0;
        for (; at_ != end_; ++at_) {
            if (depth == 0 && (at_->is(",") || closes(*at_))) break;
            depth += opens(*at_) ? 1 : closes(*at_) ? -1 : 0;
        }
        return unknown(std::move(why), line);
    }

    const PythonModule& module_;
    size_t& copied_;
    const Token* at_;
    const Token* end_;
};

}  // namespace

bool opens(const Token& token) {
    return token.is("(") || token.is("[") || token.is("{");
}
bool closes(const Token& token) {
    return token.is(")") || token.is("]") || token.is("}");
}

PythonValue unknown(std::string why, uint32_t line) {
    return {Kind::unknown, std::move(why), {}, line};
}

size_t bytes_of(const PythonValue& value) {
    size_t bytes = sizeof(PythonValue) + value.text.size();
    for (const PythonValue& item : value.items) bytes += bytes_of(item);
    return bytes;
}

std::vector<Span> cut(Span span, std::string_view mark) {
    std::vector<Span> parts = {{span.begin, span.begin}};
    int depth = 0;
    for (const Token* at = span.begin; at != span.end; ++at) {
        depth += opens(*at) ? 1 : closes(*at) ? -1 : 0;
        if (depth == 0 && at->is(mark)) {
            parts.back().end = at;
            parts.push_back({at + 1, at + 1});
        }
    }
    parts.back().end = span.end;
    return parts;
}

PythonValue evaluate(const PythonModule& module, size_t& copied, Span expression) {
    return Evaluator(module, copied, expression).whole();
}

}  // namespace logbook::revision
