// Line by line.
#include "logbook/instrument/option_file.h"

#include <charconv>
#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::instrument {
namespace {

bool is_client_section(std::string_view name) {
    for (const std::string_view section :
         {"client", "mysql", "mariadb", "client-server", "client-mariadb", "mariadb-client"})
        if (name == section) return true;
    return false;
}

std::string unescaped(std::string_view text) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        switch (const char next = text[++i]; next) {
        case 's':
            out += ' ';
            break;
        case 'n':
            out += '\n';
            break;
        case 't':
            out += '\t';
            break;
        case 'r':
            out += '\r';
            break;
        case 'b':
            out += '\b';
            break;
        case '\\':
        case '\'':
        case '"':
            out += next;
            break;
        default:
            out += '\\';
            out += next;
        }
    }
    return out;
}

std::string value_of(std::string_view text) {
    text = trim(text);
    if (!text.empty() && (text.front() == '\'' || text.front() == '"')) {
        size_t end = 1;
        while (end < text.size() && text[end] != text.front()) end += text[end] == '\\' ? 2 : 1;
        if (end < text.size()) return unescaped(text.substr(1, end - 1));
    }
    return unescaped(trim(text.substr(0, text.find('#'))));
}

Status take(LoginFile& file, std::string_view name, std::string value, size_t line) {
    if (name == "user")
        file.user = std::move(value);
    else if (name == "password")
        file.password = Secret(std::move(value));
    else if (name == "host")
        file.host = std::move(value);
    else if (name == "socket")
        file.socket = std::move(value);
    else if (name == "ssl-ca")
        file.ca = std::move(value);
    else if (name == "port") {
        unsigned port = 0;
        const auto [end, bad] = std::from_chars(value.data(), value.data() + value.size(), port);
        if (bad != std::errc() || end != value.data() + value.size() || port == 0 || port > 65535)
            return fail(ErrorCode::invalid, fmt::format("line {}: the port is none", line));
        file.port = uint16_t(port);
    }
    return {};
}

}  // namespace

Result<LoginFile> parse_login_file(std::string_view bytes) {
    if (bytes.find('\0') != std::string_view::npos || !valid_utf8(bytes))
        return fail(ErrorCode::invalid, "it is not a text");
    LoginFile file;
    bool ours = false;
    size_t number = 0;
    for (const std::string& whole : split(bytes, '\n')) {
        ++number;
        const std::string_view line = trim(whole);
        if (line.empty() || line.front() == '#' || line.front() == ';') continue;
        if (line.front() == '!')
            return fail(ErrorCode::invalid, fmt::format("line {}: !include is not followed here", number),
                        "put user and password under [client] in this file");
        if (line.front() == '[') {
            ours = line.back() == ']' && is_client_section(trim(line.substr(1, line.size() - 2)));
            continue;
        }
        const size_t equals = line.find('=');
        if (!ours || equals == std::string_view::npos) continue;
        const std::string name = replace_all(std::string(trim(line.substr(0, equals))), "_", "-");
        if (Status taken = take(file, name, value_of(line.substr(equals + 1)), number); !taken)
            return fail(taken.error());
    }
    return file;
}

}  // namespace logbook::instrument
