// The nodes of a YAML file to runbook entries; the first rule that is broken ends it.
#include "logbook/runbook/entry_yaml.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <functional>
#include <memory>

#include "logbook/base/text.h"
#include "logbook/yaml/tree.h"

namespace logbook::runbook {
namespace {

constexpr size_t longest_text = 8192;
constexpr size_t longest_list = 200;

using yaml::Node;
using Kind = Node::Kind;

// Turns nodes into entries; the first rule that is broken is thrown away with everything else, and told.
class Reader {
  public:
    explicit Reader(std::string_view name) : name_(name) {}

    Result<std::vector<Entry>> entries(const Node& root) {
        std::vector<Entry> all;
        if (root.kind == Kind::null) return all;  // nothing but comments: a fresh site file
        if (root.kind != Kind::sequence) return broken(root, "the file must be a list of entries");
        for (const Node& node : root.items) {
            Entry entry;
            if (!read_entry(node, entry)) return tl::unexpected<Error>(*error_);
            all.push_back(std::move(entry));
        }
        return all;
    }

    tl::unexpected<Error> broken(const Node& where, const std::string& why) {
        return fail(ErrorCode::invalid, fmt::format("{}:{}: {}", name_, where.line, why),
                    "see logbook-runbook(7) for the keys of an entry");
    }

  private:
    using Setter = std::function<bool(const Node&)>;

    bool refuse(const Node& where, const std::string& why) {
        error_ = std::make_unique<Error>(broken(where, why).value());
        return false;
    }

    bool read_text(const Node& node, std::string& out) {
        if (node.kind == Kind::null) return refuse(node, "the text is empty");
        if (node.kind != Kind::scalar) return refuse(node, "a text is expected here");
        out = std::string(trim(node.text));
        if (out.empty()) return refuse(node, "the text is empty");
        if (out.size() > longest_text) return refuse(node, "the text is too long");
        const bool shows_control = std::any_of(out.begin(), out.end(), [](char c) {
            return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
        });
        return shows_control ? refuse(node, "control characters are not allowed") : true;
    }

    bool read_texts(const Node& node, std::vector<std::string>& out) {
        if (node.kind != Kind::sequence) return refuse(node, "a list of texts is expected here");
        for (const Node& item : node.items) {
            if (out.size() == longest_list) return refuse(item, "the list is too long");
            if (!read_text(item, out.emplace_back())) return false;
        }
        return true;
    }

    // Calls the setter of each key. An unknown key, and a needed one that is missing, are refused.
    bool read_map(const Node& node, const std::vector<std::pair<std::string, Setter>>& keys, size_t needed) {
        if (node.kind != Kind::mapping) return refuse(node, "a map of keys is expected here");
        for (const auto& [word, value] : node.members) {
            const auto known = std::find_if(keys.begin(), keys.end(),
                                            [&word = word](const auto& k) { return k.first == word; });
            if (known == keys.end()) {
                std::vector<std::string> names;
                names.reserve(keys.size());
                for (const auto& k : keys) names.push_back(k.first);
                const std::string near = nearest(word, names);
                return refuse(value, fmt::format("unknown key `{}`{}", printable(word, 40),
                                                 near.empty() ? "" : "; nearest: " + near));
            }
            if (!known->second(value)) return false;
        }
        for (size_t i = 0; i < needed; ++i)
            if (!node.find(keys[i].first)) return refuse(node, fmt::format("`{}` is missing", keys[i].first));
        return true;
    }

    bool read_risk(const Node& node, Risk& out) {
        std::string word;
        if (!read_text(node, word)) return false;
        for (const Risk risk : {Risk::none, Risk::restart, Risk::data})
            if (word == name_of(risk)) return out = risk, true;
        return refuse(node, fmt::format("risk is none, restart or data, not `{}`", printable(word, 40)));
    }

    bool read_weight(const Node& node, int& out) {
        std::string word;
        if (!read_text(node, word)) return false;
        if (word.size() != 1 || word[0] < '1' || word[0] > '9')
            return refuse(node, fmt::format("weight is 1 to 9, not `{}`", printable(word, 40)));
        out = word[0] - '0';
        return true;
    }

    bool read_slug(const Node& node, std::string& out) {
        if (!read_text(node, out)) return false;
        const size_t dot = out.find('.');
        const bool well =
            dot != std::string::npos && dot > 0 && dot + 1 < out.size() && out.size() <= 64 &&
            out.find('.', dot + 1) == std::string::npos &&
            out.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.") == std::string::npos;
        return well ? true
                    : refuse(node, fmt::format("a slug looks like area.claim, not `{}`", printable(out, 60)));
    }

    bool read_steps(const Node& node, std::vector<Step>& out) {
        if (node.kind != Kind::sequence) return refuse(node, "a list of steps is expected here");
        for (const Node& item : node.items) {
            if (out.size() == longest_list) return refuse(item, "the list is too long");
            Step& step = out.emplace_back();
            if (item.kind != Kind::mapping) {
                if (!read_text(item, step.text)) return false;
                continue;
            }
            if (!read_map(item,
                          {{"text", [&](const Node& n) { return read_text(n, step.text); }},
                           {"command", [&](const Node& n) { return read_text(n, step.command); }},
                           {"risk", [&](const Node& n) { return read_risk(n, step.risk); }}},
                          1))
                return false;
            if (step.risk == Risk::data && !step.command.empty())
                return refuse(item, "a step of risk `data` is words only: it must not be pasted");
        }
        return out.empty() ? refuse(node, "a fix needs a step") : true;
    }

    bool read_entry(const Node& node, Entry& entry) {
        const auto text = [this](std::string& out) -> Setter {
            return [this, &out](const Node& n) { return read_text(n, out); };
        };
        const auto texts = [this](std::vector<std::string>& out) -> Setter {
            return [this, &out](const Node& n) { return read_texts(n, out); };
        };
        const std::vector<std::pair<std::string, Setter>> keys = {
            {"slug", [&](const Node& n) { return read_slug(n, entry.slug); }},
            {"title", text(entry.title)},
            {"meaning", text(entry.meaning)},
            {"fix", [&](const Node& n) { return read_steps(n, entry.fix); }},
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
            {"weight", [&](const Node& n) { return read_weight(n, entry.weight); }},
        };
        if (!read_map(node, keys, 4)) return false;
        entry.origin = fmt::format("{}:{}", name_, node.line);
        return true;
    }

    std::string name_;
    std::unique_ptr<Error> error_;
};

}  // namespace

Result<std::vector<Entry>> parse_entries(std::string_view yaml, std::string_view name) {
    yaml::Limits limits;
    limits.bytes = most_entry_bytes;
    const auto root = yaml::parse(yaml, name, limits);
    if (!root)
        return fail(root.error().code == ErrorCode::too_large ? ErrorCode::too_large : ErrorCode::invalid,
                    root.error().what, root.error().hint);
    return Reader(name).entries(*root);
}

}  // namespace logbook::runbook
