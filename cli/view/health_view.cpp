// Health for people and for monitors.
#include "view/health_view.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::cli {
namespace {

using doctor::HealthLayer;
using doctor::HealthReport;

bool is_good(const HealthLayer& layer) {
    return layer.state == probe::HealthState::healthy;
}

std::string words_of(probe::HealthState state) {
    return replace_all(std::string(probe::name_of(state)), "_", " ");
}

std::string timings_of(const net::HttpTimings& t) {
    std::vector<std::string> parts;
    const auto add = [&](const char* what, Millis value) {
        if (value.count() >= 0) parts.push_back(fmt::format("{} {} ms", what, value.count()));
    };
    add("resolved", t.resolved);
    add("connected", t.connected);
    add("tls", t.tls_done);
    add("first byte", t.first_byte);
    add("total", t.total);
    return join(parts, " · ");
}

std::string mark(const Stream& out, const HealthLayer& layer) {
    if (is_good(layer)) return out.inked(Ink::green, out.terminal().utf8 ? "✔" : "ok");
    if (!layer.applies) return out.inked(Ink::dim, out.terminal().utf8 ? "·" : "note");
    return out.inked(Ink::red, out.terminal().utf8 ? "✖" : "FAIL");
}

// The first step on the line of its label, the others beneath it; a command stands alone, to be pasted.
void put_next(Stream& out, const HealthLayer& layer) {
    std::string label = "    next  ";
    const std::string margin(label.size(), ' ');
    for (const runbook::Step& step : layer.next) {
        for (const std::string& text : wrap(step.text, out.terminal().width - margin.size())) {
            out.line(label + text);
            label = margin;
        }
        if (!step.command.empty()) out.line(margin + "  " + step.command);
    }
}

}  // namespace

void show_health(Stream& out, const HealthReport& report, bool quiet, int verbose) {
    for (const HealthLayer& layer : report.layers) {
        if (quiet) break;
        out.put(mark(out, layer) + " " + fmt::format("{:<10} {:<11} ", layer.name, words_of(layer.state)));
        out.put(printable(layer.how, 200));
        if (layer.timings.total.count() >= 0 && is_good(layer))
            out.put(out.inked(Ink::dim, fmt::format("  {} ms", layer.timings.total.count())));
        out.line();
        const std::string margin(4, ' ');
        if (!layer.said.empty())
            for (const std::string& text : wrap(layer.said, out.terminal().width - margin.size()))
                out.line(margin + text);
        if (layer.certificate_left && is_good(layer))
            out.line(margin + fmt::format("the certificate is good for another {}",
                                          human_duration(*layer.certificate_left)));
        put_next(out, layer);
        if (verbose > 0) out.line(margin + out.inked(Ink::dim, timings_of(layer.timings)));
    }
    const doctor::Health verdict = report.verdict();
    const bool good = verdict == doctor::Health::healthy;
    const bool told = std::any_of(report.layers.begin(), report.layers.end(), [](const HealthLayer& layer) {
        return layer.applies && !layer.next.empty();
    });
    const std::string next = good || told ? "" : " · why: logbookctl doctor";
    out.line(fmt::format("{} {} · {} in {}{}",
                         out.inked(good ? Ink::green : Ink::red,
                                   out.terminal().utf8 ? (good ? "✔" : "✖") : (good ? "ok" : "FAIL")),
                         name_of(verdict), counted(report.layers.size(), "layer"),
                         human_duration(report.took), next));
}

std::string one_line(const HealthReport& report) {
    std::vector<std::string> parts;
    for (const HealthLayer& layer : report.layers)
        if (layer.applies) parts.push_back(layer.name + " " + words_of(layer.state));
    return join(parts, ", ");
}

int nagios_status(doctor::Health health) {
    switch (health) {
    case doctor::Health::healthy:
        return 0;
    case doctor::Health::degraded:
        return 1;
    case doctor::Health::unhealthy:
        return 2;
    case doctor::Health::unknown:
        return 3;
    }
    return 3;
}

std::string nagios_line(const HealthReport& report) {
    constexpr const char* words[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
    std::vector<std::string> wrong, performance;
    for (const HealthLayer& layer : report.layers) {
        if (layer.applies && !is_good(layer)) wrong.push_back(layer.name + " " + words_of(layer.state));
        if (layer.timings.total.count() >= 0)
            performance.push_back(fmt::format("'{}'={}ms", layer.name, layer.timings.total.count()));
    }
    std::string text =
        wrong.empty() ? counted(report.layers.size(), "layer") + " healthy" : join(wrong, ", ");
    // `|` begins the performance data, so it may not stand in the text.
    return fmt::format("LOGBOOK {} - {} | {}", words[nagios_status(report.verdict())],
                       replace_all(text, "|", "/"), join(performance, " "));
}

}  // namespace logbook::cli
