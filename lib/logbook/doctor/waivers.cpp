// Reading waivers.
#include "logbook/doctor/waivers.h"

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/doctor/check.h"
#include "logbook/host/file.h"

namespace logbook::doctor {
namespace {

std::string unknown_check(std::string_view id) {
    std::vector<std::string> names;
    for (const Check& check : all_checks()) names.emplace_back(check.id);
    const std::string near = nearest(id, names);
    return fmt::format("there is no check `{}`{}", printable(id, 60),
                       near.empty() ? "" : "; nearest: " + near);
}

}  // namespace

WaiverList parse_waivers(std::string_view text, const std::string& name, WallTime now) {
    WaiverList list;
    size_t number = 0;
    for (const std::string& raw : split(text, '\n')) {
        ++number;
        const std::string_view line = trim(raw);
        if (line.empty() || line.front() == '#') continue;
        const auto complain = [&](const std::string& what) {
            list.complaints.push_back(fmt::format("{}:{}: {}", name, number, what));
        };
        const size_t first = line.find(' ');
        const std::string_view rest = first == std::string_view::npos ? "" : trim(line.substr(first));
        const size_t second = rest.find(' ');
        const std::string_view day = rest.substr(0, second);
        const std::string_view reason = second == std::string_view::npos ? "" : trim(rest.substr(second));
        const auto last_day = parse_iso8601(day);
        Waiver waiver{std::string(line.substr(0, first)), printable(reason), std::nullopt};
        if (!find_check(waiver.check)) {
            complain(unknown_check(waiver.check));
        } else if (!last_day || reason.empty()) {
            complain(
                "a waiver is written `<check> <last day> <reason>`, e.g. db.clock 2026-12-31 no NTP yet");
        } else if (*last_day <= now - std::chrono::hours(24)) {
            complain(fmt::format("the waiver of {} ended on {}; it is no longer applied", waiver.check,
                                 printable(day, 20)));
        } else {
            waiver.until = *last_day;
            list.valid.push_back(std::move(waiver));
        }
    }
    return list;
}

Result<Waiver> parse_skip(std::string_view text) {
    const size_t equals = text.find('=');
    const std::string id(text.substr(0, equals));
    if (!find_check(id)) return fail(ErrorCode::invalid, unknown_check(id), "logbookctl doctor --list");
    const std::string_view reason = equals == std::string_view::npos ? "" : trim(text.substr(equals + 1));
    if (reason.empty())
        return fail(ErrorCode::invalid, fmt::format("--skip {} gives no reason", id),
                    fmt::format("--skip {}='why it is accepted'", id));
    return Waiver{id, printable(reason), std::nullopt};
}

Result<WaiverList> load_waivers(const std::filesystem::path& path, WallTime now) {
    const auto text = host::read_file(path, uint64_t(64) << 10);
    if (!text && text.error().code == ErrorCode::not_found) return WaiverList{};
    if (!text) return fail(text.error());
    return parse_waivers(text->bytes, path.string(), now);
}

}  // namespace logbook::doctor
