// What a module assigns: each form that is known, and each that must be left unknown.
#include "logbook/revision/python_module.h"

#include <doctest/doctest.h>

using logbook::revision::PythonValue;
using logbook::revision::read_module;
using Kind = PythonValue::Kind;

namespace {

// "text", "None", "[a, b]", "?" for unknown, "-" for a name that is not bound, "!" for a refused source.
std::string shown(const PythonValue& value) {
    switch (value.kind) {
    case Kind::unknown:
        return "?";
    case Kind::none:
        return "None";
    case Kind::text:
        return value.text;
    case Kind::other:
        return "<" + value.text + ">";
    case Kind::list:
        break;
    }
    std::string text = "[";
    for (const PythonValue& item : value.items) text += (text.size() > 1 ? ", " : "") + shown(item);
    return text + "]";
}

std::string revision_of(std::string_view source) {
    const auto module = read_module(source);
    if (!module) return "!";
    const PythonValue* value = module->find("revision");
    return value ? shown(*value) : "-";
}

}  // namespace

TEST_SUITE("python_module") {
    TEST_CASE("texts of every kind") {
        CHECK(revision_of("revision = 'abc'") == "abc");
        CHECK(revision_of("revision = \"abc\"\n") == "abc");
        CHECK(revision_of("revision = '''a\nb'''") == "a\nb");
        CHECK(revision_of("revision = '''a\r\nb'''") == "a\nb");
        CHECK(revision_of("revision = \"\"\"a\"b\"\"\"") == "a\"b");
        CHECK(revision_of("revision = r'a\\n'") == "a\\n");
        CHECK(revision_of("revision = R'a\\'b'") == "a\\'b");
        CHECK(revision_of("revision = u'abc'") == "abc");
        CHECK(revision_of("revision = f'abc{{}}'") == "abc{}");
        CHECK(revision_of("revision = 'a\\x41\\u00e9\\U0001F600\\101\\q\\\nb'") == "aAé😀A\\qb");
        CHECK(revision_of("revision = 'a' \"b\" r'c'") == "abc");
        CHECK(revision_of("revision = ('a'\n  # why\n  'b'\n)") == "ab");
        CHECK(revision_of("revision = 'a' + 'b'") == "ab");
        CHECK(revision_of("revision = 'a' \\\n  'b'") == "ab");
        CHECK(revision_of("revision = 'it''s'") == "its");
    }

    TEST_CASE("texts that only Python knows") {
        CHECK(revision_of("revision = b'abc'") == "?");
        CHECK(revision_of("revision = f'a{x}'") == "?");
        CHECK(revision_of("revision = '\\N{DIGIT ONE}'") == "?");
        CHECK(revision_of("revision = '\\ud800'") == "?");
        CHECK(revision_of("revision = 'a' f'{x}'") == "?");
        CHECK(revision_of("revision = 'a'.upper()") == "?");
        CHECK(revision_of("revision = 'a' % b") == "?");
        CHECK(revision_of("revision = name()") == "?");
        CHECK(revision_of("revision = 'a' if x else 'b'") == "?");
        CHECK(revision_of("revision = OTHER") == "?");
        CHECK(revision_of("revision = (x for x in y)") == "?");
        CHECK(revision_of("revision = ['a', name()]") == "?");
        CHECK(revision_of("revision = lambda: 'a'") == "?");
        CHECK(revision_of("revision = {'a'}") == "?");
    }

    TEST_CASE("other values") {
        CHECK(revision_of("revision = None") == "None");
        CHECK(revision_of("revision = 12") == "<12>");
        CHECK(revision_of("revision = True") == "<True>");
        CHECK(revision_of("revision = ()") == "[]");
        CHECK(revision_of("revision = []") == "[]");
        CHECK(revision_of("revision = ('a',)") == "[a]");
        CHECK(revision_of("revision = ('a')") == "a");
        CHECK(revision_of("revision = ['a']") == "[a]");
        CHECK(revision_of("revision = [('a', 'b')]") == "[[a, b]]");
        CHECK(revision_of("revision = 'a', 'b'") == "[a, b]");
        CHECK(revision_of("revision = 'a',") == "[a]");
        CHECK(revision_of("revision = (\n    'a',  # one\n\n    'b',\n)\n") == "[a, b]");
        CHECK(revision_of("revision = ('a',) + ('b',)") == "[a, b]");
    }

    TEST_CASE("every form of assignment") {
        CHECK(revision_of("revision: str = 'a'") == "a");
        CHECK(revision_of("revision: Union[str, None] = 'a'") == "a");
        CHECK(revision_of("revision: str") == "-");
        CHECK(revision_of("x = revision = y = 'a'") == "a");
        CHECK(revision_of("revision, down = 'a', None") == "a");
        CHECK(revision_of("(down, revision) = [None, 'a']") == "a");
        CHECK(revision_of("[revision] = ['a']") == "a");
        CHECK(revision_of("revision, *rest = 'a', 'b', 'c'") == "?");
        CHECK(revision_of("revision, down = pair") == "?");
        CHECK(revision_of("x = 1; revision = 'a'; y = 2") == "a");
        CHECK(revision_of("ID = 'a'\nrevision = ID") == "a");
        CHECK(revision_of("ID = 'a'\nrevision = (ID, 'b')") == "[a, b]");
        CHECK(revision_of("revision = 'a'\nrevision = 'b'") == "b");
        CHECK(revision_of("revision = 'a'\nrevision += 'b'") == "ab");
        CHECK(revision_of("revision = 'a'\nrevision *= 2") == "?");
        CHECK(revision_of("revision = 'a'\ndel revision") == "-");
        CHECK(revision_of("revision == 'a'") == "-");
        CHECK(revision_of("x.revision = 'a'") == "-");
        CHECK(revision_of("x['revision'] = 'a'") == "-");
        CHECK(revision_of("revision = 'a'\r\nx = 1\r\n") == "a");
        CHECK(revision_of("revision = 'a'\rx = 1\r") == "a");
    }

    TEST_CASE("what binds a name without telling what to") {
        CHECK(revision_of("if x:\n    revision = 'a'") == "?");
        CHECK(revision_of("if x: revision = 'a'") == "?");
        CHECK(revision_of("revision = 'a'\ntry:\n  pass\nexcept E as revision:\n  pass") == "?");
        CHECK(revision_of("for revision in x:\n    pass") == "?");
        CHECK(revision_of("for a, revision in x: pass") == "?");
        CHECK(revision_of("with x as revision:\n  pass") == "?");
        CHECK(revision_of("import revision") == "?");
        CHECK(revision_of("import a as revision") == "?");
        CHECK(revision_of("from a import (b,\n  c as revision)") == "?");
        CHECK(revision_of("from a import revision") == "?");
        CHECK(revision_of("from revision import a") == "-");
        CHECK(revision_of("import a.revision") == "-");
        CHECK(revision_of("def revision(): pass") == "?");
        CHECK(revision_of("class revision:\n  pass") == "?");
        CHECK(revision_of("print(revision := 'a')") == "?");
        CHECK(revision_of("from . import revision") == "?");
        CHECK(revision_of("from .a.b import revision") == "?");
        CHECK(revision_of("for x in y: revision = 'a'") == "?");
        CHECK(revision_of("async def f(): pass\nwith x as (a, revision): pass") == "?");
        CHECK(revision_of("match x:\n    case 1: revision = 'a'") == "?");
        CHECK(revision_of("match x:\n    case {'a': revision}:\n        pass") == "?");
        CHECK(revision_of("match = 'x'\nrevision = 'a'") == "a");
        CHECK(revision_of("match: str = 'x'; revision = match") == "x");
        CHECK(revision_of("revision = 'a'\ndef f():\n    global revision\n    revision = 'b'\nf()") == "?");
        CHECK(revision_of("revision = 'a'\ndef f(): global revision; revision = 'b'") == "?");
        CHECK(revision_of("revision = 'a'\nglobals()['revision'] = 'b'") == "?");
        CHECK(revision_of("revision = 'a'\nexec('revision = 1')") == "?");
        CHECK(revision_of("revision = 'a'\ndef f():\n    exec('x')") == "a");
        CHECK(revision_of("revision = 'a'\ndel x[revision]") == "?");
        CHECK(read_module("from a import *")->star_import == 1);
    }

    TEST_CASE("decoys") {
        CHECK(revision_of("'''\nrevision = 'a'\n'''") == "-");
        CHECK(revision_of("# revision = 'a'") == "-");
        CHECK(revision_of("def f():\n    revision = 'a'\n\n\nclass C:\n    revision = 'b'\n") == "-");
        CHECK(revision_of("def f():\n    '''\nrevision = 'a'\n'''\n    pass\n") == "-");
        CHECK(revision_of("async def f():\n    revision = 'a'\n") == "-");
        CHECK(revision_of("if x:\n  def f():\n    revision = 'a'\n") == "-");
        CHECK(revision_of("x = '''\\'''\nrevision = 'a'\n'''") == "-");
        CHECK(revision_of("x = f'''{a['revision = 1']:'>{w}} \"'''\nrevision = 'b'") == "b");
        CHECK(revision_of("x = f\"{a[\"b\"]}\"\nrevision = 'b'") == "b");
        CHECK(revision_of("f(revision='a')") == "-");
        CHECK(revision_of("x = {'revision': 'a',\nrevision = 'b'") == "!");
    }

    TEST_CASE("what Python would refuse") {
        CHECK(revision_of("revision = 'a") == "!");
        CHECK(revision_of("revision = '''a") == "!");
        CHECK(revision_of("revision = ('a'") == "!");
        CHECK(revision_of("revision = 'a')") == "!");
        CHECK(revision_of("revision = ('a']") == "!");
        CHECK(revision_of(std::string("revision = \0'a'", 15)) == "!");
        CHECK(revision_of(std::string(100'000, '(')) == "!");
        CHECK(revision_of("x = f'" + std::string(100'000, '{') + "'") != "a");
        const auto wrong = read_module("x = 1\n\ny = '''\nz");
        REQUIRE_FALSE(wrong);
        CHECK(wrong.error().what == "line 3: a text has no end");
    }

    TEST_CASE("a value that would grow without end is not followed") {
        std::string doubles = "revision = 'a'\n", nests = "revision = ('a',)\n", adds = "revision = 'a'\n";
        for (int i = 0; i < 200; ++i) {
            doubles += "revision = revision + revision\n";
            nests += "revision = (revision, revision)\n";
            adds += "x = revision\nrevision += x\n";
        }
        CHECK(revision_of(doubles) == "?");
        CHECK(revision_of(nests) == "?");
        CHECK(revision_of(adds) == "?");
    }

    TEST_CASE("the documentation text") {
        CHECK(read_module("'''Add\n\nmore'''\nx = 1")->doc == "Add\n\nmore");
        CHECK(read_module("# a\n\n'A' \"b\"; x = 1")->doc == "Ab");
        CHECK_FALSE(read_module("x = 1\n'''Add'''")->doc);
        CHECK_FALSE(read_module("f'Add'")->doc);
        CHECK_FALSE(read_module("b'Add'")->doc);
        CHECK_FALSE(read_module("'Add'.upper()")->doc);
        CHECK(read_module("\"formatted\"")->doc == "formatted");
        CHECK_FALSE(read_module("")->doc);
    }
}
