// The build's own tool: reads entries/*.yaml, compiles their patterns, and writes both as a C++ source.
//   runbook_generate OUT.cpp FILE.yaml …
// A broken entry stops the build with its file and line.
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <set>

#include "logbook/logscan/pattern_set.h"
#include "logbook/runbook/entry_yaml.h"
#include "logbook/runbook/packed.h"

namespace {

using logbook::fail;
using logbook::Result;
using logbook::runbook::Entry;

Result<std::vector<Entry>> read_all(int count, char** files) {
    std::vector<Entry> all;
    std::set<std::string> slugs;
    for (int i = 0; i < count; ++i) {
        std::ifstream in(files[i], std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        if (!in && text.empty()) return fail(logbook::ErrorCode::io, fmt::format("cannot read {}", files[i]));
        auto entries =
            logbook::runbook::parse_entries(text, std::filesystem::path(files[i]).filename().string());
        if (!entries) return fail(entries.error());
        for (Entry& entry : *entries) {
            if (!slugs.insert(entry.slug).second)
                return fail(logbook::ErrorCode::conflict,
                            fmt::format("{}: `{}` stands in the catalogue twice", entry.origin, entry.slug));
            all.push_back(std::move(entry));
        }
    }
    return all;
}

std::string array_of(const char* name, std::string_view bytes) {
    std::string out = fmt::format("constexpr unsigned char {}[] = {{", name);
    for (size_t i = 0; i < bytes.size(); ++i)
        out += fmt::format("{}{},", i % 32 == 0 ? "\n" : "", unsigned(static_cast<unsigned char>(bytes[i])));
    return out + "};\n";
}

Result<std::string> source_of(const std::vector<Entry>& entries) {
    const auto set = logbook::logscan::PatternSet::compile(logbook::runbook::patterns_of(entries).patterns);
    if (!set) return fail(set.error());
    const auto patterns = set->serialised();
    if (!patterns) return fail(patterns.error());
    const auto searched = logbook::runbook::search_patterns(entries);
    if (!searched)
        return fail(logbook::ErrorCode::invalid, "a pattern has no part that can be searched for in raw logs",
                    "give it two letters or digits in a row");
    const auto blocks = logbook::logscan::PatternSet::compile(*searched, logbook::logscan::ScanUnit::block);
    if (!blocks) return fail(blocks.error());
    const auto fragments = blocks->serialised();
    if (!fragments) return fail(fragments.error());
    return "// Made by runbook_generate from entries/*.yaml. Do not edit.\n"
           "#include \"logbook/runbook/packed.h\"\n\n"
           "namespace logbook::runbook {\nnamespace {\n" +
           array_of("entry_bytes", logbook::runbook::pack(entries)) + array_of("pattern_bytes", *patterns) +
           array_of("fragment_bytes", *fragments) +
           "}  // namespace\n\n"
           "Embedded embedded() {\n"
           "    return {{reinterpret_cast<const char*>(entry_bytes), sizeof entry_bytes},\n"
           "            {reinterpret_cast<const char*>(pattern_bytes), sizeof pattern_bytes},\n"
           "            {reinterpret_cast<const char*>(fragment_bytes), sizeof fragment_bytes}};\n"
           "}\n\n}  // namespace logbook::runbook\n";
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fputs("usage: runbook_generate OUT.cpp FILE.yaml ...\n", stderr);
        return 2;
    }
    const auto entries = read_all(argc - 2, argv + 2);
    const Result<std::string> source =
        entries ? source_of(*entries) : Result<std::string>(fail(entries.error()));
    if (!source) {
        std::fprintf(stderr, "runbook_generate: %s\n", source.error().what.c_str());
        return 1;
    }
    std::ofstream out(argv[1], std::ios::binary | std::ios::trunc);
    out << *source << std::flush;
    return out ? 0 : 1;
}
