/* emit.h - text under way to a file: one buffer, one sticky error, and the exits of base/escape.h.
 * What a site sent goes through emit_term, emit_json, emit_xml or emit_csv and nothing else. */
#ifndef RX_GRAPH_EMIT_H
#define RX_GRAPH_EMIT_H

#include "base/buf.h"

#include <stdio.h>

struct emit {
    FILE *out;         /* borrowed */
    struct rx_buf buf; /* owned: what is not written yet */
    int rc;            /* the first failure; later calls do nothing */
    bool first;        /* no key of the JSON object was written yet */
    bool color;        /* emit_style() works; set after emit_init() */
};

void emit_init(struct emit *e, FILE *out);
/* Flushes and frees; returns the first failure, RX_ENOSPC if the disk is full. */
RX_MUST int emit_done(struct emit *e);

void emit_f(struct emit *e, const char *fmt, ...) RX_PRINTF(2, 3); /* text of ours only */
void emit_raw(struct emit *e, struct rx_str s);                    /* text of ours only */
void emit_term(struct emit *e, struct rx_str s);
/* emit_term of the first max bytes at most, ended between two words of a list if there are any. */
void emit_brief(struct emit *e, struct rx_str s, size_t max);
/* For people, four characters wide: what would be rounded to 1.00 is ">.99", since nothing here is
 * certain. emit_caveat says in a line what the number is. */
void emit_confidence(struct emit *e, double confidence);
void emit_caveat(struct emit *e);
enum emit_style { EMIT_PLAIN, EMIT_STRONG, EMIT_FAINT };
void emit_style(struct emit *e, enum emit_style style);
void emit_xml(struct emit *e, struct rx_str s);
void emit_csv(struct emit *e, struct rx_str s); /* as a spreadsheet's cell */

/* JSON: an object a line begins with "schema" and "type". */
void emit_json(struct emit *e, struct rx_str s);
void emit_open(struct emit *e, const char *type);
void emit_key(struct emit *e, const char *key); /* with the comma before it */
void emit_text(struct emit *e, const char *key, struct rx_str value);
void emit_id(struct emit *e, const char *key, const char *prefix, struct rx_str value);
void emit_int(struct emit *e, const char *key, int64_t value);
void emit_real(struct emit *e, const char *key, double value, int decimals);
void emit_bool(struct emit *e, const char *key, bool value);
void emit_null(struct emit *e, const char *key);
void emit_time(struct emit *e, const char *key, int64_t wall_ms); /* null for 0 */
void emit_begin(struct emit *e, char bracket);                    /* '{' or '[' */
void emit_end(struct emit *e, char bracket);                      /* '}' or ']' */
void emit_item(struct emit *e); /* the comma between items of an array */
void emit_line(struct emit *e); /* '}' and the line's end */

#endif
