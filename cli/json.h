/* json.h - one JSON object a line, as every command prints it with --json: it begins with
 * "schema":"rxmap/1" and "type". Failures are kept until json_print(). */
#ifndef RX_CLI_JSON_H
#define RX_CLI_JSON_H

#include "base/buf.h"

enum { JSON_LINE_MAX = 1 << 20 };

struct json {
    struct rx_buf line; /* owned; freed by json_print() */
    int rc;
};

void json_open(struct json *j, const char *type);
void json_text(struct json *j, const char *key, struct rx_str value);
void json_int(struct json *j, const char *key, int64_t value);
void json_bool(struct json *j, const char *key, bool value);
void json_null(struct json *j, const char *key);
/* A time as RFC 3339 text; null for 0. */
void json_time(struct json *j, const char *key, int64_t wall_ms);
/* An object within: {"name":number,...}. */
void json_object(struct json *j, const char *key);
void json_object_end(struct json *j);
/* Ends the line and writes it to stdout. RX_EFULL, RX_ENOMEM: nothing was written. */
RX_MUST int json_print(struct json *j);

#endif
