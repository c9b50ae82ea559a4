// Where to begin again after a revision that fails: Alembic's offline mode knows one starting point, and the
// state of a database between two branches has several.
#include "logbook/migration/offline_sql.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "logbook/base/text.h"
#include "logbook/migration/alembic_words.h"

namespace logbook::migration {
namespace {

using revision::RevisionIndex;
using revision::RevisionMap;

constexpr std::string_view headline = "-- Running upgrade ", arrow = " -> ";
constexpr size_t most_output = size_t(64) << 20;

std::vector<docker::EnvironmentValue> nowhere() {
    std::vector<docker::EnvironmentValue> values;
    for (const auto& [name, value] :
         {std::pair("DB_HOST", "offline.invalid"), std::pair("DB_PORT", "1"), std::pair("DB_NAME", "offline"),
          std::pair("DB_USER", "offline"), std::pair("DB_PASSWORD", "offline-asks-no-database")})
        values.push_back({name, Secret(value)});
    return values;
}

// The identifier at the end of a headline; empty where the line is none.
std::string_view named_by(std::string_view line) {
    if (line.substr(0, headline.size()) != headline) return {};
    const size_t at = line.rfind(arrow);
    return at == std::string_view::npos ? std::string_view() : trim(line.substr(at + arrow.size()));
}

class Renderer {
  public:
    Renderer(const OfflineOrder& order, Deadline deadline) : order_(order), deadline_(deadline) {
        for (const RevisionIndex index : order.path) steps_.push_back({index, {}, {}});
        for (const RevisionIndex row : order.rows) state_.insert(row);
    }

    Result<std::vector<OfflineStep>> run() {
        while (at_ < steps_.size()) {
            if (order_.progress) order_.progress(at_);
            const Status asked = state_.size() <= 1 ? ask_for_the_rest() : ask_for_one();
            if (!asked) return fail(asked.error());
        }
        return std::move(steps_);
    }

  private:
    struct Answer {
        bool whole = false;
        std::vector<OfflineStep> steps;
        std::string why;  // it is not whole
    };

    const std::string& id(RevisionIndex index) const { return order_.map[index].file.revision; }

    Result<Answer> ask(const std::string& from, RevisionIndex to,
                       const std::vector<RevisionIndex>& expected) {
        std::string output;
        AlembicWords words;
        bool too_much = false;
        AlembicCall call;
        call.arguments = {"upgrade", from + ":" + id(to), "--sql"};
        call.environment = nowhere();
        call.line = [&](docker::Channel channel, std::string_view line) {
            if (channel == docker::Channel::out) {
                too_much = too_much || output.size() + line.size() >= most_output;
                if (too_much) return;
                output += line;
                output += '\n';
            }
            if (channel == docker::Channel::err || line.substr(0, 8) == "FAILED: ") words.take(line);
        };
        call.stopped = [&] { return too_much || (order_.stopped && order_.stopped()); };
        const auto end = order_.alembic.run(call, deadline_);
        if (!end) return fail(end.error());
        if (too_much)
            return fail(ErrorCode::too_large,
                        fmt::format("Alembic's offline SQL has more than {} MiB", most_output >> 20));
        if (end->late)
            return fail(ErrorCode::timeout,
                        fmt::format("the deadline passed while Alembic rendered {}", revision::shown(id(to))),
                        "give it more time: --timeout 30m");
        if (end->stopped) return fail(ErrorCode::interrupted, "interrupted; nothing was changed");
        Answer answer;
        answer.whole = end->exit_code == 0;
        answer.steps = cut_offline_sql(output, order_.map, expected);
        if (!answer.whole) {
            answer.why = words.failure().said;
            if (answer.why.empty())
                answer.why = fmt::format("Alembic ended with exit code {}", end->exit_code);
        }
        return answer;
    }

    // From one starting point to the end of the path, or to the first revision that fails.
    Status ask_for_the_rest() {
        const std::vector<RevisionIndex> expected(order_.path.begin() + std::ptrdiff_t(at_),
                                                  order_.path.end());
        auto answer = ask(state_.empty() ? "base" : id(*state_.begin()), order_.path.back(), expected);
        if (!answer) return fail(answer.error());
        // It failed before the first one: the environment itself has no offline mode, and no other start
        // helps.
        if (!answer->whole && answer->steps.empty()) {
            for (; at_ < steps_.size(); ++at_) steps_[at_].why = answer->why;
            return {};
        }
        for (size_t i = 0; i < answer->steps.size(); ++i) {
            OfflineStep& step = answer->steps[i];
            // Alembic goes by the same order; were it ever another, what is missing is said to be unknown.
            while (at_ < steps_.size() && steps_[at_].revision != step.revision)
                settle({}, "Alembic did not render it");
            if (at_ == steps_.size()) break;
            const bool failed = !answer->whole && i + 1 == answer->steps.size();
            settle(failed ? std::nullopt : std::move(step.sql), failed ? answer->why : std::string());
        }
        if (answer->whole)
            while (at_ < steps_.size()) settle({}, "Alembic did not render it");
        return {};
    }

    // Between two branches: from one parent after another, until Alembic comes as far as this one.
    Status ask_for_one() {
        const RevisionIndex wanted = order_.path[at_];
        std::string why = "it begins a line of its own while another is half done";
        for (const RevisionIndex parent : order_.map[wanted].down) {
            auto answer = ask(id(parent), wanted, {wanted});
            if (!answer) return fail(answer.error());
            if (answer->whole && !answer->steps.empty()) {
                settle(std::move(answer->steps.back().sql), {});
                return {};
            }
            why = answer->why;
        }
        if (order_.map[wanted].down.empty()) {
            auto answer = ask("base", wanted, {wanted});
            if (!answer) return fail(answer.error());
            if (answer->whole && !answer->steps.empty()) {
                settle(std::move(answer->steps.back().sql), {});
                return {};
            }
            why = answer->why;
        }
        settle({}, why);
        return {};
    }

    void settle(std::optional<std::string> sql, std::string why) {
        OfflineStep& step = steps_[at_++];
        step.sql = std::move(sql);
        step.why = std::move(why);
        // A database knows the ends of its lines alone.
        for (const RevisionIndex before : order_.map[step.revision].ancestors_first) state_.erase(before);
        state_.insert(step.revision);
    }

    const OfflineOrder& order_;
    Deadline deadline_;
    std::vector<OfflineStep> steps_;
    std::set<RevisionIndex> state_;
    size_t at_ = 0;
};

}  // namespace

std::vector<OfflineStep> cut_offline_sql(std::string_view output, const RevisionMap& map,
                                         const std::vector<RevisionIndex>& expected) {
    std::vector<OfflineStep> steps;
    const std::set<RevisionIndex> wanted(expected.begin(), expected.end());
    std::set<RevisionIndex> left = wanted;
    std::string* sql = nullptr;  // of the step that is being told; nowhere: of one that nobody wants
    while (!output.empty()) {
        const size_t end = std::min(output.find('\n'), output.size() - 1) + 1;
        const std::string_view line = output.substr(0, end);
        output.remove_prefix(end);
        const std::string_view name = named_by(line);
        const auto index = name.empty() ? std::nullopt : map.find(name);
        if (index && left.erase(*index) > 0) {
            steps.push_back({*index, std::string(), {}});
            sql = &*steps.back().sql;
        } else if (index && wanted.count(*index) == 0) {
            sql = nullptr;
        } else if (sql) {
            *sql += line;
        }
    }
    return steps;
}

Result<std::vector<OfflineStep>> render_offline(const OfflineOrder& order, Deadline deadline) {
    return Renderer(order, deadline).run();
}

}  // namespace logbook::migration
