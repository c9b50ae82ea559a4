// Requests and replies as values: what a route sees, whatever brought them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "logbook/base/json.h"

namespace logbook::api {

// Header fields in order; names compare without case. The one door through which a header comes: a name that
// is no token, or a value with a control byte (CR and LF above all), is refused, so none can ever be written.
class LOGBOOK_EXPORT Headers {
  public:
    using Field = std::pair<std::string, std::string>;

    static bool valid_name(std::string_view name);
    static bool valid_value(std::string_view value);  // printable ASCII, blank, tab; bytes above 0x7F

    // Throws std::invalid_argument on what is not valid: such text comes from a bug, and the outermost step
    // turns it into a 500. `set` replaces every field of that name.
    void add(std::string_view name, std::string_view value);
    void set(std::string_view name, std::string_view value);

    // The first value of that name; nullopt when there is none.
    std::optional<std::string_view> get(std::string_view name) const;
    const std::vector<Field>& fields() const { return fields_; }
    bool empty() const { return fields_.empty(); }

  private:
    std::vector<Field> fields_;
};

struct Request {
    std::string method = "GET";
    std::string target = "/";  // as it was sent: path, and query after `?`
    Headers headers;
    std::string body;
    std::string peer;  // address of the other end, without the port
};

struct Reply {
    int status = 200;
    Headers headers;
    std::string body;
    // What Content-Length says where the body itself is not sent (HEAD).
    std::optional<size_t> length_of_absent_body;
};

// A reply with a JSON body, its type, and `Cache-Control: no-store`.
LOGBOOK_EXPORT Reply json_reply(int status, const Json& body);

// "404" → "Not Found"; "Unknown" for what is not assigned.
LOGBOOK_EXPORT std::string_view reason_of(int status);

// The two parts of a target. The path's segments are percent-decoded apart from each other, so that an
// encoded slash stays inside its segment.
struct Path {
    std::vector<std::string> segments;
    bool ends_with_slash = false;
};

// nullopt for what is no absolute path, a broken escape, an encoded control byte, or bytes that are not
// UTF-8.
LOGBOOK_EXPORT std::optional<Path> parse_path(std::string_view target);

}  // namespace logbook::api
