// The Logbook's API inside another program, without a socket: the database and the cache are those that .env
// names.
#include <iostream>
#include <logbook/backend/service.h>

int main(int, char** argv) {
    using namespace logbook;
    const SystemClock clock;
    const auto sql = net::make_mysql_connector();
    const auto redis = net::make_redis_connector();
    const auto env = settings::load_env(argv[1]);
    if (!env) return std::cerr << env.error().what << '\n', 2;
    const auto core = backend::Core::make(settings::Settings(env->file), {clock, *sql, *redis});
    if (!core) return std::cerr << core.error().what << '\n', 2;
    const auto ready = (*core)->prepare(Deadline::in(Millis(10'000)));
    if (!ready) return std::cerr << ready.error().what << '\n', 2;

    api::Request request;
    request.target = argv[2];
    const api::Reply reply = (*core)->service().handle(request);
    std::cout << reply.status << ' ' << reply.body << '\n';
}
