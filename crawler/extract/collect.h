/* collect.h - the page being extracted, and the marks found so far.
 *
 * One struct collect lives for one extract_marks() call. The first sighting of a (class, value)
 * stands, so families run from the strongest to the weakest and visible text before hidden: when
 * EXTRACT_MARKS_MAX is reached, what is dropped is the weaker. A class that has its share keeps
 * what is hardest to stuff: what is shown before what is hidden, links before text; of equals the
 * first and the last of the page. Errors are sticky: a family calls collect_put() without looking,
 * the door looks at rc once. */
#ifndef RX_CRAWLER_EXTRACT_COLLECT_H
#define RX_CRAWLER_EXTRACT_COLLECT_H

#include "crawler/extract/extract.h"

enum {
    COLLECT_SLOTS = 2048,      /* power of two, several times EXTRACT_MARKS_MAX */
    COLLECT_CHOICES_MAX = 8192 /* questions of a page which mark must go; then none goes */
};

struct common;

struct collect {
    struct rx_arena *arena;      /* borrowed: the page's */
    const struct doc *doc;       /* borrowed */
    const struct rx_psl *psl;    /* borrowed */
    const struct common *common; /* borrowed: values that say nothing */
    struct rx_str head;          /* response head as received */
    struct rx_str host, site;    /* of the document's URL */
    struct marks *out;
    size_t cap;                    /* of out->items */
    uint16_t slots[COLLECT_SLOTS]; /* index + 1 into out->items; open addressing */
    uint16_t *class_count;         /* by rx_class_id() */
    uint32_t *rejected;            /* by rx_class_id() * RX_REJECT_COUNT + reason */
    struct collect_hold {
        uint32_t born; /* the order of coming */
        uint8_t rank;
        bool first;             /* of its class's first half */
    } holds[EXTRACT_MARKS_MAX]; /* parallel to out->items */
    uint32_t births, choices;
    int rc; /* 0, or the first error */
};

/* Where a value was read. */
struct sight {
    struct rx_str raw; /* slice of doc->source (or head); may be longer than EXTRACT_RAW_MAX */
    uint32_t offset, length; /* in the decoded body, or in the head */
    enum rx_place place;
    bool hidden;
};

/* out->items is allocated in the arena; RX_EFULL: no room for that. */
RX_MUST int collect_init(struct collect *c, struct marks *out, struct rx_arena *arena,
                         const struct doc *doc, struct rx_str head);
/* Adds a mark unless (class, value) is known (one that was hidden becomes visible), the class has
 * its share of marks that are no weaker, or the page is full. The value is copied. Values that are
 * empty or over EXTRACT_VALUE_MAX are dropped. */
void collect_put(struct collect *c, const char *cls, struct rx_str value, const struct sight *at);
/* Counts text that looked like a value of the class and is none. */
void collect_reject(struct collect *c, const struct rx_class *cls, enum rx_reject reason);
/* Puts what was counted into out, in order of class and reason; call it last. */
void collect_rejects(struct collect *c);
/* Would collect_put() add it? Asked before its place is worked out, which costs more than it: of
 * about only place and hidden are looked at. */
bool collect_wants(struct collect *c, const char *cls, struct rx_str value,
                   const struct sight *about);
/* The whole of a span of the document, as a sighting. */
struct sight collect_sight(const struct collect *c, struct doc_span span, enum rx_place place);
/* A part of the response head: must be a view into c->head. */
struct sight collect_sight_head(const struct collect *c, struct rx_str part);
/* The part [from, from + n) of a span's text. */
struct sight collect_sight_part(const struct collect *c, struct doc_span span, size_t from,
                                size_t n, enum rx_place place);

#endif
