// The request reader: whatever comes, and however it is cut, the same requests come out or the same refusal,
// and nothing that the strict layer forbids.
#include <cstdlib>
#include <string>

#include "logbook/api/service.h"
#include "logbook/api/wire.h"
#include "logbook/server/request_reader.h"

using namespace logbook;
using server::RequestReader;

namespace {

void demand(bool holds) {
    if (!holds) std::abort();
}

const server::RequestLimits limits{256, 512, 8, 1024};

void check(const api::Request& request) {
    demand(request.target.size() <= limits.target);
    demand(!request.target.empty() && (request.target[0] == '/' || request.target == "*"));
    demand(request.headers.fields().size() <= limits.fields);
    demand(request.body.size() <= limits.body);
    demand(!(request.headers.get("Transfer-Encoding") && request.headers.get("Content-Length")));
    size_t hosts = 0;
    for (const api::Headers::Field& field : request.headers.fields()) {
        demand(api::Headers::valid_name(field.first) && api::Headers::valid_value(field.second));
        hosts += field.first.size() == 4 && (field.first[0] | 32) == 'h' && (field.first[1] | 32) == 'o' &&
                 (field.first[2] | 32) == 's' && (field.first[3] | 32) == 't';
    }
    demand(hosts <= 1);
    (void)api::parse_path(request.target);
}

std::string read(std::string_view bytes, size_t piece) {
    RequestReader reader(limits);
    std::string found;
    while (!bytes.empty()) {
        const size_t n = std::min(piece, bytes.size());
        reader.feed(bytes.substr(0, n));
        bytes.remove_prefix(n);
        while (reader.state() == RequestReader::State::ready) {
            const bool keep = reader.keep_alive();
            const api::Request request = reader.take();
            check(request);
            found += request.method + ' ' + request.target + '\n';
            for (const api::Headers::Field& field : request.headers.fields())
                found += field.first + ':' + field.second + '\n';
            found += request.body + (keep ? "|keep\n" : "|close\n");
        }
    }
    if (reader.state() == RequestReader::State::rejected)
        return found + std::to_string(reader.rejection().status) + reader.rejection().why;
    return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::string whole = read(bytes, bytes.size());
    demand(read(bytes, 1) == whole);
    demand(read(bytes, size_t(data[0]) + 1) == whole);
    return 0;
}
