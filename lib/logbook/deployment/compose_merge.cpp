// The merge rules.
#include "logbook/deployment/compose_merge.h"

#include <algorithm>
#include <array>

#include "logbook/base/text.h"
#include "logbook/settings/interpolate.h"

namespace logbook::deployment {
namespace {

using Kind = yaml::Node::Kind;

yaml::Node scalar(std::string text) {
    yaml::Node node;
    node.kind = Kind::scalar;
    node.text = std::move(text);
    node.quoted = true;
    return node;
}

yaml::Node* member(yaml::Node& node, std::string_view key) {
    return const_cast<yaml::Node*>(node.find(key));
}

// ["A=b", "C"] → {A: b, C: null}; of a name that stands twice the last counts.
void list_to_mapping(yaml::Node* node) {
    if (!node || node->kind != Kind::sequence) return;
    yaml::Node mapping;
    mapping.kind = Kind::mapping;
    mapping.tag = node->tag;
    mapping.line = node->line;
    for (const yaml::Node& item : node->items) {
        const size_t equals = item.text.find('=');
        std::string name = item.text.substr(0, equals);
        yaml::Node value = equals == std::string::npos ? yaml::Node() : scalar(item.text.substr(equals + 1));
        value.line = item.line;
        if (yaml::Node* known = member(mapping, name))
            *known = std::move(value);
        else
            mapping.members.emplace_back(std::move(name), std::move(value));
    }
    *node = std::move(mapping);
}

void normalise_service(yaml::Node& service) {
    list_to_mapping(member(service, "environment"));
    list_to_mapping(member(service, "labels"));
    if (yaml::Node* needs = member(service, "depends_on"); needs && needs->kind == Kind::sequence) {
        yaml::Node mapping;
        mapping.kind = Kind::mapping;
        mapping.tag = needs->tag;
        for (const yaml::Node& item : needs->items) {
            yaml::Node body;
            body.kind = Kind::mapping;
            body.members.emplace_back("condition", scalar("service_started"));
            if (!mapping.find(item.text)) mapping.members.emplace_back(item.text, std::move(body));
        }
        *needs = std::move(mapping);
    }
    if (yaml::Node* build = member(service, "build"); build && build->kind == Kind::scalar) {
        yaml::Node mapping;
        mapping.kind = Kind::mapping;
        mapping.members.emplace_back("context", *build);
        *build = std::move(mapping);
    }
}

// "data:/var/lib/mysql:ro" and {target: …} → "/var/lib/mysql": two mounts of one place are one.
std::string mount_target(const yaml::Node& volume) {
    if (const yaml::Node* target = volume.find("target")) return target->text;
    const std::vector<std::string> parts = split(volume.text, ':');
    return parts.size() == 1 ? parts[0] : parts[1];
}

bool same(const yaml::Node& a, const yaml::Node& b) {
    return a.kind == b.kind && a.text == b.text && a.items.size() == b.items.size() &&
           a.members.size() == b.members.size() &&
           std::equal(a.items.begin(), a.items.end(), b.items.begin(), same) &&
           std::equal(
               a.members.begin(), a.members.end(), b.members.begin(),
               [](const auto& x, const auto& y) { return x.first == y.first && same(x.second, y.second); });
}

enum class ListRule { append, replace, by_target, each_once };

// How a list of that name is merged; the specification's exceptions to "append".
ListRule rule_of(std::string_view key) {
    static constexpr std::array<std::string_view, 3> replaced = {"command", "entrypoint", "test"};
    static constexpr std::array<std::string_view, 7> once = {
        "ports", "expose", "external_links", "dns", "profiles", "dns_search", "tmpfs"};
    if (std::find(replaced.begin(), replaced.end(), key) != replaced.end()) return ListRule::replace;
    if (std::find(once.begin(), once.end(), key) != once.end()) return ListRule::each_once;
    return key == "volumes" || key == "devices" || key == "secrets" || key == "configs" ? ListRule::by_target
                                                                                        : ListRule::append;
}

void merge_lists(std::string_view key, yaml::Node& base, yaml::Node&& overlay) {
    const ListRule rule = rule_of(key);
    if (rule == ListRule::replace) {
        base = std::move(overlay);
        return;
    }
    for (yaml::Node& item : overlay.items) {
        const auto known = std::find_if(base.items.begin(), base.items.end(), [&](const yaml::Node& old) {
            return rule == ListRule::by_target ? mount_target(old) == mount_target(item)
                                               : rule == ListRule::each_once && same(old, item);
        });
        if (known == base.items.end())
            base.items.push_back(std::move(item));
        else
            *known = std::move(item);
    }
}

// Without what only tells how to merge.
void drop_tags(yaml::Node& node) {
    auto& members = node.members;
    members.erase(std::remove_if(members.begin(), members.end(),
                                 [](const yaml::Node::Member& m) { return m.second.tag == "!reset"; }),
                  members.end());
    if (node.tag == "!override") node.tag.clear();
    for (yaml::Node& item : node.items) drop_tags(item);
    for (yaml::Node::Member& m : members) drop_tags(m.second);
}

void merge(std::string_view key, yaml::Node& base, yaml::Node&& overlay) {
    if (overlay.tag == "!override" || overlay.kind != base.kind || overlay.kind == Kind::scalar) {
        // A key without a value takes nothing away, but in `environment` and the like, where it is one.
        if (overlay.kind == Kind::null && base.kind != Kind::scalar) return;
        base = std::move(overlay);
        return;
    }
    if (overlay.kind == Kind::sequence) return merge_lists(key, base, std::move(overlay));
    for (yaml::Node::Member& change : overlay.members) {
        if (change.second.tag == "!reset") {
            auto& members = base.members;
            members.erase(
                std::remove_if(members.begin(), members.end(),
                               [&](const yaml::Node::Member& m) { return m.first == change.first; }),
                members.end());
        } else if (yaml::Node* known = member(base, change.first)) {
            merge(change.first, *known, std::move(change.second));
        } else {
            base.members.push_back(std::move(change));
        }
    }
}

}  // namespace

void normalise_compose(yaml::Node& file) {
    if (yaml::Node* services = member(file, "services"))
        for (yaml::Node::Member& service : services->members) normalise_service(service.second);
}

yaml::Node merge_compose(yaml::Node base, yaml::Node overlay) {
    merge({}, base, std::move(overlay));
    drop_tags(base);
    return base;
}

std::vector<std::string>
interpolate_compose(yaml::Node& file,
                    const std::function<std::optional<std::string>(std::string_view)>& lookup) {
    std::vector<std::string> problems;
    if (file.kind == Kind::scalar && file.text.find('$') != std::string::npos) {
        settings::Interpolated done = settings::interpolate(file.text, lookup);
        if (!done.problem.empty()) problems.push_back(done.problem);
        file.text = std::move(done.text);
    }
    const auto descend = [&](yaml::Node& child) {
        for (std::string& problem : interpolate_compose(child, lookup))
            problems.push_back(std::move(problem));
    };
    for (yaml::Node& item : file.items) descend(item);
    for (yaml::Node::Member& m : file.members) descend(m.second);
    return problems;
}

}  // namespace logbook::deployment
