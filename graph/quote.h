/* quote.h - where a site shows an entity: the bytes, the capture, the digest. */
#ifndef RX_GRAPH_QUOTE_H
#define RX_GRAPH_QUOTE_H

#include "graph/emit.h"
#include "graph/model.h"
#include "store/store.h"

struct quote {
    struct rx_str cls, value, site, url, raw, warc_name; /* owned by the quotes' arena */
    char sha256[RX_SHA256_HEX + 1];                      /* of the decoded body; "" for a fact */
    int64_t seen_ms;
    uint64_t warc_offset;
    uint32_t offset, length;
    enum rx_place place;
    bool hidden;
    bool is_fact; /* said by the network (address, certificate), not by a page */
    double alike; /* the whole page is so like that of value (sameness.h), 0..1; 0: it is a quote */
};

enum { QUOTE_NAMES_MAX = 5 }; /* names of a set that are quoted */

struct quotes {
    struct rx_arena arena;
    struct quote *items;
    size_t count, cap;
    uint32_t *first, *values;   /* owned; of one model: the values of each entity */
    struct cert_proofs *proofs; /* owned; made when the first name of a certificate is quoted */
};

void quotes_init(struct quotes *q);
void quotes_done(struct quotes *q);
void quotes_clear(struct quotes *q); /* what was added is forgotten: thousands of values pass by */
/* For one model from first to last. Adds the best quote of a site for an entity: bytes before an
 * address (length 0), not hidden before hidden, then the first by URL and offset. Of a set: one for
 * each of up to QUOTE_NAMES_MAX names that `also` carries too (UINT32_MAX: any). Adds nothing if
 * the store has none. */
RX_MUST int quotes_add(struct quotes *q, struct store *st, const struct model *m, int64_t upto_run,
                       uint32_t entity, uint32_t site, uint32_t also, struct rx_err *err);
/* The word for a place; "address": the page's own URL or one that its form makes, which is no range
 * of bytes in what it sent (the request record names it). */
const char *quote_place(enum rx_place place, uint32_t length);
/* "warc":"FILE:OFFSET", or null for what is no record of its own. */
void quote_warc(struct emit *e, const struct quote *q);
void quote_json(struct emit *e, const struct quote *q);
/* Three lines at most, indented. */
void quote_text(struct emit *e, const struct quote *q, const char *indent);

#endif
