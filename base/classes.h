/* classes.h - the catalogue of indicator classes: what each kind of identifier is evidence of.
 *
 * One row a class. crawler/extract finds values of a class, graph weighs them; a class that both
 * do not know from here does not exist. Adding a class is adding a row (classes.c) and at least
 * one signature row (crawler/extract/signatures.tsv) or extractor. */
#ifndef RX_BASE_CLASSES_H
#define RX_BASE_CLASSES_H

#include "base/str.h"

/* Which of the two operators it evidences; the two are never mixed. */
enum rx_level { RX_LEVEL_PROGRAMME = 1, RX_LEVEL_AFFILIATE, RX_LEVEL_HOSTING, RX_LEVEL_HINT };

/* Values of one group come together (a template brings its form names and its globals), so a
 * second value of a group counts less (graph/weigh.c). */
enum rx_group {
    RX_GROUP_ENGINE = 1,
    RX_GROUP_AFFILIATE,
    RX_GROUP_TRACKER,
    RX_GROUP_PAYMENT,
    RX_GROUP_CONTACT,
    RX_GROUP_IDENTITY,
    RX_GROUP_TLS,
    RX_GROUP_HOSTING,
    RX_GROUP_CONTENT,
    RX_GROUP_MEDIA,
    RX_GROUP_LINKS,
    RX_GROUP_COUNT
};

struct rx_class {
    const char *name;  /* "ga", "form.action.host": stored, exported, never renamed */
    const char *title; /* for people: "Google Analytics account" */
    enum rx_level level;
    int tier; /* 1..4: most bits it may give is 13, 8, 4, 1.5; 0: a hint, never weighed */
    enum rx_group group;
    bool bound;       /* the site works only with that operator; else a stranger can copy it */
    bool host_valued; /* the value is a registrable domain: folded across classes into one entity */
};

/* NULL: no such class. Complexity: O(log classes). */
const struct rx_class *rx_class_find(struct rx_str name);
/* Dense ids 0..count-1, in order of name; they may change between versions: never stored. */
size_t rx_class_count(void);
const struct rx_class *rx_class_at(size_t id);
size_t rx_class_id(const struct rx_class *c);
const char *rx_level_name(enum rx_level level); /* "programme", "affiliate", "hosting", "hint" */
const char *rx_level_said(enum rx_level level); /* for people: "network", "affiliate"... */
const char *rx_group_name(enum rx_group group);

#endif
