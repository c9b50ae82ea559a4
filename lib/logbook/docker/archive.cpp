// The tar stream, through libarchive, in memory.
#include "logbook/docker/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <memory>

#include "logbook/base/text.h"

namespace logbook::docker {
namespace {

struct CloseArchive {
    void operator()(archive* a) const { archive_read_free(a); }
};
using Reader = std::unique_ptr<archive, CloseArchive>;

EntryKind kind_of(archive_entry* entry) {
    if (archive_entry_hardlink(entry)) return EntryKind::link;
    switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
        return EntryKind::file;
    case AE_IFDIR:
        return EntryKind::folder;
    case AE_IFLNK:
        return EntryKind::link;
    default:
        return EntryKind::other;
    }
}

std::string text_or_empty(const char* text) {
    return text ? text : "";
}

tl::unexpected<Error> broken(archive* reader) {
    return fail(ErrorCode::protocol, "the engine's archive is not a whole tar: " +
                                         printable(text_or_empty(archive_error_string(reader))));
}

tl::unexpected<Error> too_many_bytes(const ArchiveLimits& limits) {
    return fail(ErrorCode::too_large, fmt::format("the archive holds more than {} bytes", limits.bytes));
}

// Reads a file's content; `left` bytes are still allowed.
Status read_content(archive* reader, archive_entry* entry, const ArchiveLimits& limits, size_t& left,
                    std::string& content) {
    // A header may claim what never comes: nothing is reserved by it, but an honest giant is refused at once.
    if (archive_entry_size(entry) < 0 || uint64_t(archive_entry_size(entry)) > left)
        return too_many_bytes(limits);
    char buffer[64 * 1024];
    for (;;) {
        const la_ssize_t size = archive_read_data(reader, buffer, sizeof buffer);
        if (size == 0) return {};
        if (size < 0) return broken(reader);
        if (size_t(size) > left) return too_many_bytes(limits);
        left -= size_t(size);
        content.append(buffer, size_t(size));
    }
}

}  // namespace

Result<std::vector<ArchiveEntry>> read_archive(std::string_view tar, ArchiveLimits limits) {
    if (tar.size() > limits.bytes) return too_many_bytes(limits);
    const Reader reader(archive_read_new());
    archive_read_support_format_tar(reader.get());
    archive_read_set_options(reader.get(), "hdrcharset=BINARY");  // names are bytes, whatever the locale
    if (archive_read_open_memory(reader.get(), tar.data(), tar.size()) != ARCHIVE_OK)
        return broken(reader.get());

    std::vector<ArchiveEntry> entries;
    size_t left = limits.bytes;
    for (;;) {
        archive_entry* entry = nullptr;
        const int code = archive_read_next_header(reader.get(), &entry);
        if (code == ARCHIVE_EOF) return entries;
        if (code < ARCHIVE_WARN) return broken(reader.get());
        if (entries.size() >= limits.entries)
            return fail(ErrorCode::too_large,
                        fmt::format("the archive holds more than {} entries", limits.entries));
        ArchiveEntry taken;
        taken.path = text_or_empty(archive_entry_pathname(entry));
        taken.kind = kind_of(entry);
        if (taken.kind == EntryKind::link) {
            const char* hard = archive_entry_hardlink(entry);
            taken.link = text_or_empty(hard ? hard : archive_entry_symlink(entry));
        }
        taken.mode = uint32_t(archive_entry_perm(entry));
        taken.modified = int64_t(archive_entry_mtime(entry));
        // Names count too: thousands of long ones must not pass the limit unseen.
        const size_t names = taken.path.size() + taken.link.size();
        if (names > left) return too_many_bytes(limits);
        left -= names;
        if (taken.kind == EntryKind::file)
            if (const Status read = read_content(reader.get(), entry, limits, left, taken.content); !read)
                return fail(read.error());
        entries.push_back(std::move(taken));
    }
}

}  // namespace logbook::docker
