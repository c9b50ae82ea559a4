// libfyaml's nodes to our own; the only file of this room that knows them.
#include "logbook/deployment/yaml_tree.h"

#include <algorithm>
#include <fmt/format.h>
#include <libfyaml.h>
#include <memory>
#include <optional>

#include "logbook/base/text.h"

namespace logbook::deployment {
namespace {

struct Destroy {
    void operator()(fy_document* document) const { fy_document_destroy(document); }
    void operator()(fy_diag* diag) const { fy_diag_destroy(diag); }
};

size_t line_of(fy_node* node) {
    fy_token* token = node ? fy_node_get_scalar_token(node) : nullptr;
    const fy_mark* mark = token ? fy_token_start_mark(token) : nullptr;
    return mark ? size_t(mark->line) + 1 : 0;
}

std::string text_of(fy_node* node) {
    size_t size = 0;
    const char* text = fy_node_get_scalar(node, &size);
    return text ? std::string(text, size) : std::string();
}

// A scalar that stands there by itself: `~`, `null` and nothing are null only then.
bool is_plain(fy_node* node) {
    fy_token* token = fy_node_get_scalar_token(node);
    return !token || fy_scalar_token_get_style(token) == FYSS_PLAIN;
}

// As Compose's own reader takes them. libfyaml 0.7.12 takes `*a/b` for a path, and reads past the end of the
// text where one is not whole.
bool is_anchor_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
               c == '-' || c == '.' || c >= 0x80;
    });
}

// The line, from 1, with the mark of an explicit key ("? key"), at its beginning or behind another mark; 0
// where none has one. Nobody writes them, and libfyaml 0.7.12 crashes on broken ones.
size_t explicit_key_line(std::string_view yaml) {
    constexpr std::string_view blanks = " \t\r\n", marks = ":-?,[{";
    for (size_t at = yaml.find('?'); at != std::string_view::npos; at = yaml.find('?', at + 1)) {
        if (at + 1 < yaml.size() && blanks.find(yaml[at + 1]) == std::string_view::npos) continue;
        const size_t before = at == 0 ? std::string_view::npos : yaml.find_last_not_of(" \t\r", at - 1);
        const bool marked = before == std::string_view::npos || yaml[before] == '\n' ||
                            marks.find(yaml[before]) != std::string_view::npos;
        if (marked) return 1 + size_t(std::count(yaml.begin(), yaml.begin() + std::ptrdiff_t(at), '\n'));
    }
    return 0;
}

class Builder {
  public:
    Builder(std::string_view name, const YamlLimits& limits) : name_(name), limits_(limits) {}

    bool build(fy_node* node, YamlNode& out, size_t depth) {
        if (++count_ > limits_.nodes)
            return refuse(node, ErrorCode::too_large, "too many values, or aliases of aliases");
        if (depth > limits_.depth)
            return refuse(node, ErrorCode::too_large, "nested too deeply, or into itself");
        if (!node) return true;
        out.line = line_of(node);
        if (fy_node_is_alias(node)) {
            if (!is_anchor_name(text_of(node)))
                return refuse(node, ErrorCode::protocol,
                              "an alias that is no name: *" + printable(text_of(node), 60));
            fy_node* meant = fy_node_resolve_alias(node);
            if (!meant)
                return refuse(node, ErrorCode::protocol,
                              "an alias without its anchor: *" + printable(text_of(node), 60));
            return build(meant, out, depth + 1);
        }
        size_t size = 0;
        if (const char* tag = fy_node_get_tag(node, &size)) out.tag.assign(tag, size);
        if (fy_node_is_scalar(node)) return scalar(node, out), true;
        return fy_node_is_sequence(node) ? sequence(node, out, depth) : mapping(node, out, depth);
    }

    std::optional<Error> error;

  private:
    bool refuse(fy_node* where, ErrorCode code, const std::string& why) {
        const size_t line = line_of(where);
        error =
            Error{code, line ? fmt::format("{}:{}: {}", name_, line, why) : fmt::format("{}: {}", name_, why),
                  "check it with: docker compose config --quiet"};
        return false;
    }

    static void scalar(fy_node* node, YamlNode& out) {
        out.text = text_of(node);
        out.quoted = !is_plain(node);
        const bool nothing = !out.quoted && (out.text.empty() || out.text == "~" || out.text == "null");
        out.kind = nothing ? YamlNode::Kind::null : YamlNode::Kind::scalar;
    }

    bool sequence(fy_node* node, YamlNode& out, size_t depth) {
        out.kind = YamlNode::Kind::sequence;
        void* at = nullptr;
        while (fy_node* item = fy_node_sequence_iterate(node, &at))
            if (!build(item, out.items.emplace_back(), depth + 1)) return false;
        return true;
    }

    bool mapping(fy_node* node, YamlNode& out, size_t depth) {
        out.kind = YamlNode::Kind::mapping;
        std::vector<YamlNode> merged;
        void* at = nullptr;
        while (fy_node_pair* pair = fy_node_mapping_iterate(node, &at)) {
            fy_node* key = fy_node_pair_key(pair);
            if (!key || !fy_node_is_scalar(key) || fy_node_is_alias(key))
                return refuse(key, ErrorCode::protocol, "a key that is no text");
            std::string word = text_of(key);
            YamlNode value;
            if (!build(fy_node_pair_value(pair), value, depth + 1)) return false;
            if (word == "<<" && is_plain(key)) {
                if (value.kind == YamlNode::Kind::sequence)
                    std::move(value.items.begin(), value.items.end(), std::back_inserter(merged));
                else
                    merged.push_back(std::move(value));
                continue;
            }
            if (out.find(word))
                return refuse(key, ErrorCode::protocol,
                              "the key `" + printable(word, 60) + "` stands here twice");
            if (value.line == 0) value.line = line_of(key);
            out.members.emplace_back(std::move(word), std::move(value));
        }
        // What is written out wins over what is merged in, and the first merged over the next.
        for (YamlNode& source : merged) {
            if (source.kind != YamlNode::Kind::mapping)
                return refuse(node, ErrorCode::protocol, "`<<` merges mappings only");
            for (YamlNode::Member& member : source.members)
                if (!out.find(member.first)) out.members.push_back(std::move(member));
        }
        return true;
    }

    std::string name_;
    const YamlLimits& limits_;
    size_t count_ = 0;
};

}  // namespace

YamlNode::YamlNode() = default;
YamlNode::YamlNode(const YamlNode& other) = default;
YamlNode::YamlNode(YamlNode&& other) noexcept = default;
YamlNode& YamlNode::operator=(const YamlNode& other) = default;
YamlNode& YamlNode::operator=(YamlNode&& other) noexcept = default;
YamlNode::~YamlNode() = default;

const YamlNode* YamlNode::find(std::string_view key) const {
    const auto found = std::find_if(members.begin(), members.end(),
                                    [&](const Member& member) { return member.first == key; });
    return found == members.end() ? nullptr : &found->second;
}

Result<YamlNode> parse_yaml(std::string_view yaml, std::string_view name, YamlLimits limits) {
    if (yaml.size() > limits.bytes)
        return fail(ErrorCode::too_large, fmt::format("{} has more than {} bytes", name, limits.bytes));
    // libfyaml 0.7 never comes back from some bytes that are no UTF-8 (found by compose_file_fuzz).
    if (!valid_utf8(yaml) || contains(yaml, std::string_view("\0", 1)))
        return fail(ErrorCode::protocol, fmt::format("{} is not text", name),
                    "check that this is the right file");
    if (const size_t line = explicit_key_line(yaml))
        return fail(ErrorCode::protocol, fmt::format("{}:{}: a key that is marked with `?`", name, line),
                    "write it as `key: value`");
    YamlNode root;
    if (trim(yaml).empty()) return root;

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
        return fail(ErrorCode::protocol,
                    fmt::format("{}:{}: not YAML: {}", name, std::max(0, error->line) + 1,
                                printable(error->msg ? error->msg : "", 200)),
                    "check it with: docker compose config --quiet");
    if (!document) return root;
    Builder builder(name, limits);
    if (!builder.build(fy_document_root(document.get()), root, 0)) return tl::unexpected(*builder.error);
    return root;
}

}  // namespace logbook::deployment
