// Runbook entries from YAML, on libfyaml. Its nodes are read here and nowhere else.
#include "logbook/runbook/entry_yaml.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <functional>
#include <libfyaml.h>
#include <memory>
#include <set>

#include "logbook/base/text.h"

namespace logbook::runbook {
namespace {

constexpr size_t longest_text = 8192;
constexpr size_t longest_list = 200;

struct Destroy {
    void operator()(fy_document* document) const { fy_document_destroy(document); }
    void operator()(fy_diag* diag) const { fy_diag_destroy(diag); }
};

int line_of(fy_node* node) {
    if (!node) return 0;
    if (fy_token* token = fy_node_get_scalar_token(node))
        if (const fy_mark* mark = fy_token_start_mark(token)) return mark->line + 1;
    // A collection's place is that of its first scalar.
    void* at = nullptr;
    if (fy_node_is_sequence(node)) {
        if (fy_node* first = fy_node_sequence_iterate(node, &at)) return line_of(first);
    } else if (fy_node_is_mapping(node)) {
        if (fy_node_pair* first = fy_node_mapping_iterate(node, &at)) return line_of(fy_node_pair_key(first));
    }
    return 0;
}

// Turns nodes into entries; the first rule that is broken is thrown away with everything else, and told.
class Reader {
  public:
    explicit Reader(std::string_view name) : name_(name) {}

    Result<std::vector<Entry>> entries(fy_node* root) {
        std::vector<Entry> all;
        // A file with nothing but comments is a fresh site file.
        if (!root || (fy_node_is_scalar(root) && trim(text_of(root)).empty())) return all;
        if (!fy_node_is_sequence(root)) return broken(root, "the file must be a list of entries");
        void* at = nullptr;
        while (fy_node* node = fy_node_sequence_iterate(root, &at)) {
            Entry entry;
            if (!read_entry(node, entry)) return tl::unexpected<Error>(*error_);
            all.push_back(std::move(entry));
        }
        return all;
    }

    tl::unexpected<Error> broken(fy_node* where, const std::string& why) {
        return fail(ErrorCode::invalid,
                    fmt::format("{}:{}: {}", name_,
                                std::max({1, line_of(where), line_of(where) ? 0 : last_key_line_}), why),
                    "see logbook-runbook(7) for the keys of an entry");
    }

  private:
    using Setter = std::function<bool(fy_node*)>;

    bool refuse(fy_node* where, const std::string& why) {
        error_ = std::make_unique<Error>(broken(where, why).value());
        return false;
    }

    static std::string text_of(fy_node* node) {
        size_t length = 0;
        const char* bytes = fy_node_get_scalar(node, &length);
        return bytes ? std::string(bytes, length) : std::string();
    }

    bool read_text(fy_node* node, std::string& out) {
        if (!node || !fy_node_is_scalar(node) || fy_node_is_alias(node))
            return refuse(node, "a text is expected here");
        out = std::string(trim(text_of(node)));
        if (out.empty()) return refuse(node, "the text is empty");
        if (out.size() > longest_text || !valid_utf8(out))
            return refuse(node, "the text is too long or not UTF-8");
        const bool shows_control = std::any_of(out.begin(), out.end(), [](char c) {
            return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
        });
        return shows_control ? refuse(node, "control characters are not allowed") : true;
    }

    bool read_texts(fy_node* node, std::vector<std::string>& out) {
        if (!node || !fy_node_is_sequence(node)) return refuse(node, "a list of texts is expected here");
        void* at = nullptr;
        while (fy_node* item = fy_node_sequence_iterate(node, &at)) {
            if (out.size() == longest_list) return refuse(item, "the list is too long");
            if (!read_text(item, out.emplace_back())) return false;
        }
        return true;
    }

    // Calls the setter of each key. An unknown key, and a needed one that is missing, are refused.
    bool read_map(fy_node* node, const std::vector<std::pair<std::string, Setter>>& keys, size_t needed) {
        if (!node || !fy_node_is_mapping(node)) return refuse(node, "a map of keys is expected here");
        std::set<std::string> seen;
        void* at = nullptr;
        while (fy_node_pair* pair = fy_node_mapping_iterate(node, &at)) {
            fy_node* key = fy_node_pair_key(pair);
            const std::string word = key && fy_node_is_scalar(key) ? text_of(key) : std::string();
            last_key_line_ = line_of(key);
            const auto known =
                std::find_if(keys.begin(), keys.end(), [&](const auto& k) { return k.first == word; });
            if (known == keys.end()) {
                std::vector<std::string> names;
                names.reserve(keys.size());
                for (const auto& k : keys) names.push_back(k.first);
                const std::string near = nearest(word, names);
                return refuse(key, fmt::format("unknown key `{}`{}", printable(word, 40),
                                               near.empty() ? "" : "; nearest: " + near));
            }
            if (!seen.insert(word).second) return refuse(key, fmt::format("`{}` stands here twice", word));
            fy_node* value = fy_node_pair_value(pair);
            if (!value) return refuse(key, fmt::format("`{}` has no value", word));
            if (!known->second(value)) return false;
        }
        for (size_t i = 0; i < needed; ++i)
            if (seen.count(keys[i].first) == 0)
                return refuse(node, fmt::format("`{}` is missing", keys[i].first));
        return true;
    }

    bool read_risk(fy_node* node, Risk& out) {
        std::string word;
        if (!read_text(node, word)) return false;
        for (const Risk risk : {Risk::none, Risk::restart, Risk::data})
            if (word == name_of(risk)) return out = risk, true;
        return refuse(node, fmt::format("risk is none, restart or data, not `{}`", printable(word, 40)));
    }

    bool read_weight(fy_node* node, int& out) {
        std::string word;
        if (!read_text(node, word)) return false;
        if (word.size() != 1 || word[0] < '1' || word[0] > '9')
            return refuse(node, fmt::format("weight is 1 to 9, not `{}`", printable(word, 40)));
        out = word[0] - '0';
        return true;
    }

    bool read_slug(fy_node* node, std::string& out) {
        if (!read_text(node, out)) return false;
        const size_t dot = out.find('.');
        const bool well =
            dot != std::string::npos && dot > 0 && dot + 1 < out.size() && out.size() <= 64 &&
            out.find('.', dot + 1) == std::string::npos &&
            out.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.") == std::string::npos;
        return well ? true
                    : refuse(node, fmt::format("a slug looks like area.claim, not `{}`", printable(out, 60)));
    }

    bool read_steps(fy_node* node, std::vector<Step>& out) {
        if (!node || !fy_node_is_sequence(node)) return refuse(node, "a list of steps is expected here");
        void* at = nullptr;
        while (fy_node* item = fy_node_sequence_iterate(node, &at)) {
            if (out.size() == longest_list) return refuse(item, "the list is too long");
            Step& step = out.emplace_back();
            if (fy_node_is_scalar(item)) {
                if (!read_text(item, step.text)) return false;
                continue;
            }
            if (!read_map(item,
                          {{"text", [&](fy_node* n) { return read_text(n, step.text); }},
                           {"command", [&](fy_node* n) { return read_text(n, step.command); }},
                           {"risk", [&](fy_node* n) { return read_risk(n, step.risk); }}},
                          1))
                return false;
            if (step.risk == Risk::data && !step.command.empty())
                return refuse(item, "a step of risk `data` is words only: it must not be pasted");
        }
        return out.empty() ? refuse(node, "a fix needs a step") : true;
    }

    bool read_entry(fy_node* node, Entry& entry) {
        const auto text = [this](std::string& out) -> Setter {
            return [this, &out](fy_node* n) { return read_text(n, out); };
        };
        const auto texts = [this](std::vector<std::string>& out) -> Setter {
            return [this, &out](fy_node* n) { return read_texts(n, out); };
        };
        const std::vector<std::pair<std::string, Setter>> keys = {
            {"slug", [&](fy_node* n) { return read_slug(n, entry.slug); }},
            {"title", text(entry.title)},
            {"meaning", text(entry.meaning)},
            {"fix", [&](fy_node* n) { return read_steps(n, entry.fix); }},
            {"causes", texts(entry.causes)},
            {"symptoms", texts(entry.symptoms)},
            {"never", texts(entry.never)},
            {"proves", text(entry.proves)},
            {"published", text(entry.published)},
            {"published_wrong", text(entry.published_wrong)},
            {"codes", texts(entry.codes)},
            {"patterns", texts(entry.patterns)},
            {"examples", texts(entry.examples)},
            {"near_misses", texts(entry.near_misses)},
            {"see_also", texts(entry.see_also)},
            {"weight", [&](fy_node* n) { return read_weight(n, entry.weight); }},
        };
        if (!read_map(node, keys, 4)) return false;
        entry.origin = fmt::format("{}:{}", name_, line_of(node));
        return true;
    }

    std::string name_;
    int last_key_line_ = 0;  // the place of an empty value, which has none of its own
    std::unique_ptr<Error> error_;
};

bool only_comments(std::string_view yaml) {
    const std::vector<std::string> lines = split(yaml, '\n');
    return std::all_of(lines.begin(), lines.end(), [](const std::string& line) {
        const std::string_view text = trim(line);
        return text.empty() || text[0] == '#';
    });
}

}  // namespace

Result<std::vector<Entry>> parse_entries(std::string_view yaml, std::string_view name) {
    if (yaml.size() > most_entry_bytes)
        return fail(ErrorCode::too_large, fmt::format("{}: {} bytes; {} are read at the most", name,
                                                      yaml.size(), most_entry_bytes));
    if (!valid_utf8(yaml) || contains(yaml, std::string_view("\0", 1)))
        return fail(ErrorCode::invalid, fmt::format("{}: not a UTF-8 text", name));
    Reader reader(name);
    if (trim(yaml).empty()) return reader.entries(nullptr);

    // Collected, not printed: what is wrong belongs into our own error.
    fy_diag_cfg quiet{};
    fy_diag_cfg_default(&quiet);
    quiet.fp = nullptr;
    quiet.output_fn = [](fy_diag*, void*, const char*, size_t) {};
    const std::unique_ptr<fy_diag, Destroy> diag(fy_diag_create(&quiet));
    if (!diag) return fail(ErrorCode::io, "no memory to read YAML");
    fy_diag_set_collect_errors(diag.get(), true);
    fy_parse_cfg config{};
    config.flags = fy_parse_cfg_flags(FYPCF_QUIET | FYPCF_COLLECT_DIAG);
    config.diag = diag.get();
    const std::unique_ptr<fy_document, Destroy> document(
        fy_document_build_from_string(&config, yaml.data(), yaml.size()));
    void* at = nullptr;
    if (const fy_diag_error* error = fy_diag_errors_iterate(diag.get(), &at))
        return fail(ErrorCode::invalid, fmt::format("{}:{}: not YAML: {}", name, std::max(0, error->line) + 1,
                                                    printable(error->msg ? error->msg : "", 200)));
    if (!document && only_comments(yaml)) return reader.entries(nullptr);
    if (!document) return fail(ErrorCode::invalid, fmt::format("{}: not YAML", name));
    return reader.entries(fy_document_root(document.get()));
}

}  // namespace logbook::runbook
