// Option files, as people write them and as nobody should.
#include "logbook/instrument/option_file.h"

#include <doctest/doctest.h>

using namespace logbook;
using instrument::parse_login_file;

TEST_CASE("the client's sections give a login") {
    const auto file = parse_login_file(
        "# mine\n[mysqld]\nuser=mysql\nport=1\n[client]\n user = root \npassword=\"a#b \\\\ c\"\n"
        "host=10.0.0.5 # the replica\nport=3307\nssl_ca=/etc/ca.pem\nssl-verify-server-cert\n");
    REQUIRE(file);
    CHECK(file->user == "root");
    CHECK(file->password->reveal() == "a#b \\ c");
    CHECK(file->host == "10.0.0.5");
    CHECK(file->port == 3307);
    CHECK(file->ca == "/etc/ca.pem");
    CHECK_FALSE(file->socket);
}

TEST_CASE("a later line wins, and what is not said is absent") {
    const auto file = parse_login_file("[client]\r\nuser=a\r\npassword=\r\n[mariadb]\nuser=b\n");
    REQUIRE(file);
    CHECK(file->user == "b");
    CHECK(file->password->empty());
    CHECK_FALSE(parse_login_file("")->password);
}

TEST_CASE("what cannot be right is refused, and no value is in the words") {
    const auto included = parse_login_file("[client]\npassword=geheim\n!includedir /etc/mysql\n");
    REQUIRE_FALSE(included);
    CHECK(included.error().what.find("line 3") == 0);
    CHECK(included.error().what.find("geheim") == std::string::npos);
    CHECK_FALSE(parse_login_file("[client]\nport=99999\n"));
    CHECK_FALSE(parse_login_file(std::string("[client]\npassword=a\0b\n", 22)));
    CHECK_FALSE(parse_login_file("[client]\npassword=\xff\n"));
}
