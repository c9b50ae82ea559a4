// libyaml's events to a tree: recorded first, so that an alias is its anchor's events once more.
#include "logbook/yaml/tree.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <optional>
#include <yaml.h>

#include "logbook/base/text.h"

namespace logbook::yaml {
namespace {

struct Event {
    enum class Kind { scalar, alias, sequence, mapping, end };
    Kind kind = Kind::end;
    std::string tag, text;  // of an alias: its name
    bool quoted = false;
    size_t line = 0;
    size_t meant = 0;  // of an alias: where its anchor's events begin
};

struct Delete {
    void operator()(yaml_parser_t* parser) const {
        yaml_parser_delete(parser);
        delete parser;
    }
};

std::string text_of(const yaml_char_t* text) {
    return text ? std::string(reinterpret_cast<const char*>(text)) : std::string();
}

// The first document's events, in the text's order.
class Recorder {
  public:
    Recorder(std::string_view name, const Limits& limits) : name_(name), limits_(limits) {}

    Result<std::vector<Event>> record(std::string_view yaml) {
        const std::unique_ptr<yaml_parser_t, Delete> parser(new yaml_parser_t());
        if (!yaml_parser_initialize(parser.get())) return fail(ErrorCode::io, "no memory to read YAML");
        yaml_parser_set_input_string(parser.get(), reinterpret_cast<const unsigned char*>(yaml.data()),
                                     yaml.size());
        for (bool more = true; more;) {
            yaml_event_t event;
            if (!yaml_parser_parse(parser.get(), &event)) {
                refuse(parser->problem_mark.line + 1, ErrorCode::protocol,
                       "not YAML: " + printable(parser->problem ? parser->problem : "", 200));
                break;
            }
            more = event.type != YAML_STREAM_END_EVENT && take(event);
            yaml_event_delete(&event);
        }
        if (error_) return tl::unexpected(*error_);
        return std::move(events_);
    }

  private:
    // False: no further event is wanted.
    bool take(const yaml_event_t& event) {
        const size_t line = event.start_mark.line + 1;
        // As many again for the ends.
        if (events_.size() > 2 * limits_.nodes) return refuse(line, ErrorCode::too_large, "too many values");
        switch (event.type) {
        case YAML_DOCUMENT_START_EVENT:
            return documents_++ == 0 || refuse(line, ErrorCode::protocol, "a second document");
        case YAML_SCALAR_EVENT: {
            const auto& scalar = event.data.scalar;
            Event& added = begin(Event::Kind::scalar, line, scalar.anchor, scalar.tag);
            added.text.assign(reinterpret_cast<const char*>(scalar.value), scalar.length);
            added.quoted = added.quoted || scalar.style != YAML_PLAIN_SCALAR_STYLE;
            return true;
        }
        case YAML_SEQUENCE_START_EVENT: {
            const auto& start = event.data.sequence_start;
            begin(Event::Kind::sequence, line, start.anchor, start.tag);
            return true;
        }
        case YAML_MAPPING_START_EVENT: {
            const auto& start = event.data.mapping_start;
            begin(Event::Kind::mapping, line, start.anchor, start.tag);
            return true;
        }
        case YAML_ALIAS_EVENT: {
            const std::string alias = text_of(event.data.alias.anchor);
            const auto anchor = anchors_.find(alias);
            if (anchor == anchors_.end())
                return refuse(line, ErrorCode::protocol,
                              "an alias without its anchor: *" + printable(alias, 60));
            Event& added = begin(Event::Kind::alias, line, nullptr, nullptr);
            added.meant = anchor->second;
            return true;
        }
        case YAML_SEQUENCE_END_EVENT:
        case YAML_MAPPING_END_EVENT:
            begin(Event::Kind::end, line, nullptr, nullptr);
            return true;
        case YAML_NO_EVENT:
        case YAML_STREAM_START_EVENT:
        case YAML_STREAM_END_EVENT:
        case YAML_DOCUMENT_END_EVENT:
            return true;
        }
        return true;
    }

    Event& begin(Event::Kind kind, size_t line, const yaml_char_t* anchor, const yaml_char_t* tag) {
        if (anchor)
            anchors_[text_of(anchor)] = events_.size();  // a later one of the same name counts from here
        Event& event = events_.emplace_back();
        event.kind = kind;
        event.line = line;
        event.tag = text_of(tag);
        // YAML's own ("!!str") say what a value is; only this one says something that its text does not.
        constexpr std::string_view own = "tag:yaml.org,2002:";
        if (event.tag.rfind(own, 0) == 0) {
            event.quoted = event.tag.substr(own.size()) == "str";
            event.tag.clear();
        }
        return event;
    }

    bool refuse(size_t line, ErrorCode code, const std::string& why) {
        error_ = Error{code, fmt::format("{}:{}: {}", name_, line, why), ""};
        return false;
    }

    std::string name_;
    const Limits& limits_;
    std::vector<Event> events_;
    std::map<std::string, size_t, std::less<>> anchors_;
    size_t documents_ = 0;
    std::optional<Error> error_;
};

class Builder {
  public:
    Builder(std::string_view name, const std::vector<Event>& events, const Limits& limits)
        : name_(name), events_(events), limits_(limits) {}

    // The value that begins at `at`, which is left behind it.
    bool build(size_t& at, Node& out, size_t depth) {
        const Event& event = events_[at++];
        if (++count_ > limits_.nodes)
            return refuse(event, ErrorCode::too_large, "too many values, or aliases of aliases");
        if (depth > limits_.depth)
            return refuse(event, ErrorCode::too_large, "nested too deeply, or into itself");
        out.line = event.line;
        out.tag = event.tag;
        switch (event.kind) {
        case Event::Kind::scalar:
            scalar(event, out);
            return true;
        case Event::Kind::sequence:
            return sequence(at, out, depth);
        case Event::Kind::mapping:
            return mapping(at, event, out, depth);
        case Event::Kind::alias: {
            size_t meant = event.meant;
            if (!build(meant, out, depth + 1)) return false;
            out.line = event.line;
            return true;
        }
        case Event::Kind::end:
            break;  // the recorder's events are balanced
        }
        return false;
    }

    std::optional<Error> error;

  private:
    bool refuse(const Event& where, ErrorCode code, const std::string& why) {
        error = Error{code, fmt::format("{}:{}: {}", name_, where.line, why), ""};
        return false;
    }

    static void scalar(const Event& event, Node& out) {
        out.text = event.text;
        out.quoted = event.quoted;
        const bool nothing = !out.quoted && (out.text.empty() || out.text == "~" || out.text == "null" ||
                                             out.text == "Null" || out.text == "NULL");
        out.kind = nothing ? Node::Kind::null : Node::Kind::scalar;
    }

    bool sequence(size_t& at, Node& out, size_t depth) {
        out.kind = Node::Kind::sequence;
        while (events_[at].kind != Event::Kind::end)
            if (!build(at, out.items.emplace_back(), depth + 1)) return false;
        ++at;
        return true;
    }

    bool mapping(size_t& at, const Event& begun, Node& out, size_t depth) {
        out.kind = Node::Kind::mapping;
        std::vector<Node> merged;
        while (events_[at].kind != Event::Kind::end) {
            const Event& key = events_[at++];
            if (key.kind != Event::Kind::scalar)
                return refuse(key, ErrorCode::protocol, "a key that is no text");
            Node value;
            if (!build(at, value, depth + 1)) return false;
            if (key.text == "<<" && !key.quoted) {
                if (value.kind == Node::Kind::sequence)
                    std::move(value.items.begin(), value.items.end(), std::back_inserter(merged));
                else
                    merged.push_back(std::move(value));
                continue;
            }
            if (out.find(key.text))
                return refuse(key, ErrorCode::protocol,
                              "the key `" + printable(key.text, 60) + "` stands here twice");
            if (value.kind == Node::Kind::sequence || value.kind == Node::Kind::mapping)
                value.line = key.line;
            out.members.emplace_back(key.text, std::move(value));
        }
        ++at;
        // What is written out wins over what is merged in, and the first merged over the next.
        for (Node& source : merged) {
            if (source.kind != Node::Kind::mapping)
                return refuse(begun, ErrorCode::protocol, "`<<` merges mappings only");
            for (Node::Member& member : source.members)
                if (!out.find(member.first)) out.members.push_back(std::move(member));
        }
        return true;
    }

    std::string name_;
    const std::vector<Event>& events_;
    const Limits& limits_;
    size_t count_ = 0;
};

}  // namespace

Node::Node() = default;
Node::Node(const Node& other) = default;
Node::Node(Node&& other) noexcept = default;
Node& Node::operator=(const Node& other) = default;
Node& Node::operator=(Node&& other) noexcept = default;
Node::~Node() = default;

const Node* Node::find(std::string_view key) const {
    const auto found = std::find_if(members.begin(), members.end(),
                                    [&](const Member& member) { return member.first == key; });
    return found == members.end() ? nullptr : &found->second;
}

Result<Node> parse(std::string_view yaml, std::string_view name, Limits limits) {
    if (yaml.size() > limits.bytes)
        return fail(ErrorCode::too_large, fmt::format("{} has more than {} bytes", name, limits.bytes));
    // libyaml would read UTF-16 too; here that is the wrong file.
    if (!valid_utf8(yaml) || contains(yaml, std::string_view("\0", 1)))
        return fail(ErrorCode::protocol, fmt::format("{} is not a UTF-8 text", name),
                    "check that this is the right file");
    const auto events = Recorder(name, limits).record(yaml);
    if (!events) return tl::unexpected(events.error());
    Node root;
    if (events->empty()) return root;
    Builder builder(name, *events, limits);
    size_t at = 0;
    if (!builder.build(at, root, 0)) return tl::unexpected(*builder.error);
    return root;
}

}  // namespace logbook::yaml
