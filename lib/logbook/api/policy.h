// Who may call a route. There is no default: a route without a policy does not compile.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "logbook/api/permissions.h"

namespace logbook::api {

// Somebody who has signed in.
struct Principal {
    std::string user, organization, username, session;  // ids, but for the name
    Permissions permissions;
    // A remedy is due first; until then only routes that are open even so may be called.
    bool must_change_password = false, must_enroll_mfa = false;
};

class LOGBOOK_EXPORT Policy {
  public:
    static Policy everyone() { return Policy(Who::everyone, {}); }
    static Policy signed_in() { return Policy(Who::signed_in, {}); }
    // Who has one of the permissions.
    static Policy any_of(std::vector<std::string> permissions) {
        return Policy(Who::permitted, std::move(permissions));
    }
    // The one whose id stands in the path, and who has one of the permissions.
    static Policy self_or(std::string path_param, std::vector<std::string> permissions) {
        Policy policy(Who::permitted, std::move(permissions));
        policy.self_param_ = std::move(path_param);
        return policy;
    }
    // Open, too, while a password must be changed or MFA be set up first.
    Policy while_forced() && {
        while_forced_ = true;
        return std::move(*this);
    }

    bool asks_for_sign_in() const { return who_ != Who::everyone; }
    bool open_while_forced() const { return while_forced_; }
    const std::vector<std::string>& permissions() const { return permissions_; }
    const std::string& self_param() const { return self_param_; }
    // Whether somebody who has signed in may; `own` is the value of self_param() in this call. Pure.
    bool allows(const Principal& principal, std::string_view own) const;

  private:
    enum class Who { everyone, signed_in, permitted };
    Policy(Who who, std::vector<std::string> permissions) : who_(who), permissions_(std::move(permissions)) {}

    Who who_;
    std::vector<std::string> permissions_;
    std::string self_param_;
    bool while_forced_ = false;
};

}  // namespace logbook::api
