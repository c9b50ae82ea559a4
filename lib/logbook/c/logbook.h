// The library for programs that are not C++: The Logbook's API core, and the diagnosis of a deployment.
//
// Plain C99, UTF-8 everywhere. A call that can fail returns LOGBOOK_OK or the kind of failure;
// logbook_error() has the words. What a call hands out is freed by the function that its comment names, and
// NULL may be freed; what a call is handed in is copied before it returns. No exception ever comes out, and
// no secret stands in an error or in a document.
#ifndef LOGBOOK_C_LOGBOOK_H
#define LOGBOOK_C_LOGBOOK_H

#include <stddef.h>
#include <stdint.h>

#define LOGBOOK_C_API __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

// Kinds of failure; the numbers never change.
enum {
    LOGBOOK_OK = 0,
    LOGBOOK_INVALID = 1,       // the input breaks a rule
    LOGBOOK_NOT_FOUND = 2,     //
    LOGBOOK_DENIED = 3,        // the operating system or a server refuses this user
    LOGBOOK_IO = 4,            //
    LOGBOOK_TIMEOUT = 5,       // a deadline passed
    LOGBOOK_UNREACHABLE = 6,   // no connection could be made
    LOGBOOK_CLOSED = 7,        // the other end closed the connection
    LOGBOOK_AUTH = 8,          // a server rejects the credentials
    LOGBOOK_PROTOCOL = 9,      // a server answered with something else than its protocol
    LOGBOOK_TLS = 10,          //
    LOGBOOK_CONFLICT = 11,     // somebody else holds it, or it exists already
    LOGBOOK_DECLINED = 12,     // a safety gate said no
    LOGBOOK_TOO_LARGE = 13,    //
    LOGBOOK_UNSUPPORTED = 14,  // understood, and not possible here
    LOGBOOK_INTERRUPTED = 15,  //
    LOGBOOK_BUG = 100          // a fault of the library; its words say which
};

// "0.1.0". Static.
LOGBOOK_C_API const char* logbook_version(void);

// What the last call of this thread that failed had to say, with the next step behind it where there is one;
// empty before the first. Valid until the thread's next call that fails.
LOGBOOK_C_API const char* logbook_error(void);

// The API core, opened on its database. Any number of threads may use one at once.
typedef struct logbook_api logbook_api;

typedef struct logbook_setting {
    const char* name;   // "DB_HOST"
    const char* value;  //
} logbook_setting;

// Called from any thread, one call at a time, with a line without a line end; it must not call back into the
// library. `level` is "INFO", "WARNING", "ERROR" or "CRITICAL".
typedef void (*logbook_log)(void* user, const char* level, const char* line);

// Set `size` to sizeof(logbook_options) and what is not used to zero: later versions add members at the end.
typedef struct logbook_options {
    size_t size;
    const char* env_file;             // read first; NULL: none
    const logbook_setting* settings;  // beat the file; the environment of the process is not looked at
    size_t setting_count;             //
    logbook_log log;                  // NULL: no log
    void* log_user;                   //
} logbook_options;

// Compares what it needs with the database's schema, which it never changes where there is one: with
// LOGBOOK_UNSUPPORTED the words list what is missing. An empty database gets its tables. Takes 30 seconds at
// the most. On success *api is freed by logbook_close().
LOGBOOK_C_API int logbook_open(const logbook_options* options, logbook_api** api);

// Ends a listener, waits for calls in flight there, and frees everything. No other call may be running or
// come after it.
LOGBOOK_C_API void logbook_close(logbook_api* api);

typedef struct logbook_header {
    const char* name;
    const char* value;
} logbook_header;

typedef struct logbook_request {
    size_t size;                    // sizeof(logbook_request)
    const char* method;             // "GET"
    const char* target;             // "/api/v1/users?limit=5"
    const logbook_header* headers;  //
    size_t header_count;            //
    const char* body;               // NULL: none
    size_t body_size;               // bytes
    const char* peer;               // the caller's address, which limits count by; NULL: 127.0.0.1
} logbook_request;

typedef struct logbook_response logbook_response;

// Answers one request, without any socket. Whatever the API says (a 404, a 500) is LOGBOOK_OK here; it fails
// only on a request that is none. On success *response is freed by logbook_response_free().
LOGBOOK_C_API int logbook_handle(logbook_api* api, const logbook_request* request,
                                 logbook_response** response);

LOGBOOK_C_API int logbook_response_status(const logbook_response* response);
LOGBOOK_C_API size_t logbook_response_header_count(const logbook_response* response);
// NULL past the end. Both belong to the response.
LOGBOOK_C_API const char* logbook_response_header_name(const logbook_response* response, size_t index);
LOGBOOK_C_API const char* logbook_response_header_value(const logbook_response* response, size_t index);
// The body belongs to the response; it has a NUL behind its last byte that `size` does not count.
LOGBOOK_C_API const char* logbook_response_body(const logbook_response* response, size_t* size);
LOGBOOK_C_API void logbook_response_free(logbook_response* response);

// Serves HTTP on threads of its own until logbook_close(). Port 0 takes a free one; *bound gets the port and
// may be NULL. LOGBOOK_CONFLICT where it listens already, LOGBOOK_UNSUPPORTED in a build without a listener.
LOGBOOK_C_API int logbook_listen(logbook_api* api, const char* address, uint16_t port, uint16_t* bound);

// Diagnoses the deployment in a folder, as `logbookctl doctor -o json -C folder` does, within so many
// milliseconds: the document "logbookctl/doctor/1". On success *json is freed by logbook_free().
LOGBOOK_C_API int logbook_doctor(const char* folder, uint32_t milliseconds, char** json);
LOGBOOK_C_API void logbook_free(char* text);

#ifdef __cplusplus
}
#endif

#endif
