// Reading and choosing. Every rule here stands in config.schema.json too.
#include "logbook/deployment/user_config.h"

#include <algorithm>
#include <fmt/format.h>
#include <unistd.h>

#include "logbook/base/text.h"
#include "logbook/host/file.h"
#include "logbook/yaml/tree.h"

namespace logbook::deployment {
namespace {

using Kind = yaml::Node::Kind;

constexpr size_t most_deployments = 1000;
constexpr size_t most_value_bytes = 4096;

bool is_name(std::string_view text) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    return !text.empty() && text.size() <= 64 && plain(text[0]) &&
           std::all_of(text.begin(), text.end(),
                       [&](char c) { return plain(c) || c == '-' || c == '_' || c == '.'; });
}

// "https://user:word@host": what stands before the @ may be a secret.
bool has_credentials(std::string_view address) {
    const size_t begin = address.find("://");
    if (begin == std::string_view::npos) return false;
    const std::string_view authority = address.substr(begin + 3, address.find('/', begin + 3) - begin - 3);
    return authority.find('@') != std::string_view::npos;
}

class Parser {
  public:
    explicit Parser(std::string_view file) : file_(file) {}

    Result<UserConfig> read(const yaml::Node& root) {
        if (root.kind == Kind::null) return UserConfig{};
        if (root.kind != Kind::mapping) return wrong(root.line, "the file is a list of `key: value` lines");
        const std::vector<std::string> keys = {"default", "deployments", "engine",
                                               "output",  "color",       "timeout"};
        UserConfig config;
        for (const auto& [key, value] : root.members) {
            if (key == "deployments") {
                if (Status read = deployments(value, config); !read) return fail(read.error());
            } else if (key == "default") {
                const auto text = scalar(key, value, root.line);
                if (!text) return fail(text.error());
                if (!is_name(*text))
                    return wrong(value.line, "`default` takes the name of a deployment of this file");
                config.default_deployment = *text;
                config.default_line = value.line;
            } else if (std::find(keys.begin(), keys.end(), key) != keys.end()) {
                if (Status read = set(config.everywhere, key, value, root.line); !read)
                    return fail(read.error());
            } else {
                return unknown_key(key, value.line ? value.line : root.line, keys);
            }
        }
        return config;
    }

  private:
    tl::unexpected<Error> wrong(size_t line, const std::string& what, std::string hint = {}) const {
        return fail(ErrorCode::invalid,
                    line > 0 ? fmt::format("{}:{}: {}", file_, line, what)
                             : fmt::format("{}: {}", file_, what),
                    hint.empty() ? "its keys are described in logbookctl(1), FILES" : std::move(hint));
    }

    tl::unexpected<Error> unknown_key(const std::string& key, size_t line,
                                      const std::vector<std::string>& keys) const {
        const std::string near = nearest(key, keys);
        const std::string lowered = lower(key);
        for (const char* word : {"password", "secret", "token", "key"})
            if (contains(lowered, word))
                return wrong(
                    line,
                    fmt::format("there is no key `{}`: this file never holds a secret", printable(key, 60)),
                    "take the line out; secrets stay in the deployment's .env");
        return wrong(line, fmt::format("there is no key `{}`; {}", printable(key, 60),
                                       near.empty() ? "they are " + join(keys, ", ") : "nearest: " + near));
    }

    Result<std::string> scalar(const std::string& key, const yaml::Node& node, size_t above) const {
        const size_t line = node.line ? node.line : above;
        if (node.kind != Kind::scalar || node.text.empty())
            return wrong(line, fmt::format("`{}` takes one value", printable(key, 60)));
        if (node.text.size() > most_value_bytes || printable(node.text, most_value_bytes) != node.text)
            return wrong(line, fmt::format("`{}` is no plain text", printable(key, 60)));
        return node.text;
    }

    Status set(ConfigDefaults& says, const std::string& key, const yaml::Node& node, size_t above) const {
        const auto text = scalar(key, node, above);
        if (!text) return fail(text.error());
        const size_t line = node.line ? node.line : above;
        const auto one_of = [&](const std::vector<std::string>& words) -> Status {
            if (std::find(words.begin(), words.end(), *text) != words.end()) return {};
            const std::string near = nearest(*text, words);
            return wrong(line, fmt::format("`{}` takes {}, not `{}`{}", key, join(words, ", "),
                                           printable(*text, 60), near.empty() ? "" : "; nearest: " + near));
        };
        if (key == "output") {
            says.output = *text;
            return one_of({"table", "json"});
        }
        if (key == "color") {
            says.color = *text;
            return one_of({"auto", "always", "never"});
        }
        if (key == "timeout") {
            const auto time = parse_duration(*text);
            if (!time) return wrong(line, "`timeout`: " + time.error().what, time.error().hint);
            says.timeout = *time;
            return {};
        }
        if (key == "folder") {
            says.folder = *text;
            if ((*text)[0] == '/' || text->substr(0, 2) == "~/") return {};
            return wrong(line, "`folder` takes a path that begins with / or ~/");
        }
        if (key == "url") {
            says.url = *text;
            if (text->substr(0, 8) != "https://" && text->substr(0, 7) != "http://")
                return wrong(line, "`url` takes an address that begins with https:// or http://");
        }
        if (key == "engine") says.engine = *text;
        if (key == "project") says.project = *text;
        if (has_credentials(*text))
            return wrong(line,
                         fmt::format("`{}` holds a name or password before the @: this file never holds "
                                     "a secret",
                                     key));
        return {};
    }

    Status deployments(const yaml::Node& node, UserConfig& config) const {
        if (node.kind == Kind::null) return {};
        if (node.kind != Kind::mapping)
            return wrong(node.line, "`deployments` takes a name and its keys beneath for each deployment");
        if (node.members.size() > most_deployments)
            return wrong(node.line, fmt::format("more than {} deployments", most_deployments));
        static const std::vector<std::string> keys = {"folder",  "engine", "project", "url",
                                                      "timeout", "output", "color"};
        for (const auto& [name, body] : node.members) {
            const size_t above = body.line ? body.line : node.line;
            if (!is_name(name))
                return wrong(above, fmt::format("`{}` is no name for a deployment: letters, digits, - _ . "
                                                "(64 at the most)",
                                                printable(name, 60)));
            if (body.kind != Kind::mapping)
                return wrong(above,
                             fmt::format("deployment {} takes keys beneath it: {}", name, join(keys, ", ")));
            NamedDeployment named;
            named.name = name;
            for (const auto& [key, value] : body.members) {
                if (std::find(keys.begin(), keys.end(), key) == keys.end())
                    return unknown_key(key, value.line ? value.line : above, keys);
                if (Status read = set(named.says, key, value, above); !read) return read;
            }
            config.deployments.push_back(std::move(named));
        }
        return {};
    }

    std::string file_;
};

void put_over(ConfigDefaults& under, const ConfigDefaults& over) {
    const auto take = [](std::string& mine, const std::string& other) {
        if (!other.empty()) mine = other;
    };
    take(under.folder, over.folder);
    take(under.engine, over.engine);
    take(under.project, over.project);
    take(under.url, over.url);
    take(under.output, over.output);
    take(under.color, over.color);
    if (over.timeout) under.timeout = over.timeout;
}

std::string expanded(const std::string& folder, const std::string& home) {
    return folder.substr(0, 2) == "~/" ? home + folder.substr(1) : folder;
}

bool same_folder(const std::filesystem::path& a, const std::filesystem::path& b) {
    std::error_code error;
    if (std::filesystem::equivalent(a, b, error)) return true;
    // Neither has to exist: "/srv/x/" is "/srv/x".
    const auto plain = [](const std::filesystem::path& path) {
        const std::filesystem::path normal = path.lexically_normal();
        return normal.has_filename() ? normal : normal.parent_path();
    };
    return plain(a) == plain(b);
}

}  // namespace

const NamedDeployment* UserConfig::find(std::string_view name) const {
    for (const NamedDeployment& named : deployments)
        if (named.name == name) return &named;
    return nullptr;
}

Result<UserConfig> parse_user_config(std::string_view yaml, std::string_view name) {
    yaml::Limits limits;
    limits.bytes = largest_user_config;
    limits.nodes = 20'000;
    limits.depth = 16;
    auto document = yaml::parse(yaml, name, limits);
    if (!document)
        return fail(ErrorCode::invalid, document.error().what,
                    "its keys are described in logbookctl(1), FILES");
    return Parser(name).read(*document);
}

Result<std::optional<UserConfig>> load_user_config(const std::filesystem::path& path) {
    const auto text = host::read_file(path, largest_user_config);
    if (!text && text.error().code == ErrorCode::not_found) return std::nullopt;
    if (!text) return fail(text.error());
    const host::FileFacts& facts = text->facts;
    if (facts.owner != 0 && facts.owner != ::geteuid())
        return fail(ErrorCode::denied,
                    fmt::format("{} belongs to another user (number {}): it is not used, since it could send "
                                "commands to another engine",
                                path.string(), facts.owner),
                    "make it your own (chown), or take it away");
    if (facts.mode & 022)
        return fail(ErrorCode::denied,
                    fmt::format("{} can be changed by {} (mode {:04o}): it is not used, since it could send "
                                "commands to another engine",
                                path.string(), facts.mode & 002 ? "every user of this machine" : "its group",
                                facts.mode),
                    "chmod go-w " + shell_quoted(path.string()));
    auto config = parse_user_config(text->bytes, path.string());
    if (!config) return fail(config.error());
    return std::optional<UserConfig>(std::move(*config));
}

UserConfig merge_user_config(UserConfig system, const UserConfig& user) {
    put_over(system.everywhere, user.everywhere);
    if (!user.default_deployment.empty()) system.default_deployment = user.default_deployment;
    for (const NamedDeployment& named : user.deployments) {
        const auto known = std::find_if(system.deployments.begin(), system.deployments.end(),
                                        [&](const NamedDeployment& d) { return d.name == named.name; });
        if (known == system.deployments.end())
            system.deployments.push_back(named);
        else
            *known = named;
    }
    return system;
}

Result<ConfigDefaults> choose_defaults(const UserConfig& config, const ConfigChoice& choice) {
    const NamedDeployment* chosen = nullptr;
    const std::string& name = !choice.name.empty() ? choice.name
                              : choice.folder      ? choice.name
                                                   : config.default_deployment;
    if (!name.empty()) {
        chosen = config.find(name);
        if (!chosen) {
            std::vector<std::string> names;
            for (const NamedDeployment& named : config.deployments) names.push_back(named.name);
            const std::string near = nearest(name, names);
            return fail(ErrorCode::not_found,
                        fmt::format("no config file has a deployment `{}`", printable(name, 80)),
                        !near.empty()   ? "nearest: -d " + near
                        : names.empty() ? "name it under `deployments:` in ~/.config/logbookctl/config.yaml"
                                        : "they are: " + join(names, ", "));
        }
    } else if (choice.folder) {
        for (const NamedDeployment& named : config.deployments)
            if (!named.says.folder.empty() &&
                same_folder(expanded(named.says.folder, choice.home), *choice.folder)) {
                chosen = &named;
                break;
            }
    }
    ConfigDefaults defaults = config.everywhere;
    if (chosen) put_over(defaults, chosen->says);
    defaults.folder = expanded(defaults.folder, choice.home);
    return defaults;
}

}  // namespace logbook::deployment
