// The way to the application's database for what is more than one question: a connection by the reach ladder,
// and the server's own programs beside it.
#pragma once

#include <memory>

#include "app.h"
#include "logbook/deployment/ladder.h"
#include "logbook/doctor/scene.h"
#include "logbook/migration/dump_program.h"

namespace logbook::cli {

struct DatabaseDoor {
    std::shared_ptr<const doctor::Scene> scene;
    std::unique_ptr<docker::Engine> engine;  // nullptr: there are no containers
    std::unique_ptr<deployment::SqlLadder> ladder;
    net::SqlEndpoint endpoint;                   // for sql()
    net::SqlEndpoint inside;                     // for the dump program
    migration::DumpProgram program;              // inside the database's container, where it has one
    const docker::Container* backend = nullptr;  // of the scene

    const net::SqlConnector& sql(const App& app) const {
        return ladder ? static_cast<const net::SqlConnector&>(*ladder) : app.seams.sql;
    }
};

// Every secret that was seen is known to the redactor. Connects to nothing but the engine; fails where .env
// or the deployment does not tell where the database is, or a connection could not be trusted.
// `trust`: how the operator has the server's certificate verified.
Result<DatabaseDoor> open_database_door(App& app, const deployment::Trust& trust = {});

// What a refusal to ask a server that cannot be verified is told with: how it can be.
Error with_trust_hint(Error error);

}  // namespace logbook::cli
