// The migration chain that the `migrate` commands ask about, and how it is told.
#pragma once

#include "app.h"
#include "command.h"
#include "logbook/revision/revision_map.h"
#include "logbook/revision/versions_folder.h"

namespace logbook::cli {

struct ChainOptions {
    std::string folder;  // --dir
    std::string image;   // --image; neither: that of the project
};
void add_chain_options(const Command& cmd, ChainOptions& options);

// That of the options, else the project's folder, else, said on standard error, that inside the backend's
// container. Fails with the next step where there is none.
Result<revision::VersionsFolder> open_versions(App& app, const ChainOptions& options);

// The graph of a folder of which every file could be read. Says on standard error what Alembic only warns of.
Result<revision::RevisionMap> chain_of(App& app, revision::VersionsFolder folder);
Result<revision::RevisionMap> open_chain(App& app, const ChainOptions& options);

// For JSON documents.
Json to_json(const revision::RevisionMap& map, revision::RevisionIndex index);

// Alembic's text, with control bytes made visible.
void print_lines(App& app, std::string_view text);

// Not being able to tell without running Python is not the same as being wrong.
ExitCode report_chain(App& app, const Error& error);

}  // namespace logbook::cli
