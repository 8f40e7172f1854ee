/* json.c - see json.h. */
#include "cli/json.h"

#include "base/clock.h"
#include "base/escape.h"

#include <errno.h>
#include <stdio.h>

static void add(struct json *j, struct rx_str raw)
{
    if (!j->rc)
        j->rc = rx_buf_add(&j->line, raw);
}

static void add_text(struct json *j, struct rx_str value)
{
    if (!j->rc)
        j->rc = rx_esc_json(&j->line, value);
}

static void add_key(struct json *j, const char *key)
{
    if (j->line.n && j->line.p[j->line.n - 1] != '{')
        add(j, RX_STR(","));
    add_text(j, rx_str(key));
    add(j, RX_STR(":"));
}

void json_open(struct json *j, const char *type)
{
    *j = (struct json){.line = RX_BUF(JSON_LINE_MAX)};
    add(j, RX_STR("{"));
    json_text(j, "schema", RX_STR("rxmap/1"));
    json_text(j, "type", rx_str(type));
}

void json_text(struct json *j, const char *key, struct rx_str value)
{
    add_key(j, key);
    add_text(j, value);
}

void json_int(struct json *j, const char *key, int64_t value)
{
    add_key(j, key);
    if (!j->rc)
        j->rc = rx_buf_addf(&j->line, "%lld", (long long)value);
}

void json_bool(struct json *j, const char *key, bool value)
{
    add_key(j, key);
    add(j, value ? RX_STR("true") : RX_STR("false"));
}

void json_null(struct json *j, const char *key)
{
    add_key(j, key);
    add(j, RX_STR("null"));
}

void json_time(struct json *j, const char *key, int64_t wall_ms)
{
    char text[RX_TIME_TEXT];
    if (!wall_ms) {
        json_null(j, key);
        return;
    }
    rx_time_text(text, wall_ms, true);
    json_text(j, key, rx_str(text));
}

void json_object(struct json *j, const char *key)
{
    add_key(j, key);
    add(j, RX_STR("{"));
}

void json_object_end(struct json *j)
{
    add(j, RX_STR("}"));
}

int json_print(struct json *j)
{
    add(j, RX_STR("}\n"));
    int rc = j->rc;
    if (!rc && fwrite(j->line.p, 1, j->line.n, stdout) != j->line.n)
        rc = errno == ENOSPC || errno == EDQUOT ? RX_ENOSPC : RX_EIO;
    rx_buf_free(&j->line);
    return rc;
}
