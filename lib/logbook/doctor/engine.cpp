// The engine: a few threads take the checks whose needs are met; the caller's thread reports and watches the
// time.
#include "logbook/doctor/engine.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <fmt/format.h>
#include <set>
#include <thread>

#include "logbook/base/text.h"
#include "logbook/doctor/advice.h"

namespace logbook::doctor {
namespace {

constexpr size_t most_threads = 8;

// Everything that the threads touch. Shared, so that a thread that is left behind never touches freed memory.
struct Board {
    enum class State { waiting, running, done };

    std::shared_ptr<const Scene> scene;
    std::vector<Check> checks;
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<State> states;
    std::vector<Finding> findings;
    std::deque<size_t> unreported;
    bool stop = false;  // no further check is begun

    size_t index_of(std::string_view id) const {
        for (size_t i = 0; i < checks.size(); ++i)
            if (checks[i].id == id) return i;
        return checks.size();
    }
    bool all_done() const {
        return std::all_of(states.begin(), states.end(), [](State state) { return state == State::done; });
    }
};

bool lets_pass(const Finding& finding) {
    return finding.outcome == Outcome::pass || finding.outcome == Outcome::note ||
           finding.outcome == Outcome::warn;
}

void finish(Board& board, size_t index, Finding finding) {
    finding.check = std::string(board.checks[index].id);
    finding.claim = std::string(board.checks[index].claim);
    board.findings[index] = std::move(finding);
    board.states[index] = Board::State::done;
    board.unreported.push_back(index);
    board.changed.notify_all();
}

// A check whose needs are all met, or SIZE_MAX. Checks with an unmet need are skipped on the way.
size_t next_ready(Board& board) {
    for (bool skipped = true; skipped;) {
        skipped = false;
        for (size_t i = 0; i < board.checks.size(); ++i) {
            if (board.states[i] != Board::State::waiting) continue;
            bool ready = true;
            for (const std::string_view need : board.checks[i].needs) {
                const size_t n = board.index_of(need);
                if (n == board.checks.size()) continue;
                if (board.states[n] != Board::State::done) {
                    ready = false;
                } else if (!lets_pass(board.findings[n])) {
                    // What does not apply here takes with it what builds on it.
                    const Finding& unmet = board.findings[n];
                    if (unmet.outcome == Outcome::skip && !unmet.undetermined && unmet.waits_for.empty()) {
                        finish(board, i, not_applicable(unmet.cause));
                        skipped = true;
                        ready = false;
                        break;
                    }
                    Finding skip =
                        not_applicable(fmt::format("could not be judged while {} is not in order", need));
                    skip.waits_for = std::string(need);
                    skip.undetermined = board.findings[n].undetermined;
                    finish(board, i, std::move(skip));
                    skipped = true;
                    ready = false;
                    break;
                }
            }
            if (ready) return i;
        }
    }
    return SIZE_MAX;
}

Finding run_one(const Check& check, const Scene& scene) {
    const auto start = std::chrono::steady_clock::now();
    Finding finding;
    try {
        finding = check.run(scene);
    } catch (const std::exception& bug) {
        // One broken check must not take the others' findings with it.
        finding = undetermined(fmt::format("this check itself failed: {}", printable(bug.what())));
    }
    finding.took = std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - start);
    return finding;
}

void work(const std::shared_ptr<Board>& board) {
    std::unique_lock lock(board->mutex);
    while (!board->stop && !board->all_done()) {
        const size_t index = next_ready(*board);
        if (index == SIZE_MAX) {
            if (board->all_done()) break;
            board->changed.wait(lock);
            continue;
        }
        board->states[index] = Board::State::running;
        lock.unlock();
        Finding finding = run_one(board->checks[index], *board->scene);
        lock.lock();
        if (board->states[index] == Board::State::running) finish(*board, index, std::move(finding));
    }
    board->changed.notify_all();
}

Result<std::vector<Check>> selected(const std::vector<Check>& checks, const std::vector<std::string>& only) {
    if (only.empty()) return checks;
    const auto index_of = [&](std::string_view id) {
        return size_t(std::find_if(checks.begin(), checks.end(), [&](const Check& c) { return c.id == id; }) -
                      checks.begin());
    };
    std::set<size_t> wanted;
    std::vector<std::string> names;
    names.reserve(checks.size());
    for (const Check& check : checks) names.emplace_back(check.id);
    for (const std::string& word : only) {
        bool any = false;
        for (size_t i = 0; i < checks.size(); ++i)
            if (checks[i].id == word || checks[i].id.substr(0, checks[i].id.find('.')) == word)
                any = wanted.insert(i).second || true;
        if (any) continue;
        const std::string near = nearest(word, names);
        return fail(ErrorCode::invalid,
                    fmt::format("there is no check `{}`{}", printable(word, 60),
                                near.empty() ? "" : "; nearest: " + near),
                    "logbookctl doctor --list");
    }
    for (bool grew = true; grew;) {
        grew = false;
        for (const size_t i : std::set<size_t>(wanted))
            for (const std::string_view need : checks[i].needs)
                if (const size_t n = index_of(need); n < checks.size())
                    grew = wanted.insert(n).second || grew;
    }
    std::vector<Check> out;
    out.reserve(wanted.size());
    for (const size_t i : wanted) out.push_back(checks[i]);
    return out;
}

void apply_waivers(std::vector<Finding>& findings, const std::vector<Waiver>& waivers) {
    for (Finding& finding : findings)
        for (const Waiver& waiver : waivers)
            // What puts data at stake is never waved through.
            if (waiver.check == finding.check &&
                ((!finding.data_at_stake && !lets_pass(finding)) || finding.outcome == Outcome::warn))
                finding.waived = waiver;
}

// Reports what has ended until everything has, or until `last`. True when everything has.
bool watch(Board& board, const runbook::Catalogue& catalogue, Deadline last, Observer& observer,
           std::chrono::steady_clock::time_point start) {
    std::unique_lock lock(board.mutex);
    for (;;) {
        while (!board.unreported.empty()) {
            const size_t index = board.unreported.front();
            board.unreported.pop_front();
            Finding& finding = board.findings[index];
            add_advice(finding, catalogue, *board.scene);
            const Finding copy = finding;
            lock.unlock();
            observer.on_finding(copy);
            lock.lock();
        }
        if (board.all_done()) return true;
        if (last.passed()) return false;
        const bool woken = board.changed.wait_until(lock, last.at_most(Millis(250)).at(), [&] {
            return !board.unreported.empty() || board.all_done();
        });
        if (woken) continue;
        std::vector<std::string> running;
        for (size_t i = 0; i < board.checks.size(); ++i)
            if (board.states[i] == Board::State::running) running.emplace_back(board.checks[i].id);
        lock.unlock();
        observer.on_waiting(running,
                            std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - start));
        lock.lock();
    }
}

}  // namespace

Result<Diagnosis> run_checks(const std::shared_ptr<const Scene>& scene, const std::vector<Check>& checks,
                             const runbook::Catalogue& catalogue, const RunOptions& options,
                             Deadline deadline, Observer& observer) {
    auto chosen = selected(checks, options.only);
    if (!chosen) return fail(chosen.error());
    const auto start = std::chrono::steady_clock::now();
    const auto board = std::make_shared<Board>();
    board->scene = scene;
    board->checks = *chosen;
    board->states.resize(chosen->size(), Board::State::waiting);
    board->findings.resize(chosen->size());

    std::vector<std::thread> threads;
    for (size_t i = 0; i < std::min(most_threads, chosen->size()); ++i) threads.emplace_back(work, board);
    // The probes end at the deadline by themselves; the grace is for what no probe bounds.
    const Deadline last = Deadline::in(deadline.remaining() + options.grace);
    const bool complete = watch(*board, catalogue, last, observer, start);
    std::vector<Finding> findings;
    {
        const std::lock_guard lock(board->mutex);
        board->stop = true;
        board->changed.notify_all();
        for (size_t i = 0; i < board->checks.size(); ++i)
            if (board->states[i] != Board::State::done)
                finish(*board, i,
                       undetermined("the deadline passed before this check could end (--timeout)"));
        findings = board->findings;
    }
    for (std::thread& thread : threads) complete ? thread.join() : thread.detach();

    apply_waivers(findings, options.waivers);
    Diagnosis diagnosis = diagnose(std::move(findings), *chosen);
    diagnosis.unfinished = !complete;
    diagnosis.took = std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - start);
    return diagnosis;
}

}  // namespace logbook::doctor
