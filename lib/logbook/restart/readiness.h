// Whether a service is truly ready, asked once: not what its healthcheck says, but what it answers.
#pragma once

#include <string>

#include "logbook/restart/world.h"

namespace logbook::restart {

enum class Answer { ready, not_yet, refused };  // refused: it answers, and rejects the credentials

struct Look {
    Answer answer = Answer::not_yet;
    std::string said;  // "a login and a query, by 172.18.0.2:3306, its address on the engine's network"
    bool odd = false;  // ready, and not quite well: worth a note
};

// Of a container that runs. The database: TCP, login, a query. The cache: AUTH and PING, its data loaded. The
// backend: /health, through its published port, else its address. The frontend: any page. Others: that they
// run. `asking` gives the credentials (with_rendered_values). Never longer than `deadline`.
Look look_at(const World& world, const deployment::Deployment& asking, const deployment::Member& member,
             Deadline deadline);

// Whether the backend answers, and what the frontend says when it is asked for the backend's /health.
struct Passage {
    bool backend_answers = false, frontend_passes = false;
    bool gateway_error = false;  // 502, 503, 504, or no answer in time
    std::string said;
};
Passage look_through(const World& world, const deployment::Deployment& deployment,
                     const deployment::Member& frontend, Deadline deadline);

}  // namespace logbook::restart
