// The real SQL client: MariaDB Connector/C through its non-blocking calls, so that our deadline is exact and
// holds in every phase (its own time-outs are whole seconds, and none covers a server that accepts and stays
// silent).
#include <errmsg.h>
#include <fmt/format.h>
#include <mutex>
#include <mysql.h>
#include <sys/socket.h>

#include "logbook/base/text.h"
#include "logbook/net/mysql_call.h"
#include "logbook/net/mysql_statements.h"
#include "logbook/net/sql_session.h"
#include "logbook/net/tcp.h"

namespace logbook::net {
namespace {

// A server may ask for any authentication plugin, also for one that sends the password as it is. Only these
// answer.
constexpr const char* allowed_plugins =
    "mysql_native_password,caching_sha2_password,client_ed25519,sha256_password";

bool is_connected(MYSQL* mysql) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    return ::getpeername(mysql_get_socket(mysql), reinterpret_cast<sockaddr*>(&peer), &size) == 0;
}

class MysqlSession final : public SqlSession {
  public:
    MysqlSession(MYSQL* mysql, std::string place, bool encrypted)
        : mysql_(mysql), place_(std::move(place)), encrypted_(encrypted) {}
    ~MysqlSession() override {
        statements_.forget();
        // mysql_close() would politely write COM_QUIT and could block on a dead peer.
        ::shutdown(mysql_get_socket(mysql_), SHUT_RDWR);
        mysql_close(mysql_);
    }
    MysqlSession(const MysqlSession&) = delete;
    MysqlSession& operator=(const MysqlSession&) = delete;

    Result<SqlRows> query(std::string_view sql, Deadline deadline) override {
        if (broken_)
            return fail(ErrorCode::closed,
                        "the connection to " + place_ + " ended after an earlier time-out");
        int failed = 0;
        const int first = mysql_real_query_start(&failed, mysql_, sql.data(), sql.size());
        if (!drive_mysql(mysql_, first, deadline,
                         [&](int s) { return mysql_real_query_cont(&failed, mysql_, s); }))
            return timed_out();
        if (failed != 0) return fail(mysql_error_of(mysql_, place_));
        MYSQL_RES* result = mysql_use_result(mysql_);
        if (!result && mysql_field_count(mysql_) != 0) return fail(mysql_error_of(mysql_, place_));
        if (!result) return SqlRows{};
        return read_rows(result, deadline);
    }

    Result<SqlOutcome> execute(std::string_view sql, const std::vector<SqlParam>& values,
                               Deadline deadline) override {
        if (broken_)
            return fail(ErrorCode::closed,
                        "the connection to " + place_ + " ended after an earlier time-out");
        auto outcome = statements_.execute(sql, values, deadline);
        broken_ = statements_.broken();
        return outcome;
    }

    // A server that ends an idle connection may say why before: over plain TCP any byte is the end.
    bool lost() const override { return broken_ || has_ended(mysql_get_socket(mysql_), !encrypted_); }

    std::string quoted(std::string_view text) const override {
        std::string out(text.size() * 2 + 3, '\0');
        out[0] = '\'';
        const unsigned long n = mysql_real_escape_string(mysql_, out.data() + 1, text.data(), text.size());
        out.resize(n + 1);
        return out + "'";
    }

    std::string server_version() const override { return printable(mysql_get_server_info(mysql_)); }

  private:
    tl::unexpected<Error> timed_out() {
        broken_ = true;
        return fail(ErrorCode::timeout, "the database at " + place_ + " did not answer a query in time");
    }

    Result<SqlRows> read_rows(MYSQL_RES* result, Deadline deadline) {
        SqlRows rows;
        const unsigned columns = mysql_num_fields(result);
        const MYSQL_FIELD* fields = mysql_fetch_fields(result);
        for (unsigned i = 0; i < columns; ++i) rows.columns.emplace_back(fields[i].name);
        size_t bytes = 0;
        Error failure;
        for (bool more = true; more;) {
            MYSQL_ROW row = nullptr;
            const int first = mysql_fetch_row_start(&row, result);
            if (!drive_mysql(mysql_, first, deadline,
                             [&](int s) { return mysql_fetch_row_cont(&row, result, s); })) {
                failure = timed_out().value();
                break;
            }
            more = row != nullptr;
            if (!more) {
                if (mysql_errno(mysql_) != 0) failure = mysql_error_of(mysql_, place_);
                break;
            }
            const unsigned long* lengths = mysql_fetch_lengths(result);
            auto& values = rows.rows.emplace_back();
            for (unsigned i = 0; i < columns; ++i) {
                bytes += lengths[i];
                if (row[i])
                    values.emplace_back(std::string(row[i], lengths[i]));
                else
                    values.emplace_back(std::nullopt);
            }
            if (rows.rows.size() > most_sql_rows || bytes > most_sql_bytes) {
                failure = {ErrorCode::too_large,
                           fmt::format("the answer has more than {} rows or {} bytes", most_sql_rows,
                                       most_sql_bytes),
                           {}};
                // What is left would have to be read; ending the connection is cheaper and bounded.
                broken_ = true;
                ::shutdown(mysql_get_socket(mysql_), SHUT_RDWR);
                break;
            }
        }
        mysql_free_result(result);
        if (!failure.what.empty()) return fail(std::move(failure));
        return rows;
    }

    MYSQL* mysql_;
    std::string place_;
    const bool encrypted_;
    MysqlStatements statements_{mysql_, place_};
    bool broken_ = false;
};

class MysqlConnector final : public SqlConnector {
  public:
    Result<std::unique_ptr<SqlSession>> connect(const SqlEndpoint& endpoint,
                                                Deadline deadline) const override {
        static std::once_flag once;
        std::call_once(once, [] { mysql_library_init(0, nullptr, nullptr); });
        const std::string place = endpoint.socket.empty()
                                      ? fmt::format("{}:{}", printable(endpoint.host, 255), endpoint.port)
                                      : endpoint.socket;

        if (!endpoint.socket.empty()) return connect_one(endpoint, {}, place, deadline);
        // The client would resolve without a time limit. With a CA it must see the name itself, to compare
        // it.
        const auto addresses = resolve(endpoint.host, endpoint.port, deadline);
        if (!addresses) return fail(addresses.error());
        if (endpoint.tls == SqlTls::ca) return connect_one(endpoint, endpoint.host, place, deadline);
        // `localhost` is often ::1 first, where nothing listens.
        Result<std::unique_ptr<SqlSession>> session =
            connect_one(endpoint, addresses->front().text, place, deadline);
        for (size_t i = 1; i < addresses->size(); ++i)
            if (!session && session.error().code == ErrorCode::unreachable && !deadline.passed())
                session = connect_one(endpoint, (*addresses)[i].text, place, deadline);
        return session;
    }

  private:
    // An empty host means the unix socket.
    static Result<std::unique_ptr<SqlSession>> connect_one(const SqlEndpoint& endpoint,
                                                           const std::string& host, const std::string& place,
                                                           Deadline deadline) {
        MYSQL* mysql = mysql_init(nullptr);
        if (!mysql) return fail(ErrorCode::io, "out of memory");
        set_options(mysql, endpoint);
        // To this client `localhost` is otherwise its own idea of a unix socket.
        const unsigned over_tcp = MYSQL_PROTOCOL_TCP;
        if (!host.empty()) mysql_options(mysql, MYSQL_OPT_PROTOCOL, &over_tcp);
        MYSQL* connected = nullptr;
        const std::string password(endpoint.password.reveal());
        const int first = mysql_real_connect_start(
            &connected, mysql, host.empty() ? nullptr : host.c_str(), endpoint.user.c_str(), password.c_str(),
            endpoint.database.empty() ? nullptr : endpoint.database.c_str(), host.empty() ? 0 : endpoint.port,
            host.empty() ? endpoint.socket.c_str() : nullptr, 0);
        bool was_connected = false;
        const bool in_time = drive_mysql(mysql, first, deadline, [&](int s) {
            was_connected = was_connected || is_connected(mysql);
            return mysql_real_connect_cont(&connected, mysql, s);
        });
        if (connected && in_time)
            return std::make_unique<MysqlSession>(mysql, place, endpoint.tls != SqlTls::plain);
        Error error = mysql_error_of(mysql, place);
        mysql_close(mysql);
        if (!in_time && was_connected)
            error = {ErrorCode::timeout,
                     fmt::format("the database at {} accepts connections but sends no greeting", place),
                     {}};
        else if (!in_time)
            error = {ErrorCode::unreachable,
                     fmt::format("the database at {} could not be connected to in time", place),
                     {}};
        return fail(std::move(error));
    }

    static void set_options(MYSQL* mysql, const SqlEndpoint& endpoint) {
        mysql_options(mysql, MYSQL_OPT_NONBLOCK, nullptr);
        mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
        const unsigned off = 0;
        mysql_options(mysql, MYSQL_OPT_LOCAL_INFILE,
                      &off);  // a hostile server may otherwise ask for any local file
        mysql_options(mysql, MARIADB_OPT_RESTRICTED_AUTH, allowed_plugins);
        const my_bool no = 0, yes = 1;
        switch (endpoint.tls) {
        case SqlTls::plain:
            mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &no);
            mysql_options(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &no);
            break;
        case SqlTls::ca:
            mysql_options(mysql, MYSQL_OPT_SSL_CA, endpoint.tls_ca.c_str());
            mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &yes);
            mysql_options(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &yes);
            break;
        case SqlTls::fingerprint:
            mysql_options(mysql, MARIADB_OPT_SSL_FP, endpoint.tls_fingerprint.c_str());
            mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &yes);
            break;
        }
    }
};

}  // namespace

std::unique_ptr<SqlConnector> make_mysql_connector() {
    return std::make_unique<MysqlConnector>();
}

}  // namespace logbook::net
