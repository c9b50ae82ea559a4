// A snapshot costs the server about a tenth of a second: one a second at the most, and of the first revision.
#include "logbook/migration/upgrade_watch.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::migration {
namespace {

constexpr Millis between_looks{1000}, between_questions{10'000}, one_question{5000}, one_look{20'000};

}  // namespace

UpgradeWatch::UpgradeWatch(const UpgradeOrder& order)
    : order_(order), looked_(order.clock.steady()), kept_(looked_) {
    journal_.database = order.database.database;
    journal_.begun = order.clock.wall();
    journal_.target = order.chain[order.pending.back()].file.revision;
}

Status UpgradeWatch::begin(const std::string& first, Deadline deadline) {
    const auto session = looking();
    if (!session) return fail(session.error());
    auto before = read_schema(**session, order_.database.database, deadline.at_most(one_look));
    if (!before) return fail(before.error());
    if (Status written = write_journal_schema(order_.journal, first, *before); !written)
        return fail(written.error());
    if (Status written = write_journal(order_.journal, journal_); !written) return fail(written.error());
    journal_.since = first;
    journal_.before = std::move(*before);
    return {};
}

void UpgradeWatch::began(const std::string& revision, const std::string& title) {
    const auto now = order_.clock.steady();
    journal_.running = revision;
    if (Status written = write_journal(order_.journal, journal_); !written) warn(written.error().what);
    if (look_)
        if (const auto session = looking())
            if (const auto rows = version_rows(**session, Deadline::in(one_question)); rows && *rows)
                settle_look(**rows);
    if (count_ > 0 && now - looked_ >= between_looks) look_at_schema(revision);
    ++count_;
    if (order_.observer.began) order_.observer.began(count_, revision, title);
}

void UpgradeWatch::tick() {
    if (order_.observer.tick) order_.observer.tick();
    const auto now = order_.clock.steady();
    if (now - kept_ < between_questions) return;
    kept_ = now;
    const Status kept = order_.lock.keep(Deadline::in(one_question));
    if (!kept && !warned_of_lock_)
        warn("the lock `the_logbook_migrations` was lost, since its connection was: " + kept.error().what);
    warned_of_lock_ = !kept;
}

void UpgradeWatch::look_at_schema(const std::string& since) {
    const auto session = looking();
    if (!session) return;
    auto before = read_schema(**session, order_.database.database, Deadline::in(one_look));
    looked_ = order_.clock.steady();
    if (!before) {
        session_.reset();
        return;
    }
    const auto rows = version_rows(**session, Deadline::in(one_question));
    if (!rows || !*rows) return;
    settle_look(**rows);
    if (!look_) look_ = Look{since, std::move(*before), **rows};
}

// Alembic is ahead of its own lines: what a look showed may be half of the revision that it was at.
void UpgradeWatch::settle_look(const std::vector<std::string>& rows) {
    if (!look_ || look_->rows == rows) return;
    if (write_journal_schema(order_.journal, look_->since, look_->schema)) {
        journal_.since = look_->since;
        journal_.before = std::move(look_->schema);
    }
    look_.reset();
}

void UpgradeWatch::conclude(UpgradeReport& report, const std::string& target) {
    auto session = looking();
    Result<std::optional<std::vector<std::string>>> rows = std::optional<std::vector<std::string>>();
    if (session) {
        rows = version_rows(**session, Deadline::in(one_look));
        if (!rows) {  // the connection may have been lost meanwhile
            session_.reset();
            session = looking();
            if (session) rows = version_rows(**session, Deadline::in(one_look));
        }
    }
    if (!session || !rows) return;
    report.rows = rows->value_or(std::vector<std::string>());
    if (std::find(report.rows->begin(), report.rows->end(), target) != report.rows->end()) return;
    std::vector<revision::RevisionIndex> at;
    for (const std::string& row : *report.rows)
        if (const auto known = order_.chain.find(row)) at.push_back(*known);
    const std::vector<bool> has = order_.chain.reach(at, &revision::ancestors_first_of);
    const auto running = order_.chain.find(journal_.running);
    if (!journal_.running.empty() && !(running && has[*running])) report.revision = journal_.running;
    const auto now = read_schema(**session, order_.database.database, Deadline::in(one_look));
    if (!now || !journal_.before) return;
    settle_look(*report.rows);
    report.changes = schema_changes(*journal_.before, *now);
    report.since = journal_.since;
    if (report.since == report.revision || !running || !order_.source) return;
    const auto source = order_.source(order_.chain[*running].file);
    if (!source) return;
    report.changes = named_in(*report.changes, *source);
    report.named = true;
}

void UpgradeWatch::write_end(const UpgradeReport& report) {
    if (report.ending == UpgradeEnding::done) return remove_journal(order_.journal);
    journal_.said = report.failure.said.empty() ? std::string(name_of(report.ending)) : report.failure.said;
    journal_.rows = report.rows;
    if (report.changes) {
        journal_.left.emplace();
        for (const SchemaChange& change : *report.changes) journal_.left->push_back(words_of(change));
    }
    if (order_.mask) journal_.said = order_.mask(journal_.said);
    (void)write_journal(order_.journal, journal_);
}

void UpgradeWatch::warn(const std::string& what) {
    if (order_.observer.warned) order_.observer.warned(what);
}

Result<net::SqlSession*> UpgradeWatch::looking() {
    if (!session_) {
        auto made = order_.sql.connect(order_.database, Deadline::in(one_question));
        if (!made) return fail(made.error());
        session_ = std::move(*made);
    }
    return session_.get();
}

}  // namespace logbook::migration
