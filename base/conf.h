/* conf.h - configuration: one table of every setting with its default and the reason for it, and
 * the layers that may override it: flag > RXMAP_* environment > rxmap.ini > default.
 *
 * Keys are SECTION.KEY ("crawl.host_delay"); the variable of that key is RXMAP_CRAWL_HOST_DELAY.
 * A flag of a command (--host-delay) is a row of the same table. */
#ifndef RX_BASE_CONF_H
#define RX_BASE_CONF_H

#include "base/buf.h"

enum rx_conf_type {
    RX_CONF_TEXT,
    RX_CONF_INT, /* unsigned decimal */
    RX_CONF_REAL,
    RX_CONF_BOOL,  /* true|false|yes|no|on|off|1|0 */
    RX_CONF_TIME,  /* "200ms" "3s" "5m" "2h" "1d", a bare number is seconds; kept as milliseconds */
    RX_CONF_BYTES, /* "64k" "5M" "1G" (powers of 1024), a bare number is bytes */
    RX_CONF_ENUM   /* one of choices, "a|b|c" */
};

enum rx_conf_layer { RX_CONF_DEFAULT, RX_CONF_FILE, RX_CONF_ENV, RX_CONF_FLAG };

struct rx_conf_key {
    const char *name; /* "crawl.host_delay" */
    enum rx_conf_type type;
    const char *fallback; /* the default, as text */
    const char *choices;  /* RX_CONF_ENUM only */
    const char *reason;   /* why this default; one line, shown by `rxmap config -v` */
};

struct rx_conf; /* opaque; not thread-safe while it is being set, then read-only */

RX_MUST struct rx_conf *rx_conf_new(void); /* defaults only; NULL: no memory */
void rx_conf_free(struct rx_conf *c);
/* Reads an INI file. An unknown key or a value that breaks its type: RX_EUSAGE, with file and line
 * and the nearest right key. A missing file is RX_ENOENT. */
RX_MUST int rx_conf_load(struct rx_conf *c, const char *path, struct rx_err *err);
/* The same for text that is in memory; path is for the sentence only. */
RX_MUST int rx_conf_parse(struct rx_conf *c, struct rx_str text, const char *path,
                          struct rx_err *err);
/* Adds "name = value", in as many lines as it needs, so that rx_conf_load reads the value back;
 * runs of blanks and control characters become one blank. RX_EINVAL: a word is too long for a
 * line. */
RX_MUST int rx_conf_write(struct rx_buf *out, struct rx_str name, struct rx_str value);
/* RXMAP_SECTION_KEY of a known section must be a key; other RXMAP_ variables are not ours. */
RX_MUST int rx_conf_load_env(struct rx_conf *c, struct rx_err *err);
/* RX_EUSAGE: unknown key (err names the nearest) or bad value. */
RX_MUST int rx_conf_set(struct rx_conf *c, const char *key, struct rx_str value,
                        enum rx_conf_layer layer, struct rx_err *err);

/* Asking for a key that is not in the table, or by the wrong type, is our bug: assert. */
const char *rx_conf_text(const struct rx_conf *c, const char *key);
uint64_t rx_conf_int(const struct rx_conf *c, const char *key); /* INT, TIME (ms), BYTES, BOOL */
bool rx_conf_bool(const struct rx_conf *c, const char *key);
double rx_conf_real(const struct rx_conf *c, const char *key);
enum rx_conf_layer rx_conf_layer(const struct rx_conf *c, const char *key);

/* The default of a key of type INT or REAL. */
double rx_conf_default(const char *key);
size_t rx_conf_count(void);
const struct rx_conf_key *rx_conf_at(size_t i); /* sorted by name */
/* SHA-256 (hex) of every key and its value in force: what audit.log and an analysis record. */
void rx_conf_sha256(const struct rx_conf *c, char out[65]);
/* The word of words (NULL-terminated) nearest to wrong by edit distance; NULL if none is near. */
const char *rx_nearest(struct rx_str wrong, const char *const *words);

#endif
