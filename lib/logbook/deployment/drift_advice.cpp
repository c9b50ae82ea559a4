// The remedies, kind by kind.
#include "logbook/deployment/drift_advice.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::deployment {
namespace {

void add_once(std::vector<std::string>& list, const std::string& word) {
    if (std::find(list.begin(), list.end(), word) == list.end()) list.push_back(word);
}

// A start of the backend is asked about the one trap that cannot be undone.
DriftStep wipe_check(const DriftWords& words) {
    return {
        "only where this passes: while the wipe trap is armed, a start of the backend deletes every table",
        words.logbookctl + " doctor --only db.wipe_trap"};
}

std::string quoted_all(const std::vector<std::string>& services) {
    std::string text;
    for (const std::string& service : services) text += " " + shell_quoted(service);
    return text;
}

void add_recreate(std::vector<DriftStep>& steps, const std::vector<std::string>& services,
                  const DriftWords& words) {
    if (std::find(services.begin(), services.end(), words.backend) != services.end())
        steps.push_back(wipe_check(words));
    steps.push_back({"recreate (a restart would not apply it; the old container's log goes with it)",
                     words.compose + " up -d --no-deps" + quoted_all(services)});
}

std::string danger_of(const DriftFinding& found) {
    const std::string where = found.container.empty() ? "the container" : found.container;
    switch (found.stake) {
    case DriftStake::none:
        return {};
    case DriftStake::key:
        if (!found.running)
            return fmt::format(
                "what is stored was written and signed without a {}: with one, it can no longer "
                "be read or verified",
                printable(found.name, 60));
        return fmt::format("{} may hold the only copy of the {} that the data was written with: a recreate "
                           "destroys that copy, and what is encrypted or signed with it can never be read or "
                           "verified again",
                           printable(where, 80), printable(found.name, 60));
    case DriftStake::database_login:
        return "the database keeps the password that its volume was made with: a recreate does not change it "
               "there, and locks the application out (error 1045)";
    case DriftStake::cache_login:
        return "cache and backend must get the new password together: recreated alone, the backend is "
               "refused "
               "by the cache (WRONGPASS) and runs degraded";
    case DriftStake::stored_data:
        return fmt::format("{} keeps its data in {}; made anew, {}: the data would be left behind, and the "
                           "application would start as if it were new",
                           printable(where, 80), printable(found.running->reveal(), 120),
                           found.rendered ? "it would get " + printable(found.rendered->reveal(), 120)
                                          : std::string("it would get none that outlives it"));
    }
    return {};
}

std::string place(const DriftFinding& found, const DriftWords& words) {
    return found.line > 0 ? fmt::format("{}, line {}", words.env_file, found.line) : words.env_file;
}

// The container's value, kept where only its owner can read it, without showing it to a screen or a process
// list.
DriftStep keep_value(const DriftFinding& found) {
    return {
        "keep the container's value first, in a file that only you can read",
        fmt::format("(umask 077; docker inspect -f '{{{{range .Config.Env}}}}{{{{println .}}}}{{{{end}}}}' "
                    "{} | grep {} >> kept-values)",
                    shell_quoted(found.container), shell_quoted("^" + found.name + "="))};
}

DriftRemedy guarded(const DriftFinding& found, const DriftWords& words) {
    DriftRemedy remedy;
    remedy.names = {found.name};
    remedy.danger = danger_of(found);
    if (found.stake == DriftStake::stored_data) {
        remedy.steps.push_back(
            {fmt::format("in the Compose file, service {}, mount {} at {} again",
                         printable(found.service, 60), printable(found.running->reveal(), 120),
                         printable(found.name, 120)),
             {}});
        remedy.steps.push_back({"or move the data first, with the service stopped and a dump made", {}});
        return remedy;
    }
    const std::string source = found.from.empty() ? found.name : join(found.from, ", ");
    const std::string back =
        fmt::format("put the container's value back as {} in {}; then nothing has to be recreated",
                    printable(source, 80), place(found, words));
    if (!found.running) {
        remedy.steps.push_back({fmt::format("take {} out of {} again, unless this installation holds no data",
                                            printable(source, 80), place(found, words)),
                                {}});
    } else if (found.stake == DriftStake::key) {
        remedy.steps.push_back(keep_value(found));
        remedy.steps.push_back({back, {}});
    } else if (found.stake == DriftStake::database_login) {
        remedy.steps.push_back({back, {}});
        remedy.steps.push_back(
            {"or give the new password to the server first (ALTER USER, as root in the database)", {}});
    } else {
        remedy.steps.push_back({back, {}});
        remedy.steps.push_back({"or change it at a quiet moment in cache and backend together", {}});
    }
    return remedy;
}

void stale(const Drift& drift, const DriftWords& words, std::vector<DriftRemedy>& remedies) {
    DriftRemedy plain;
    std::vector<std::string> services;
    for (const DriftFinding& found : drift.findings) {
        if (found.kind != DriftKind::stale && found.kind != DriftKind::redefined) continue;
        if (found.stake != DriftStake::none && !found.container.empty()) {
            remedies.push_back(guarded(found, words));
        } else if (drift.recreate_is_safe(found.service)) {
            add_once(plain.names, found.name);
            add_once(services, found.service);
        } else {
            DriftRemedy waits;
            waits.names = {found.name};
            waits.steps.push_back(
                {fmt::format("waits: {} must not be recreated before the keys and passwords are settled",
                             printable(found.service, 60)),
                 {}});
            remedies.push_back(std::move(waits));
        }
    }
    if (services.empty()) return;
    add_recreate(plain.steps, services, words);
    remedies.push_back(std::move(plain));
}

void shadowed(const Drift& drift, const DriftWords& words, std::vector<DriftRemedy>& remedies) {
    for (const DriftFinding& found : drift.findings) {
        if (found.kind != DriftKind::shadowed) continue;
        DriftRemedy remedy;
        remedy.names = {found.name};
        remedy.steps.push_back({"in this shell", "unset " + shell_quoted(found.name)});
        const bool running_has_the_shells =
            found.running && found.in_shell && *found.running == *found.in_shell;
        if (running_has_the_shells && found.stake != DriftStake::none) {
            remedy.danger = danger_of(found);
            if (found.stake == DriftStake::key) remedy.steps.push_back(keep_value(found));
            remedy.steps.push_back(
                {fmt::format("put the container's value into {}, and do not recreate it before",
                             place(found, words)),
                 {}});
        } else if (running_has_the_shells) {
            remedy.steps.push_back({"then look again", words.logbookctl + " config drift"});
        }
        remedies.push_back(std::move(remedy));
    }
}

void hard_coded(const Drift& drift, const DriftWords& words, std::vector<DriftRemedy>& remedies) {
    for (const DriftFinding& found : drift.findings) {
        if (found.kind != DriftKind::hard_coded) continue;
        DriftRemedy remedy;
        remedy.names = {found.name};
        const std::string file = found.file.empty() ? "the Compose file" : found.file.filename().string();
        if (found.stake == DriftStake::none)
            remedy.steps.push_back({fmt::format("take {} out of {}: it has no effect there",
                                                printable(found.name, 60), place(found, words)),
                                    {}});
        else
            remedy.danger = "the value in " + file + " is the one in use: keep it";
        remedy.steps.push_back(
            {fmt::format("{}where it shall count: in {}, service {}, write `{}: ${{{}}}`",
                         found.stake == DriftStake::none ? "or, " : "", printable(file, 80),
                         printable(found.service, 60), printable(found.name, 60), printable(found.name, 60)),
             {}});
        remedies.push_back(std::move(remedy));
    }
}

void not_passed(const Drift& drift, const DriftWords& words, std::vector<DriftRemedy>& remedies) {
    DriftRemedy remedy;
    std::string lines, service;
    for (const DriftFinding& found : drift.findings) {
        if (found.kind != DriftKind::not_passed || !found.matters) continue;
        if (found.stake == DriftStake::key) {
            DriftRemedy signing;
            signing.names = {found.name};
            signing.danger = danger_of(found);
            signing.steps.push_back(
                {fmt::format("leave it out of the Compose file, and take it out of {}, unless "
                             "this installation holds no data",
                             place(found, words)),
                 {}});
            remedies.push_back(std::move(signing));
            continue;
        }
        remedy.names.push_back(found.name);
        lines += fmt::format("{}{}: ${{{}}}", lines.empty() ? "" : "\n", found.name, found.name);
        service = found.service;
    }
    if (remedy.names.empty()) return;
    remedy.steps.push_back(
        {fmt::format("in the Compose file, service {}, under `environment:` add", printable(service, 60)),
         lines});
    if (drift.recreate_is_safe(service))
        add_recreate(remedy.steps, {service}, words);
    else
        remedy.steps.push_back({"do not recreate the container before the above is settled", {}});
    remedies.push_back(std::move(remedy));
}

}  // namespace

std::vector<DriftRemedy> remedies_of(const Drift& drift, const DriftWords& words) {
    std::vector<DriftRemedy> remedies;
    stale(drift, words, remedies);
    shadowed(drift, words, remedies);
    hard_coded(drift, words, remedies);
    not_passed(drift, words, remedies);
    return remedies;
}

}  // namespace logbook::deployment
