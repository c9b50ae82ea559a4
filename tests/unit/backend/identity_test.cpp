// What needs no database of sign-ins and members: passwords, ranks, permissions, tokens, views and columns.
#include <doctest/doctest.h>
#include <set>

#include "logbook/api/token.h"
#include "logbook/backend/current_user.h"
#include "logbook/backend/member_body.h"
#include "logbook/backend/member_view.h"
#include "logbook/backend/password_rules.h"
#include "logbook/backend/permission_catalogue.h"
#include "logbook/backend/principal.h"
#include "logbook/backend/ranks.h"
#include "logbook/backend/sign_in_tokens.h"

using namespace logbook;
using namespace logbook::backend;

namespace {

const WallTime noon = from_unix_seconds(1'795'334'339);

Rows one_row(const std::vector<std::pair<std::string, net::SqlValue>>& values) {
    net::SqlRows rows;
    rows.rows.emplace_back();
    for (const auto& [column, value] : values) {
        rows.columns.push_back(column);
        rows.rows[0].push_back(value);
    }
    return Rows(std::move(rows));
}

Rows a_member() {
    std::vector<std::pair<std::string, net::SqlValue>> all;
    for (const char* column : {"id",
                               "organization_id",
                               "username",
                               "email",
                               "personal_email",
                               "first_name",
                               "middle_name",
                               "last_name",
                               "membership_number",
                               "phone",
                               "mobile",
                               "photo_url",
                               "date_of_birth",
                               "hire_date",
                               "rank",
                               "station",
                               "platoon",
                               "address_street",
                               "address_city",
                               "address_state",
                               "address_zip",
                               "address_country",
                               "membership_type",
                               "status"})
        all.emplace_back(column, std::string("the ") + column);
    all.emplace_back("emergency_contacts", R"([{"name":"Spouse"}])");
    all.emplace_back("notification_preferences", R"({"email_notifications":false})");
    for (const char* flag : {"compliance_exempt", "email_verified", "mfa_enabled"})
        all.emplace_back(flag, "1");
    for (const char* time : {"last_login_at", "created_at", "updated_at"})
        all.emplace_back(time, "2026-11-22 07:59:33");
    return one_row(all);
}

}  // namespace

TEST_CASE("passwords that the rules refuse") {
    const Rules rules;
    for (const char* good : {"Adm1n-Truth!Stack#26", "J0hn-Truth!Stack#26", "Aa1!Aa1!Aa1!",
                             "Zürich-2x4=Märchen", "aA1 !ohne-Ende"})
        CHECK_MESSAGE(!password_fault(rules, good), good);
    for (const char* bad : {"", "Aa1!Aa1!Aa1", "aa1!aa1!aa1!", "AA1!AA1!AA1!", "Aab!Aab!Aac!", "Aa1xAa1xAa1x",
                            "Aaaa1!Wx9Qp!K", "Abc-Truth!Stack#26", "cBa-Truth!Stack#26", "J0hn-Truth!S123",
                            "J0hn-Truth!S987", "Zürichäää-2x4=M"})
        CHECK_MESSAGE(password_fault(rules, bad), bad);
    // Characters, not bytes: n and n+1.
    std::string longest = "Aa1!";
    while (longest.size() < 128) longest += "xQ";
    CHECK_FALSE(password_fault(rules, longest));
    CHECK(password_fault(rules, longest + "x"));
    CHECK_FALSE(password_fault(rules, "Aa1!"
                                      "äöäöäöäö"));
    CHECK(password_fault(rules, "Aa1!"
                                "äöäöäöä"));
    for (int i = 0; i < 200; ++i) {
        const auto made = temporary_password(rules);
        REQUIRE(made);
        CHECK_FALSE(password_fault(rules, made->reveal()));
    }
    Rules impossible;
    impossible.password_min = impossible.password_max = 3;
    CHECK_FALSE(temporary_password(impossible));
}

TEST_CASE("ranks, and the permissions that there are") {
    const std::pair<const char*, size_t> known[] = {
        {"fire_chief", 93}, {"deputy_chief", 77}, {"assistant_chief", 70}, {"captain", 45},
        {"lieutenant", 40}, {"engineer", 20},     {"firefighter", 19}};
    for (const auto& [rank, count] : known) {
        const auto& names = rank_permissions(rank);
        CHECK(names.size() == count);
        for (const std::string& name : names) CHECK_MESSAGE(is_permission(name), name);
    }
    for (const char* none : {"", "Captain", "captain ", "*", "member"}) CHECK(rank_permissions(none).empty());

    std::set<std::string_view> names;
    for (const PermissionEntry& entry : permission_catalogue()) {
        names.insert(entry.name);
        CHECK_FALSE(entry.description.empty());
        CHECK_FALSE(entry.category.empty());
    }
    CHECK(names.size() == 105);
    CHECK(permission_catalogue().size() == 105);
    for (const char* none : {"*", "users.*", "", "users", "nope.nope", "roles.view"})
        CHECK_FALSE(is_permission(none));
}

TEST_CASE("a principal has what his positions and his rank allow") {
    SignedIn who;
    who.user = "u";
    who.rank = "firefighter";
    who.granted = {"users.view", "settings.*"};
    api::Principal principal = principal_of(who);
    CHECK(principal.permissions.has("users.view"));
    CHECK(principal.permissions.has("settings.edit"));
    CHECK(principal.permissions.has("training.view"));
    CHECK_FALSE(principal.permissions.has("members.manage"));
    CHECK_FALSE(principal.must_enroll_mfa);
    who.mfa_required = true;
    CHECK(principal_of(who).must_enroll_mfa);
    who.mfa_enabled = true;
    CHECK_FALSE(principal_of(who).must_enroll_mfa);
    CHECK(permission_names(net::SqlValue(R"(["a",1,null,"b"])")) == std::vector<std::string>{"a", "b"});
    CHECK(permission_names(net::SqlValue("{}")).empty());
    CHECK(permission_names(net::SqlValue("broken")).empty());
    CHECK(permission_names(std::nullopt).empty());
}

TEST_CASE("tokens fit their column, whatever the username") {
    Rules rules;
    rules.token_key = Secret("0123456789abcdef0123456789abcdef");
    const std::string uuid = "31f30f85-8acd-4702-8798-c5de5b2438c1";
    for (const std::string& name : {std::string("admin"), std::string(100, '"'), std::string(100, 'x'),
                                    std::string("\xF0\x9F\x9A\x92"), std::string(1, '\\')}) {
        const auto pair = make_tokens(rules, uuid, name, uuid, noon);
        REQUIRE(pair);
        CHECK(pair->access.size() <= longest_stored_token);
        CHECK(pair->refresh.size() <= longest_stored_token);
        CHECK(pair->access != pair->refresh);
        const auto access = api::read_token(pair->access, rules.token_key, noon);
        REQUIRE(access);
        CHECK(access->type == "access");
        CHECK(access->subject == uuid);
        CHECK(access->expires_at - access->issued_at == 1800);
        CHECK(access->id.size() == 22);
        CHECK(api::read_token(pair->refresh, rules.token_key, noon)->type == "refresh");
        CHECK(make_tokens(rules, uuid, name, uuid, noon)->access != pair->access);
    }
    rules.secure_cookies = true;
    api::Reply reply;
    REQUIRE(set_cookies(reply, rules, {"a.b.c", "d.e.f"}));
    std::vector<std::string> set;
    for (const auto& [name, value] : reply.headers.fields()) set.push_back(value);
    REQUIRE(set.size() == 3);
    CHECK(set[0] == "access_token=a.b.c; HttpOnly; Max-Age=1800; Path=/; SameSite=strict; Secure");
    CHECK(set[1] ==
          "refresh_token=d.e.f; HttpOnly; Max-Age=604800; Path=/api/v1/auth/; SameSite=strict; Secure");
    CHECK(set[2].substr(0, 11) == "csrf_token=");
    CHECK(set[2].find("HttpOnly") == std::string::npos);
    CHECK(set[2].size() ==
          std::string("csrf_token=; Max-Age=1800; Path=/; SameSite=strict; Secure").size() + 43);
}

TEST_CASE("times and values between rows and JSON") {
    CHECK(to_sql(from_unix_seconds(0)) == "1970-01-01 00:00:00");
    CHECK(to_sql(noon + Millis(999)) == to_sql(noon));
    const Rows rows = one_row({{"t", "2026-11-22 07:59:33"},
                               {"bad", "soon"},
                               {"n", "-7"},
                               {"z", "0"},
                               {"none", std::nullopt},
                               {"j", R"({"a":[1]})"},
                               {"null", "null"}});
    CHECK(rows.json_time(0, "t") == Json("2026-11-22T07:59:33Z"));
    CHECK(to_sql(*rows.time(0, "t")) == "2026-11-22 07:59:33");
    CHECK(rows.json_time(0, "bad").is_null());
    CHECK(rows.json_time(0, "none").is_null());
    CHECK(rows.number(0, "n") == -7);
    CHECK(rows.flag(0, "n"));
    CHECK_FALSE(rows.flag(0, "z"));
    CHECK_FALSE(rows.flag(0, "none"));
    CHECK(rows.json(0, "j", Json()).find("a") != nullptr);
    CHECK(rows.json(0, "bad", Json(1)) == Json(1));
    CHECK(rows.json(0, "null", Json(1)) == Json(1));
    CHECK_THROWS_AS(rows.at(0, "else"), std::logic_error);
    CHECK_THROWS_AS(rows.at(1, "t"), std::logic_error);

    const Json body = Json::object({{"a", ""}, {"b", "x"}, {"c", 3}, {"d", true}, {"e", nullptr}});
    CHECK(std::holds_alternative<std::nullptr_t>(to_param(body.find("a"))));
    CHECK(std::get<std::string>(to_param(body.find("b"))) == "x");
    CHECK(std::get<int64_t>(to_param(body.find("c"))) == 3);
    CHECK(std::get<int64_t>(to_param(body.find("d"))) == 1);
    CHECK(std::holds_alternative<std::nullptr_t>(to_param(body.find("e"))));
    CHECK(std::holds_alternative<std::nullptr_t>(to_param(body.find("f"))));

    for (const Json& yes : {Json(true), Json(1), Json("x"), Json(Json::Array{1}), Json(0.5)})
        CHECK(is_truthy(&yes));
    for (const Json& no : {Json(false), Json(0), Json(""), Json(Json::Array{}), Json::object(), Json()})
        CHECK_FALSE(is_truthy(&no));
    CHECK_FALSE(is_truthy(nullptr));
}

TEST_CASE("what others see of a member") {
    const Rows member = a_member();
    api::Principal stranger;
    stranger.user = "somebody else";
    const std::vector<Role> roles = {{"r", "Role", "role", std::nullopt, {"users.view"}, false, 3}};
    const std::set<std::string> always_private = {"personal_email", "date_of_birth", "address_street",
                                                  "address_city",   "address_state", "address_zip",
                                                  "address_country"};
    const Json seen = profile_json(member, 0, roles, viewer_of(stranger, "the id", {}));
    for (const std::string& name : always_private) CHECK_MESSAGE(seen.find(name)->is_null(), name);
    for (const char* name : {"email", "phone", "mobile", "last_login_at", "mfa_enabled", "email_verified",
                             "notification_preferences"})
        CHECK_MESSAGE(seen.find(name)->is_null(), name);
    CHECK(seen.find("emergency_contacts")->as_array()->empty());
    CHECK(seen.text("full_name") == "the first_name the last_name");
    CHECK((*seen.find("roles")->as_array())[0].find("permissions")->as_array()->empty());

    const Json shown = profile_json(member, 0, roles, viewer_of(stranger, "the id", {true, false, true}));
    CHECK(shown.text("email") == "the email");
    CHECK(shown.find("phone")->is_null());
    CHECK(shown.text("mobile") == "the mobile");

    stranger.permissions.add("users.view");
    const Json account = profile_json(member, 0, roles, viewer_of(stranger, "the id", {}));
    CHECK(account.text("last_login_at") == "2026-11-22T07:59:33Z");
    CHECK(account.find("date_of_birth")->is_null());
    CHECK((*account.find("roles")->as_array())[0].find("permissions")->as_array()->size() == 1);

    api::Principal self;
    self.user = "the id";
    for (const api::Principal& all : {self, [] {
                                          api::Principal manager;
                                          manager.user = "m";
                                          manager.permissions.add("members.manage");
                                          return manager;
                                      }()}) {
        const Json full = profile_json(member, 0, roles, viewer_of(all, "the id", {}));
        for (const std::string& name : always_private) CHECK(full.text(name) == "the " + name);
        CHECK(full.text("email") == "the email");
        CHECK(full.find("emergency_contacts")->as_array()->size() == 1);
    }
    // Nothing of a list line tells more than it may.
    const Json line = directory_line(member, 0, {});
    CHECK(line.find("email")->is_null());
    CHECK(line.find("platoon")->is_null());
    CHECK(*line.find("compliance_exempt") == Json(false));
    CHECK(line.find("date_of_birth") == nullptr);

    CHECK(full_name("", "", "jdoe") == "jdoe");
    CHECK(full_name("John", "", "jdoe") == "John");
    CHECK(full_name("", "Doe", "jdoe") == "Doe");
}

TEST_CASE("bodies become columns, and only those that there are") {
    std::vector<api::FieldError> errors;
    const auto read = [&](const api::Schema& schema, const char* text) {
        errors.clear();
        return api::validated(schema, parse_json(text).value(), errors);
    };
    const Json body = read(member_profile_schema(),
                           R"({"first_name":"Jo","phone":"","hire_date":"2020-02-29","email":"a@b.example",
                               "password_hash":"x","organization_id":"y","emergency_contacts":
                               [{"name":"N","relationship":"R","phone":"1","evil":true}]})");
    CHECK(errors.empty());
    std::set<std::string_view> names;
    for (const ColumnValue& column : profile_columns(body)) {
        names.insert(column.first);
        if (column.first == "phone") CHECK(std::holds_alternative<std::nullptr_t>(column.second));
        if (column.first == "emergency_contacts")
            CHECK(std::get<std::string>(column.second) ==
                  R"([{"name":"N","relationship":"R","phone":"1","email":null,"is_primary":false}])");
    }
    CHECK(names == std::set<std::string_view>{"first_name", "phone", "hire_date", "emergency_contacts"});
    CHECK(names_restricted(body));
    CHECK_FALSE(names_restricted(read(member_profile_schema(), R"({"first_name":"Jo","phone":"1"})")));
    for (const char* one : {"rank", "station", "platoon", "membership_number", "hire_date"})
        CHECK(
            names_restricted(read(member_profile_schema(), ("{\"" + std::string(one) + "\":null}").c_str())));

    // n and n+1 of each.
    const std::pair<const char*, size_t> limits[] = {{"first_name", 100},     {"phone", 20},
                                                     {"address_street", 255}, {"address_zip", 20},
                                                     {"platoon", 20},         {"rank", 100}};
    for (const auto& [name, most] : limits) {
        const std::string fits = "{\"" + std::string(name) + "\":\"" + std::string(most, 'x') + "\"}";
        const std::string over = "{\"" + std::string(name) + "\":\"" + std::string(most + 1, 'x') + "\"}";
        read(member_profile_schema(), fits.c_str());
        CHECK(errors.empty());
        read(member_profile_schema(), over.c_str());
        CHECK(errors.size() == 1);
    }
    for (const char* bad : {R"({"emergency_contacts":[{"name":"","relationship":"R","phone":"1"}]})",
                            R"({"emergency_contacts":[{"name":"N","phone":"1"}]})",
                            R"({"date_of_birth":"2021-02-29"})", R"({"hire_date":"yesterday"})"}) {
        read(member_profile_schema(), bad);
        CHECK_MESSAGE(!errors.empty(), bad);
    }
    for (const char* address : {"a@b.local", "a@b.test", "a@b", "@b.example", "a b@c.example"}) {
        const std::string text = "{\"email\":\"" + std::string(address) + "\"}";
        read(member_contact_schema(), text.c_str());
        CHECK_MESSAGE(!errors.empty(), address);
    }
    CHECK(normal_email("Jo.Doe@Station.EXAMPLE") == "Jo.Doe@station.example");
    CHECK(taken_field("idx_user_org_email").field == "email");
    CHECK(taken_field("PRIMARY").field.empty());
}
