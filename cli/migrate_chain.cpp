// Finding and reading the chain.
#include "migrate_chain.h"

#include <fmt/format.h>

#include "containers.h"
#include "logbook/base/text.h"
#include "logbook/migration/contained_versions.h"
#include "view/record_writer.h"

namespace logbook::cli {

using revision::Revision;
using revision::RevisionIndex;
using revision::RevisionMap;

void add_chain_options(const Command& cmd, ChainOptions& options) {
    const Option folder = cmd.add_option("--dir", options.folder,
                                         "The versions folder (default: that of the project's backend)")
                              .type_name("DIR");
    cmd.add_option("--image", options.image, "Read the chain inside this image instead")
        .type_name("NAME")
        .excludes(folder);
}

Result<revision::VersionsFolder> open_versions(App& app, const ChainOptions& options) {
    if (!options.folder.empty()) return revision::read_versions_folder(options.folder, app.deadline);
    if (!options.image.empty()) {
        const auto engine = open_engine(app);
        if (!engine) return fail(engine.error());
        return migration::read_image_versions(**engine, options.image, app.seams.clock, app.deadline);
    }
    const auto found = revision::find_versions_folder(app.global.project_dir);
    if (found) return revision::read_versions_folder(*found, app.deadline);
    const auto containers = open_containers(app);
    const deployment::Member* backend =
        containers ? containers->deployment.of_role(deployment::Role::backend) : nullptr;
    if (!backend) return fail(found.error());
    if (!app.global.quiet)
        app.err.line(
            fmt::format("logbookctl: there is no folder of migrations here; this is the chain inside {}",
                        printable(backend->container.name, 80)));
    return migration::read_container_versions(*containers->engine, backend->container, app.deadline);
}

Result<RevisionMap> open_chain(App& app, const ChainOptions& options) {
    auto folder = open_versions(app, options);
    if (!folder) return fail(folder.error());
    return chain_of(app, std::move(*folder));
}

Result<RevisionMap> chain_of(App& app, revision::VersionsFolder folder) {
    if (!folder.problems.empty()) {
        Error error = folder.problems.front();
        if (const size_t more = folder.problems.size() - 1; more > 0)
            error.what += fmt::format(" (and {} more like it: logbookctl migrate check)", more);
        return fail(std::move(error));
    }
    auto map = RevisionMap::make(std::move(folder.files));
    if (map)
        for (const RevisionIndex index : map->duplicates())
            app.err.line(fmt::format("logbookctl: {} has an identifier that another file has, too: `{}`",
                                     place_of((*map)[index]), printable((*map)[index].file.revision, 80)));
    return map;
}

Json to_json(const RevisionMap& map, RevisionIndex index) {
    const Revision& revision = map[index];
    const auto list = [](const auto& texts) {
        Json::Array array;
        for (const std::string& text : texts) array.emplace_back(text);
        return Json(std::move(array));
    };
    Json::Array next;
    for (const RevisionIndex follower : revision.next) next.emplace_back(map[follower].file.revision);
    const std::string& date = revision.file.header.create_date;
    return Json::object({{"revision", revision.file.revision},
                         {"down_revisions", list(revision.file.down_revisions)},
                         {"depends_on", list(revision.file.depends_on)},
                         {"branch_labels", list(revision.labels)},
                         {"followed_by", Json(std::move(next))},
                         {"head", revision.is_head()},
                         {"title", revision.file.title()},
                         {"create_date", date.empty() ? Json() : Json(date)},
                         {"file", revision.file.path.string()}});
}

void print_lines(App& app, std::string_view text) {
    while (!text.empty()) {
        const size_t end = text.find('\n');
        app.out.line(shown_line(text.substr(0, end)));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
}

ExitCode report_chain(App& app, const Error& error) {
    return app.report(error, error.code == ErrorCode::unsupported ? ExitCode::unknown : exit_code_for(error));
}

}  // namespace logbook::cli
