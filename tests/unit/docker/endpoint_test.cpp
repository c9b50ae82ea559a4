// Who decides where the engine is, over made-up worlds.
#include "logbook/docker/endpoint.h"

#include <doctest/doctest.h>
#include <map>
#include <set>

#include "logbook/base/text.h"

using namespace logbook;
using docker::EndpointSource;
using docker::find_endpoint;

namespace {

struct World {
    std::map<std::string, std::string> variables = {{"HOME", "/home/op"}};
    std::map<std::string, std::string> files;
    std::set<std::string> sockets;

    docker::EndpointWorld get() const {
        docker::EndpointWorld world;
        world.variable = [this](std::string_view name) -> std::optional<std::string> {
            const auto at = variables.find(std::string(name));
            return at == variables.end() ? std::nullopt : std::optional(at->second);
        };
        world.read_file = [this](const std::filesystem::path& path) -> Result<std::string> {
            const auto at = files.find(path.string());
            if (at == files.end()) return fail(ErrorCode::not_found, "no file");
            return at->second;
        };
        world.entries = [this](const std::filesystem::path& folder) {
            std::set<std::string> names;
            const std::string front = folder.string() + "/";
            for (const auto& file : files)
                if (file.first.rfind(front, 0) == 0)
                    names.insert(
                        file.first.substr(front.size(), file.first.find('/', front.size()) - front.size()));
            return std::vector<std::string>(names.begin(), names.end());
        };
        world.exists = [this](const std::filesystem::path& path) {
            return files.count(path.string()) > 0 || sockets.count(path.string()) > 0;
        };
        return world;
    }
    void context(const std::string& name, const std::string& host, const std::string& hash = "abc") {
        files["/home/op/.docker/contexts/meta/" + hash + "/meta.json"] =
            R"({"Name":")" + name + R"(","Metadata":{},"Endpoints":{"docker":{"Host":")" + host +
            R"(","SkipTLSVerify":false}}})";
    }
};

}  // namespace

TEST_CASE("flag, DOCKER_HOST, DOCKER_CONTEXT, config.json, sockets: in this order") {
    World world;
    world.sockets = {"/var/run/docker.sock", "/run/user/7/docker.sock", "/run/user/7/podman/podman.sock",
                     "/run/podman/podman.sock"};
    world.variables["XDG_RUNTIME_DIR"] = "/run/user/7";
    world.variables["DOCKER_HOST"] = "tcp://10.0.0.5:2375";
    world.variables["DOCKER_CONTEXT"] = "one";
    world.files["/home/op/.docker/config.json"] = R"({"auths":{},"currentContext":"two"})";
    world.context("two", "unix:///srv/two.sock", "h2");
    world.context("one", "unix:///srv/one.sock", "h1");

    auto found = find_endpoint("unix:///srv/flag.sock", world.get()).value();
    CHECK(found.socket == "/srv/flag.sock");
    CHECK(found.source == EndpointSource::flag);
    found = find_endpoint("", world.get()).value();
    CHECK(found.text() == "tcp://10.0.0.5:2375");
    CHECK(found.source == EndpointSource::docker_host);
    CHECK_FALSE(found.confidential());
    world.variables.erase("DOCKER_HOST");
    found = find_endpoint("", world.get()).value();
    CHECK(found.socket == "/srv/one.sock");
    CHECK(found.source == EndpointSource::docker_context);
    CHECK(found.context == "one");
    world.variables.erase("DOCKER_CONTEXT");
    found = find_endpoint("", world.get()).value();
    CHECK(found.socket == "/srv/two.sock");
    CHECK(found.source == EndpointSource::config_context);
    world.files.erase("/home/op/.docker/config.json");
    CHECK(find_endpoint("", world.get())->source == EndpointSource::default_socket);
    world.sockets.erase("/var/run/docker.sock");
    CHECK(find_endpoint("", world.get())->socket == "/run/user/7/docker.sock");
    world.sockets.erase("/run/user/7/docker.sock");
    found = find_endpoint("", world.get()).value();
    CHECK(found.socket == "/run/user/7/podman/podman.sock");
    CHECK(found.source == EndpointSource::podman_socket);
    world.sockets.erase("/run/user/7/podman/podman.sock");
    CHECK(find_endpoint("", world.get())->socket == "/run/podman/podman.sock");
    world.sockets.clear();
    found = find_endpoint("", world.get()).value();
    CHECK(found.socket == "/var/run/docker.sock");
    CHECK(found.source == EndpointSource::default_socket);
}

TEST_CASE("TLS of the environment and of a context") {
    World world;
    world.variables["DOCKER_HOST"] = "tcp://engine.example";
    world.variables["DOCKER_TLS_VERIFY"] = "1";
    world.variables["DOCKER_CERT_PATH"] = "/certs";
    for (const char* name : {"ca.pem", "cert.pem", "key.pem"})
        world.files[std::string("/certs/") + name] = "x";
    auto found = find_endpoint("", world.get()).value();
    CHECK(found.port == 2376);
    REQUIRE(found.tls);
    CHECK(found.tls->ca == "/certs/ca.pem");
    CHECK(found.tls->key == "/certs/key.pem");
    CHECK(found.tls->verify);
    CHECK(found.confidential());
    world.variables.erase("DOCKER_TLS_VERIFY");
    world.variables["DOCKER_TLS"] = "1";
    found = find_endpoint("", world.get()).value();
    REQUIRE(found.tls);
    CHECK_FALSE(found.tls->verify);
    CHECK_FALSE(found.confidential());

    World other;
    other.variables["DOCKER_CONTEXT"] = "far";
    other.context("far", "tcp://far.example:2376", "h");
    other.files["/home/op/.docker/contexts/tls/h/docker/ca.pem"] = "x";
    found = find_endpoint("", other.get()).value();
    REQUIRE(found.tls);
    CHECK(found.tls->ca == "/home/op/.docker/contexts/tls/h/docker/ca.pem");
    CHECK(found.tls->certificate.empty());
}

TEST_CASE("addresses in every spelling") {
    const World world;
    CHECK(find_endpoint("/a/b.sock", world.get())->socket == "/a/b.sock");
    CHECK(find_endpoint("unix://", world.get())->socket == "/var/run/docker.sock");
    CHECK(find_endpoint("tcp://[::1]:99", world.get())->text() == "tcp://[::1]:99");
    CHECK(find_endpoint("tcp://[::1]:99", world.get())->confidential());
    CHECK(find_endpoint("10.1.2.3:2375", world.get())->host == "10.1.2.3");
    CHECK(find_endpoint("tcp://h/", world.get())->port == 2375);
    for (const char* bad : {"tcp://", "tcp://h:0", "tcp://h:99999", "tcp://h:1x", "tcp://[::1", "tcp://a b",
                            "tcp://user@h", "tcp://h?x", "unix://relative"})
        CHECK_MESSAGE(find_endpoint(bad, world.get()).error().code == ErrorCode::invalid, bad);
    CHECK(find_endpoint("unix:///" + std::string(200, 'x'), world.get()).error().code == ErrorCode::invalid);
}

TEST_CASE("ssh is refused with the way out, npipe too") {
    const World world;
    const auto ssh = find_endpoint("ssh://op@intranet.example/run/docker.sock", world.get());
    REQUIRE_FALSE(ssh);
    CHECK(ssh.error().code == ErrorCode::unsupported);
    CHECK(contains(ssh.error().hint, "ssh -N -L"));
    CHECK(contains(ssh.error().hint, "op@intranet.example"));
    const auto hostile = find_endpoint("ssh://$(reboot);x", world.get());
    CHECK(contains(hostile.error().hint, "'$(reboot);x'"));
    CHECK(find_endpoint("npipe:////./pipe/x", world.get()).error().code == ErrorCode::unsupported);
}

TEST_CASE("a context that is missing or broken is named") {
    World world;
    world.variables["DOCKER_CONTEXT"] = "gone";
    world.context("other", "unix:///x.sock");
    world.files["/home/op/.docker/contexts/meta/zzz/meta.json"] = "not json";
    auto error = find_endpoint("", world.get()).error();
    CHECK(error.code == ErrorCode::not_found);
    CHECK(contains(error.what, "gone"));
    world.context("gone", "ssh://h", "g");
    error = find_endpoint("", world.get()).error();
    CHECK(error.code == ErrorCode::unsupported);
    CHECK(contains(error.what, "context `gone`"));
    world.variables["DOCKER_CONTEXT"] = "default";
    CHECK(find_endpoint("", world.get())->source == EndpointSource::default_socket);
    world.variables.erase("DOCKER_CONTEXT");
    world.files["/home/op/.docker/config.json"] = "{";
    CHECK(find_endpoint("", world.get()).error().code == ErrorCode::invalid);
}
