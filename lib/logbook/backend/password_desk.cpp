// The two places, and the queue before them.
#include "logbook/backend/password_desk.h"

namespace logbook::backend {
namespace {

// The hash of no password that anybody could find, with the parameters of hash_password(): it costs the same.
constexpr std::string_view of_nobody =
    "$argon2id$v=19$m=65536,t=3,p=4$c2FsdCBvZiBub2JvZHkhIQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

}  // namespace

class PasswordDesk::Place {
  public:
    explicit Place(PasswordDesk& desk) : desk_(desk) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { desk_.leave(); }

  private:
    PasswordDesk& desk_;
};

Status PasswordDesk::enter() {
    std::unique_lock lock(guard_);
    if (served_ >= limits_.at_once) {
        if (waiting_ >= limits_.waiting)
            return fail(ErrorCode::conflict, "too many sign-ins wait for their turn", "try again shortly");
        ++waiting_;
        const bool free = free_.wait_for(lock, limits_.wait, [this] { return served_ < limits_.at_once; });
        --waiting_;
        if (!free) return fail(ErrorCode::conflict, "no turn for a sign-in in time", "try again shortly");
    }
    ++served_;
    return {};
}

void PasswordDesk::leave() {
    {
        const std::lock_guard lock(guard_);
        --served_;
    }
    free_.notify_one();
}

Result<std::string> PasswordDesk::hash(const Secret& password) {
    if (Status in = enter(); !in) return fail(in.error());
    const Place place(*this);
    return crypto::hash_password(password);
}

Result<crypto::PasswordMatch> PasswordDesk::verify(std::string_view encoded, const Secret& password) {
    if (Status in = enter(); !in) return fail(in.error());
    const Place place(*this);
    return crypto::verify_password(encoded, password);
}

Status PasswordDesk::verify_nothing(const Secret& password) {
    const auto match = verify(of_nobody, password);
    if (!match) return fail(match.error());
    return {};
}

}  // namespace logbook::backend
