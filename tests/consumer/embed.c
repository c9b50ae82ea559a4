/* The same from C. */
#include <logbook/c/logbook.h>
#include <stdio.h>

int main(int argc, char** argv) {
    logbook_options options = {sizeof options, argv[1], NULL, 0, NULL, NULL};
    logbook_request request = {sizeof request, "GET", NULL, NULL, 0, NULL, 0, NULL};
    logbook_api* api = NULL;
    logbook_response* response = NULL;
    (void)argc;
    request.target = argv[2];
    if (logbook_open(&options, &api) != LOGBOOK_OK || logbook_handle(api, &request, &response) != LOGBOOK_OK) {
        fprintf(stderr, "%s\n", logbook_error());
        logbook_close(api);
        return 2;
    }
    printf("%d %s\n", logbook_response_status(response), logbook_response_body(response, NULL));
    logbook_response_free(response);
    logbook_close(api);
    return 0;
}
