// Asking.
#include "logbook/migration/database_disk.h"

#include <charconv>

#include "logbook/base/text.h"
#include "logbook/host/disk.h"

namespace logbook::migration {

Result<uint64_t> free_disk(net::SqlSession& session, const DumpProgram& program, bool is_here,
                           Deadline deadline) {
    const auto asked = session.query("SELECT @@datadir AS folder", deadline);
    if (!asked) return fail(asked.error());
    const std::string folder(asked->text(0, "folder"));
    if (folder.empty() || folder[0] != '/')
        return fail(ErrorCode::unsupported, "the server does not tell where its files are");
    if (!program.engine) {
        if (!is_here) return fail(ErrorCode::unsupported, "the database is on another machine");
        const auto space = host::disk_space(folder);
        if (!space) return fail(space.error());
        return space->available;
    }
    docker::ExecRequest request;
    request.argv = {"df", "-Pk", folder};
    request.most_bytes = 64 << 10;
    const auto done = program.engine->exec(program.container, request, deadline);
    if (!done) return fail(done.error());
    // "Filesystem 1024-blocks Used Available Capacity Mounted on", and one line beneath.
    const std::vector<std::string> lines = split(done->out, '\n');
    std::vector<std::string> cells;
    if (lines.size() > 1)
        for (const std::string& cell : split(lines[1], ' '))
            if (!cell.empty()) cells.push_back(cell);
    uint64_t blocks = 0;
    if (cells.size() < 6 ||
        std::from_chars(cells[3].data(), cells[3].data() + cells[3].size(), blocks).ec != std::errc() ||
        blocks > UINT64_MAX / 1024)
        return fail(ErrorCode::protocol, "df inside the container says nothing that is understood");
    return blocks * 1024;
}

}  // namespace logbook::migration
