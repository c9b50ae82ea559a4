// Appending to the audit chain, in a transaction that is about to be committed.
#pragma once

#include <string>
#include <vector>

#include "logbook/backend/audit.h"
#include "logbook/backend/sql_pool.h"

namespace logbook::backend {

// Holds the chain's lock from its first append until release(). The lock is the server's (GET_LOCK), named
// after the database, so it holds between processes; the connection is spoiled, which ends the lock, wherever
// it may still be held at the end. The application itself takes no lock: an uncommitted row of its own is
// waited for, as the row before ours.
class AuditChain {
  public:
    // All must outlive it.
    AuditChain(SqlPool::Lease& lease, const Secret& key, const std::string& database, Millis statement_limit)
        : lease_(lease), key_(key), database_(database), wait_(statement_limit / 2) {}
    AuditChain(const AuditChain&) = delete;
    AuditChain& operator=(const AuditChain&) = delete;
    ~AuditChain() {
        if (held_) lease_.spoil();
    }

    // Fails with `conflict` when the lock is not free in time.
    Status append(const std::vector<AuditEvent>& events, WallTime now);
    // After the commit.
    void release();

  private:
    Status lock();
    SqlPool::Lease& lease_;
    const Secret& key_;
    const std::string& database_;
    const Millis wait_;
    bool held_ = false;
};

}  // namespace logbook::backend
