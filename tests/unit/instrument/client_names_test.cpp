// Addresses of a deployment's networks, and whose they are.
#include "logbook/instrument/client_names.h"

#include <doctest/doctest.h>

using namespace logbook;
using instrument::ClientNames;

namespace {

deployment::Member member(deployment::Role role, const char* name, const char* address,
                          const char* address6 = "") {
    deployment::Member one;
    one.role = role;
    one.container.name = name;
    one.container.networks.resize(1);
    one.container.networks[0].address = address;
    one.container.networks[0].address6 = address6;
    one.container.networks[0].gateway = "172.18.0.1";
    return one;
}

}  // namespace

TEST_CASE("a client is named by its container, the engine's machine, or the database's own") {
    deployment::Deployment deployment;
    deployment.members = {member(deployment::Role::database, "intranet-mysql", "172.18.0.2"),
                          member(deployment::Role::backend, "intranet-backend", "172.18.0.4", "fd00::4"),
                          member(deployment::Role::frontend, "intranet-frontend", "")};
    const ClientNames names(deployment);
    CHECK(names.of("172.18.0.4") == "intranet-backend");
    CHECK(names.of("fd00::4") == "intranet-backend");
    CHECK(names.of("172.18.0.1") == "the engine's machine");
    CHECK(names.of("localhost") == "intranet-mysql");
    CHECK(names.of("172.18.0.40").empty());
    CHECK(names.of("").empty());  // a container that does not run has no address
}

TEST_CASE("without a deployment nobody is named") {
    CHECK(ClientNames().of("localhost").empty());
    CHECK(ClientNames().of("172.18.0.4").empty());
}
