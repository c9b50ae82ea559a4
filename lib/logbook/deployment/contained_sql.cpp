// The database's own client, through the engine's exec.
#include "logbook/deployment/contained_sql.h"

#include <charconv>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/deployment/contained_client.h"

namespace logbook::deployment {
namespace {

constexpr int no_connection = 2003, no_socket = 2002, unknown_host = 2005, gone_away = 2006,
              lost_connection = 2013;

// "ERROR 1045 (28000): Access denied …" and "ERROR 1146 (42S02) at line 1: …".
Error error_of(std::string_view said, const std::string& place) {
    const size_t at = said.find("ERROR ");
    int number = 0;
    if (at != std::string_view::npos) {
        const std::string_view digits = said.substr(at + 6);
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    }
    if (number == 0)
        return {ErrorCode::protocol,
                fmt::format("the client in {} failed: {}", place, printable(trim(said), 300)),
                {}};
    const size_t colon = said.find(": ", at);
    const std::string words =
        printable(trim(colon == std::string_view::npos ? said.substr(at) : said.substr(colon + 2)), 300);
    switch (number) {
    case no_connection:
    case no_socket:
        return {ErrorCode::unreachable,
                fmt::format("the database in {} does not accept connections ({})", place, words),
                {}};
    case unknown_host:
        return {ErrorCode::not_found, words, {}};
    case gone_away:
    case lost_connection:
        return {ErrorCode::closed,
                fmt::format("the database in {} closed the connection ({})", place, words),
                {}};
    default:
        return net::server_error(number, words);
    }
}

std::string unescaped(std::string_view field) {
    std::string out;
    out.reserve(field.size());
    for (size_t i = 0; i < field.size(); ++i) {
        if (field[i] != '\\' || i + 1 == field.size()) {
            out += field[i];
            continue;
        }
        const char next = field[++i];
        out += next == 'n' ? '\n' : next == 't' ? '\t' : next == '0' ? '\0' : next;
    }
    return out;
}

class ContainedSession final : public net::SqlSession {
  public:
    ContainedSession(const docker::Engine& engine, std::string container, std::string name,
                     net::SqlEndpoint endpoint)
        : client_{engine, std::move(container), std::move(name)}, endpoint_(std::move(endpoint)) {}

    Status open(Deadline deadline) {
        const auto rows = query("SELECT VERSION() AS version", deadline);
        if (!rows) return fail(rows.error());
        version_ = printable(rows->text(0, "version"), 100);
        return {};
    }

    Result<net::SqlRows> query(std::string_view sql, Deadline deadline) override {
        ClientCall call;
        call.programs = {"mariadb", "mysql"};
        call.arguments = {"--no-defaults",
                          "--protocol=tcp",
                          "--host=127.0.0.1",
                          fmt::format("--port={}", endpoint_.port),
                          "--user=" + endpoint_.user,
                          "--default-character-set=utf8mb4",
                          "--batch"};
        if (!endpoint_.database.empty()) call.arguments.push_back("--database=" + endpoint_.database);
        call.environment = {{"MYSQL_PWD", endpoint_.password}};
        call.input = Secret(std::string(sql) + ";\n");
        const auto done = client_.run(call, deadline);
        if (!done) return fail(done.error());
        if (done->exit_code != 0) return fail(error_of(done->err, printable(client_.name, 80)));
        return parse_batch_output(done->out);
    }

    // MySQL's own escapes, for a server in its default SQL mode.
    std::string quoted(std::string_view text) const override {
        std::string out = "'";
        for (const char c : text) {
            if (c == '\0') {
                out += "\\0";
                continue;
            }
            if (c == '\'' || c == '\\') out += '\\';
            out += c;
        }
        return out + "'";
    }

    std::string server_version() const override { return version_; }

  private:
    ContainedClient client_;
    net::SqlEndpoint endpoint_;
    std::string version_;
};

class ContainedConnector final : public net::SqlConnector {
  public:
    ContainedConnector(const docker::Engine& engine, std::string container, std::string name)
        : engine_(engine), container_(std::move(container)), name_(std::move(name)) {}

    Result<std::unique_ptr<net::SqlSession>> connect(const net::SqlEndpoint& endpoint,
                                                     Deadline deadline) const override {
        auto session = std::make_unique<ContainedSession>(engine_, container_, name_, endpoint);
        if (Status opened = session->open(deadline); !opened) return fail(opened.error());
        return std::unique_ptr<net::SqlSession>(std::move(session));
    }

  private:
    const docker::Engine& engine_;
    std::string container_, name_;
};

}  // namespace

Result<net::SqlRows> parse_batch_output(std::string_view text) {
    net::SqlRows rows;
    if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
    if (text.empty()) return rows;
    bool first = true;
    for (const std::string& line : split(text, '\n')) {
        const std::vector<std::string> fields = split(line, '\t');
        if (first) {
            for (const std::string& field : fields) rows.columns.push_back(unescaped(field));
            first = false;
            continue;
        }
        if (fields.size() != rows.columns.size())
            return fail(ErrorCode::protocol, "the client inside the container printed no table");
        auto& values = rows.rows.emplace_back();
        for (const std::string& field : fields)
            values.push_back(field == "NULL" ? net::SqlValue() : net::SqlValue(unescaped(field)));
    }
    return rows;
}

std::unique_ptr<net::SqlConnector> contained_sql(const docker::Engine& engine, std::string container,
                                                 std::string container_name) {
    return std::make_unique<ContainedConnector>(engine, std::move(container), std::move(container_name));
}

}  // namespace logbook::deployment
