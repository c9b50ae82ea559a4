// The simple expressions whose value can be known without running Python.
#pragma once

#include "logbook/revision/python_lexer.h"
#include "logbook/revision/python_module.h"

namespace logbook::revision {

// Part of a logical line's tokens.
struct Span {
    const Token* begin = nullptr;
    const Token* end = nullptr;
    bool empty() const { return begin == end; }
    size_t size() const { return size_t(end - begin); }
};

bool opens(const Token& token);  // a bracket
bool closes(const Token& token);

// Cut at every `mark` outside brackets.
std::vector<Span> cut(Span span, std::string_view mark);

PythonValue unknown(std::string why, uint32_t line);

// Bytes that copies of values may take in one module: `a = a + a` doubles with every line.
constexpr size_t most_copied = size_t(8) << 20;

size_t bytes_of(const PythonValue& value);

// Texts, None, tuples, lists, `+`, and names that the module assigned before; all else is unknown, with the
// reason. `copied` counts the bytes that were copied out of names so far; past most_copied they are not
// followed.
PythonValue evaluate(const PythonModule& module, size_t& copied, Span expression);

}  // namespace logbook::revision
