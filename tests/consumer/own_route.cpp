// An API of one's own, with a policy, validation and a description, and neither a socket nor a database: give
// such routes to backend::Core::make() to have them beside The Logbook's.
#include <iostream>
#include <logbook/api/openapi.h>
#include <logbook/api/service.h>
#include <logbook/api/steps/catch_errors.h>
#include <logbook/api/steps/read_input.h>

int main(int, char** argv) {
    using namespace logbook;
    api::Route siren("POST", "/stations/{number}/siren", "Sounds a station's siren", api::Policy::everyone());
    siren.params = {{"number", "The station", false}};
    siren.body = api::object_schema("Siren", {{"seconds", api::integer_schema(1, 60), true}});
    siren.replies = {{202, "It sounds"}};
    siren.handle = [](const api::Call& call) {
        return api::json_reply(202, Json::object({{"station", std::string(call.param("number"))},
                                                  {"seconds", *call.body.find("seconds")}}));
    };
    const auto log = [](const api::Call&, const std::string& cause) { std::cerr << cause << '\n'; };
    const api::Service service({siren}, {api::catch_errors(log), api::read_input()});

    api::Request request;
    request.method = "POST";
    request.target = "/stations/7/siren";
    request.headers.add("Content-Type", "application/json");
    request.body = argv[1];
    const api::Reply reply = service.handle(request);
    std::cout << reply.status << ' ' << reply.body << '\n';
    return api::openapi_document(service.routes(), {"Sirens", "1", ""}).find("paths")->as_object()->size() ==
                   1
               ? 0
               : 1;
}
