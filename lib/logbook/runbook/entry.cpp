// Entries: names, and the filling of placeholders.
#include "logbook/runbook/entry.h"

#include <utility>

#include "logbook/base/text.h"

namespace logbook::runbook {
namespace {

using Place = std::pair<std::string, std::string Facts::*>;

const std::vector<Place>& places() {
    static const std::vector<Place> all = {
        {"logbookctl", &Facts::logbookctl},
        {"compose", &Facts::compose},
        {"project_dir", &Facts::project_dir},
        {"env_file", &Facts::env_file},
        {"database", &Facts::database},
        {"cache", &Facts::cache},
        {"backend", &Facts::backend},
        {"frontend", &Facts::frontend},
        {"backend_url", &Facts::backend_url},
        {"frontend_url", &Facts::frontend_url},
        {"dump", &Facts::dump},
    };
    return all;
}

}  // namespace

std::string_view name_of(Risk risk) {
    switch (risk) {
    case Risk::none:
        return "none";
    case Risk::restart:
        return "restart";
    case Risk::data:
        return "data";
    }
    return "none";
}

const std::vector<std::string>& placeholder_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (const Place& place : places()) all.push_back(place.first);
        return all;
    }();
    return names;
}

std::string filled(std::string_view text, const Facts& facts) {
    // One pass, so that a value which looks like a placeholder itself is left alone.
    std::string out;
    for (size_t at = 0; at < text.size();) {
        const size_t end = text[at] == '{' ? text.find('}', at) : std::string_view::npos;
        const std::string Facts::*value = nullptr;
        if (end != std::string_view::npos)
            for (const Place& place : places())
                if (text.substr(at + 1, end - at - 1) == place.first) value = place.second;
        if (value) {
            // The dump's own placeholders; with its name taken out, it cannot name itself.
            out +=
                value == &Facts::dump ? filled(replace_all(facts.dump, "{dump}", ""), facts) : facts.*value;
            at = end + 1;
        } else {
            out += text[at++];
        }
    }
    return out;
}

Entry filled(const Entry& entry, const Facts& facts) {
    Entry out = entry;
    const auto fill = [&](std::string& text) { text = filled(text, facts); };
    for (std::string* text : {&out.title, &out.meaning, &out.proves, &out.published, &out.published_wrong})
        fill(*text);
    for (std::vector<std::string>* list : {&out.causes, &out.symptoms, &out.never})
        for (std::string& text : *list) fill(text);
    for (Step& step : out.fix) {
        fill(step.text);
        fill(step.command);
    }
    return out;
}

}  // namespace logbook::runbook
