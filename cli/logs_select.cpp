// Reads records by time and prints those that are wanted.
#include "logs_select.h"

#include <algorithm>
#include <deque>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/logscan/merge.h"
#include "logs_sources.h"
#include "view/record_writer.h"

namespace logbook::cli {
namespace {

using logscan::Record;

// Bytes that --tail and --context may hold; beyond them the oldest records go.
constexpr size_t most_held = 32 << 20;

// The records that a match may still need: the last few before it, or the last of all.
class Held {
  public:
    explicit Held(size_t most) : most_(most) {}
    // Returns whether one was dropped.
    bool push(Record record) {
        if (most_ == 0) return true;
        bytes_ += record.text.size();
        records_.push_back(std::move(record));
        bool dropped = false;
        while (records_.size() > most_ || (bytes_ > most_held && records_.size() > 1)) {
            bytes_ -= records_.front().text.size();
            records_.pop_front();
            dropped = true;
        }
        return dropped;
    }
    std::deque<Record> take() {
        bytes_ = 0;
        return std::exchange(records_, {});
    }

  private:
    size_t most_;
    size_t bytes_ = 0;
    std::deque<Record> records_;
};

// Chooses and prints; each step fails when nobody reads any more.
class Printer {
  public:
    Printer(logscan::Filter& filter, const Selection& selection, RecordWriter& writer)
        : filter_(filter)
        , selection_(selection)
        , writer_(writer)
        , before_(selection.context)
        , tail_(selection.tail) {}

    Status take(Record record) {
        const bool wanted = filter_.wants(record);
        if (wanted) ++matched_;
        if (selection_.count_only) return {};
        if (!wanted && after_ == 0) {
            if (before_.push(std::move(record))) gap_ = true;
            return {};
        }
        if (wanted) {
            if (std::exchange(gap_, false) && selection_.context > 0) mark_gap();
            for (Record& earlier : before_.take())
                if (Status put = print(std::move(earlier)); !put) return put;
            after_ = selection_.context;
        } else {
            --after_;
        }
        return print(std::move(record));
    }

    Status finish() {
        for (const Record& record : tail_.take())
            if (Status put = writer_.put(record); !put) return put;
        return {};
    }

    uint64_t matched() const { return matched_; }

  private:
    Status print(Record record) {
        if (selection_.tail == 0) return writer_.put(record);
        tail_.push(std::move(record));
        return {};
    }
    void mark_gap() {
        if (selection_.tail == 0) writer_.gap();
    }

    logscan::Filter& filter_;
    const Selection& selection_;
    RecordWriter& writer_;
    Held before_, tail_;
    size_t after_ = 0;
    bool gap_ = false;
    uint64_t matched_ = 0;
};

Json summary_of(const logscan::SourceStats& stats, uint64_t matched, const std::string& ended_by) {
    Json problems = Json(Json::Array{});
    for (const Error& problem : stats.problems) problems.push(problem.what);
    if (!ended_by.empty()) problems.push(ended_by);
    return Json::object({{"matched", matched},
                         {"lines", stats.lines},
                         {"bytes", stats.bytes},
                         {"damaged_lines", stats.damaged_lines},
                         {"cut_bytes", stats.cut_bytes},
                         {"problems", std::move(problems)}});
}

// How many records at the end of each log are enough; nothing where what they say decides.
std::optional<size_t> last_wanted(const Selection& selection) {
    const logscan::FilterOptions& filter = selection.filter;
    if (selection.tail == 0 || selection.count_only || filter.until || filter.level ||
        !filter.patterns.empty() || !filter.request_id.empty())
        return std::nullopt;
    return selection.tail;
}

}  // namespace

ExitCode select_records(App& app, const LogsOptions& logs, const Selection& selection) {
    auto filter = logscan::Filter::make(selection.filter);
    if (!filter) return usage_error(app, filter.error());
    logscan::Interest interest = filter->interest();
    // Neighbours need not match.
    if (selection.context > 0) interest = {};
    interest.last = last_wanted(selection);
    const auto start = app.seams.clock.steady();
    auto sources = open_sources(app, logs, interest);
    if (!sources) return report(app, sources.error());

    const bool several = sources->size() > 1;
    logscan::Merge merge(std::move(*sources));
    RecordWriter writer(app, several);
    Printer printer(*filter, selection, writer);
    Error ended;
    Status written;
    for (Record record; written;) {
        const auto more = merge.next(record, app.deadline);
        if (!more) ended = more.error();
        if (!more || !*more) break;
        written = printer.take(std::move(record));
    }
    if (written) written = printer.finish();
    const logscan::SourceStats stats = merge.stats();
    if (written && selection.count_only && app.global.output == "table")
        app.out.line(fmt::format("{}", printer.matched()));
    if (written) written = writer.finish(summary_of(stats, printer.matched(), ended.what));
    if (!written && written.error().code == ErrorCode::closed) return ExitCode::ok;
    if (!written) return app.report(written.error());

    const bool cut = tell_problems(app, stats);
    if (filter->timeless() > 0)
        app.err.line(fmt::format("logbookctl: {} without a time left out",
                                 counted(size_t(filter->timeless()), "record")));
    if (!app.global.quiet) {
        const auto took = std::chrono::duration_cast<Millis>(app.seams.clock.steady() - start);
        app.err.line(fmt::format("{} · {} lines, {}",
                                 printer.matched() == 0 ? "no record matches"
                                                        : counted(size_t(printer.matched()), "record"),
                                 stats.lines, volume_of(stats, took)));
    }
    if (!ended.what.empty()) {
        app.err.line("logbookctl: " + ended.what);
        app.err.line("  next: " + ended.hint);
        return exit_code_for(ended);
    }
    if (cut) return ExitCode::problem;
    return selection.must_match && printer.matched() == 0 ? ExitCode::problem : ExitCode::ok;
}

}  // namespace logbook::cli
