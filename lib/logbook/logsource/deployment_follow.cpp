// The list of containers, and one ContainerFollow for each.
#include "logbook/logsource/deployment_follow.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <fmt/format.h>
#include <mutex>

#include "logbook/logsource/container_follow.h"

namespace logbook::logsource {
namespace {

using Clock = std::chrono::steady_clock;
using deployment::Deployment;
using deployment::Member;
using docker::ContainerState;

constexpr Millis list_every{250};
constexpr Millis list_often{50};         // while one comes or goes
constexpr Millis engine_patience{3000};  // for one question
constexpr Millis look_every{30};

// Whose place a container takes.
std::string place_of(const Member& member) {
    return member.container.compose.service.empty()
               ? "name " + member.container.name
               : fmt::format("{} {}", member.service, member.container.compose.number);
}

bool runs(ContainerState state) {
    return state == ContainerState::running || state == ContainerState::paused ||
           state == ContainerState::restarting;
}

struct Followed {
    std::string id, place;
    ContainerState state = ContainerState::unknown;
    std::optional<WallTime> created;
    bool listed = true;                       // the engine still has it
    bool was_there = false;                   // when following began
    bool refused = false;                     // its log cannot be read
    size_t told = 0;                          // of its problems
    logscan::SourceStats counted;             // of it, in the sum
    std::unique_ptr<ContainerFollow> follow;  // nothing: not begun
};

// Rung by the threads that read, so that the end of a container's log is not noticed too late.
struct Bell {
    std::mutex mutex;
    std::condition_variable rung;
    bool ringing = false;

    void ring() {
        const std::lock_guard lock(mutex);
        ringing = true;
        rung.notify_all();
    }
    void wait(Millis most) {
        std::unique_lock lock(mutex);
        rung.wait_for(lock, most, [this] { return ringing; });
        ringing = false;
    }
};

class DeploymentFollow final : public logscan::Source {
  public:
    DeploymentFollow(std::shared_ptr<const docker::Engine> engine, const Deployment& deployment,
                     DeploymentFollowOptions options)
        : engine_(std::move(engine)), name_(deployment.project), options_(std::move(options)) {
        if (!name_.empty()) filter_.labels.push_back("com.docker.compose.project=" + name_);
        for (const Member& member : deployment.members) names_.push_back(member.container.name);
    }

    const std::string& service() const override { return name_; }
    const logscan::SourceStats& stats() const override { return stats_; }

    // The containers that are there now, and where their following begins: nothing may be missed from here
    // on.
    Status begin(Deadline deadline) {
        if (Status listed = list(deadline.at_most(engine_patience)); !listed) return listed;
        for (Followed& one : followed_) one.was_there = one.state != ContainerState::created;
        open_all(deadline);
        return {};
    }

    Result<bool> read(std::vector<logscan::Record>& out, Deadline deadline) override {
        const size_t had = out.size();
        for (;;) {
            if (Clock::now() >= next_list_) look_for_containers();
            bool came = false;
            for (Followed& one : followed_)
                if (one.follow && has_turn(one)) came = poll(one, out) || came;
            if (out.size() > had) return true;
            if (deadline.passed()) return false;
            if (!came) bell_->wait(std::min(look_every, deadline.remaining()));
        }
    }

  private:
    Status list(Deadline deadline) {
        next_list_ = Clock::now() + list_every;
        const auto listed = engine_->list_containers(filter_, deadline);
        if (!listed) return fail(listed.error());
        for (Followed& one : followed_) one.listed = false;
        for (const Deployment& deployment : deployment::group_deployments(*listed))
            if (is_ours(deployment))
                // Listed newest first, and `created` is told in whole seconds.
                for (auto member = deployment.members.rbegin(); member != deployment.members.rend(); ++member)
                    note(*member);
        for (Followed& one : followed_) {
            if (!one.listed) one.state = ContainerState::unknown;
            if (one.follow) one.follow->set_running(runs(one.state));
        }
        // In the order in which they were made: one that takes another's place comes behind it.
        std::stable_sort(followed_.begin(), followed_.end(),
                         [](const Followed& a, const Followed& b) { return a.created < b.created; });
        return {};
    }

    bool is_ours(const Deployment& deployment) const {
        if (deployment.project != name_) return false;
        if (!name_.empty()) return true;
        return std::any_of(deployment.members.begin(), deployment.members.end(), [&](const Member& member) {
            return std::find(names_.begin(), names_.end(), member.container.name) != names_.end();
        });
    }

    void note(const Member& member) {
        if (options_.wanted && !options_.wanted(member)) return;
        auto at = std::find_if(followed_.begin(), followed_.end(),
                               [&](const Followed& one) { return one.id == member.container.id; });
        if (at == followed_.end()) {
            followed_.emplace_back();
            at = std::prev(followed_.end());
            at->id = member.container.id;
            at->place = place_of(member);
            at->created = member.container.created;
        }
        at->state = member.container.state;
        at->listed = true;
    }

    void look_for_containers() {
        if (Status listed = list(Deadline::in(engine_patience)); !listed) {
            next_list_ = Clock::now() + 2 * list_every;
            if (!std::exchange(engine_told_, true)) tell(listed.error());
            return;
        }
        engine_told_ = false;
        open_all(Deadline::in(engine_patience));
        const auto done = [](const Followed& one) {
            return !one.listed && (!one.follow || one.follow->settled());
        };
        followed_.erase(std::remove_if(followed_.begin(), followed_.end(), done), followed_.end());
        const bool change = std::any_of(followed_.begin(), followed_.end(), [](const Followed& one) {
            return one.state == ContainerState::created || !one.listed ||
                   (one.follow && !runs(one.state) && !one.follow->settled());
        });
        if (change) next_list_ = Clock::now() + list_often;
    }

    // All that were started are opened at once, lest one is gone when its turn comes.
    void open_all(Deadline deadline) {
        for (Followed& one : followed_)
            if (!one.follow && !one.refused && one.listed && one.state != ContainerState::created)
                open(one, deadline);
    }

    // The one before it in its place has been read to its end, or both run.
    bool has_turn(const Followed& one) const {
        for (const Followed& old : followed_) {
            if (&old == &one) return true;
            if (old.place == one.place && old.follow && !old.follow->settled() &&
                !(runs(old.state) && runs(one.state)))
                return false;
        }
        return true;
    }

    void open(Followed& one, Deadline deadline) {
        const auto container = engine_->inspect(one.id, deadline);
        if (!container) {
            // It vanished, or the engine is busy: the next list tells.
            if (container.error().code != ErrorCode::not_found && !std::exchange(engine_told_, true))
                tell(container.error());
            return;
        }
        if (options_.on_container) options_.on_container(*container);
        Member member;
        member.service = service_of(*container);
        member.container = *container;
        const std::string name = log_name(member);
        const auto place =
            choose_log_place(*container, options_.access, log_reach(*container, engine_->endpoint()), name);
        if (!place) {
            one.refused = true;
            tell(place.error());
            return;
        }
        if (*place == LogPlace::nowhere) return;
        // Packed parts cannot be told apart by what they are, and the engine knows its own.
        const auto packed = container->log_options.find("compress");
        const bool by_api = options_.access == LogAccess::automatic &&
                            packed != container->log_options.end() && packed->second == "true";
        const auto bell = [to = bell_] { to->ring(); };
        FollowBegin begin;
        begin.beginning = options_.from_beginning || !one.was_there;
        if (one.was_there && !begin.beginning) {
            begin.since = options_.since;
            begin.last = options_.last;
        }
        auto follow = follow_container(engine_, *container, by_api ? LogPlace::api : *place, name, begin,
                                       bell, deadline);
        // Rotated away or forbidden meanwhile: the API may still give it.
        if (!follow && options_.access == LogAccess::automatic)
            follow = follow_container(engine_, *container, LogPlace::api, name, begin, bell, deadline);
        if (!follow) {
            one.refused = true;
            tell(follow.error());
            return;
        }
        one.follow = std::move(*follow);
        one.follow->set_running(runs(one.state));
    }

    // As group_deployments names it.
    std::string service_of(const docker::Container& container) const {
        for (const Deployment& deployment : deployment::group_deployments({container}))
            for (const Member& member : deployment.members) return member.service;
        return container.name;
    }

    bool poll(Followed& one, std::vector<logscan::Record>& out) {
        const bool came = one.follow->poll(out);
        const logscan::SourceStats& now = one.follow->stats();
        stats_.bytes += now.bytes - one.counted.bytes;
        stats_.lines += now.lines - one.counted.lines;
        stats_.damaged_lines += now.damaged_lines - one.counted.damaged_lines;
        stats_.cut_bytes += now.cut_bytes - one.counted.cut_bytes;
        one.counted.bytes = now.bytes;
        one.counted.lines = now.lines;
        one.counted.damaged_lines = now.damaged_lines;
        one.counted.cut_bytes = now.cut_bytes;
        for (; one.told < now.problems.size(); ++one.told) tell(now.problems[one.told]);
        return came;
    }

    void tell(const Error& error) { stats_.problems.push_back(error); }

    std::shared_ptr<const docker::Engine> engine_;
    std::string name_;                // the project; may be empty
    std::vector<std::string> names_;  // of its containers, when it has no project
    DeploymentFollowOptions options_;
    docker::ContainerFilter filter_;
    std::shared_ptr<Bell> bell_ = std::make_shared<Bell>();
    std::deque<Followed> followed_;
    logscan::SourceStats stats_;
    Clock::time_point next_list_ = Clock::now();
    bool engine_told_ = false;
};

}  // namespace

Result<std::unique_ptr<logscan::Source>> follow_deployment(std::shared_ptr<const docker::Engine> engine,
                                                           const Deployment& deployment,
                                                           DeploymentFollowOptions options,
                                                           Deadline deadline) {
    auto source = std::make_unique<DeploymentFollow>(std::move(engine), deployment, std::move(options));
    if (Status begun = source->begin(deadline); !begun) return fail(begun.error());
    return source;
}

}  // namespace logbook::logsource
