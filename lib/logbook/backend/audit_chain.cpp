// Lock, last row, next row.
#include "logbook/backend/audit_chain.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/backend/sql_values.h"
#include "logbook/base/text.h"
#include "logbook/crypto/mac.h"

namespace logbook::backend {
namespace {

// MySQL takes no more than 64 characters; what is longer is told apart by a digest.
std::string lock_name(const std::string& database) {
    constexpr size_t longest = 64;
    std::string name = "logbook_audit:" + database;
    if (name.size() > longest)
        name = "logbook_audit:" + hex(crypto::hmac_sha256(Secret("name"), database)).substr(0, 32);
    return name;
}

net::SqlParam or_null(const std::string& text) {
    return text.empty() ? net::SqlParam(nullptr) : net::SqlParam(text);
}

}  // namespace

Status AuditChain::lock() {
    const int64_t seconds =
        std::max<int64_t>(1, std::chrono::duration_cast<std::chrono::seconds>(wait_).count());
    held_ = true;  // whatever comes back: the answer may be lost, and the lock be ours
    auto taken = lease_.execute("SELECT GET_LOCK(?, ?) AS taken", {lock_name(database_), seconds});
    if (!taken) return fail(taken.error());
    if (taken->rows.text(0, "taken") == "1") return {};
    held_ = false;
    return fail(ErrorCode::conflict, "the lock of the audit chain was not free in time");
}

Status AuditChain::append(const std::vector<AuditEvent>& events, WallTime now) {
    if (const Status locked = lock(); !locked) return locked;
    auto last = lease_.execute("SELECT current_hash FROM audit_logs ORDER BY id DESC LIMIT 1 FOR UPDATE", {});
    if (!last) return fail(last.error());
    std::string previous(last->rows.text(0, "current_hash"));
    if (previous.empty()) previous = first_previous_hash;
    const WallTime second = whole_seconds(now);
    const int64_t nanoseconds =
        std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch()).count();
    for (const AuditEvent& event : events) {
        const std::string current =
            hex(crypto::hmac_sha256(key_, audit_text(event, second, nanoseconds, previous)));
        const auto done = lease_.execute(
            "INSERT INTO audit_logs (timestamp, timestamp_nanos, event_type, event_category, severity, "
            "user_id, username, session_id, organization_id, ip_address, user_agent, geo_location, "
            "event_data, previous_hash, current_hash, hash_version, created_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?, 3, ?)",
            {to_sql(second), nanoseconds, event.type, event.category, event.severity, or_null(event.user),
             or_null(event.username), or_null(event.session), or_null(event.organization),
             or_null(event.address), or_null(event.user_agent), python_json(event.data), previous, current,
             to_sql(second)});
        if (!done) return fail(done.error());
        previous = current;
    }
    return {};
}

void AuditChain::release() {
    if (!held_) return;
    const auto done = lease_.execute("SELECT RELEASE_LOCK(?) AS released", {lock_name(database_)});
    held_ = !done || done->rows.text(0, "released") != "1";
}

}  // namespace logbook::backend
