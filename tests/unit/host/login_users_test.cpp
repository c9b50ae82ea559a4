// Who else can sign in.
#include "logbook/host/login_users.h"

#include <doctest/doctest.h>

using logbook::host::names_other_login_users;

TEST_CASE("only people's accounts with a shell count, and not the owner's own") {
    CHECK_FALSE(names_other_login_users("root:x:0:0:root:/root:/bin/bash\n"
                                        "mysql:x:101:101::/var/lib/mysql:/bin/bash\n"
                                        "nobody:x:65534:65534::/:/bin/bash\n"
                                        "svc:x:1001:1001::/srv:/usr/sbin/nologin\n"
                                        "gone:x:1002:1002::/srv:/bin/false\n",
                                        0));
    const char* ann = "ann:x:1000:1000:Ann:/home/ann:/bin/bash\n";
    CHECK(names_other_login_users(ann, 0));
    CHECK_FALSE(names_other_login_users(ann, 1000));
    CHECK_FALSE(names_other_login_users("not a passwd file\n:::::::\nx:x:abc:0:::/bin/sh\n", 0));
}
